import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { flipped } from '../../../forge/bytes.ts';
import { nativeEngine } from '../../../native-engine.ts';
import { ML_DSA_SETS, type MlDsaSet } from '../../../runtime/signing/algorithms.ts';
import { checkSignature } from '../../../runtime/signing/check-signature.ts';

const FOLDER = join('test', 'vectors', 'ml-dsa');
const TEXT = readFileSync(join(FOLDER, 'vectors.json'));
const ENGINE = nativeEngine();

const base64 = z.string().transform((text) => Uint8Array.from(Buffer.from(text, 'base64')));
const VECTORS = z
  .array(
    z.object({
      set: z.enum(['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87']),
      spki: base64,
      signatures: z.array(z.object({ message: base64, signature: base64 })),
    }),
  )
  .parse(JSON.parse(TEXT.toString()));

async function check(
  set: MlDsaSet,
  spki: Uint8Array,
  about: { message: Uint8Array; signature: Uint8Array },
): Promise<string> {
  const answer = await checkSignature(
    { spki, scheme: { kind: 'ml-dsa', set, digest: null }, digest: null, ...about },
    ENGINE,
  );
  return answer.kind;
}

describe('ML-DSA signatures by OpenSSL 3.5', () => {
  test('are the ones that SOURCE.md names, of every set', () => {
    const digest = createHash('sha256').update(TEXT).digest('hex');
    expect(readFileSync(join(FOLDER, 'SOURCE.md'), 'utf8')).toContain(digest);
    expect(VECTORS.map(({ set }) => set)).toEqual([...ML_DSA_SETS.values()]);
  });

  test.each(VECTORS)('are good under their own key: $set', async ({ set, spki, signatures }) => {
    expect(signatures.map(({ message }) => message.length)).toEqual([0, 48, 5000]);
    for (const one of signatures) expect(await check(set, spki, one)).toBe('good');
  });

  test.each(VECTORS)(
    'are bad with a bit of them, of the message or of the key flipped: $set',
    async ({ set, spki, signatures }) => {
      const [, one, other] = signatures;
      if (one === undefined || other === undefined) throw new Error('three signatures');
      const { message, signature } = one;
      for (const at of [0, 32, signature.length >> 1, signature.length - 1]) {
        expect(await check(set, spki, { message, signature: flipped(signature, at) })).toBe('bad');
      }
      expect(await check(set, spki, { message: flipped(message, 7), signature })).toBe('bad');
      expect(await check(set, flipped(spki, spki.length - 1), one)).toBe('bad');
      expect(await check(set, spki, { message, signature: other.signature })).toBe('bad');
    },
  );

  test.each(VECTORS)(
    'are bad with a byte too few or too many, and under the key of another set: $set',
    async ({ set, spki, signatures }) => {
      const [one] = signatures;
      if (one === undefined) throw new Error('three signatures');
      const { message, signature } = one;
      const longer = new Uint8Array(signature.length + 1);
      longer.set(signature);
      expect(await check(set, spki, { message, signature: signature.subarray(1) })).toBe('bad');
      expect(await check(set, spki, { message, signature: longer })).toBe('bad');
      for (const stranger of VECTORS.filter((vector) => vector.set !== set)) {
        expect(await check(set, stranger.spki, one)).toBe('bad');
      }
    },
  );
});
