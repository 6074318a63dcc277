import { type Finding, FormatError } from '../bytes/format-error.ts';
import type { Layer } from './layer.ts';
import { type CpioEnd, type CpioEntry, startsCpio, walkCpio } from './cpio-walk.ts';
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
    last = walkArchive(bytes, host, at, findings);
    if (claims.length < host.limits.layerCountLimit) {
      claims.push({ range: [at, last.endBytes], role: 'data', name: `archive ${claims.length}` });
    } else throw tooManyArchives(host, at);
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

/** An archive and the findings about its entries; archives start at multiples of 4, as Linux wants them. */
function walkArchive(bytes: Uint8Array, host: ReaderHost, at: number, findings: Finding[]): CpioEnd {
  if (at % 4 !== 0 && startsCpio(bytes, at)) {
    const text = `the archive at ${at} does not start at a multiple of 4`;
    throw new FormatError({ code: 'cpio-misaligned', text, layer: host.layer, offsetBytes: at, lengthBytes: 0 });
  }
  const walk = walkCpio(bytes, host.layer, at);
  for (;;) {
    const step = walk.next();
    if (step.done === true) return step.value;
    const { skipped, range } = step.value;
    if (skipped === null || findings.length >= FINDING_LIMIT) continue;
    const text = `Linux skips this entry: ${skipped}`;
    const [offsetBytes, end] = range;
    findings.push({ code: 'cpio-entry-skipped', text, layer: host.layer, offsetBytes, lengthBytes: end - offsetBytes });
  }
}

function noTrailer(bytes: Uint8Array, host: ReaderHost): Finding {
  const text = 'the compressed archive does not end with `TRAILER!!!`; Linux reports junk at its end';
  return { code: 'cpio-no-trailer', text, layer: host.layer, offsetBytes: bytes.length, lengthBytes: 0 };
}

function tooManyArchives(host: ReaderHost, offsetBytes: number): FormatError {
  const text = `more than ${host.limits.layerCountLimit} archives`;
  return new FormatError({ code: 'limit-layer-count', text, layer: host.layer, offsetBytes, lengthBytes: 0 });
}
