import { beforeAll, describe, expect, test } from 'vitest';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgePe } from '../../../forge/pe.ts';
import { signPe } from '../../../forge/sign.ts';
import { type Bench, judge, newBench, outcomeOf, reasonCodes, signed, ukiOf, zbootOf } from '../../policy-case.ts';

const INITRD = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });

const COVERED = `param signers us
artifact image { require c: covered by us }
artifact pe { require c: covered by us }
artifact zboot { image { require c: covered by us } }
artifact uki {
  linux { image optional { require c: covered by us }  zboot optional { image } }
  initrd optional { require rd: covered by us }
  cmdline optional
  osrel optional
}
`;

describe('coverage', () => {
  let bench: Bench;
  beforeAll(() => {
    bench = newBench();
  });
  const covered = async (bytes: Uint8Array, name = 'c'): Promise<string | null> =>
    outcomeOf(await judge(COVERED, bytes, bench), name);

  test('(a) an intact signature of a trusted signer covers what it hashed; nobody else’s does', async () => {
    expect(await covered(signed(bench.image, bench.us))).toBe('satisfied');
    expect(await covered(signed(bench.image, bench.them))).toBe('violated');
    expect(await covered(bench.image)).toBe('violated');
  });

  test('(a) a signature over other bytes covers nothing', async () => {
    const bytes = signed(bench.image, bench.us);
    bytes[50_000] = (bytes[50_000] ?? 0) ^ 1;
    expect(await covered(bytes)).toBe('violated');
  });

  test('(b) CheckSum, the directory entry and the table itself need no coverage', async () => {
    const bytes = signed(bench.image, bench.us);
    const checksum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0x3c, true) + 24 + 64;
    bytes[checksum] = (bytes[checksum] ?? 0) ^ 0xff;
    expect(await covered(bytes)).toBe('satisfied');
  });

  test('(b) bytes of the table that belong to no signature do', async () => {
    const bytes = signPe(bench.image, { signers: [{ signer: bench.us, entry: { junk: new Uint8Array(64).fill(7) } }] });
    expect(await covered(bytes)).toBe('violated');
  });

  test('(c) a section of a signed UKI is enclosed, and one of an unsigned UKI is not', async () => {
    const uki = ukiOf(bench, { initrd: INITRD });
    expect(await covered(signed(uki, bench.us), 'rd')).toBe('satisfied');
    expect(await covered(uki, 'rd')).toBe('violated');
    expect(await covered(signed(uki, bench.us))).toBe('satisfied');
  });

  test('(c) the inner program’s own signature says nothing of the initrd beside it', async () => {
    const uki = ukiOf(bench, { linux: signed(bench.image, bench.us), initrd: INITRD });
    expect(await covered(uki)).toBe('satisfied');
    expect(await covered(uki, 'rd')).toBe('violated');
  });

  test('(d) what a signed zboot image decompresses to is derived', async () => {
    expect(await covered(signed(zbootOf(bench), bench.us))).toBe('satisfied');
    expect(await covered(signed(zbootOf(bench, { compression: 'zstd' }), bench.us))).toBe('satisfied');
    expect(await covered(zbootOf(bench))).toBe('violated');
  });

  test('(d) a label that names another compression than the payload has derives nothing', async () => {
    const bytes = signed(zbootOf(bench, { label: 'zstd', tail: 'absent' }), bench.us);
    expect(['violated', 'undecided']).toContain(await covered(bytes));
  });

  test('(d) a wrong size tail derives nothing', async () => {
    const right = zbootOf(bench, { compression: 'zstd' });
    const wrong = zbootOf(bench, { compression: 'zstd', tail: 999_999 });
    expect(await covered(signed(right, bench.us))).toBe('satisfied');
    expect(['violated', 'undecided']).toContain(await covered(signed(wrong, bench.us)));
  });

  test('(e) zero padding inside a decompressed Image belongs to it', async () => {
    const padded = zbootOf(bench, { padTo: 'image-size' });
    expect(await covered(signed(padded, bench.us))).toBe('satisfied');
  });

  test('(f) a gap with content between sections is uncovered, an empty one is not', async () => {
    const sections = (gap: Uint8Array) => [
      { name: '.text', data: new Uint8Array(512).fill(1) },
      { name: '.data', data: new Uint8Array(512).fill(2), gapBefore: gap },
    ];
    const whole = forgePe({ machine: 'x64', sections: sections(new Uint8Array(0)) });
    const gap = forgePe({ machine: 'x64', sections: sections(new Uint8Array(512).fill(9)) });
    expect(await covered(signed(whole, bench.us))).toBe('satisfied');
    expect(await covered(signed(gap, bench.us))).toBe('violated');
  });

  test('(g) an expected digest stored in covered bytes does not make a layer covered', async () => {
    const uki = ukiOf(bench, { pcrsig: '{"sha256":[]}' });
    const policy = `param signers us
      artifact uki { linux { image { require c: covered by us } }  otherwise allow }
      at kexec sees image enforce { c }`;
    expect(outcomeOf(await judge(policy, signed(uki, bench.us), bench), 'c')).toBe('violated');
  });

  test('a view that is handed the inner layer alone loses the signature around it, and says so', async () => {
    const policy = `param signers us
      artifact zboot { image { require c: covered by us } }
      at kexec sees image enforce { c }`;
    const verdict = await judge(policy, signed(zbootOf(bench), bench.us), bench);
    expect(verdict.verdict).toBe('reject');
    expect(reasonCodes(verdict)).toContain('not-visible');
  });

  test('a layer that the view uses but does not see is not covered in it', async () => {
    const policy = `param signers us
      artifact uki { linux { image }  initrd { require rd: covered by us }  cmdline, osrel }
      at firmware sees file enforce { rd }
      at kexec sees image enforce { rd }`;
    const uki = ukiOf(bench, { linux: signed(bench.image, bench.us), initrd: INITRD });
    const verdict = await judge(policy, signed(uki, bench.us), bench);
    expect(verdict.views.map((view) => outcomeOf(view, 'rd'))).toEqual(['satisfied', 'violated']);
  });
});
