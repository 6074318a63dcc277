import { describe, expect, test } from 'vitest';
import { identifyCodec } from '../../../runtime/codecs/codec.ts';
import { attemptDecode, enginesFor, faultCode, sha256Of, vector, VECTORS } from './vectors.ts';

/** Itanium is gone from Linux, and its filter is not read. */
const READABLE = VECTORS.filter(({ file }) => file !== 'ia64-branches.xz');

/** (pb 2 * 5 + lp 4) * 9 + lc 0 */
const UNUSUAL_LZMA_PROPERTIES = 126;

describe.each(READABLE.map((each) => [each.file, each] as const))('the vector %s', (_, each) => {
  const { codec, encoded, decodedBytes, sha256 } = each;

  test('is recognised by its first bytes', () => {
    // lzma has no magic: only the properties that every encoder writes unless told otherwise count as one.
    expect(identifyCodec(encoded)).toBe(encoded[0] === UNUSUAL_LZMA_PROPERTIES ? null : codec);
  });

  test.each(enginesFor(codec).map((engine) => [engine.name, engine] as const))(
    'decodes to the bytes that were encoded, all of it used, on the %s engine',
    (__, engine) => {
      const result = attemptDecode(codec, encoded, { engine });
      expect(result).toMatchObject({ ok: true, value: { consumedBytes: encoded.length } });
      if (!result.ok) return;
      expect(result.value.bytes.length).toBe(decodedBytes);
      expect(sha256Of(result.value.bytes)).toBe(sha256);
    },
  );

  test.each(enginesFor(codec).map((engine) => [engine.name, engine] as const))(
    'leaves what follows it unread on the %s engine',
    (__, engine) => {
      const { length } = encoded;
      for (const tail of [[0], [0, 0, 0, 0], new Array<number>(600).fill(0), ...nonZeroTails(codec)]) {
        const result = attemptDecode(codec, Uint8Array.from([...encoded, ...tail]), { engine });
        expect(result).toMatchObject({ ok: true, value: { consumedBytes: length } });
        if (result.ok) expect(sha256Of(result.value.bytes)).toBe(sha256);
      }
    },
  );

  test.each(enginesFor(codec).map((engine) => [engine.name, engine] as const))(
    'fits a limit of its own size and no less on the %s engine',
    (__, engine) => {
      const exact = attemptDecode(codec, encoded, { engine, outputLimitBytes: decodedBytes });
      expect(exact).toMatchObject({ ok: true });
      if (exact.ok) expect(sha256Of(exact.value.bytes)).toBe(sha256);
      if (decodedBytes === 0) return;
      expect(faultCode(codec, encoded, { engine, outputLimitBytes: decodedBytes - 1 })).toBe('codec-output-limit');
    },
  );

  test.each(enginesFor(codec).map((engine) => [engine.name, engine] as const))(
    'is refused when another size is declared for it on the %s engine',
    (__, engine) => {
      expect(faultCode(codec, encoded, { engine, exactSizeBytes: decodedBytes })).toBe('none');
      for (const exactSizeBytes of [decodedBytes + 1, decodedBytes - 1].filter((size) => size >= 0)) {
        expect(faultCode(codec, encoded, { engine, exactSizeBytes })).toBe('codec-size-mismatch');
      }
    },
  );
});

test('the filter of xz for Itanium is named as not supported', () => {
  expect(faultCode('xz', vector('ia64-branches.xz').encoded)).toBe('codec-unsupported');
});

/** Bytes after the end that start nothing: a legacy lz4 frame has no end, so there zeros alone are none of its own. */
function nonZeroTails(codec: string): readonly (readonly number[])[] {
  return codec === 'lz4' ? [] : [[1], [0x1f, 0x8b], [0, 1, 2, 3, 4], new Array<number>(70).fill(0xee)];
}
