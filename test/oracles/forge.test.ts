import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compress } from '../../forge/compress.ts';
import { noiseBytes, programBytes } from '../../forge/contents.ts';
import { forgeAuth, forgeEsl } from '../../forge/esl.ts';
import { forgeCpio, SMALL_ROOT } from '../../forge/initrd.ts';
import { newKeyRing } from '../../forge/keys.ts';
import { RECIPES } from '../../forge/recipes.ts';
import { newSignerSet, type SignerName } from '../../forge/signer-set.ts';
import { storedZstdFrame } from '../../forge/zstd.ts';

// Other people's tools look at what the forge writes. A tool that is missing fails its tests by name.

interface Judged {
  readonly anchor: SignerName;
  readonly recipes: readonly string[];
}

const ACCEPTED_BY_BOTH: readonly Judged[] = [
  {
    anchor: 'good',
    recipes: [
      'good',
      'flip-checksum',
      'diroff-unaligned4',
      'wclen-unpadded',
      'wclen-padded',
      'wcpad-64zeros',
      'wcpad-64rand',
      'overlay-signed',
      'unsorted-raw',
      'odd-length-overlay',
      'section-without-raw',
      'directories-6',
      'pe32',
      'hash-image256-signer512',
      'sigalg-sha256WithRSA',
      'attr-none',
      'attr-ctype-data',
      'attr-extra-signingtime',
      'attr-opus-stmt',
      'unauth-unknown',
      'version-3',
      'nested-evil-in-good',
      'image-arm64',
      'image-riscv64',
      'zboot-gzip',
      'zboot-zstd',
      'zboot-xzkern',
      'zboot-lzma',
      'zboot-lzo',
      'zboot-lz4',
      'zboot-sbat',
      'zboot-inner-trimmed',
      'bzimage-gzip',
      'bzimage-zstd',
      'uki',
      'uki-arm64-zboot',
      'uki-profiles',
      'uki-dtbauto',
      'addon-cmdline',
      'addon-dtb',
    ],
  },
  {
    anchor: 'A-root',
    recipes: ['chain-root-in-db', 'chain-root-in-db-full', 'chain-root-in-db-reversed', 'chain-leaf-ecdsa'],
  },
  { anchor: 'rsa1024', recipes: ['rsa1024'] },
  { anchor: 'rsa3072', recipes: ['rsa3072'] },
  { anchor: 'rsa4096', recipes: ['rsa4096'] },
  { anchor: 'p256', recipes: ['ecdsa-p256'] },
  { anchor: 'p384', recipes: ['ecdsa-p384-sha256'] },
];

const REFUSED_BY_BOTH: readonly string[] = [
  'unsigned',
  'flip-dllchar',
  'flip-sectionname',
  'flip-header-slack',
  'flip-text',
  'flip-lastsection',
  'flip-p7-signature',
  'flip-p7-spcdigest',
  'flip-p7-cert',
  'flip-spc-obsolete',
  'spc-digest-wrong-signed',
  'trail-8zero',
  'trail-1byte',
  'dirsize-minus8',
  'dirsize-zero',
  'diroff-zero',
  'wclen-long',
  'wclen-7',
  'wcrev-0100',
  'wctype-1',
  'p7-no-contentinfo',
  'two-evil-evil',
  'overlay-inserted',
  'overlay-signed-flip',
  'unsorted-raw-tableorder-digest',
  'gap-skipdigest',
  'odd-length-overlay-unpadded-digest',
  'digest-truncated',
  'rsapss',
  'attr-md-wrong',
  'content-data',
  'si2-good-evil',
  'si0',
  'no-certificates',
  'evil',
  'imposter',
  'reissued',
  'image-appended',
  'image-arm64-unsigned',
  'uki-initrd-altered',
];

/** sbverify follows the specification where sections leave gaps, takes one good entry of several, ignores time. */
const ACCEPTED_BY_SBVERIFY_ALONE: readonly Judged[] = [
  {
    anchor: 'good',
    recipes: ['gap', 'gap-flip', 'sizeofheaders-small', 'table-in-gap', 'two-evil-good', 'dir-unpadded'],
  },
  { anchor: 'expired', recipes: ['cert-expired'] },
];

/** sbverify knows SHA-256 alone; osslsigncode hashes the file flat. */
const ACCEPTED_BY_OSSLSIGNCODE_ALONE: readonly Judged[] = [
  { anchor: 'good', recipes: ['hash-sha1', 'hash-sha384', 'hash-sha512', 'gap-flatdigest', 'nested-good-in-evil'] },
  { anchor: 'p384', recipes: ['ecdsa-p384-sha384'] },
  { anchor: 'p521', recipes: ['ecdsa-p521-sha512'] },
];

