import { type CpioEntry, FILE_TYPE } from './formats/cpio-walk.ts';
import type { InspectedMember, MemberType } from './report/inspection.ts';

/** One entry of an archive as `inspect` shows it. */
export function inspectMember(entry: CpioEntry): InspectedMember {
  const { name, mode, uid, gid, links, inode, sizeBytes, offsetBytes, range, target, device } = entry;
  const type = TYPE_NAMES.get(mode & FILE_TYPE.mask) ?? 'unknown';
  return {
    name,
    type,
    mode: (mode & 0o7777).toString(8).padStart(4, '0'),
    uid,
    gid,
    links,
    inode,
    sizeBytes,
    offsetBytes,
    range,
    target: type === 'symlink' ? target : null,
    device: type === 'character' || type === 'block' ? device.join(':') : null,
  };
}

const TYPE_NAMES: ReadonlyMap<number, MemberType> = new Map([
  [FILE_TYPE.regular, 'file'],
  [FILE_TYPE.directory, 'directory'],
  [FILE_TYPE.symlink, 'symlink'],
  [FILE_TYPE.character, 'character'],
  [FILE_TYPE.block, 'block'],
  [FILE_TYPE.fifo, 'fifo'],
  [FILE_TYPE.socket, 'socket'],
]);
