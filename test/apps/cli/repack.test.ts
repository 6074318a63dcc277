import { describe, expect, test } from 'vitest';
import type { CommandIo } from '../../../apps/cli/io.ts';
import { concatBytes, patched, u32le } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { signPe } from '../../../forge/sign.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { CURVE, IMAGE, ZBOOT, SIGNED, UKI, BOTH, repack, inspected } from './repack-run.ts';

describe('bootpol repack', () => {
  test.each(['gzip', 'zstd', 'xz', 'lz4', 'lzo'])(
    'signs the Image, pads it, packs it as %s, signs outside',
    async (codec) => {
      const { code, out, err, written } = await repack(['zboot.efi', ...BOTH, '--compress', codec, '-o', 'out']);
      expect([code, err]).toEqual([0, '']);
      const zboot = await inspected(written);
      const [image] = zboot.children;
      expect([zboot.compression, image?.sizeBytes]).toEqual([codec, 0x10000]);
      expect(zboot.signatures).toMatchObject([{ intact: true, digestMatches: true, signer: { subject: 'CN=Outer' } }]);
      expect(image?.signatures).toMatchObject([
        { intact: true, digestMatches: false, signer: { subject: 'CN=Inner' } },
      ]);
      expect(image?.findings.map(({ code: finding }) => finding)).toContain('signature-lost-to-padding');
      expect(out).toMatch(/warning {4}the signature on zboot\/image by CN=Inner does not survive/);
      expect(out).toMatch(/checked {4}the signature on zboot by CN=Outer: sound/);
    },
  );

  test('packs the signed Image as it is with --trim', async () => {
    const { code, out, written } = await repack(['zboot.efi', ...BOTH, '--trim', '-o', 'out']);
    const [image] = (await inspected(written)).children;
    expect([code, image?.signatures[0]?.digestMatches]).toEqual([0, true]);
    expect(out).toMatch(/note {7}not padded: the stub reserves/);
    expect(out).not.toMatch(/warning/);
  });

  test('says what it did in order, in 80 columns, and nothing of a key', async () => {
    const { out, err } = await repack(['signed.efi', ...BOTH, '--compress', 'zstd', '-o', 'out']);
    const verbs = [...out.matchAll(/^ {2}(\w[\w ]{9}) /gm)].map(([, verb = '']) => verb.trim());
    expect(verbs).toEqual([
      ...['unpacked', 'signed', 'padded', 'compressed', 'packed', 'dropped', 'signed'],
      ...['warning', 'checked', 'written'],
    ]);
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(out).toContain('by zstd 9.9.9 -22 --ultra');
    expect(`${out}${err}`).not.toMatch(/PRIVATE KEY/);
  });

  test('changes nothing in the Image when it is only packed anew', async () => {
    for (const codec of ['gzip', 'xz', 'lz4']) {
      const { written } = await repack(['zboot.efi', '--compress', codec, '-o', 'out']);
      const before = await inspected(ZBOOT);
      const after = await inspected(written);
      expect(after.children[0]?.sha256).toBe(before.children[0]?.sha256);
    }
  });

  test('changes nothing but the signature with --sign-outer alone, on any program', async () => {
    for (const file of ['zboot.efi', 'uki.efi', 'Image', 'bzImage']) {
      const { code, written } = await repack([file, '--sign-outer', 'both.pem', '-o', 'out']);
      const root = await inspected(written);
      expect([code, root.signatures[0]?.digestMatches]).toEqual([0, true]);
    }
  });

  test('puts the kernel of a UKI back, and says that `.pcrsig` is for the old one', async () => {
    const { code, out, written } = await repack(['uki.efi', ...BOTH, '--trim', '--compress', 'xz', '-o', 'out']);
    const uki = await inspected(written);
    const zboot = uki.children.find(({ kind }) => kind === 'linux')?.children[0];
    expect([code, zboot?.compression, zboot?.children[0]?.signatures[0]?.digestMatches]).toEqual([0, 'xz', true]);
    expect(uki.children.find(({ kind }) => kind === 'cmdline')?.text).toBe('quiet');
    expect(out).toMatch(/note {7}PCR 11 changes/);
    expect(out).toMatch(/warning {4}what `.pcrsig` signs are values of the old one/);
  });

  test('leaves the kernel of a UKI bare with --compress none', async () => {
    const { code, written } = await repack([
      'uki.efi',
      '--sign-inner',
      'inner.key,inner.pem',
      '--compress',
      'none',
      '-o',
      'out',
    ]);
    const image = (await inspected(written)).children.find(({ kind }) => kind === 'linux')?.children[0];
    expect([code, image?.kind, image?.signatures[0]?.digestMatches]).toEqual([0, 'image', true]);
  });

  test('asks for the smallest payload where the usual one outgrows the place that the stub looks in', async () => {
    const asked: string[] = [];
    const runTool: CommandIo['runTool'] = (program, words, input) => {
      if (words.includes('--version')) return { kind: 'missing' };
      asked.push([program, ...words].join(' '));
      const bytes = compress('gzip', program === 'pigz' ? new Uint8Array(0x10000) : input);
      return { kind: 'done', bytes: program === 'pigz' ? bytes : concatBytes(bytes, new Uint8Array(64)) };
    };
    await repack(['zboot.efi', '--compress', 'gzip', '-o', 'out'], {}, { runTool });
    expect(asked).toEqual(['gzip -n -9 -c', 'pigz -n -11 -c']);
  });

  test('keeps the name that a kernel gave its compression, and says whether the stub can start the file', async () => {
    const old = forgeZboot({ image: IMAGE, compression: 'zstd22' });
    const same = await repack(['old', '--compress', 'zstd', '-o', 'out'], { old });
    expect((await inspected(same.written)).header).toMatchObject({ comp_type: 'zstd22' });
    expect(same.out).toMatch(/so firmware can\s+start the file/);
    const other = await repack(['old', '--compress', 'xz', '-o', 'out'], { old });
    expect((await inspected(other.written)).header).toMatchObject({ comp_type: 'xzkern' });
    expect(other.out).toMatch(/firmware\s+cannot start it/);
  });
});

