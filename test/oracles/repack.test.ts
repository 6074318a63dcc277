import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZBOOT_CODECS } from '../../apps/cli/encoders.ts';
import { runTool } from '../../apps/cli/run-tool.ts';
import { readU32le, utf8 } from '../../forge/bytes.ts';
import { forgeImage } from '../../forge/kernel-image.ts';
import { forgeUki } from '../../forge/uki.ts';
import { newSigner, type Signer } from '../../forge/x509.ts';
import { forgeZboot } from '../../forge/zboot.ts';
import { type MemoryFiles, run } from '../apps/cli/run-in-memory.ts';

// What `repack` and `forge` write, before other people's tools. A tool that is missing fails its tests by name.

const FOLDER = mkdtempSync(join(tmpdir(), 'bootpol-repack-'));
const at = (name: string): string => join(FOLDER, name);
const INNER = newSigner({ subject: 'Inner', key: 'rsa2048' });
const OUTER = newSigner({ subject: 'Outer', key: 'rsa2048' });
const IMAGE = forgeImage({ arch: 'arm64', size: 0x40000, imageSize: 0x60000 });
const IMAGES = process.env['BOOTPOL_IMAGES'] ?? '';
const BOTH = ['--sign-inner', 'inner.key,inner.pem', '--sign-outer', 'outer.key,outer.pem'];
const FILES: Record<string, Uint8Array> = {};

beforeAll(() => {
  for (const [name, signer] of [
    ['inner', INNER],
    ['outer', OUTER],
  ] as const) {
    FILES[`${name}.key`] = utf8(keyPem(signer));
    FILES[`${name}.pem`] = utf8(signer.certificatePem);
  }
  for (const [name, bytes] of Object.entries(FILES)) writeFileSync(at(name), bytes);
});

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

function keyPem({ privateKey }: Signer): string {
  return String(privateKey?.export({ type: 'pkcs8', format: 'pem' }));
}

/** What is asked for the smallest gzip takes long. */
const usualTools: typeof runTool = (program, words, input) =>
  program === 'pigz' ? { kind: 'missing' } : runTool(program, words, input);

/** Runs the command line with the real compressors, and gives what it writes. */
async function written(words: readonly string[], files: MemoryFiles): Promise<Uint8Array> {
  const made: { bytes: Uint8Array | null } = { bytes: null };
  const write = (_: string, bytes: Uint8Array): null => {
    made.bytes = bytes;
    return null;
  };
  const { code, err } = await run(words, { ...FILES, ...files }, { write, runTool: usualTools });
  expect([code, err.replace(/^.* written to .*\n$/, '')]).toEqual([0, '']);
  if (made.bytes === null) throw new Error('nothing was written');
  return made.bytes;
}

function tool(program: string, words: readonly string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd: FOLDER, encoding: 'utf8' });
  if (error !== undefined) throw new Error(`cannot run ${program}: ${error.message}`);
  return { status, said: `${stdout}${stderr}` };
}

function sbverify(bytes: Uint8Array, certificate: 'inner' | 'outer'): string {
  writeFileSync(at('judged.efi'), bytes);
  return (
    tool('sbverify', ['--cert', `${certificate}.pem`, 'judged.efi'])
      .said.trim()
      .split('\n')
      .at(-1) ?? ''
  );
}

const OK = 'Signature verification OK';
const FAILED = 'Signature verification failed';
const ALTERED = 'Image fails hash check';

/** What the tools of the distribution make of the payload; the size tail is outside it. */
function decoded(zboot: Uint8Array, codec: string): Uint8Array {
  const [start, size] = [readU32le(zboot, 8), readU32le(zboot, 12)];
  writeFileSync(at('payload'), zboot.subarray(start, start + size));
  const [program = '', ...words] = DECODERS[codec] ?? [];
  const { stdout, status } = spawnSync(program, [...words, 'payload'], { cwd: FOLDER, maxBuffer: 2 ** 30 });
  expect(status).toBe(0);
  return stdout;
}

const DECODERS: Readonly<Record<string, readonly string[]>> = {
  gzip: ['zcat', '-f'],
  lz4: ['lz4', '-d', '-c'],
  lzma: ['xz', '--format=lzma', '-d', '-c'],
  lzo: ['lzop', '-d', '-c'],
  xz: ['xz', '-d', '-c'],
  zstd: ['zstd', '-d', '-c'],
};

const REAL = 'kernel/arm64-6.12/zboot-gzip.outer.efi';
const ZBOOTS: readonly (readonly [string, () => Uint8Array])[] = [
  ['a forged zboot image', () => forgeZboot({ image: IMAGE, compression: 'gzip' })],
  ...(IMAGES === '' ? [] : [['a zboot image of kbuild', () => readFileSync(join(IMAGES, REAL))] as const]),
];

