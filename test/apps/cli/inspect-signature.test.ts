import { describe, expect, test } from 'vitest';
import { signPe } from '../../../forge/sign.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { newSigner } from '../../../forge/x509.ts';
import { inspectionReportSchema } from '../../../runtime/report/inspection-schema.ts';
import { recipe } from '../../forge/recipe-bytes.ts';
import { type MemoryFiles, run } from './run-in-memory.ts';

const SIGNER = newSigner({ subject: 'Sample', key: 'rsa2048', eku: ['codeSigning', 'serverAuth'] });
const SIGNED_AT = new Date('2026-01-02T03:04:05Z');
const FILES: MemoryFiles = {
  'junk.efi': signPe(smallProgram({}), {
    signers: [{ signer: SIGNER, signingTime: SIGNED_AT, entry: { junk: Uint8Array.of(1, 2, 3, 4) } }],
    tableTrailer: new Uint8Array(8).fill(7),
  }),
  'clean.efi': signPe(smallProgram({}), { signers: [{ signer: SIGNER, signingTime: SIGNED_AT }] }),
  'gap.efi': recipe('gap'),
};

describe('inspect says of a signature', () => {
  test('who made it, with which key, for which use, when, and what it leaves out', async () => {
    const { code, out } = await run(['inspect', 'junk.efi'], FILES);
    expect(code).toBe(0);
    expect(out).toMatch(/signature 1 {2}authenticode, sha256, rsa 2048: intact, digest matches/);
    expect(out).toMatch(/valid +2024-01-01 to 2044-01-01, for code, /);
    expect(out).toMatch(/signed at +2026-01-02T03:04:05.000Z, says the signer/);
    expect(out).toMatch(/leaves out +\d+ bytes at [\d,]+: bytes that belong to no signature/);
    expect(out).toMatch(/4 bytes after the CMS of an entry, not all zero/);
    const clean = await run(['inspect', 'clean.efi'], FILES);
    expect(clean.out).not.toMatch(/leaves out|findings/);
    const gap = await run(['inspect', 'gap.efi'], FILES);
    expect(gap.out).toMatch(/leaves out +512 bytes at 2,560: between \.rdata and \.data/);
  });

  test('the same in JSON', async () => {
    const read = async (file: string) => {
      const { out } = await run(['inspect', '--format', 'json', file], FILES);
      const [signature] = inspectionReportSchema.parse(JSON.parse(out)).files[0]?.layers[0]?.signatures ?? [];
      return signature;
    };
    const junk = await read('junk.efi');
    expect(junk).toMatchObject({
      keyAlgorithm: 'rsa',
      keyBits: 2048,
      signerDigestAlgorithm: 'sha256',
      signingTime: '2026-01-02T03:04:05.000Z',
      certificates: [
        {
          subject: 'CN=Sample',
          keyBits: 2048,
          notBefore: '2024-01-01T00:00:00.000Z',
          extendedKeyUsage: ['1.3.6.1.5.5.7.3.3', '1.3.6.1.5.5.7.3.1'],
        },
      ],
    });
    const unowned = (signature: typeof junk) =>
      (signature?.uncovered ?? []).filter(({ structural, zero }) => !structural && !zero).map(({ name }) => name);
    expect(unowned(junk)).toEqual(['bytes that belong to no signature']);
    expect(unowned(await read('clean.efi'))).toEqual([]);
    expect(unowned(await read('gap.efi'))).toEqual(['between .rdata and .data']);
  });
});
