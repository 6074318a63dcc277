import type { Engine } from '../../runtime/bytes/engine.ts';
import type { Codec } from '../../runtime/contract/vocabulary.ts';
import { attemptDecode, enginesFor, sha256Of, type Vector, VECTORS } from '../runtime/codecs/vectors.ts';
import { seeded } from './mutation.ts';
import type { SeedRange } from './seed-range.ts';

/** What came out of the mutations of one codec's vectors. */
export interface CodecTally {
  readonly refused: number;
  readonly decoded: number;
  /** Everything that must not happen, in words; a seed makes it happen again. */
  readonly complaints: readonly string[];
}

const LIMIT_BYTES = 2 ** 20;
/** Most mutations are of vectors no larger than this. */
const SMALL_BYTES = 1700;
const COMPLAINTS_SHOWN = 10;
/** Streams without a checksum over their contents. */
const UNCHECKED = /no-check|\.lzma$|legacy/;

/**
 * Decodes mutations of the codec's vectors on every engine; `begin` is told before each.
 *
 * Anything thrown but a `FormatError` passes through. Complained about: an offset or a count outside the bytes, more
 * output than the limit, engines that disagree, and other bytes than were encoded under a checksum.
 */
export function judgeCodecMutations(
  codec: Codec,
  range: SeedRange,
  begin: (seed: number, bytes: Uint8Array) => void = () => undefined,
): CodecTally {
  const all = VECTORS.filter((each) => each.codec === codec);
  const small = all.filter(({ encoded }) => encoded.length <= SMALL_BYTES);
  const tally = { refused: 0, decoded: 0, complaints: new Array<string>() };
  for (let seed = range.first; seed < range.first + range.count; seed += 1) {
    const next = seeded(seed * 31 + codec.length);
    const pool = next() % 16 === 0 ? all : small;
    const vector = pool[next() % pool.length];
    if (vector === undefined) continue;
    const change = changed(vector.encoded, next);
    begin(seed, change.bytes);
    const outcomes = enginesFor(codec).map((engine) => outcomeOf(vector, change, engine));
    const [first] = outcomes;
    if (first?.isDecoded === true) tally.decoded += 1;
    else tally.refused += 1;
    const words = [...outcomes.flatMap(({ complaints }) => complaints), ...disagreement(outcomes)];
    for (const each of words.slice(0, COMPLAINTS_SHOWN - tally.complaints.length)) {
      tally.complaints.push(`${vector.file}, seed ${String(seed)}: ${each}`);
    }
  }
  return tally;
}

interface Change {
  readonly bytes: Uint8Array;
  /** One place only: a flag that switches a checksum off then cannot hide another change. */
  readonly isSingle: boolean;
}

interface Outcome {
  readonly isDecoded: boolean;
  /** What engines must agree on. */
  readonly summary: string;
  readonly complaints: readonly string[];
}

/** Other bytes in one to four places, bytes left out or put in, or an early end. */
function changed(bytes: Uint8Array, next: () => number): Change {
  const kind = next() % 8;
  const at = next() % bytes.length;
  if (kind === 0) return { bytes: bytes.slice(0, at), isSingle: true };
  const count = 1 + (next() % 4);
  if (kind === 1) return { bytes: joined(bytes.subarray(0, at), bytes.subarray(at + count)), isSingle: true };
  if (kind === 2) {
    const put = Uint8Array.from({ length: count }, () => next());
    return { bytes: joined(bytes.subarray(0, at), put, bytes.subarray(at)), isSingle: true };
  }
  const copy = bytes.slice();
  for (let flip = 0; flip < count; flip += 1) {
    // Half of them where the headers are.
    const span = next() % 2 === 0 ? Math.min(40, copy.length) : copy.length;
    copy[next() % span] = next();
  }
  return { bytes: copy, isSingle: count === 1 };
}

function outcomeOf(vector: Vector, { bytes, isSingle }: Change, engine: Engine): Outcome {
  const result = attemptDecode(vector.codec, bytes, { engine, outputLimitBytes: LIMIT_BYTES });
  if (!result.ok) {
    const { code, offsetBytes } = result.finding;
    const isInside = offsetBytes >= 0 && offsetBytes <= bytes.length;
    const complaints = isInside ? [] : [`${code} at ${String(offsetBytes)} of ${String(bytes.length)} bytes`];
    return { isDecoded: false, summary: `${code} at ${String(offsetBytes)}`, complaints };
  }
  const { bytes: decoded, consumedBytes } = result.value;
  const complaints: string[] = [];
  if (consumedBytes > bytes.length) complaints.push(`${String(consumedBytes)} of ${String(bytes.length)} bytes used`);
  if (decoded.length > LIMIT_BYTES) complaints.push(`${String(decoded.length)} bytes decoded`);
  const sha256 = sha256Of(decoded);
  if (isSingle && !UNCHECKED.test(vector.file) && sha256 !== vector.sha256 && !isStart(vector, decoded)) {
    complaints.push(`${String(decoded.length)} wrong bytes on the ${engine.name} engine`);
  }
  return { isDecoded: true, summary: `${sha256}, ${String(consumedBytes)} used`, complaints };
}

function disagreement(outcomes: readonly Outcome[]): readonly string[] {
  const summaries = outcomes.map(({ summary }) => summary);
  return new Set(summaries).size <= 1 ? [] : [`engines disagree: ${summaries.join(' and ')}`];
}

/** Of several streams, those before the changed one. */
function isStart(vector: Vector, decoded: Uint8Array): boolean {
  const whole = attemptDecode(vector.codec, vector.encoded);
  return (
    whole.ok &&
    decoded.length < whole.value.bytes.length &&
    Buffer.compare(whole.value.bytes.subarray(0, decoded.length), decoded) === 0
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