describe('bootpol repack refuses', () => {
  test.each([
    [['zboot.efi', '-o', 'out'], 'nothing is to be changed: give `--sign-inner`, `--compress` or `--sign-outer`'],
    [['zboot.efi', '--compress', 'gzip'], 'give either `-o` or `--prepare`'],
    [
      ['Image', '--sign-inner', 'both.pem', '-o', 'out'],
      'cannot re-pack `Image`: a bare image is packed in nothing: `--sign-outer` signs it',
    ],
    [
      ['Image', '--compress', 'gzip', '-o', 'out'],
      'cannot re-pack `Image`: there is no zboot image in it, and its stub is needed to pack one',
    ],
    [
      ['bzImage', '--compress', 'gzip', '-o', 'out'],
      'cannot re-pack `bzImage`: the decoder of a bzImage is linked for its payload, which cannot be exchanged',
    ],
    [
      ['zboot.efi', '--compress', 'none', ...BOTH, '-o', 'out'],
      'cannot re-pack `zboot.efi`: with `--compress none` nothing is around the Image: give one of `--sign-inner` and `--sign-outer`',
    ],
    [
      ['zboot.efi', '--sign-outer', 'both.pem', '--trim', '-o', 'out'],
      'cannot re-pack `zboot.efi`: `--trim` needs `--sign-inner` or `--compress`',
    ],
    [
      ['zboot.efi', '--sign-outer', 'both.pem', '--signing-time', 'now', '-o', 'out'],
      '`--signing-time` wants a moment such as 2026-03-31T12:00:00Z',
    ],
  ] as const)('%j', async (words, why) => {
    const { code, err, written } = await repack(words);
    expect([code, err, written]).toEqual([2, `bootpol: ${why}\n`, null]);
  });

  test('names the package of a compressor that is missing', async () => {
    const { code, err } = await repack(['zboot.efi', '--compress', 'lzma', '-o', 'out']);
    expect([code, err]).toEqual([
      3,
      'bootpol: cannot re-pack `zboot.efi`: lzma needs the program `xz`; install the package xz-utils\n',
    ]);
  });

  test('what cannot be taken apart, with the place', async () => {
    const cut = patched(ZBOOT, 8, u32le(0x7fffffff));
    const { code, err, written } = await repack(['cut', '--compress', 'gzip', '-o', 'out'], { cut });
    expect([code, written]).toEqual([3, null]);
    expect(err).toMatch(
      /^bootpol: cannot re-pack `cut`: it cannot be read: the payload is said to be .+\(zboot @ 0x0000008\)\n$/,
    );
  });

  test('damaged files by a finding and an exit code, whatever is damaged', async () => {
    const certificates = signPe(UKI, { signers: [{ signer: CURVE }] });
    for (const bytes of [SIGNED, certificates]) {
      for (const at of [0x3c, 0x40, 0x46, 0x54, 0x78, 0x7c, 0x90, 0x94, 0xd8, 0xdc, 0x150, 0x154, 0x158, 0x15c]) {
        for (const value of [0, 1, 0xfff, 0x7fffffff, 0xffffffff]) {
          const damaged = patched(bytes, at, u32le(value));
          const { code, err } = await repack(
            ['damaged', '--sign-outer', 'both.pem', '--compress', 'gzip', '-o', 'out'],
            { damaged },
          );
          expect([0, 2, 3]).toContain(code);
          if (code !== 0) expect(err).toMatch(/^bootpol: cannot re-pack `damaged`: [^\n]+\n$/);
          expect(err).not.toMatch(/\n {4}at /);
        }
      }
    }
  });
});
