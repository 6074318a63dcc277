import type { CommandIo } from './io.ts';

/** A policy file that operands stand for, or why one of them stands for none. */
export type PolicyPath =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly path: string; readonly text: string };

/** The files of the operands; of a directory, every `*.bootpol` in it and below, links not followed. */
export function policyPaths(operands: readonly string[], io: CommandIo): readonly PolicyPath[] {
  return operands.flatMap((operand): readonly PolicyPath[] => {
    if (operand === '-' || io.list(operand) === null) return [{ ok: true, path: operand }];
    const found = inDirectory(operand, io);
    return found.length > 0
      ? found
      : [{ ok: false, path: operand, text: `\`${operand}\` holds no policy (*.bootpol)` }];
  });
}

function inDirectory(directory: string, io: CommandIo): readonly PolicyPath[] {
  const listed = io.list(directory) ?? [];
  if (typeof listed === 'string')
    return [{ ok: false, path: directory, text: `cannot read \`${directory}\`: ${listed}` }];
  return listed.flatMap(({ name, kind }): readonly PolicyPath[] => {
    const path = directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
    if (kind === 'directory') return inDirectory(path, io);
    return kind === 'file' && name.endsWith('.bootpol') ? [{ ok: true, path }] : [];
  });
}
