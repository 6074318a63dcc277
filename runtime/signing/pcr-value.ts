import type { Engine } from '../bytes/engine.ts';
import { FormatError } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import type { Limits } from '../bytes/limits.ts';
import { POLICY_DIGESTS, type PolicyDigest } from '../contract/vocabulary.ts';
import type { PeImage, PeSection } from '../formats/pe.ts';
import { encodeUtf8 } from '../formats/utf8.ts';
import { joined } from './der-fields.ts';
import { type MeasuredImage, measuredImages, type MeasuredSection } from './pcr-image.ts';

/** A bank of PCRs, by the digest with which it is extended. */
export type PcrBank = PolicyDigest;

export const PCR_BANKS: readonly PcrBank[] = ['sha1', 'sha256', 'sha384', 'sha512'];

/** The phases that systemd-measure calculates when none is named (src/measure/measure-tool.c). */
export const DEFAULT_PHASES: readonly string[] = [
  'enter-initrd',
  'enter-initrd:leave-initrd',
  'enter-initrd:leave-initrd:sysinit',
  'enter-initrd:leave-initrd:sysinit:ready',
];

/** The phase in which nothing has been measured behind the stub's own measurements. */
export const NO_PHASE = '';

/** Computes values of PCR 11 of one file; digests of sections are computed once a bank, whoever asks. */
export interface PcrCalculator {
  /**
   * The value that the stub leaves behind: for each section its name with a NUL, then its bytes, from a PCR of zeros.
   *
   * @throws FormatError `limit-zero-fill` when sections are much larger in memory than in the file.
   */
  valueOf(image: MeasuredImage, bank: PcrBank): Promise<Uint8Array>;
  /** The value after the words of a phase path such as `enter-initrd:leave-initrd`, which systemd-pcrphase measures. */
  afterPhase(value: Uint8Array, bank: PcrBank, phase: string): Promise<Uint8Array>;
}

/** What a calculator may use. */
export interface PcrOptions {
  readonly engine: Engine;
  readonly limits: Limits;
}

/** Makes a calculator; nothing is hashed yet. */
export function pcrCalculator(pe: PeImage, { engine, limits }: PcrOptions): PcrCalculator {
  const digests = new Map<string, Promise<Uint8Array>>();
  const filled = new Set<PeSection>();
  const zeros = new Uint8Array(ZERO_CHUNK_BYTES);
  let zeroBytes = 0;
  const extend = async (value: Uint8Array, bank: PcrBank, digest: Uint8Array): Promise<Uint8Array> =>
    engine.digest(bank, [joined([value, digest])]);
  const chunksOf = (measured: MeasuredSection): readonly Uint8Array[] => {
    const [start, end] = measured.range;
    const missing = measured.sizeBytes - (end - start);
    if (!filled.has(measured.section)) zeroBytes += missing;
    filled.add(measured.section);
    if (zeroBytes > limits.layerSizeLimitBytes) throw tooManyZeros(pe, measured, limits);
    return [pe.bytes.subarray(start, end), ...zeroChunks(zeros, missing)];
  };
  const digestOf = (key: string, bank: PcrBank, chunks: () => readonly Uint8Array[]): Promise<Uint8Array> => {
    const known = digests.get(`${bank} ${key}`);
    if (known !== undefined) return known;
    const computed = Promise.resolve(engine.digest(bank, chunks()));
    digests.set(`${bank} ${key}`, computed);
    return computed;
  };
  return {
    valueOf: async (image, bank) => {
      let value: Uint8Array = new Uint8Array(POLICY_DIGESTS[bank]);
      for (const measured of image.sections) {
        const { name, section } = measured;
        value = await extend(value, bank, await digestOf(name, bank, () => [encodeUtf8(`${name}\0`)]));
        const place = String(section.headerRange[0]);
        value = await extend(value, bank, await digestOf(place, bank, () => chunksOf(measured)));
      }
      return value;
    },
    afterPhase: async (value, bank, phase) => {
      let extended = value;
      for (const word of phaseWords(phase)) {
        extended = await extend(extended, bank, await digestOf(`phase ${word}`, bank, () => [encodeUtf8(word)]));
      }
      return extended;
    },
  };
}

/**
 * PCR 11 in the SHA-256 bank as the stub leaves it behind, lower-case hex, once for each way to boot that differs.
 *
 * @throws FormatError as `measuredImages` and `PcrCalculator.valueOf`.
 */
export async function pcr11Values(pe: PeImage, options: PcrOptions): Promise<readonly string[]> {
  const calculator = pcrCalculator(pe, options);
  const values = new Set<string>();
  for (const image of measuredImages(pe)) values.add(hexOf(await calculator.valueOf(image, 'sha256')));
  return [...values];
}

/** The words of a phase path; empty ones do not count. */
function phaseWords(phase: string): readonly string[] {
  return phase.split(':').filter((word) => word !== '');
}

const ZERO_CHUNK_BYTES = 65_536;

function zeroChunks(zeros: Uint8Array, count: number): readonly Uint8Array[] {
  const whole = Array.from({ length: Math.floor(count / zeros.length) }, () => zeros);
  return [...whole, zeros.subarray(0, count % zeros.length)];
}

function tooManyZeros(pe: PeImage, { name, section }: MeasuredSection, limits: Limits): FormatError {
  const [offsetBytes, end] = section.headerRange;
  const text = `\`${name}\` is so much larger in memory than in the file that more than ${limits.layerSizeLimitBytes} zeros would have to be measured`;
  return new FormatError({
    code: 'limit-zero-fill',
    text,
    layer: pe.layer,
    offsetBytes,
    lengthBytes: end - offsetBytes,
  });
}
