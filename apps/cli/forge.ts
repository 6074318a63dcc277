import { counted, printable, renderDiagnostics, wrapped } from '../../index.ts';
import { checkImage, type CheckedImage } from '../../compiler/index.ts';
import { forgeGiven, type GivenCast, newGivenCast, type Signer } from '../../forge/index.ts';
import { errPaint } from './colour.ts';
import type { Arguments, CommandRun } from './command.ts';
import { diagnosticStyle } from './policy.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { sha256Hex } from './sha256.ts';
import { readPassphrase, readSigningKey } from './signing-key.ts';

/** `bootpol forge DESCRIPTION -o OUT`: the image that a description in the language of tests gives. */
export const forge: CommandRun = async (given, io) => {
  const described = await readDescription(given, io);
  if ('text' in described) return fail(io, described.text);
  const checked = checkImage(described.name, described.words, sha256Hex);
  if (checked.image === null) return refuse(checked, io);
  const own = ownSigners(given, io);
  if ('text' in own) return fail(io, own.text);
  const cast = newGivenCast({}, own.signers);
  const bytes = forged(checked.image, cast);
  if ('text' in bytes) return fail(io, `the ${checked.image.kind} cannot be forged: ${bytes.text}`);
  const refused = writeAll(bytes.bytes, cast, { given, io });
  if (refused !== null) return fail(io, refused);
  return EXIT.fine;
};

type Description = { readonly name: string; readonly words: string } | { readonly text: string };

async function readDescription(given: Arguments, io: CommandIo): Promise<Description> {
  const [operand] = given.operands;
  const [file] = given.values('file');
  if ((operand === undefined) === (file === undefined)) return { text: 'give either a DESCRIPTION or `--file`' };
  if (operand !== undefined && operand !== '-') return { name: 'description', words: operand };
  const path = file ?? '-';
  const read = await io.read(path);
  if (!read.ok) return { text: `cannot read description \`${path}\`: ${read.text}` };
  try {
    const words = new TextDecoder('utf-8', { fatal: true }).decode(read.bytes);
    return { name: path === '-' ? 'standard input' : path, words };
  } catch {
    return { text: `description \`${path}\` is not text in UTF-8` };
  }
}

function refuse({ diagnostics, source, excess }: CheckedImage, io: CommandIo): ExitCode {
  if (excess && diagnostics.length === 0)
    return fail(io, 'a description is of one image, such as `zboot signed by db`');
  io.err(renderDiagnostics(diagnostics, source, { widthColumns: 80, style: diagnosticStyle(errPaint(io)) }));
  return EXIT.usage;
}

/** `NAME=KEY,CERT` for names of the description. */
function ownSigners(
  given: Arguments,
  io: CommandIo,
): { readonly signers: ReadonlyMap<string, Signer> } | { readonly text: string } {
  const passphrases: string[] = [];
  for (const source of given.values('passphrase')) {
    const read = readPassphrase(source, io);
    if ('text' in read) return read;
    passphrases.push(read.passphrase);
  }
  const signers = new Map<string, Signer>();
  for (const spec of given.values('key')) {
    const [, name = '', files = ''] = /^([A-Za-z][\w-]*)=(.+)$/s.exec(spec) ?? [];
    if (name === '') return { text: '`--key` wants NAME=KEY,CERT' };
    const read = readSigningKey(files, passphrases, io);
    if (!read.ok) return read;
    if (read.key.place !== 'here')
      return { text: `the private key of \`${name}\` is no file; \`bootpol repack\` signs with others` };
    signers.set(name, read.key.signer);
  }
  return { signers };
}

function forged(
  image: NonNullable<CheckedImage['image']>,
  cast: GivenCast,
): { readonly bytes: Uint8Array } | { readonly text: string } {
  try {
    return { bytes: forgeGiven(image, cast) };
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error) };
  }
}

/** Certificates first, so that there is no image without them. */
function writeAll(bytes: Uint8Array, cast: GivenCast, on: { given: Arguments; io: CommandIo }): string | null {
  const { given, io } = on;
  const mode = given.has('force') ? 'replace' : 'new';
  const [folder] = given.values('keys');
  const [out = ''] = given.values('output');
  if (out === '-' && io.outIsTerminal) return 'standard output is a terminal: name a file, or use a pipe';
  const lines: string[] = [];
  for (const signer of cast.made()) {
    const path = `${folder ?? ''}/${fileNameOf(signer)}`;
    const refused = folder === undefined ? null : io.write(path, new TextEncoder().encode(signer.certificatePem), mode);
    if (refused !== null) return `cannot write \`${path}\`: ${refused}`;
    const where = folder === undefined ? 'not kept; `--keys DIR` keeps it' : printable(path);
    lines.push(wrapped(`certificate of ${signer.subject}: ${where}`, 2));
  }
  if (out === '-') io.outBytes(bytes);
  else {
    const refused = io.write(out, bytes, mode);
    if (refused !== null) return `cannot write \`${out}\`: ${refused}`;
  }
  const told = `${counted(bytes.length, 'byte')} written to ${printable(out)}, sha256 ${sha256Hex(bytes)}`;
  const report = `${wrapped(told, 0)}${lines.join('')}`;
  if (out === '-') io.err(report);
  else io.out(report);
  return null;
}

/** `ring, p384, expired (test)` is in `ring-p384-expired.pem`. */
function fileNameOf({ subject }: Signer): string {
  return `${subject.replace(/ \(test\)$/, '').replace(/[^\w]+/g, '-')}.pem`;
}

function fail(io: CommandIo, text: string): ExitCode {
  complain(io, text);
  return EXIT.usage;
}
