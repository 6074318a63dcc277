import type { Finding } from '../bytes/format-error.ts';
import type { Layer } from './layer.ts';
import { type CpioEnd, type CpioEntry, startsCpio, walkCpio } from './cpio-walk.ts';
import { faultAt } from './fault-at.ts';
import { EMPTY_READING, type Reading, type ReaderHost } from './reading.ts';
import { type Claim, drawRegions } from './regions.ts';
import { firstNonZero } from './zero-bytes.ts';

/**
 * Reads a decoded cpio member of an initrd: archives one after the other, zeros between and after them.
 *
 * @throws FormatError `cpio-…`; what follows an archive must be zeros or, 4-aligned, another archive.
 */
export function readCpio(bytes: Uint8Array, host: ReaderHost): Reading {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  let last: CpioEnd | null = null;
  for (let at = firstNonZero(bytes, 0, bytes.length); at < bytes.length; ) {
    checkArchiveStart(bytes, host, { at, index: claims.length });
    last = walkArchive(walkCpio(bytes, host.layer, at), host.layer, findings);
    claims.push({ range: [at, last.endBytes], role: 'data', name: `archive ${claims.length}` });
    at = firstNonZero(bytes, last.endBytes, bytes.length);
  }
  if (last?.trailer === false && host.codec !== 'none') findings.push(noTrailer(bytes, host));
  const regions = drawRegions(bytes, claims, (_before, _after, range) => [{ range, role: 'padding', name: 'zeros' }]);
  return { ...EMPTY_READING, findings, regions };
}

/**
 * The entries of a `cpio` layer, in order, one at a time.
 *
 * @throws FormatError `cpio-…` while iterating, for a layer that has a fault.
 */
export function* cpioEntries(layer: Layer): Generator<CpioEntry, void> {
  const { bytes } = layer;
  for (let at = firstNonZero(bytes, 0, bytes.length); at < bytes.length; ) {
    const end: CpioEnd = yield* walkCpio(bytes, layer.path, at);
    at = firstNonZero(bytes, end.endBytes, bytes.length);
  }
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

/** Walks an archive to its end, and collects findings about its entries. */
function walkArchive(walk: Generator<CpioEntry, CpioEnd>, layer: string, findings: Finding[]): CpioEnd {
  for (;;) {
    const step = walk.next();
    if (step.done === true) return step.value;
    const { skipped, range } = step.value;
    if (skipped === null || findings.length >= FINDING_LIMIT) continue;
    const [offsetBytes, end] = range;
    const text = `Linux skips this entry: ${skipped}`;
    findings.push({ code: 'cpio-entry-skipped', text, layer, offsetBytes, lengthBytes: end - offsetBytes });
  }
}

function noTrailer(bytes: Uint8Array, host: ReaderHost): Finding {
  const text = 'the compressed archive does not end with `TRAILER!!!`; Linux reports junk at its end';
  return { code: 'cpio-no-trailer', text, layer: host.layer, offsetBytes: bytes.length, lengthBytes: 0 };
}
