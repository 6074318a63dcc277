import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { repackReportSchema, type RepackReport } from '../../../runtime/report/repack-schema.ts';
import { BOTH, inspected, repack, UKI, ZBOOT } from './repack-run.ts';

const REPORT = repackReportSchema.strict();

async function reported(words: readonly string[]): Promise<{ report: RepackReport; written: Uint8Array | null }> {
  const { code, out, err, written } = await repack([...words, '--format', 'json']);
  expect([code, err]).toEqual([0, '']);
  return { report: REPORT.parse(JSON.parse(out)), written };
}

describe('the JSON of bootpol repack', () => {
  test('says what was made of what, by which encoder and signers, and how it is read back', async () => {
    const { report, written } = await reported(['zboot.efi', ...BOTH, '--compress', 'zstd', '-o', 'out']);
    expect(report.before).toEqual({ kind: 'zboot', arch: 'arm64', sizeBytes: ZBOOT.length, sha256: sha256(ZBOOT) });
    expect(report.written).toEqual({
      ...{ file: 'out', holds: 'image', sizeBytes: written?.length, sha256: sha256(written ?? ZBOOT) },
    });
    expect(report.encoding).toMatchObject({ codec: 'zstd', encoder: 'zstd 9.9.9 -22 --ultra', decodedBytes: 0x10000 });
    expect(report.signatures.map(({ on, signer, by }) => [on, signer, by])).toEqual([
      ['the Image', 'CN=Inner', 'key'],
      ['the zboot', 'CN=Outer', 'key'],
    ]);
    const root = await inspected(written);
    expect(report.layers.map(({ path, codec, sha256: digest }) => [path, codec, digest])).toEqual([
      ['zboot', null, root.sha256],
      ['zboot/image', 'zstd', root.children[0]?.sha256],
    ]);
    expect(report.layers.flatMap(({ signatures }) => signatures.map(({ sound }) => sound))).toEqual([true, false]);
    expect(report.steps.at(0)?.verb).toBe('unpacked');
  });

  test.each([
    [
      ['zboot.efi', ...BOTH],
      ['firmware-cannot-start', 'signature-broken-by-padding'],
    ],
    [
      ['zboot.efi', ...BOTH, '--trim'],
      ['firmware-cannot-start', 'reserves-too-little-memory'],
    ],
    [
      ['uki.efi', '--sign-inner', 'both.pem'],
      ['firmware-cannot-start', 'signature-broken-by-padding', 'pcrsig-stale'],
    ],
    [['zboot.efi', '--sign-outer', 'both.pem'], []],
  ] as const)('warns in one word for each thing that %j breaks', async (words, codes) => {
    const { report } = await reported([...words, '-o', 'out']);
    expect(report.warnings.map(({ code }) => code)).toEqual(codes);
  });

  test('tells both values of PCR 11 where they differ', async () => {
    const { report } = await reported(['uki.efi', '--sign-inner', 'both.pem', '-o', 'out']);
    expect(report.pcr11?.before).toMatch(/^[0-9a-f]{64}$/);
    expect(report.pcr11?.after).not.toBe(report.pcr11?.before);
    const outside = await reported(['uki.efi', '--sign-outer', 'both.pem', '-o', 'out']);
    expect([outside.report.pcr11, outside.report.before.sha256]).toEqual([null, sha256(UKI)]);
  });

  test('says whose signature is awaited with --prepare, and goes to standard error beside an image on standard output', async () => {
    const { report, written } = await reported(['zboot.efi', '--sign-outer', 'outer.pem', '--prepare', 'tbs']);
    expect(report).toMatchObject({ waitsFor: 'CN=Outer', layers: [], written: { file: 'tbs', holds: 'to-be-signed' } });
    expect(report.written.sizeBytes).toBe(written?.length);
    const words = ['zboot.efi', '--sign-outer', 'both.pem', '-o', '-', '--format', 'json'];
    const piped = await repack(words);
    expect(REPORT.parse(JSON.parse(piped.err)).written.file).toBe('-');
    expect(piped.out.startsWith('MZ')).toBe(true);
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
