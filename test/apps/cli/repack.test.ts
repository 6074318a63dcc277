import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { CommandIo, ToolRun } from '../../../apps/cli/io.ts';
import { concatBytes, patched, u32le } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { newSigner, type Signer } from '../../../forge/x509.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { DEFAULT_LIMITS, inspect, type Inspection, nativeEngine } from '../../../index.ts';
import { type MemoryFiles, type Run, run, text } from './run-in-memory.ts';

const INNER = newSigner({ subject: 'Inner', key: 'rsa2048' });
const OUTER = newSigner({ subject: 'Outer', key: 'rsa2048' });
const CURVE = newSigner({ subject: 'Curve', key: 'p256' });
const IMAGE = forgeImage({ arch: 'arm64', size: 0x8000, imageSize: 0x10000 });
const ZBOOT = forgeZboot({ image: IMAGE, compression: 'gzip' });
const SIGNED = signPe(ZBOOT, { signers: [{ signer: CURVE }] });
const UKI = forgeUki({ arch: 'arm64', linux: ZBOOT, cmdline: 'quiet', pcrsig: '{"sha256":[]}' });
const PASSPHRASE = 'open sesame';

function keyPem({ privateKey }: Signer, passphrase?: string): Uint8Array {
  if (privateKey === null) throw new Error('no key');
  const secret = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return text(String(privateKey.export({ type: 'pkcs8', format: 'pem', ...secret })));
}

const FILES: MemoryFiles = {
  'zboot.efi': ZBOOT,
  'signed.efi': SIGNED,
  'uki.efi': UKI,
  Image: IMAGE,
  bzImage: forgeBzImage({}),
  'inner.key': keyPem(INNER),
  'inner.pem': text(INNER.certificatePem),
  'outer.key': keyPem(OUTER),
  'outer.pem': text(OUTER.certificatePem),
  'both.pem': concatBytes(keyPem(OUTER), text(OUTER.certificatePem)),
  'outer.der': OUTER.certificateDer,
  'curve.key': keyPem(CURVE),
  'curve.pem': text(CURVE.certificatePem),
  'locked.key': keyPem(OUTER, PASSPHRASE),
  secret: text(`${PASSPHRASE}\n`),
  wrong: text('open barley'),
  empty: new Uint8Array(0),
};

interface Repacked extends Run {
  readonly written: Uint8Array | null;
}

async function repack(
  words: readonly string[],
  files: MemoryFiles = {},
  host: Partial<CommandIo> = {},
): Promise<Repacked> {
  const out: { bytes: Uint8Array | null } = { bytes: null };
  const write: CommandIo['write'] = (_, bytes) => {
    out.bytes = bytes;
    return null;
  };
  const ended = await run(['repack', ...words], { ...FILES, ...files }, { write, runTool: tools, ...host });
  return { ...ended, written: out.bytes };
}

/** Stands for the distribution's compressors, gzip excepted. */
function tools(program: string, words: readonly string[], input: Uint8Array): ToolRun {
  if (words.includes('--version')) return { kind: 'done', bytes: text(`${program} 9.9.9`) };
  switch (program) {
    case 'xz':
      return words.includes('--format=lzma') ? { kind: 'missing' } : { kind: 'done', bytes: compress('xz', input) };
    case 'lz4':
      return { kind: 'done', bytes: compress('lz4', input) };
    case 'lzop':
      return { kind: 'done', bytes: compress('lzo', input) };
    case 'zstd':
      return { kind: 'done', bytes: compress('zstd', input) };
    default:
      return { kind: 'missing' };
  }
}

async function inspected(bytes: Uint8Array | null): Promise<Inspection['root']> {
  return (await inspect(bytes ?? new Uint8Array(0), { limits: DEFAULT_LIMITS, engine: nativeEngine() })).root;
}

const BOTH = ['--sign-inner', 'inner.key,inner.pem', '--sign-outer', 'outer.key,outer.pem'];

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

