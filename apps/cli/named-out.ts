import { printable } from '../../index.ts';

/** What people call the place that something is written to. */
export function namedOut(path: string): string {
  return path === '-' ? 'standard output' : printable(path);
}
