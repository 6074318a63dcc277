import { execFile } from 'node:child_process';

/** The programs that are asked, by their names on the path. */
export const TOOLS = ['sbverify', 'sbsign', 'osslsigncode', 'pesign', 'pesigcheck'] as const;

/** One of them. */
export type Tool = (typeof TOOLS)[number];

/** The versions that the rows were written for, those of Debian 12. */
export const VERSIONS = ['sbsigntool 0.9.4-3.1', 'osslsigncode 2.9', 'pesign 0.112'] as const;

/** What a program said. */
export interface Said {
  /** Exit status; null when a signal ended it. */
  readonly status: number | null;
  readonly text: string;
}

/**
 * Runs a program to its end.
 *
 * @throws Error that names the tool when it is not installed.
 */
export function ask(tool: Tool, words: readonly string[]): Promise<Said> {
  return new Promise((resolve, reject) => {
    execFile(tool, words, { maxBuffer: 2 ** 24, env: { ...process.env, LC_ALL: 'C' } }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') reject(new Error(`the tool ${tool} is not installed`));
      else resolve({ status: statusOf(error), text: `${stdout}${stderr}` });
    });
  });
}

function statusOf(error: { readonly code?: unknown } | null): number | null {
  if (error === null) return 0;
  return typeof error.code === 'number' ? error.code : null;
}
