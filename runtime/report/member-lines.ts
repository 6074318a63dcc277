import { grouped } from '../bytes/grouped.ts';
import { layOut, plain, styled } from './columns.ts';
import type { InspectedLayer, InspectedMember, MemberType } from './inspection.ts';
import type { Line } from './paint.ts';
import { printable } from './printable.ts';

/** Members shown of one archive among other layers. */
export const SHOWN_MEMBERS = 24;

/**
 * The members of a `cpio` layer for people, one a line as `ls -l` has them, with the place of their contents: how many
 * there are of each type, and the first of them or, when the layer is shown alone, all.
 */
export function memberLines({ path, members }: InspectedLayer, extent: 'first' | 'all'): readonly Line[] {
  if (members === null) return [];
  const shown = extent === 'all' ? members.length : SHOWN_MEMBERS;
  const left = members.length - shown;
  const hint = `… ${grouped(left)} more: see \`--layer ${printable(path)}\``;
  return [
    ...layOut({ indent: 2, hanging: 2, left: [plain(countsOf(members))], right: '' }),
    ...members.slice(0, shown).flatMap(memberLine),
    ...(left > 0 ? layOut({ indent: 2, hanging: 4, left: [plain(hint)], right: '' }) : []),
  ];
}

const NOUNS: Readonly<Record<MemberType, readonly [one: string, many: string]>> = {
  file: ['file', 'files'],
  directory: ['directory', 'directories'],
  symlink: ['symbolic link', 'symbolic links'],
  character: ['character device', 'character devices'],
  block: ['block device', 'block devices'],
  fifo: ['pipe', 'pipes'],
  socket: ['socket', 'sockets'],
  unknown: ['member of no type', 'members of no type'],
};

function countsOf(members: readonly InspectedMember[]): string {
  const counts = new Map<MemberType, number>();
  for (const { type } of members) counts.set(type, (counts.get(type) ?? 0) + 1);
  const parts = Array.from(counts, ([type, count]) => `${grouped(count)} ${NOUNS[type][count === 1 ? 0 : 1]}`);
  return parts.length === 0 ? 'no members' : parts.join(', ');
}

function memberLine(member: InspectedMember): readonly Line[] {
  const { type, mode, uid, gid, sizeBytes, offsetBytes, name, target, device } = member;
  const size = device ?? grouped(sizeBytes);
  const head = `${TYPE_LETTERS[type]}${permissions(Number.parseInt(mode, 8))} ${`${uid}:${gid}`.padStart(5)} ${size.padStart(10)} `;
  const arrow = target === null ? '' : ` -> ${printable(target)}`;
  const right = sizeBytes === 0 ? '' : `0x${offsetBytes.toString(16).padStart(7, '0')}`;
  return layOut({ indent: 2, hanging: 30, left: [styled('faint', head), plain(printable(name) + arrow)], right });
}

const TYPE_LETTERS: Readonly<Record<MemberType, string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  character: 'c',
  block: 'b',
  fifo: 'p',
  socket: 's',
  unknown: '?',
};

/** `rwxr-xr-x`, with `s` and `t` where `ls` has them. */
function permissions(mode: number): string {
  return [6, 3, 0].map((shift) => triplet(mode, shift)).join('');
}

function triplet(mode: number, shift: number): string {
  const bits = (mode >> shift) & 7;
  const isSpecial = (mode & (1 << (9 + shift / 3))) !== 0;
  const letter = shift === 0 ? 't' : 's';
  const execute = isSpecial ? ((bits & 1) !== 0 ? letter : letter.toUpperCase()) : (bits & 1) !== 0 ? 'x' : '-';
  return `${(bits & 4) !== 0 ? 'r' : '-'}${(bits & 2) !== 0 ? 'w' : '-'}${execute}`;
}