/** Chains that osslsigncode refuses; sbverify 0.9.4 takes a missing issuer for success and is no witness. */
const CHAINS_REFUSED: readonly string[] = [
  'chain-root-in-db-noint',
  'chain-int-notca',
  'chain-pathlen',
  'chain-int-expired',
  'chain-leaf-expired',
  'chain-leaf-serverauth',
];

const folder = mkdtempSync(join(tmpdir(), 'forge-'));
const people = newSignerSet(newKeyRing(), 'rsa2048');

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('sbverify', () => {
  for (const { anchor, recipes } of [...ACCEPTED_BY_BOTH, ...ACCEPTED_BY_SBVERIFY_ALONE]) {
    test.each(recipes)(`accepts %s with the certificate of ${anchor}`, (name) => {
      expect(sbverify(name, anchor)).toMatchObject({ status: 0 });
    });
  }
  test.each([...REFUSED_BY_BOTH, 'hash-sha512', 'gap-flatdigest'])('refuses %s', (name) => {
    expect(sbverify(name, 'good').status).not.toBe(0);
  });
});

describe('osslsigncode', () => {
  for (const { anchor, recipes } of [...ACCEPTED_BY_BOTH, ...ACCEPTED_BY_OSSLSIGNCODE_ALONE]) {
    test.each(recipes)(`accepts %s with the certificate of ${anchor}`, (name) => {
      expect(osslsigncode(name, anchor)).toMatchObject({ status: 0 });
    });
  }
  test.each([...REFUSED_BY_BOTH, 'gap', 'two-evil-good', 'table-in-gap'])('refuses %s', (name) => {
    expect(osslsigncode(name, 'good').status).not.toBe(0);
  });
  test.each(CHAINS_REFUSED)('refuses %s with the certificate of A-root', (name) => {
    expect(osslsigncode(name, 'A-root').status).not.toBe(0);
  });
});

describe('decompressors', () => {
  const contents = programBytes(300_001, 5);
  const decoders = [
    ['gzip', ['gzip', '-dc'], compress('gzip', contents)],
    ['zstd', ['zstd', '-dc'], compress('zstd', contents)],
    ['zstd', ['zstd', '-dc'], storedZstdFrame(contents, {})],
    ['zstd', ['zstd', '-dc'], storedZstdFrame(contents, { contentSize: 'absent', blockBytes: 9999, windowLog: 20 })],
    ['zstd', ['zstd', '-dc'], storedZstdFrame(contents, { checksum: 'none' })],
    ['xz', ['xz', '-dc'], compress('xz', contents)],
    ['lzma', ['lzma', '-dc'], compress('lzma', contents)],
    ['lz4', ['lz4', '-dc'], compress('lz4', contents)],
    ['lzop', ['lzop', '-dc'], compress('lzo', contents)],
  ] as const;
  test.each(decoders)('%s reads what the forge compressed', (_, [program, flag], encoded) => {
    const { status, stdout, stderr } = run(program, [flag], encoded);
    expect(stderr.toString()).toBe('');
    expect(status).toBe(0);
    expect(Buffer.compare(stdout, contents)).toBe(0);
  });
  test.each([
    ['nothing', new Uint8Array(0)],
    ['a program', contents],
    ['noise', noiseBytes(100_000, 3)],
    ['zeros', new Uint8Array(300_000)],
  ])('xz reads %s that the forge wrote as lzma, and nothing that lacks its end', (_, plain) => {
    const encoded = compress('lzma', plain);
    const { status, stdout, stderr } = run('xz', ['-dc', '--format=lzma'], encoded);
    expect([status, stderr.toString()]).toEqual([0, '']);
    expect(Buffer.compare(stdout, plain)).toBe(0);
    expect(run('xz', ['-dc', '--format=lzma'], encoded.subarray(0, -1)).status).not.toBe(0);
  });
  test('zstd reads a frame of runs', () => {
    const runs = new Uint8Array(400_000).fill(7);
    const frame = storedZstdFrame(runs, {});
    expect(frame.length).toBeLessThan(40);
    expect(Buffer.compare(run('zstd', ['-dc'], frame).stdout, runs)).toBe(0);
  });
  test('zstd refuses a frame whose contents were altered under its checksum', () => {
    const frame = storedZstdFrame(contents, {});
    frame[1000] = (frame[1000] ?? 0) ^ 1;
    expect(run('zstd', ['-dc'], frame).status).not.toBe(0);
  });
});

