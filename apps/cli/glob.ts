import picomatch from 'picomatch';
import type { CommandIo } from './io.ts';

/**
 * The files and directories that a pattern such as `boot/*.efi` or `out/**` names, in the order of names, for shells that
 * leave patterns alone. Null: the operand is no pattern, or a file has that very name. Links are not followed.
 */
export function patternPaths(operand: string, io: CommandIo): readonly string[] | null {
  if (!/[*?[{]/.test(operand) || io.readHead(operand, 0).ok) return null;
  const { base, glob } = picomatch.scan(operand);
  if (glob === '') return null;
  const matches = picomatch(glob);
  const found: string[] = [];
  const walk = (directory: string, inside: string): void => {
    const listed = io.list(directory === '' ? '.' : directory);
    if (listed === null || typeof listed === 'string') return;
    for (const { name, kind } of listed) {
      const path = inside === '' ? name : `${inside}/${name}`;
      const whole = directory === '' || directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
      if (kind === 'file' && matches(path)) found.push(whole);
      else if (kind === 'directory') walk(whole, path);
    }
  };
  walk(base, '');
  return found;
}