describe.each(ZBOOTS)('%s', (_, zbootOf) => {
  test.each(ZBOOT_CODECS)(
    'packed anew as %s holds an Image that sbverify takes, and is taken itself',
    async (codec) => {
      const zboot = Uint8Array.from(zbootOf());
      const out = await written(['repack', 'z', ...BOTH, '--compress', codec, '--trim', '-o', 'out'], { z: zboot });
      expect(sbverify(out, 'outer')).toBe(OK);
      const image = await written(['extract', 'out', 'zboot/image', '-o', 'image'], { out });
      expect(sbverify(image, 'inner')).toBe(OK);
      expect(sbverify(image, 'outer')).toBe(FAILED);
      expect(Buffer.compare(decoded(out, codec), image)).toBe(0);
    },
  );

  test('signed and padded as the patch does is refused by sbverify inside, and taken when it is cut', async () => {
    const zboot = Uint8Array.from(zbootOf());
    const out = await written(['repack', 'z', ...BOTH, '-o', 'out'], { z: zboot });
    const image = await written(['extract', 'out', 'zboot/image', '-o', 'image'], { out });
    expect(sbverify(image, 'inner')).toBe(ALTERED);
    const directory = readU32le(image, 0x3c) + 24 + 112 + 4 * 8;
    const end = readU32le(image, directory) + readU32le(image, directory + 4);
    expect(sbverify(image.subarray(0, end), 'inner')).toBe(OK);
    expect(image).toHaveLength(readU32le(image, 16));
  });

  test.each(ZBOOT_CODECS)('keeps its Image when it is packed as %s and back', async (codec) => {
    const zboot = Uint8Array.from(zbootOf());
    const other = await written(['repack', 'z', '--compress', codec, '-o', 'out'], { z: zboot });
    const back = await written(['repack', 'z', '--compress', 'gzip', '-o', 'out'], { z: other });
    expect(Buffer.compare(decoded(back, 'gzip'), decoded(zboot, 'gzip'))).toBe(0);
    expect(readU32le(back, 8)).toBe(readU32le(zboot, 8));
    expect(Buffer.compare(decoded(other, codec), decoded(zboot, 'gzip'))).toBe(0);
  });
});

test.runIf(IMAGES !== '').each(['gzip', 'lz4', 'zstd'])(
  'a zboot image of kbuild (BOOTPOL_IMAGES) packed as %s again, as it was, is the same file',
  async (codec) => {
    const name = codec === 'gzip' ? 'zboot-gzip' : `zboot-orig612-${codec}`;
    const zboot = Uint8Array.from(readFileSync(join(IMAGES, 'kernel/arm64-6.12', `${name}.efi`)));
    const out = await written(['repack', 'z', '--compress', codec, '-o', 'out'], { z: zboot });
    expect(Buffer.compare(out, zboot)).toBe(0);
  },
);

const UKIS: readonly (readonly [string, () => Uint8Array])[] = [
  ['a forged UKI', () => forgeUki({ arch: 'x64', linux: IMAGE, initrd: 'an initrd', cmdline: 'quiet' })],
  ...(IMAGES === ''
    ? []
    : [
        ['a UKI of ukify 257', () => readFileSync(join(IMAGES, 'uki/aa64-full-debsigned-inner.efi'))] as const,
        ['a UKI of ukify 262', () => readFileSync(join(IMAGES, 'uki/x64-profiles-pcrsig-262.efi'))] as const,
      ]),
];

test.each(UKIS)('%s with another kernel is sound for sbverify, pefile and bootpol verify', async (_, ukiOf) => {
  const out = await written(['repack', 'u', ...BOTH, '-o', 'out'], { u: Uint8Array.from(ukiOf()) });
  expect(sbverify(out, 'outer')).toBe(OK);
  const script =
    'import pefile; p = pefile.PE("judged.efi"); s = p.sections; print(p.get_warnings(), p.verify_checksum(), ' +
    'all(a.VirtualAddress + a.Misc_VirtualSize <= b.VirtualAddress and a.PointerToRawData + a.SizeOfRawData <= ' +
    'b.PointerToRawData for a, b in zip(s, s[1:])))';
  expect(tool('/usr/bin/python3', ['-c', script]).said.trim()).toBe('[] True True');
  const policy =
    'language 1\npolicy p\nparam signers db\nartifact uki {\n  require outer: signed by db\n  otherwise allow\n}\n';
  const judged = await run(['verify', '-p', 'p', '--bind', 'db=outer.pem', 'out'], { ...FILES, out, p: utf8(policy) });
  expect(judged).toMatchObject({ code: 0, err: '' });
});

describe('keys that bootpol does not hold', () => {
  const zboot = forgeZboot({ image: IMAGE, compression: 'gzip' });

  test('on a PKCS#11 token sign through openssl', async () => {
    const tokens = at('tokens');
    mkdirSync(tokens);
    writeFileSync(at('softhsm.conf'), `directories.tokendir = ${tokens}\n`);
    process.env['SOFTHSM2_CONF'] = at('softhsm.conf');
    const pin = ['--pin', '1234'];
    tool('softhsm2-util', ['--init-token', '--free', '--label', 'boot', '--so-pin', '5678', ...pin]);
    const imported = ['--import', 'outer.key', '--token', 'boot', '--label', 'outer', '--id', '01', ...pin];
    expect(tool('softhsm2-util', imported).status).toBe(0);
    const key = 'pkcs11:token=boot;object=outer;type=private?pin-value=1234,outer.pem';
    const out = await written(['repack', 'z', '--sign-outer', key, '-o', 'out'], { z: zboot });
    expect(sbverify(out, 'outer')).toBe(OK);
  });

  test('sign in two phases what `openssl dgst` takes', async () => {
    const words = ['repack', 'z', '--sign-inner', 'inner.pem', '--trim', '--sign-outer', 'outer.pem'];
    const files: Record<string, Uint8Array> = { z: zboot };
    const attached: string[] = [];
    for (const name of ['inner', 'outer']) {
      writeFileSync(at('tbs'), await written([...words, ...attached, '--prepare', 'tbs'], files));
      expect(tool('openssl', ['dgst', '-sha256', '-sign', `${name}.key`, '-out', 'sig', 'tbs']).status).toBe(0);
      files[`${name}.sig`] = Uint8Array.from(readFileSync(at('sig')));
      attached.push('--attach', `${name}.sig`);
    }
    const out = await written([...words, ...attached, '-o', 'out'], files);
    expect(sbverify(out, 'outer')).toBe(OK);
    const image = await written(['extract', 'out', 'zboot/image', '-o', 'image'], { out });
    expect(sbverify(image, 'inner')).toBe(OK);
    expect(existsSync(at('sig'))).toBe(true);
  });
});
