import { dirname, relative } from 'node:path';
import {
  counted,
  DEFAULT_LIMITS,
  embeddedCertificates,
  factsOf,
  inspect,
  nativeEngine,
  printable,
  wrapped,
} from '../../index.ts';
import { BLANK_STARTER } from '../../compiler/index.ts';
import type { Arguments, CommandRun } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { observe } from './observe.ts';
import { nothingSkipped, skippedText, sourcesOf } from './sources.ts';
import { type ProvedStarter, proveStarter, type StarterMaterial } from './starter-proof.ts';
import { usage } from './usage.ts';

/** `bootpol init [FILE…]`: a policy to start from, of nothing or of what is booted today. */
export const init: CommandRun = async (given, io) => {
  const [out = '-'] = given.values('output');
  if (given.operands.length === 0) return writeBlank(out, given, io);
  const materials = await materialsOf(given, io);
  if (materials === null) return EXIT.undecided;
  const proved = await proveStarter(materials, {
    name: policyName(out, given.operands),
    signerFiles: signerFiles(given),
    at: io.now,
  });
  if (!proved.ok) {
    for (const line of proved.lines) complain(io, printable(line));
    complain(io, 'no policy was written: it would not accept what it was made from');
    return EXIT.undecided;
  }
  return writeStarter(proved, { out, count: materials.length }, { given, io });
};

function writeBlank(out: string, given: Arguments, io: CommandIo): ExitCode {
  if (given.has('keys')) return usage(io, '`--keys` needs a FILE whose signers it can write');
  return write({ path: out, text: BLANK_STARTER }, given, io) ?? told(out, 'a starter policy', io);
}

/** Everything that the operands stand for; null when any of it cannot be described, which is said. */
async function materialsOf(given: Arguments, io: CommandIo): Promise<readonly StarterMaterial[] | null> {
  const skipped = nothingSkipped();
  const materials: StarterMaterial[] = [];
  let faults = 0;
  for (const operand of given.operands) {
    for await (const source of sourcesOf(operand, { initrds: 'skipped', skipped }, io)) {
      const material = source.kind === 'fault' ? source.text : await materialOf(source.name, source.bytes);
      if (typeof material !== 'string') materials.push(material);
      else {
        faults += 1;
        complain(io, printable(material));
      }
    }
  }
  io.err(skippedText(skipped));
  return faults === 0 ? materials : null;
}

async function materialOf(name: string, bytes: Uint8Array): Promise<StarterMaterial | string> {
  const reading = { limits: DEFAULT_LIMITS, engine: nativeEngine() };
  const { root } = await inspect(bytes, reading);
  const observed = observe(root, '');
  if (!observed.ok) return `\`${name}\`: ${observed.text}`;
  const facts = factsOf(bytes, reading);
  return { image: { name, root: observed.layer }, facts, certificates: await embeddedCertificates(facts) };
}

function policyName(out: string, operands: readonly string[]): string {
  const path = out === '-' ? (operands[0] ?? '') : out;
  return (path.split('/').at(-1) ?? '').replace(/\.[^.]*$/, '');
}

/** Paths of certificates as the policy writes them, relative to itself. */
function signerFiles(given: Arguments): ((name: string) => string) | null {
  const [folder] = given.values('keys');
  if (folder === undefined) return null;
  const [out = '-'] = given.values('output');
  const beside = relative(out === '-' ? '.' : dirname(out), folder);
  return (name) => (beside === '' ? `${name}.pem` : `${beside}/${name}.pem`);
}

/** Certificates first, so that there is no policy that names files which are not there. */
function writeStarter(
  { text, certificates }: ProvedStarter,
  { out, count }: { readonly out: string; readonly count: number },
  { given, io }: { readonly given: Arguments; readonly io: CommandIo },
): ExitCode {
  const [folder] = given.values('keys');
  for (const { name, pem } of folder === undefined ? [] : certificates) {
    const path = `${folder}/${name}.pem`;
    const code = write({ path, text: pem }, given, io);
    if (code !== null) return code;
    io.err(wrapped(`certificate written to ${printable(path)}`, 0));
  }
  return write({ path: out, text }, given, io) ?? told(out, `a policy that accepts ${counted(count, 'file')}`, io);
}

function write(
  { path, text }: { readonly path: string; readonly text: string },
  given: Arguments,
  io: CommandIo,
): ExitCode | null {
  if (path === '-') {
    io.out(text);
    return null;
  }
  const refused = io.write(path, new TextEncoder().encode(text), given.has('force') ? 'replace' : 'new');
  return refused === null ? null : usage(io, `cannot write \`${path}\`: ${refused}`);
}

function told(out: string, what: string, io: CommandIo): ExitCode {
  if (out !== '-') io.err(wrapped(`${what} is written to ${printable(out)}`, 0));
  return EXIT.fine;
}
