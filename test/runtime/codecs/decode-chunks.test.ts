import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import type { ChunkRequest } from '../../../runtime/codecs/decode-chunks.ts';
import { decodeChunks } from '../../../runtime/codecs/decode-chunks.ts';
import { portableEngine } from '../../../runtime/codecs/portable-engine.ts';
import { sha256 } from '../../../runtime/codecs/sha256.ts';
import { startXxh64Low } from '../../../runtime/codecs/xxh64.ts';
import type { Codec } from '../../../runtime/contract/vocabulary.ts';
import { attemptDecode, faultCode, sha256Of, VECTORS } from './vectors.ts';

const READABLE = VECTORS.filter(({ file }) => file !== 'ia64-branches.xz');
const CASES = READABLE.map((each) => [each.file, each] as const);
/** Streams without a checksum over their contents, and those that may end in several places. */
const CUTTABLE = /legacy|two-|between|free-blocks/;

interface Chunked {
  readonly bytes: Uint8Array;
  readonly consumedBytes: number;
  readonly pieces: number;
}

function chunksOf(codec: Codec, encoded: Uint8Array, given: Partial<ChunkRequest> = {}): Chunked {
  const bounds = { outputLimitBytes: 2 ** 24, heldLimitBytes: 2 ** 28, ...given };
  const chunks = decodeChunks(codec, encoded, { layer: 'file', engine: portableEngine(), ...bounds });
  const pieces: Uint8Array[] = [];
  for (;;) {
    const step = chunks.next();
    if (step.done === true) return { bytes: concatBytes(...pieces), consumedBytes: step.value, pieces: pieces.length };
    pieces.push(step.value.slice());
  }
}

describe('decoding piece by piece', () => {
  test.each(CASES)('%s gives the bytes that were encoded, whatever is let go on the way', (_, each) => {
    for (const slackBytes of [0, 10_000, 2 ** 24]) {
      const { bytes, consumedBytes } = chunksOf(each.codec, each.encoded, { slackBytes });
      expect(bytes.length).toBe(each.decodedBytes);
      expect(sha256Of(bytes)).toBe(each.sha256);
      expect(consumedBytes).toBe(each.encoded.length);
    }
  });

  test.each(CASES.filter(([file]) => !CUTTABLE.test(file)))('%s cut short is refused as in one go', (_, each) => {
    const { codec, encoded } = each;
    for (const share of [0.1, 0.5, 0.999]) {
      const cut = encoded.subarray(0, Math.floor(encoded.length * share));
      const result = attempt(() => chunksOf(codec, cut, { slackBytes: 0 }));
      expect(result.ok ? 'none' : result.finding.code).toBe(faultCode(codec, cut));
    }
  });

  test.each(CASES)('%s with a bit flipped gives what it gives in one go, or is refused like it', (_, each) => {
    const { codec, encoded } = each;
    for (let at = 0; at < encoded.length; at += Math.ceil(encoded.length / 12)) {
      const damaged = Uint8Array.from(encoded);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      const whole = attemptDecode(codec, damaged);
      const result = attempt(() => chunksOf(codec, damaged, { slackBytes: 0 }));
      expect(result.ok).toBe(whole.ok);
      if (result.ok && whole.ok) expect(sha256Of(result.value.bytes)).toBe(sha256Of(whole.value.bytes));
    }
  });

  test.each(CASES.filter(([, { decodedBytes }]) => decodedBytes > 0))(
    '%s fits a limit of its size and no less',
    (_, each) => {
      const { codec, encoded, decodedBytes } = each;
      expect(chunksOf(codec, encoded, { outputLimitBytes: decodedBytes }).bytes.length).toBe(decodedBytes);
      const result = attempt(() => chunksOf(codec, encoded, { outputLimitBytes: decodedBytes - 1 }));
      expect(result.ok ? 'none' : result.finding.code).toBe('codec-output-limit');
    },
  );

  test('64 MiB of gzip take no more room than its window and the slack', () => {
    const encoded = compress('gzip', new Uint8Array(2 ** 26));
    const bounds = { outputLimitBytes: 2 ** 26, heldLimitBytes: 2 ** 20, slackBytes: 2 ** 16 };
    const chunks = decodeChunks('gzip', encoded, { layer: 'file', engine: portableEngine(), ...bounds });
    let count = 0;
    for (const piece of chunks) count += piece.length;
    expect(count).toBe(2 ** 26);
  });

  test('hands on what came before a fault', () => {
    const encoded = compress('gzip', new Uint8Array(2 ** 20).fill(7));
    const chunks = decodeChunks('gzip', encoded.subarray(0, encoded.length - 4), {
      ...{ layer: 'file', engine: portableEngine(), outputLimitBytes: 2 ** 21, heldLimitBytes: 2 ** 25 },
    });
    let count = 0;
    const result = attempt(() => {
      for (const piece of chunks) count += piece.length;
    });
    expect([result.ok, count]).toEqual([false, 2 ** 20]);
  });
});

describe('a checksum in pieces', () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7919) >>> 3);

  test.each([1, 3, 31, 32, 33, 63, 64, 65, 127, 999])(
    'of %i bytes each is that of the whole: SHA-256, XXH64',
    (size) => {
      const whole = startXxh64Low();
      whole.add(bytes);
      const xxh64 = startXxh64Low();
      for (let at = 0; at < bytes.length; at += size) xxh64.add(bytes.subarray(at, at + size));
      expect(xxh64.end()).toBe(whole.end());
      expect(sha256Of(bytes)).toBe(Buffer.from(sha256(bytes)).toString('hex'));
    },
  );
});