describe('bootpol repack, keys', () => {
  const outer = (spec: string, ...more: readonly string[]): Promise<Repacked> =>
    repack(['zboot.efi', '--sign-outer', spec, ...more, '-o', 'out'], {}, { environment: { PASS: PASSPHRASE } });

  test.each([
    ['outer.key,outer.der', []],
    ['both.pem', []],
    ['curve.key,curve.pem', []],
    ['locked.key,outer.pem', ['--passphrase', 'file:secret']],
    ['locked.key,outer.pem', ['--passphrase', 'file:wrong', '--passphrase', 'env:PASS']],
    ['outer.key,outer.pem', ['--digest', 'sha384', '--signing-time', '2026-03-31T12:00:00Z']],
  ] as const)('signs with %s %j', async (spec, more) => {
    const { code, written } = await outer(spec, ...more);
    expect([code, (await inspected(written)).signatures[0]?.digestMatches]).toEqual([0, true]);
  });

  test.each([
    ['inner.key,outer.pem', [], 'certificate `outer.pem`: the private key does not belong to the certificate'],
    ['locked.key,outer.pem', [], 'private key `locked.key` is encrypted: give `--passphrase file:PATH` or `env:NAME`'],
    [
      'locked.key,outer.pem',
      ['--passphrase', 'file:wrong'],
      'no passphrase that is given opens private key `locked.key`',
    ],
    ['locked.key,outer.pem', ['--passphrase', 'env:NONE'], 'there is no variable `NONE`'],
    ['locked.key,outer.pem', ['--passphrase', 'sesame'], '`--passphrase` wants file:PATH or env:NAME'],
    ['outer.pem,outer.pem', [], '`outer.pem` holds no private key in PEM'],
    ['outer.key,outer.key', [], '`outer.key` holds no certificate'],
    ['outer.key,none', [], 'cannot read certificate `none`: no such file'],
    ['none,outer.pem', [], 'cannot read private key `none`: no such file'],
    ['empty', [], '`empty` holds no certificate'],
    ['outer.key,Image', [], '`Image` holds no certificate'],
  ] as const)('refuses %s %j', async (spec, more, why) => {
    const { code, err, written } = await outer(spec, ...more);
    expect([code, err, written]).toEqual([2, `bootpol: ${why}\n`, null]);
  });

  test('signs with a token through openssl, by its engine where it has no provider', async () => {
    const calls: (readonly string[])[] = [];
    const runTool: CommandIo['runTool'] = (program, words, input) => {
      if (program !== 'openssl') return { kind: 'missing' };
      calls.push(words);
      if (!words.includes('-engine')) return { kind: 'failed', text: 'no provider' };
      return { kind: 'done', bytes: Uint8Array.from(sign('sha256', input, OUTER.privateKey ?? '')) };
    };
    const spec = 'pkcs11:token=t;object=o?pin-value=1234,outer.pem';
    const { code, out, written } = await repack(['zboot.efi', '--sign-outer', spec, '-o', 'out'], {}, { runTool });
    expect([code, (await inspected(written)).signatures[0]?.digestMatches]).toEqual([0, true]);
    expect(calls[1]).toEqual([
      'dgst',
      '-sha256',
      '-engine',
      'pkcs11',
      '-keyform',
      'engine',
      '-sign',
      spec.slice(0, -10),
    ]);
    expect(out).not.toContain('1234');
  });

  test('shows no PIN when the token cannot sign, and takes no signature of another key', async () => {
    const spec = 'pkcs11:token=t?pin-value=1234&x=y,outer.pem';
    const words = ['zboot.efi', '--sign-outer', spec, '-o', 'out'];
    const failing: CommandIo['runTool'] = (_, given) => ({
      kind: 'failed',
      text: `no key ${given.at(-1) ?? ''}\nmore`,
    });
    const failed = await repack(words, {}, { runTool: failing });
    expect([failed.code, failed.written]).toEqual([2, null]);
    expect(failed.err).toContain('engine: no key pkcs11:token=t?pin-value=…&x=y\n');
    expect(failed.err).not.toContain('1234');
    const other: CommandIo['runTool'] = (_, __, input) => ({
      kind: 'done',
      bytes: Uint8Array.from(sign('sha256', input, INNER.privateKey ?? '')),
    });
    const wrong = await repack(words, {}, { runTool: other });
    expect([wrong.code, wrong.written]).toEqual([2, null]);
    expect(wrong.err).toMatch(/what signed for CN=Outer is not the key of its certificate/);
  });
});

