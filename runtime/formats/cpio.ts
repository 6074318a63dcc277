import type { Finding } from '../bytes/format-error.ts';
import type { Layer } from './layer.ts';
import { type CpioEnd, type CpioEntry, FILE_TYPE, isSkipped, startsCpio, walkCpio } from './cpio-walk.ts';
import { faultAt } from './fault-at.ts';
import { EMPTY_READING, type Reading, type ReaderHost } from './reading.ts';
import { type Claim, drawRegions } from './regions.ts';
import { firstNonZero } from './zero-bytes.ts';

/**
 * Reads a decoded cpio member of an initrd: archives one after the other, zeros between and after them.
 *
 * Stricter than Linux: the checksum of every regular file in format `070702` must be right, also of one that Linux
 * would fail to create.
 *
 * @throws FormatError `cpio-…`; what follows an archive must be zeros or, 4-aligned, another archive.
 */
export function readCpio(bytes: Uint8Array, host: ReaderHost): Reading {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  for (let at = firstNonZero(bytes, 0, bytes.length); at < bytes.length; ) {
    checkArchiveStart(bytes, host, { at, index: claims.length });
    const end = walkArchive(bytes, { layer: host.layer, at, findings });
    claims.push({ range: [at, end.endBytes], role: 'data', name: `archive ${claims.length}` });
    if (end.trailer !== null) noteOddities(end.trailer, host.layer, findings);
    at = firstNonZero(bytes, end.endBytes, bytes.length);
  }
  if (host.codec !== 'none' && bytes.length % 4 !== 0 && endsInArchive(bytes, claims)) findings.push(cut(bytes, host));
  const regions = drawRegions(bytes, claims, (_before, _after, range) => [{ range, role: 'padding', name: 'zeros' }]);
  return { ...EMPTY_READING, findings: findings.slice(0, FINDING_LIMIT), regions };
}

/** An entry of a `cpio` layer, and the number of the archive that it is in. */
export interface ArchivedEntry {
  readonly entry: CpioEntry;
  /** Counts up at every `TRAILER!!!`: hard links do not reach over one. */
  readonly linkScope: number;
}

/**
 * The entries of a `cpio` layer, in order, one at a time; without trailers. Returns the link scope after the last.
 *
 * @throws FormatError `cpio-…` while iterating, for a layer that has a fault.
 */
export function* cpioEntries({ bytes, path }: Layer, firstScope = 0): Generator<ArchivedEntry, number> {
  let linkScope = firstScope;
  for (let at = firstNonZero(bytes, 0, bytes.length); at < bytes.length; ) {
    const walk = walkCpio(bytes, path, at);
    let step = walk.next();
    for (; step.done !== true; step = walk.next()) yield { entry: step.value, linkScope };
    if (step.value.trailer !== null) linkScope += 1;
    at = firstNonZero(bytes, step.value.endBytes, bytes.length);
  }
  return linkScope;
}

const FINDING_LIMIT = 64;

/** Linux wants archives at multiples of 4; their number is bounded as that of layers is. */
function checkArchiveStart(bytes: Uint8Array, host: ReaderHost, { at, index }: ArchivePlace): void {
  if (at % 4 !== 0 && startsCpio(bytes, at)) {
    throw faultAt(host.layer, ['cpio-misaligned', `the archive at ${at} does not start at a multiple of 4`], at);
  }
  if (index < host.limits.layerCountLimit) return;
  throw faultAt(host.layer, ['limit-layer-count', `more than ${index} archives`], at);
}

interface ArchivePlace {
  readonly at: number;
  readonly index: number;
}

interface ArchiveWalk {
  readonly layer: string;
  readonly at: number;
  readonly findings: Finding[];
}

/** Walks an archive to its end, checks the sums of its files, and collects findings about its entries. */
function walkArchive(bytes: Uint8Array, { layer, at, findings }: ArchiveWalk): CpioEnd {
  const walk = walkCpio(bytes, layer, at);
  for (;;) {
    const step = walk.next();
    if (step.done === true) return step.value;
    checkSum(bytes, layer, step.value);
    noteOddities(step.value, layer, findings);
  }
}

function noteOddities({ oddities, range }: CpioEntry, layer: string, findings: Finding[]): void {
  if (findings.length >= FINDING_LIMIT) return;
  for (const { code, text, offsetBytes } of oddities) {
    findings.push({ code, text, layer, offsetBytes, lengthBytes: Math.max(0, range[1] - offsetBytes) });
  }
}

/** `do_copy`: the check field is the sum of the bytes of a regular file, modulo 2^32; other types are not checked. */
function checkSum(bytes: Uint8Array, layer: string, entry: CpioEntry): void {
  const { mode, checksum, offsetBytes, sizeBytes } = entry;
  if (checksum === null || (mode & FILE_TYPE.mask) !== FILE_TYPE.regular || isSkipped(entry)) return;
  let sum = 0;
  for (const byte of bytes.subarray(offsetBytes, offsetBytes + sizeBytes)) sum = (sum + byte) >>> 0;
  if (sum === checksum) return;
  const text = `the bytes of \`${entry.name}\` add up to ${hex(sum)}, not to ${hex(checksum)}`;
  throw faultAt(layer, ['cpio-checksum', text], offsetBytes);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

function endsInArchive(bytes: Uint8Array, claims: readonly Claim[]): boolean {
  return claims[claims.length - 1]?.range[1] === bytes.length;
}

/** `unpack_to_rootfs` finds its state machine still skipping padding when the decoder is done. */
function cut(bytes: Uint8Array, host: ReaderHost): Finding {
  const text = 'the compressed archive ends within the padding of its last entry; Linux reports junk there';
  return { code: 'cpio-padding-cut', text, layer: host.layer, offsetBytes: bytes.length, lengthBytes: 0 };
}
