import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { branchBytes, mixedBytes, noiseBytes, textBytes } from '../../runtime/codecs/sample-bytes.ts';

// Makes the vectors and manifest.json anew; see SOURCE.md.
const HERE = join('test', 'vectors', 'codecs');

/** What is compressed; the vectors' names end with these. */
const PLAIN: Readonly<Record<string, Uint8Array>> = {
  text: textBytes(1500, 1),
  mixed: mixedBytes(280_000, 1),
  branches: branchBytes(4096, 1),
  noise: noiseBytes(1000, 1),
  zeros: new Uint8Array(300_000),
  nothing: new Uint8Array(0),
};

const EXTENSIONS: Readonly<Record<string, string>> = { gzip: 'gz', zstd: 'zst', lzo: 'lzo', bzip2: 'bz2' };

/** Text flag, extra field, name, comment and the CRC-16 of them all. */
const GZIP_HEADER = String.raw`\x1f\x8b\x08\x1f\x00\x00\x00\x00\x02\x03\x06\x00BP\x02\x00abvmlinux\x00a\x20comment\x00\x9c\x81`;

/** A shell command from the plain file $P to the standard output; $D holds the vectors made so far. */
interface Recipe {
  readonly file: string;
  readonly codec: string;
  readonly plain: readonly string[];
  readonly command: string;
}

const folder = mkdtempSync(join(tmpdir(), 'bootpol-vectors-'));
try {
  const rows = recipes().map((recipe) => {
    const bytes = run(recipe);
    writeFileSync(join(HERE, recipe.file), bytes);
    const plain = Buffer.concat(recipe.plain.map((name) => PLAIN[name] ?? unknown(name)));
    const { file, codec, command } = recipe;
    const sha256 = createHash('sha256').update(plain).digest('hex');
    return { file, codec, command, encodedBytes: bytes.length, decodedBytes: plain.length, sha256 };
  });
  const lines = rows.map((row) => `  ${JSON.stringify(row)}`);
  writeFileSync(join(HERE, 'manifest.json'), `[\n${lines.join(',\n')}\n]\n`);
  console.log(`${String(rows.length)} vectors`);
} finally {
  rmSync(folder, { recursive: true });
}

