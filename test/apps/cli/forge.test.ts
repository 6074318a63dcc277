import { describe, expect, test } from 'vitest';
import type { CommandIo } from '../../../apps/cli/io.ts';
import { newSigner } from '../../../forge/x509.ts';
import { forgeReportSchema } from '../../../runtime/report/forge-schema.ts';
import { DEFAULT_LIMITS, inspect, nativeEngine } from '../../../index.ts';
import { type MemoryFiles, type Run, run, text } from './run-in-memory.ts';

const RING = newSigner({ subject: 'Ring', key: 'rsa2048' });
const FILES: MemoryFiles = {
  'ring.key': text(String(RING.privateKey?.export({ type: 'pkcs8', format: 'pem' }))),
  'ring.pem': text(RING.certificatePem),
  'd.txt': text('zboot { image signed by ring }'),
  latin: Uint8Array.of(0xff),
};

interface Forged extends Run {
  readonly written: ReadonlyMap<string, Uint8Array>;
}

async function forge(words: readonly string[], host: Partial<CommandIo> = {}): Promise<Forged> {
  const written = new Map<string, Uint8Array>();
  const write: CommandIo['write'] = (path, bytes, mode) => {
    if (path === 'taken' && mode === 'new') return 'it exists; `--force` replaces it';
    written.set(path, bytes);
    return null;
  };
  return { ...(await run(['forge', ...words], FILES, { write, ...host })), written };
}

async function rootOf({ written }: Forged) {
  const bytes = written.get('out') ?? new Uint8Array(0);
  return (await inspect(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() })).root;
}

describe('bootpol forge', () => {
  test('makes what is described, and writes the certificates of its throw-away keys', async () => {
    const words = 'uki signed by distro { linux: zboot { compression xz  image signed by ring } initrd }';
    const made = await forge([words, '-o', 'out', '--keys', 'keys']);
    expect([made.code, made.err]).toEqual([0, '']);
    expect([...made.written.keys()].sort()).toEqual(['keys/distro.pem', 'keys/ring.pem', 'out']);
    expect(new TextDecoder().decode(made.written.get('keys/ring.pem'))).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    const uki = await rootOf(made);
    expect(uki.signatures).toMatchObject([
      { intact: true, digestMatches: true, signer: { subject: 'CN=distro (test)' } },
    ]);
    expect(uki.children.map(({ kind }) => kind)).toContain('initrd');
    expect(uki.children.find(({ kind }) => kind === 'linux')?.children[0]?.compression).toBe('xz');
    expect(made.out).toContain('certificate of ring (test): keys/ring.pem');
  });

  test('gives the same bytes for the same keys, from a file, an argument or standard input', async () => {
    const key = ['--key', 'ring=ring.key,ring.pem', '-o', 'out'];
    const made = [
      await forge(['--file', 'd.txt', ...key]),
      await forge(['zboot { image signed by ring }', ...key]),
      await forge(['-', ...key], {
        read: () => Promise.resolve({ ok: true, bytes: text('zboot { image signed by ring }') }),
      }),
    ];
    const [first, ...others] = made.map(({ written }) => Buffer.from(written.get('out') ?? []));
    expect(first?.length).toBeGreaterThan(0x1000);
    for (const other of others) expect(first?.equals(other)).toBe(true);
    expect(made[0]?.written.size).toBe(1);
    expect(made[0]?.out).not.toMatch(/PRIVATE|certificate of/);
  });

  test.each([
    ['ukii signed by x', 1, /BP0103.+`ukii` is not a kind of layer/],
    ['zboot {\n  compresion zstd\n}', 2, /BP0614.+\n.+description:2:3/],
    ['uki { linux: zboot', 1, /BP0020.+never closed/],
    ['zboot signed by', 1, /BP0\d+/],
    ['zboot { image } pe', 1, /BP0081.+`pe` is no part/],
    ['', 1, /BP0\d+/],
  ])('points at what is wrong in %j', async (words, line, told) => {
    const { code, err, written } = await forge([words, '-o', 'out']);
    expect([code, written.size]).toEqual([2, 0]);
    expect(err).toMatch(told);
    expect(err).toContain(`description:${line}:`);
    expect(err).not.toMatch(/param signers|artifact pe|test "forge"/);
  });

  test('wants one image', async () => {
    const { code, err } = await forge(['pe }\ntest "x" { expect accept given pe', '-o', 'out']);
    expect([code, err]).toEqual([2, 'bootpol: a description is of one image, such as `zboot signed by db`\n']);
  });

  test.each([
    [['pe', '--file', 'd.txt', '-o', 'out'], 'give either a DESCRIPTION or `--file`'],
    [['-o', 'out'], 'give either a DESCRIPTION or `--file`'],
    [['pe', 'pe', '-o', 'out'], '`forge` takes DESCRIPTION only; `pe` is too much'],
    [['--file', 'none', '-o', 'out'], 'cannot read description `none`: no such file'],
    [['--file', 'latin', '-o', 'out'], 'description `latin` is not text in UTF-8'],
    [['pe', '-o', 'taken'], 'cannot write `taken`: it exists; `--force` replaces it'],
    [['pe', '--key', 'ring', '-o', 'out'], '`--key` wants NAME=KEY,CERT'],
    [
      ['pe', '--key', 'ring=ring.pem', '-o', 'out'],
      '`--key ring=ring.pem` names no private key: it wants NAME=KEY,CERT',
    ],
    [
      ['pe signed by ring { expired }', '--key', 'ring=ring.key,ring.pem', '-o', 'out'],
      'the pe cannot be forged: `ring` signs with a key that is given: no `key`, `expired` or `revoked` can be said of it',
    ],
    [['zboot { compression none }', '-o', 'out'], 'the zboot cannot be forged: a zboot is always compressed'],
  ] as const)('refuses %j', async (words, why) => {
    const { code, err, written } = await forge(words);
    expect([code, err, written.size]).toEqual([2, `bootpol: ${why}\n`, 0]);
  });
});

