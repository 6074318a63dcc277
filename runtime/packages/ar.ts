import type { ByteRange } from '../bytes/ranges.ts';
import { packageError } from './package-error.ts';

/** A member of an `ar` archive. */
export interface ArMember {
  /** Without the spaces behind it, and without the `/` that GNU ar ends names with. */
  readonly name: string;
  readonly range: ByteRange;
}

const MAGIC = '!<arch>\n';
const HEADER_BYTES = 60;
/** A package has three; `dpkg-deb` allows some more, which it passes over. */
const MEMBER_LIMIT = 64;

/** Whether an `ar` archive starts here. */
export function startsAr(bytes: Uint8Array): boolean {
  return asciiAt(bytes, 0, MAGIC.length) === MAGIC;
}

/**
 * Lists the members of an `ar` archive (deb(5); <ar.h> of GNU libc):
 *
 *     +0 name (16) | +16 time (12) | +28 uid (6) | +34 gid (6) | +40 mode (8) | +48 size, decimal (10) | +58 ` \n
 *
 * Members start at even offsets. Long names (`//`, `#1/N`) do not occur in packages and are taken as they stand.
 *
 * @throws FormatError `ar-magic`, `ar-header`, `ar-truncated`.
 */
export function readAr(bytes: Uint8Array): readonly ArMember[] {
  if (!startsAr(bytes)) {
    throw packageError('deb', { code: 'ar-magic', text: 'the ar magic `!<arch>` is missing', offsetBytes: 0 });
  }
  const members: ArMember[] = [];
  for (let at = MAGIC.length; at < bytes.length; ) {
    const member = readMember(bytes, at);
    members.push(member);
    if (members.length > MEMBER_LIMIT) throw headerError(at, `there are more than ${MEMBER_LIMIT} ar members`);
    at = member.range[1] + (member.range[1] % 2);
  }
  return members;
}

function readMember(bytes: Uint8Array, at: number): ArMember {
  const start = at + HEADER_BYTES;
  if (start > bytes.length) {
    const text = `the ar header at ${at} is cut short`;
    throw packageError('deb', { code: 'ar-truncated', text, offsetBytes: at });
  }
  if (asciiAt(bytes, at + 58, 2) !== '`\n') throw headerError(at, `the ar header at ${at} does not end as it should`);
  const size = asciiAt(bytes, at + 48, 10);
  if (!/^\d+ *$/.test(size)) throw headerError(at, `the size in the ar header at ${at} is no decimal number`);
  const end = start + Number(size);
  if (end > bytes.length) {
    const text = `the ar member at ${at} ends at ${end}, but there are ${bytes.length} bytes`;
    throw packageError('deb', { code: 'ar-truncated', text, offsetBytes: at });
  }
  return { name: asciiAt(bytes, at, 16).trimEnd().replace(/\/$/, ''), range: [start, end] };
}

function headerError(offsetBytes: number, text: string) {
  return packageError('deb', { code: 'ar-header', text, offsetBytes });
}

function asciiAt(bytes: Uint8Array, start: number, lengthBytes: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + lengthBytes));
}
