import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { compile, DEFAULT_LIMITS, factsOf, nativeEngine, readAnchorFile } from '../../../index.ts';
import type { Engine } from '../../../runtime/bytes/engine.ts';
import { hexOf } from '../../../runtime/bytes/hex.ts';
import { sharedDigests } from '../../../runtime/facts/shared-digests.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { newSigner } from '../../../forge/x509.ts';

/** An engine that counts the bytes it hashes. */
function counting(): { readonly engine: Engine; hashed: number } {
  const native = nativeEngine();
  const state = { hashed: 0 };
  const engine: Engine = {
    ...native,
    digest: (algorithm, chunks) => {
      state.hashed += chunks.reduce((sum, { length }) => sum + length, 0);
      return native.digest(algorithm, chunks);
    },
  };
  return Object.assign(state, { engine });
}

describe('digests of one file', () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => index % 251);
  const digest = async (engine: Engine, ...chunks: readonly Uint8Array[]): Promise<string> =>
    hexOf(await engine.digest('sha256', chunks));

  test('are computed once for the same bytes, however they are cut', async () => {
    const count = counting();
    const shared = sharedDigests(count.engine);
    const whole = await digest(shared, bytes);
    expect(await digest(shared, bytes.subarray(0, 7000), new Uint8Array(0), bytes.subarray(7000))).toBe(whole);
    expect(count.hashed).toBe(20_000);
    expect(whole).toBe(await digest(nativeEngine(), bytes));
  });

  test.each([
    ['other bytes of the file', [[1, 20_000]]],
    [
      'the same bytes in another order',
      [
        [7000, 20_000],
        [0, 7000],
      ],
    ],
    [
      'bytes twice',
      [
        [0, 20_000],
        [0, 1],
      ],
    ],
    ['less', [[0, 19_999]]],
  ] as const)('are computed anew for %s', async (_what, ranges) => {
    const shared = sharedDigests(nativeEngine());
    await digest(shared, bytes);
    const chunks = ranges.map(([start, end]) => bytes.subarray(start, end));
    expect(await digest(shared, ...chunks)).toBe(await digest(nativeEngine(), ...chunks));
  });

  test('are computed anew for equal places in another buffer, and by another algorithm', async () => {
    const shared = sharedDigests(nativeEngine());
    const other = bytes.slice().fill(1);
    expect(await digest(shared, bytes)).not.toBe(await digest(shared, other));
    expect(hexOf(await shared.digest('sha384', [bytes]))).toHaveLength(96);
  });

  test('serve all policies: the twelfth hashes nothing of the file', async () => {
    const count = counting();
    const signer = newSigner({ subject: 'Sample', key: 'p256' });
    const image = signPe(forgeImage({ arch: 'arm64', size: 200_000 }), { signers: [{ signer }] });
    const file = factsOf(image, { limits: DEFAULT_LIMITS, engine: count.engine });
    const path = 'policies/kexec/status-quo-raw.bootpol';
    const judge = async (): Promise<void> => {
      const { verifier } = compile(readFileSync(path, 'utf8'), { fileName: path });
      const anchors = readAnchorFile(signer.certificateDer, 'sample');
      const trust = { ring: anchors.ok ? anchors.anchors : [] };
      expect((await verifier?.judge(file, { trust, at: new Date(0) }))?.verdict).toBe('accept');
    };
    await judge();
    const first = count.hashed;
    expect(first).toBeGreaterThan(200_000);
    await judge();
    expect(count.hashed - first).toBeLessThan(20_000);
  });
});
