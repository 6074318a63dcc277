import picomatch from 'picomatch';
import type { CommandIo, DirectoryEntry } from './io.ts';

/** What a pattern came upon: a file that it names, a link that it names and that is not followed, or what is in the way. */
export type PatternMatch =
  | { readonly kind: 'file' | 'link'; readonly path: string }
  | { readonly kind: 'fault'; readonly path: string; readonly text: string };

/**
 * The files that a pattern such as `boot/*.efi` or `out/**` names, in the order of names, for shells that leave patterns
 * alone. Null: the operand is no pattern, or something has that very name, readable or not.
 */
export function patternMatches(operand: string, io: CommandIo): Iterable<PatternMatch> | null {
  if (!/[*?[{]/.test(operand) || isName(operand, io)) return null;
  const { base, glob } = picomatch.scan(operand);
  return glob === '' ? null : walk({ matches: picomatch(glob), io }, base, '');
}

/** Whether a file, a link or a package has the name; in a directory that cannot be read, anything may. */
function isName(operand: string, io: CommandIo): boolean {
  const packed = operand.indexOf('!/');
  const path = packed < 1 ? operand : operand.slice(0, packed);
  if (io.readHead(path, 0).ok) return true;
  const slash = path.lastIndexOf('/');
  const listed = io.list(slash < 0 ? '.' : path.slice(0, Math.max(slash, 1)));
  return listed !== null && (typeof listed === 'string' || listed.some(({ name }) => name === path.slice(slash + 1)));
}

interface Walk {
  readonly matches: (path: string) => boolean;
  readonly io: CommandIo;
}

/** @param inside the directory as the pattern sees it, from where its first sign stands. */
function* walk({ matches, io }: Walk, directory: string, inside: string): Generator<PatternMatch> {
  const listed = io.list(directory === '' ? '.' : directory) ?? [];
  if (typeof listed === 'string') {
    yield { kind: 'fault', path: directory, text: `cannot read \`${directory}\`: ${listed}` };
    return;
  }
  for (const { name, kind } of listed) {
    const path = joined(inside, name);
    if (kind === 'directory') yield* walk({ matches, io }, joined(directory, name), path);
    else if (isShown(kind) && matches(path)) yield { kind, path: joined(directory, name) };
  }
}

function isShown(kind: DirectoryEntry['kind']): kind is 'file' | 'link' {
  return kind === 'file' || kind === 'link';
}

function joined(directory: string, name: string): string {
  return directory === '' || directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
}