describe('bootpol repack, in two phases', () => {
  const elsewhere = ['zboot.efi', '--compress', 'xz', '--sign-inner', 'inner.pem', '--sign-outer', 'outer.pem'];

  test('gives what one phase gives, inner signature first', async () => {
    const first = await repack([...elsewhere, '--prepare', 'tbs']);
    expect([first.code, first.written?.[0]]).toEqual([0, 0x31]);
    const inner = Uint8Array.from(sign('sha256', first.written ?? text(''), INNER.privateKey ?? ''));
    const second = await repack([...elsewhere, '--attach', 'i.sig', '--prepare', 'tbs'], { 'i.sig': inner });
    const outer = Uint8Array.from(sign('sha256', second.written ?? text(''), OUTER.privateKey ?? ''));
    const files = { 'i.sig': inner, 'o.sig': outer };
    const third = await repack([...elsewhere, '--attach', 'i.sig', '--attach', 'o.sig', '-o', 'out'], files);
    const once = await repack(['zboot.efi', '--compress', 'xz', ...BOTH, '-o', 'out']);
    expect(third.code).toBe(0);
    expect(Buffer.compare(third.written ?? text(''), once.written ?? text(''))).toBe(0);
  });

  test('takes ECDSA as tokens give it, and as openssl does', async () => {
    const words = ['zboot.efi', '--sign-outer', 'curve.pem'];
    const { written } = await repack([...words, '--prepare', 'tbs']);
    for (const dsaEncoding of ['ieee-p1363', 'der'] as const) {
      if (CURVE.privateKey === null) throw new Error('no key');
      const key = { key: CURVE.privateKey, dsaEncoding };
      const sig = Uint8Array.from(sign('sha256', written ?? text(''), key));
      const done = await repack([...words, '--attach', 'sig', '-o', 'out'], { sig });
      expect([done.code, (await inspected(done.written)).signatures[0]?.intact]).toEqual([0, true]);
    }
  });

  test('refuses a signature of another key, over other bytes, or one too many', async () => {
    const { written } = await repack(['zboot.efi', '--sign-outer', 'outer.pem', '--prepare', 'tbs']);
    const by = ({ privateKey }: Signer, bytes: Uint8Array): Uint8Array =>
      Uint8Array.from(sign('sha256', bytes, privateKey ?? ''));
    const sound = by(OUTER, written ?? text(''));
    const attach = (sig: Uint8Array, ...more: readonly string[]): Promise<Repacked> =>
      repack(['zboot.efi', '--sign-outer', 'outer.pem', '--attach', 'sig', ...more, '-o', 'out'], { sig });
    expect((await attach(sound)).code).toBe(0);
    for (const bad of [by(INNER, written ?? text('')), by(OUTER, text('other')), new Uint8Array(256), text('')]) {
      const { code, err, written: nothing } = await attach(bad);
      expect([code, nothing]).toEqual([2, null]);
      expect(err).toMatch(/`sig` is no signature by CN=Outer over what is to be signed/);
    }
    expect((await attach(sound, '--digest', 'sha512')).code).toBe(2);
    const excess = await attach(sound, '--attach', 'sig');
    expect([excess.code, excess.err]).toEqual([
      2,
      'bootpol: there are more signatures to `--attach` than are needed\n',
    ]);
  });

  test('needs to be told where to write what is to be signed', async () => {
    const { code, err } = await repack(['zboot.efi', '--sign-outer', 'outer.pem', '-o', 'out']);
    expect([code, err]).toEqual([
      2,
      'bootpol: the key of CN=Outer is not given: `--prepare` writes what it must sign, `--attach` takes the signature\n',
    ]);
    const done = await repack(['zboot.efi', '--sign-outer', 'both.pem', '--prepare', 'tbs']);
    expect([done.code, done.written]).toEqual([2, null]);
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