function run({ file, plain, command }: Recipe): Uint8Array {
  const [name = ''] = plain;
  const path = join(folder, name);
  writeFileSync(path, PLAIN[name] ?? unknown(name), { mode: 0o644 });
  spawnSync('touch', ['-d', '2026-01-01T00:00:00Z', path]);
  const env = { ...process.env, P: path, D: folder, TZ: 'UTC' };
  const { stdout, stderr, status } = spawnSync('bash', ['-o', 'pipefail', '-c', command], { env, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${file}: ${command}: ${String(stderr)}`);
  // What joins vectors reads them from the folder.
  writeFileSync(join(folder, file), stdout);
  return stdout;
}

function unknown(name: string): never {
  throw new RangeError(`there is no plain file ${name}`);
}

function recipes(): readonly Recipe[] {
  const of = (codec: string, plain: string, rows: readonly (readonly [name: string, command: string])[]): Recipe[] =>
    rows.map(([name, command]) => ({ file: `${name}-${plain}.${EXTENSIONS[codec] ?? codec}`, codec, plain: [plain], command }));
  const joined = (file: string, codec: string, plain: readonly string[], command: string): Recipe => ({ file, codec, plain, command });
  return [
    ...of('gzip', 'text', [
      ['level-1', 'gzip -n1 <$P'],
      ['level-9', 'gzip -n9 <$P'],
      ['named', 'cd $D && gzip -Nc text'],
      ['all-header-fields', `printf '${GZIP_HEADER}' && gzip -n9 <$P | tail -c +11`],
    ]),
    ...of('gzip', 'mixed', [['level-9', 'gzip -n9 <$P']]),
    ...of('gzip', 'noise', [['level-6', 'gzip -n <$P']]),
    ...of('gzip', 'zeros', [['level-6', 'gzip -n <$P']]),
    ...of('gzip', 'nothing', [['level-6', 'gzip -n <$P']]),
    joined('two-members.gz', 'gzip', ['text', 'noise'], 'cat $D/level-1-text.gz $D/level-6-noise.gz'),
    joined('empty-member-between.gz', 'gzip', ['text', 'nothing', 'noise'], 'cat $D/level-1-text.gz $D/level-6-nothing.gz $D/level-6-noise.gz'),

    ...of('zstd', 'text', [
      ['level-1', 'zstd -q1 -c $P'],
      ['level-19', 'zstd -q19 -c $P'],
      ['pipe', 'zstd -q3 <$P'],
      ['pipe-no-check', 'zstd -q3 --no-check <$P'],
      ['fast', 'zstd -q --fast=5 -c $P'],
    ]),
    ...of('zstd', 'mixed', [
      ['level-1', 'zstd -q1 -c $P'],
      ['level-3-pipe', 'zstd -q3 <$P'],
      ['level-19', 'zstd -q19 -c $P'],
      ['kernel', 'zstd -q -22 --ultra <$P'],
      ['long-27', 'zstd -q -22 --ultra --long=27 <$P'],
      ['raw-literals', 'zstd -q3 --no-compress-literals -c $P'],
    ]),
    ...of('zstd', 'noise', [['stored', 'zstd -q3 -c $P']]),
    ...of('zstd', 'zeros', [['runs', 'zstd -q3 <$P']]),
    ...of('zstd', 'nothing', [['file', 'zstd -q3 -c $P'], ['pipe', 'zstd -q3 <$P']]),
    joined('skippable-around.zst', 'zstd', ['text'], String.raw`printf '\x50\x2a\x4d\x18\x04\0\0\0abcd' && cat $D/level-19-text.zst && printf '\x5f\x2a\x4d\x18\0\0\0\0'`),
    joined('two-frames.zst', 'zstd', ['text', 'noise'], 'cat $D/pipe-text.zst $D/stored-noise.zst'),
    joined('skippable-between.zst', 'zstd', ['text', 'noise'], String.raw`cat $D/pipe-text.zst && printf '\x53\x2a\x4d\x18\x03\0\0\0abc' && cat $D/stored-noise.zst`),

    ...of('xz', 'text', [
      ['crc32', 'xz -C crc32 <$P'],
      ['crc64', 'xz -C crc64 <$P'],
      ['sha256', 'xz -C sha256 <$P'],
      ['no-check', 'xz -C none <$P'],
      ['lc0-lp2-pb0', 'xz -C crc32 --lzma2=preset=6,lc=0,lp=2,pb=0 <$P'],
      ['lc1-lp3-pb4', 'xz -C crc32 --lzma2=preset=6,lc=1,lp=3,pb=4 <$P'],
      ['dictionary-128mib', 'xz -C crc32 --lzma2=preset=6,dict=128MiB <$P'],
      ['delta', 'xz -C crc32 --delta=dist=3 --lzma2=preset=6 <$P'],
      ['sizes-in-header', 'xz -C crc32 -T2 --block-size=400 <$P'],
    ]),
    ...of('xz', 'mixed', [
      ['level-0', 'xz -C crc32 -0 <$P'],
      ['level-9', 'xz -C sha256 -9 <$P'],
      ['four-blocks', 'xz -C crc64 --block-size=80000 <$P'],
      ['kernel', 'xz --check=crc32 --x86 --lzma2=,dict=128MiB <$P'],
    ]),
    ...of('xz', 'noise', [['stored', 'xz -C crc32 <$P']]),
    ...of('xz', 'zeros', [['level-6', 'xz -C crc32 <$P']]),
    ...of('xz', 'nothing', [['no-block', 'xz -C crc64 <$P']]),
    ...of('xz', 'branches', [
      ...['x86', 'arm', 'armthumb', 'arm64', 'powerpc', 'sparc', 'ia64'].map(
        (filter) => [filter, `xz -C crc32 --${filter} --lzma2=preset=9 <$P`] as const,
      ),
      ...['x86', 'arm', 'armthumb', 'arm64', 'powerpc', 'sparc'].map(
        (filter) => [`${filter}-near-wrap`, `xz -C crc32 --${filter}=start=4294966272 --lzma2=preset=9 <$P`] as const,
      ),
      ['delta-and-x86', 'xz -C crc32 --delta=dist=4 --x86 --lzma2=preset=9 <$P'],
      ['riscv', '7zz a -txz -mf=RISCV -mmt=1 -mx=9 $D/out.xz $P >&2 && cat $D/out.xz'],
    ]),
    joined('two-streams.xz', 'xz', ['text', 'noise'], String.raw`cat $D/crc32-text.xz && printf '\0\0\0\0' && cat $D/stored-noise.xz`),

    ...of('lzma', 'text', [
      ['pipe', 'lzma <$P'],
      ['file', 'lzma -c $P'],
      ['sized', 'lzma_alone e $P -so'],
      ['lc0-lp4-pb2', 'xz --format=lzma --lzma1=preset=6,lc=0,lp=4,pb=2 <$P'],
    ]),
    ...of('lzma', 'mixed', [['kernel', 'lzma -9 <$P'], ['sized', 'lzma_alone e $P -so']]),
    ...of('lzma', 'zeros', [['level-6', 'lzma <$P']]),
    ...of('lzma', 'nothing', [['level-6', 'lzma <$P']]),

    ...of('lz4', 'text', [
      ['legacy', 'lz4 -lc <$P'],
      ['frame', 'lz4 -c <$P'],
      ['content-size', 'lz4 --content-size -c $P'],
      ['block-checksums', 'lz4 -BX -c <$P'],
      ['no-checksum', 'lz4 --no-frame-crc -c <$P'],
    ]),
    ...of('lz4', 'mixed', [
      ['legacy-level-9', 'lz4 -9 -lc <$P'],
      ['linked-blocks', 'lz4 -9 -B4 -BD -c <$P'],
      ['free-blocks', 'lz4 -9 -B4 -BI -c <$P'],
    ]),
    ...of('lz4', 'noise', [['legacy', 'lz4 -lc <$P'], ['frame', 'lz4 -c <$P']]),
    ...of('lz4', 'zeros', [
      ['legacy', 'lz4 -lc <$P'],
      ['frame', 'lz4 -c <$P'],
    ]),
    ...of('lz4', 'nothing', [['frame', 'lz4 -c <$P']]),
    joined('two-frames.lz4', 'lz4', ['text', 'noise'], String.raw`cat $D/frame-text.lz4 && printf '\x50\x2a\x4d\x18\x02\0\0\0ab' && cat $D/frame-noise.lz4`),

    ...of('lzo', 'text', [
      ['level-1', 'lzop -1 <$P'],
      ['level-9', 'lzop -9 <$P'],
      ['crc32', 'lzop --crc32 <$P'],
      ['named', 'lzop -9 -c $P'],
    ]),
    ...of('lzo', 'mixed', [['level-9', 'lzop -9 <$P']]),
    ...of('lzo', 'noise', [['stored', 'lzop <$P']]),
    ...of('lzo', 'zeros', [['level-3', 'lzop <$P']]),
    ...of('lzo', 'nothing', [['level-3', 'lzop <$P']]),

    ...of('bzip2', 'text', [['level-1', 'bzip2 -1 <$P']]),
    ...of('bzip2', 'mixed', [['level-1', 'bzip2 -1 <$P'], ['level-9', 'bzip2 -9 <$P']]),
    ...of('bzip2', 'noise', [['level-1', 'bzip2 -1 <$P']]),
    ...of('bzip2', 'zeros', [['level-1', 'bzip2 -1 <$P']]),
    ...of('bzip2', 'nothing', [['level-9', 'bzip2 -9 <$P']]),
    joined('two-streams.bz2', 'bzip2', ['text', 'noise'], 'cat $D/level-1-text.bz2 $D/level-1-noise.bz2'),
  ];
}