describe('the JSON of bootpol forge', () => {
  const reported = async (words: readonly string[]) => {
    const made = await forge([...words, '-o', 'out', '--format', 'json']);
    expect([made.code, made.err]).toEqual([0, '']);
    return { report: forgeReportSchema.strict().parse(JSON.parse(made.out)), made };
  };

  test('says what was made, whose keys were thrown away, by which encoders, and how it is read back', async () => {
    const words = 'uki signed by distro { linux: zboot { compression xz  image signed by ring } initrd }';
    const { report, made } = await reported([words, '--keys', 'keys']);
    const root = await rootOf(made);
    expect(report).toMatchObject({
      ...{ version: 1, kind: 'uki', written: { file: 'out', sha256: root.sha256, sizeBytes: root.sizeBytes } },
      signers: [
        { signer: 'ring (test)', certificate: 'keys/ring.pem' },
        { signer: 'distro (test)', certificate: 'keys/distro.pem' },
      ],
      encoders: [
        { codec: 'xz', encoder: 'bootpol, without compressing' },
        { codec: 'gzip', encoder: `node:zlib ${process.versions.zlib} -9` },
      ],
    });
    const image = report.layers.find(({ path }) => path === 'uki/.linux/zboot/image');
    expect(image).toMatchObject({ codec: 'xz', signatures: [{ signer: 'CN=ring (test)', sound: false }] });
    expect(report.layers[0]).toMatchObject({ path: 'uki', codec: null, signatures: [{ sound: true }] });
  });

  test('tells of no signer where the keys are given, and of no file where certificates are not kept', async () => {
    expect((await reported(['pe signed by ring', '--key', 'ring=ring.key,ring.pem'])).report.signers).toEqual([]);
    const { signers, encoders } = (await reported(['pe signed by ring'])).report;
    expect([signers, encoders]).toEqual([[{ signer: 'ring (test)', certificate: null }], []]);
  });
});