describe('cpio', () => {
  test.each(['newc', 'crc'] as const)('lists an archive in the %s format', (format) => {
    const { stdout, status } = run('cpio', ['-t', '--quiet'], forgeCpio(SMALL_ROOT, format));
    expect(status).toBe(0);
    expect(stdout.toString().trim().split('\n')).toEqual(['init', 'etc', 'etc/hostname', 'etc/mtab']);
  });
  test('refuses a crc archive whose data do not add up', () => {
    const archive = Buffer.from(forgeCpio(SMALL_ROOT, 'crc'));
    archive[archive.indexOf('forged')] = 0x46;
    expect(run('cpio', ['-i', '--to-stdout', '--only-verify-crc'], archive).stderr.toString()).toContain('checksum');
  });
});

describe('openssl', () => {
  test.each(['A-leaf', 'A-leaf-p256', 'A-leaf-direct'] as const)('verifies the chain of %s', (name) => {
    const root = written('root.pem', people.get('A-root').certificatePem);
    const intermediate = written('int.pem', people.get('A-int').certificatePem);
    const leaf = written('leaf.pem', people.get(name).certificatePem);
    expect(run('openssl', ['verify', '-x509_strict', '-CAfile', root, '-untrusted', intermediate, leaf])).toMatchObject(
      {
        status: 0,
      },
    );
  });
  test.each(['A-leaf-under-notca', 'A-leaf-pathlen'] as const)('refuses the chain of %s', (name) => {
    const issuer = people.get(name).issuer;
    const chain = [issuer, issuer?.issuer ?? null].map((signer) => signer?.certificatePem ?? '').join('');
    const root = written('root.pem', people.get('A-root').certificatePem);
    const leaf = written('leaf.pem', people.get(name).certificatePem);
    const result = run('openssl', ['verify', '-CAfile', root, '-untrusted', written('chain.pem', chain), leaf]);
    expect(result.status).not.toBe(0);
  });
  test('verifies the signature of a variable update', () => {
    const lists = forgeEsl({ type: 'x509', data: people.get('good').certificateDer });
    const at = new Date('2025-01-02T03:04:05Z');
    const update = Buffer.from(forgeAuth(lists, { name: 'db', at, signer: people.get('good') }));
    const blob = update.subarray(40, 16 + update.readUInt32LE(16));
    const vendor = Buffer.from('cbb219d73a3d9645a3bcdad00e67656f', 'hex');
    const attributes = Buffer.from([0x27, 0, 0, 0]);
    const signed = Buffer.concat([Buffer.from('db', 'utf16le'), vendor, attributes, update.subarray(0, 16), lists]);
    // the update holds a bare SignedData: openssl wants the ContentInfo around it
    const contentInfo = Buffer.concat([
      Buffer.from([0x30, 0x82, (blob.length + 15) >> 8, (blob.length + 15) & 255]),
      Buffer.from('06092a864886f70d010702', 'hex'),
      Buffer.from([0xa0, 0x82, blob.length >> 8, blob.length & 255]),
      blob,
    ]);
    const result = run('openssl', [
      ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', written('update.p7', contentInfo)],
      ...['-content', written('update.bin', signed), '-CAfile', written('good.pem', people.get('good').certificatePem)],
      ...['-purpose', 'any', '-out', '/dev/null'],
    ]);
    expect(result.stderr.toString()).toContain('successful');
  });
});

function sbverify(name: string, anchor: SignerName): Outcome {
  return run('sbverify', ['--cert', certificate(anchor), recipe(name)]);
}

function osslsigncode(name: string, anchor: SignerName): Outcome {
  return run('osslsigncode', ['verify', '-CAfile', certificate(anchor), '-in', recipe(name)]);
}

function recipe(name: string): string {
  const found = RECIPES.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no recipe is named ${name}`);
  return written(`${name}.efi`, found.build(people));
}

function certificate(name: SignerName): string {
  return written(`${name}.pem`, people.get(name).certificatePem);
}

function written(name: string, contents: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

interface Outcome {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

function run(program: string, words: readonly string[], input?: Uint8Array): Outcome {
  const { error, status, stdout, stderr } = spawnSync(program, words, { input, maxBuffer: 2 ** 26 });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    throw new Error(`the tool ${program} is not installed`);
  }
  return { status, stdout, stderr };
}
