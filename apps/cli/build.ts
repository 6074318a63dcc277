import { basename, join } from 'node:path';
import { EMITTED_MARK, emitModule } from '../../compiler/index.ts';
import { errPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { readPlans } from './plans.ts';
import { compilePolicy, countOf, diagnosticText, readText } from './policy.ts';
import { usage } from './usage.ts';

/** `bootpol build POLICY -o DIR`: writes the policy as an ES module with its declarations. */
export const build: CommandRun = async (given, io) => {
  const [path = ''] = given.operands;
  const [folder = ''] = given.values('output');
  if (path === '-') return usage(io, '`build` names its files after the policy, so that cannot be standard input');
  const read = await readPlans([path], io);
  const [sound] = read.ok ? read.policies : [];
  if (sound === undefined) return EXIT.usage;
  if (countOf(sound.compiled.diagnostics, 'warning') > 0) io.err(`${diagnosticText(sound.compiled, errPaint(io))}\n`);
  // Places name the policy without its folder: where it lies must not change what is written.
  const text = await readText(path, io);
  if (!text.ok) return usage(io, text.text);
  const { plan } = compilePolicy({ path, content: text.content, at: io.now, name: basename(path) }, io).compiled;
  if (plan === null) return usage(io, `\`${path}\` changed while it was read`);
  const fault = io.makeDirectory(folder);
  if (fault !== null) return usage(io, `cannot make the directory \`${folder}\`: ${fault}`);
  const { code, declaration } = emitModule(plan);
  const stem = join(folder, basename(path).replace(/\.bootpol$/, ''));
  const files = { [`${stem}.js`]: code, [`${stem}.d.ts`]: declaration };
  return writeAll(files, given.has('force') ? 'anything' : 'our own', io);
};

function writeAll(files: Readonly<Record<string, string>>, replaced: 'anything' | 'our own', io: CommandIo): ExitCode {
  for (const path of Object.keys(files)) {
    const there = io.readNow(path);
    if (replaced === 'anything' || !there.ok || isOurs(there.bytes)) continue;
    return usage(io, `\`${path}\` was not written by \`build\`; \`--force\` replaces it`);
  }
  for (const [path, text] of Object.entries(files)) {
    const bytes = new TextEncoder().encode(text);
    const fault = io.write(path, bytes, 'replace');
    if (fault !== null) return usage(io, `cannot write \`${path}\`: ${fault}`);
    io.out(`${path}\n`);
  }
  return EXIT.fine;
}

function isOurs(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, EMITTED_MARK.length)) === EMITTED_MARK;
}
