import { alignedBytes, concatBytes, joinBytes, utf8 } from './bytes.ts';
import { compress, type ForgeCodec } from './compress.ts';

/**
 * Writes an initial RAM disk: archives one after the other, each compressed or not.
 *
 * Layout: Linux `Documentation/driver-api/early-userspace/buffer-format.rst`. Members start at multiples of 4, since an
 * uncompressed archive may start nowhere else.
 */
export function forgeInitrd(...members: readonly InitrdMember[]): Uint8Array {
  const [last, ...others] = [...members].reverse().map(memberBytes);
  if (last === undefined) return new Uint8Array(0);
  return concatBytes(...others.reverse().map((bytes) => alignedBytes(bytes, 4)), last);
}

/** One member of an initrd: entries to archive, or bytes as they stand. */
export type InitrdMember =
  | { readonly entries: readonly CpioEntry[]; readonly compression?: ForgeCodec; readonly format?: CpioFormat }
  | { readonly bytes: Uint8Array };

/** One file of an archive. */
export interface CpioEntry {
  readonly name: string;
  /** Contents, or the target of a symbolic link; default none. */
  readonly data?: string | Uint8Array;
  /** Default 0o100644, a regular file; directories are 0o040755, links 0o120777. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Number of names, default 1; entries with the same inode and 2 or more are hard links. */
  readonly links?: number;
  /** Default: the place in the archive, from 1. */
  readonly inode?: number;
  /** Of a device file, default 0:0. */
  readonly device?: readonly [major: number, minor: number];
  /** Instead of the right sum of the data's bytes. */
  readonly check?: number;
}

/** `newc` (070701), or `crc` (070702), whose check field is the sum of the data's bytes. */
export type CpioFormat = 'newc' | 'crc';

/** Writes one cpio archive with its `TRAILER!!!` entry, padded to 512 as `cpio` does. */
export function forgeCpio(entries: readonly CpioEntry[], format: CpioFormat): Uint8Array {
  const records = entries.map((entry, index) => record(entry, index + 1, format));
  return alignedBytes(joinBytes([...records, record({ name: 'TRAILER!!!', mode: 0 }, 0, format)]), 512);
}

/** A small root file system: `/init`, a directory, a file, a link. */
export const SMALL_ROOT: readonly CpioEntry[] = [
  { name: 'init', data: '#!/bin/sh\nexec /bin/sh\n', mode: 0o100755 },
  { name: 'etc', mode: 0o040755 },
  { name: 'etc/hostname', data: 'forged\n' },
  { name: 'etc/mtab', data: '/proc/self/mounts', mode: 0o120777 },
];

function memberBytes(member: InitrdMember): Uint8Array {
  if ('bytes' in member) return member.bytes;
  return compress(member.compression ?? 'none', forgeCpio(member.entries, member.format ?? 'newc'));
}

/** buffer-format.rst: magic, thirteen fields of eight hexadecimal digits, name, data, both padded to 4. */
function record(entry: CpioEntry, inode: number, format: CpioFormat): Uint8Array {
  const data = typeof entry.data === 'string' ? utf8(entry.data) : (entry.data ?? new Uint8Array(0));
  const name = utf8(`${entry.name}\0`);
  const mode = entry.mode ?? 0o100644;
  const device = entry.device ?? [0, 0];
  const check = entry.check ?? (format === 'crc' && mode >> 12 === REGULAR ? sumOf(data) : 0);
  const owner = [entry.uid ?? 0, entry.gid ?? 0, entry.links ?? 1, 0];
  const fields = [entry.inode ?? inode, mode, ...owner, data.length, 0, 0, ...device, name.length, check];
  const digits = fields.map((field) => field.toString(16).padStart(8, '0')).join('');
  const head = concatBytes(utf8(format === 'crc' ? '070702' : '070701'), utf8(digits), name);
  return concatBytes(alignedBytes(head, 4), alignedBytes(data, 4));
}

/** File type of a mode: a regular file, the only one whose data GNU cpio and Linux add up. */
const REGULAR = 0o10;

function sumOf(data: Uint8Array): number {
  return data.reduce((sum, byte) => sum + byte, 0) % 2 ** 32;
}
