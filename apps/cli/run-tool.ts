import { spawnSync } from 'node:child_process';
import { reasonOf } from './file-error.ts';
import type { ToolRun } from './io.ts';

/** Runs a program of the system, without a shell; variables that would change what compressors do are not handed on. */
export function runTool(program: string, words: readonly string[], input: Uint8Array): ToolRun {
  const { status, signal, stdout, stderr, error } = spawnSync(program, words, {
    input,
    env: toolEnvironment(),
    maxBuffer: OUTPUT_LIMIT_BYTES,
  });
  if (error !== undefined) {
    if ('code' in error && error.code === 'ENOENT') return { kind: 'missing' };
    if (status !== 0) return { kind: 'failed', text: reasonOf(error) };
  }
  if (status === 0) return { kind: 'done', bytes: new Uint8Array(stdout.buffer, stdout.byteOffset, stdout.byteLength) };
  const text = stderr.toString('utf8').trim();
  return { kind: 'failed', text: text === '' ? `it ended with ${signal ?? String(status)}` : text };
}

const OUTPUT_LIMIT_BYTES = 1024 ** 3;

/** Options of compressors that their users keep in the environment. */
const CHANGES_OUTPUT = ['GZIP', 'LZOP', 'XZ_DEFAULTS', 'XZ_OPT', 'ZSTD_CLEVEL', 'ZSTD_NBTHREADS'];

function toolEnvironment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !CHANGES_OUTPUT.includes(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
