import { dirname, join, normalize } from 'node:path';
import { renderDiagnostics } from '../../index.ts';
import { type LockedText, importPaths, lockImports, sourceOf } from '../../compiler/index.ts';
import type { CommandRun } from './command.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { policyTextOf } from './policy.ts';
import { policyFiles } from './policy-paths.ts';
import { sha256Hex } from './sha256.ts';

/** `bootpol lock POLICY…`: writes the digests of imported files into policies, or says which are stale. */
export const lock: CommandRun = async (given, io) => {
  if (given.operands.includes('-')) {
    complain(io, '`lock` writes the policy, so it cannot be standard input');
    return EXIT.usage;
  }
  const mode = given.has('check') ? 'check' : 'write';
  const { files, isWhole } = policyFiles(given.operands, io);
  const codes = inOrder(files, io).map((path) => lockOne(path, mode, io));
  return Promise.resolve(gravest([isWhole ? EXIT.fine : EXIT.usage, ...codes]));
};

/** Of the policies named, one that another imports comes first: its digest changes when it is locked. */
function inOrder(operands: readonly string[], io: CommandIo): readonly string[] {
  const named = new Map(operands.map((path) => [normalize(path), path] as const));
  const ordered = new Set<string>();
  const open = new Set<string>();
  const visit = (path: string): void => {
    const written = named.get(normalize(path));
    if (written === undefined || ordered.has(written) || open.has(written)) return;
    open.add(written);
    const read = io.readNow(written);
    const text = read.ok ? policyTextOf(read.bytes) : null;
    if (text !== null) for (const inner of importPaths(sourceOf(written, text))) visit(join(dirname(written), inner));
    ordered.add(written);
  };
  for (const path of operands) visit(path);
  return [...ordered];
}

function lockOne(path: string, mode: 'check' | 'write', io: CommandIo): ExitCode {
  const read = io.readNow(path);
  const text = read.ok ? policyTextOf(read.bytes) : null;
  if (text === null) {
    complain(io, read.ok ? `policy \`${path}\` is not text in UTF-8` : `cannot read policy \`${path}\`: ${read.text}`);
    return EXIT.usage;
  }
  const source = sourceOf(path, text);
  const locked = lockImports(source, (imported) => digestOf(join(dirname(path), imported), io));
  if (locked.faults.length > 0) {
    io.err(renderDiagnostics(locked.faults, source));
    return EXIT.usage;
  }
  for (const { path: missing, fault } of locked.unreadable) {
    complain(io, `cannot read \`${missing}\`, which \`${path}\` imports: ${fault}`);
  }
  if (locked.unreadable.length > 0) return EXIT.usage;
  return mode === 'check' ? tell(path, locked, io) : write(path, locked, io);
}

function digestOf(path: string, io: CommandIo) {
  const read = io.readNow(path);
  return read.ok ? { sha256: sha256Hex(read.bytes) } : { missing: read.text };
}

function tell(path: string, { stale, imports }: LockedText, io: CommandIo): ExitCode {
  if (stale.length === 0) io.out(`${path}: ${counted(imports)} locked\n`);
  for (const { path: imported, line, stated, actual } of stale) {
    io.out(`${path}:${line}: \`${imported}\` ${stated === null ? 'is not locked' : 'has changed'}\n`);
    io.out(`  stated  ${stated ?? 'nothing'}\n  file    ${actual}\n`);
  }
  return stale.length === 0 ? EXIT.fine : EXIT.rejected;
}

function write(path: string, { text, stale, imports }: LockedText, io: CommandIo): ExitCode {
  if (stale.length === 0) {
    io.out(`${path}: ${counted(imports)} locked, nothing to do\n`);
    return EXIT.fine;
  }
  const fault = io.rewrite(path, new TextEncoder().encode(text));
  if (fault !== null) {
    complain(io, `cannot write \`${path}\`: ${fault}`);
    return EXIT.usage;
  }
  for (const { path: imported, line, actual } of stale) io.out(`${path}:${line}: \`${imported}\`\n  ${actual}\n`);
  return EXIT.fine;
}

function counted(imports: number): string {
  return `${imports} import${imports === 1 ? '' : 's'}`;
}
