import { type CommandIo, complain } from './io.ts';

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

/** The files alone, with what stands for none said; `isWhole` tells whether every operand stands for some. */
export function policyFiles(
  operands: readonly string[],
  io: CommandIo,
): { readonly files: readonly string[]; readonly isWhole: boolean } {
  const paths = policyPaths(operands, io);
  for (const path of paths) if (!path.ok) complain(io, path.text);
  return { files: paths.flatMap((path) => (path.ok ? [path.path] : [])), isWhole: paths.every(({ ok }) => ok) };
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
