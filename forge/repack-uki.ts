import { readU32le } from './bytes.ts';
import { rawSection, sectionIndex, withSection } from './pe-splice.ts';
import { unsignedProgram } from './unsigned-program.ts';

/**
 * Puts other contents into the one section of that name of a UKI that exists; all other sections keep theirs, and later
 * ones move as systemd's `ukify` would place them. The certificate table is dropped.
 *
 * @throws Error when the layout is one that cannot be moved, or there is no such section.
 */
export function repackUki(bytes: Uint8Array, name: string, contents: Uint8Array): Uint8Array {
  const bare = unsignedProgram(bytes);
  const index = sectionIndex(bare, name);
  if (index < 0) throw new Error(`there is no section \`${name}\``);
  const { size, virtualSize } = rawSection(bare, index);
  // ukify 256 and later reserves for a kernel what it takes when it runs: as much as its own header says.
  const wanted = virtualSize > size ? Math.max(contents.length, sizeOfImage(contents)) : contents.length;
  return withSection(bare, index, { data: contents, virtualSize: wanted, movesCode: 'refused' });
}

function sizeOfImage(program: Uint8Array): number {
  return readU32le(program, readU32le(program, 0x3c) + 24 + 56);
}
