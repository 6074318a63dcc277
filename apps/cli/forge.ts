import {
  counted,
  DEFAULT_LIMITS,
  type ForgeReport,
  inspect,
  type InspectedLayer,
  nativeEngine,
  printable,
  renderDiagnostics,
  wrapped,
} from '../../index.ts';
import { checkImage, type CheckedImage } from '../../compiler/index.ts';
import { forgeGiven, type GivenCast, newGivenCast, type Signer } from '../../forge/index.ts';
import { errPaint } from './colour.ts';
import type { Arguments, CommandRun } from './command.ts';
import { diagnosticStyle } from './policy.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { namedOut } from './named-out.ts';
import { type CommandIo, complain } from './io.ts';
import { madeLayersOf } from './made-layers.ts';
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
  const made: Made = { kind: checked.image.kind, bytes: bytes.bytes, signers: signersOf(cast, given) };
  const refused = writeAll(made, { given, io });
  if (refused !== null) return fail(io, refused);
  const report = given.values('format')[0] === 'json' ? await reportJson(made, given) : reportText(made, given);
  if (outOf(given) === '-') io.err(report);
  else io.out(report);
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
    if (read.key.place === 'elsewhere')
      return { text: `\`--key ${spec}\` names no private key: it wants NAME=KEY,CERT` };
    if (read.key.place !== 'here')
      return { text: `the private key of \`${name}\` is on a token, and only \`bootpol repack\` signs with those` };
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

/** What is to be written. */
interface Made {
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** Those whose keys are thrown away, and where their certificates are to be; null: nowhere. */
  readonly signers: readonly { readonly signer: Signer; readonly path: string | null }[];
}

function signersOf(cast: GivenCast, given: Arguments): Made['signers'] {
  const [folder] = given.values('keys');
  return cast
    .made()
    .map((signer) => ({ signer, path: folder === undefined ? null : `${folder}/${fileNameOf(signer)}` }));
}

function outOf(given: Arguments): string {
  return given.values('output')[0] ?? '';
}

/** Certificates first, so that there is no image without them. */
function writeAll({ bytes, signers }: Made, on: { given: Arguments; io: CommandIo }): string | null {
  const { given, io } = on;
  const mode = given.has('force') ? 'replace' : 'new';
  const out = outOf(given);
  if (out === '-' && io.outIsTerminal) return 'standard output is a terminal: name a file, or use a pipe';
  for (const { signer, path } of signers) {
    const refused = path === null ? null : io.write(path, new TextEncoder().encode(signer.certificatePem), mode);
    if (refused !== null) return `cannot write \`${path ?? ''}\`: ${refused}`;
  }
  if (out === '-') {
    io.outBytes(bytes);
    return null;
  }
  const refused = io.write(out, bytes, mode);
  return refused === null ? null : `cannot write \`${out}\`: ${refused}`;
}

function reportText({ bytes, signers }: Made, given: Arguments): string {
  const told = `${counted(bytes.length, 'byte')} written to ${namedOut(outOf(given))}, sha256 ${sha256Hex(bytes)}`;
  const lines = signers.map(({ signer, path }) => {
    const where = path === null ? 'not kept; `--keys DIR` keeps it' : printable(path);
    return wrapped(`certificate of ${signer.subject}: ${where}`, 2);
  });
  return `${wrapped(told, 0)}${lines.join('')}`;
}

async function reportJson({ kind, bytes, signers }: Made, given: Arguments): Promise<string> {
  const { root, size, sha256 } = await inspect(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
  const report: ForgeReport = {
    ...{ version: 1, report: 'forge', kind },
    written: { file: outOf(given), sizeBytes: size, sha256 },
    signers: signers.map(({ signer, path }) => ({ signer: signer.subject, certificate: path })),
    encoders: [...new Set(codecsIn(root))].map((codec) => ({ codec, encoder: encoderOf(codec) })),
    layers: madeLayersOf(root),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function codecsIn({ codec, children }: InspectedLayer): readonly string[] {
  return [...(codec === null || codec === 'none' ? [] : [codec]), ...children.flatMap(codecsIn)];
}

/** The forge looks for what repeats by Node's gzip alone. */
function encoderOf(codec: string): string {
  return codec === 'gzip' ? `node:zlib ${process.versions.zlib} -9` : 'bootpol, without compressing';
}

/** `ring, p384, expired (test)` is in `ring-p384-expired.pem`. */
function fileNameOf({ subject }: Signer): string {
  return `${subject.replace(/ \(test\)$/, '').replace(/[^\w]+/g, '-')}.pem`;
}

function fail(io: CommandIo, text: string): ExitCode {
  complain(io, text);
  return EXIT.usage;
}
