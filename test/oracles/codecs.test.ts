import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { identifyCodec } from '../../runtime/codecs/codec.ts';
import type { Codec } from '../../runtime/contract/vocabulary.ts';
import { branchBytes, mixedBytes, noiseBytes, textBytes } from '../runtime/codecs/sample-bytes.ts';
import { attemptDecode, enginesFor, faultCode, sha256Of } from '../runtime/codecs/vectors.ts';

// Debian's own compressors make files of data that nobody has seen before; both engines must read them to the last byte.
// A tool that is missing fails its tests by name. To see a failure again: BOOTPOL_SEED=NUMBER.
const SEED = Number(process.env['BOOTPOL_SEED'] ?? Date.now() % 1_000_000);

const PLAIN = {
  everything: Buffer.concat([
    mixedBytes(120_000, SEED),
    textBytes(8000, SEED),
    branchBytes(16_000, SEED),
    noiseBytes(4001, SEED),
    new Uint8Array(30_003),
  ]),
  text: textBytes(5003, SEED),
  branches: branchBytes(40_000, SEED),
  nothing: new Uint8Array(0),
} as const;
type Plain = keyof typeof PLAIN;

/** How the plain bytes reach the tool; it writes to the standard output either way. */
type Way = 'file' | 'pipe';

interface Case {
  readonly codec: Codec;
  readonly program: string;
  readonly words: readonly string[];
  readonly way: Way;
  readonly plain: Plain;
}

const folder = mkdtempSync(join(tmpdir(), 'bootpol-codecs-'));
const paths = new Map(Object.entries(PLAIN).map(([name, bytes]) => [name, written(name, bytes)]));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe(`with the seed ${String(SEED)}`, () => {
  test.each(allCases().map((each) => [titleOf(each), each] as const))('%s', (_, each) => {
    const encoded = encodedBy(each);
    expect(identifyCodec(encoded)).toBe(each.codec);
    for (const tail of [0, 513]) {
      const bytes = Buffer.concat([encoded, new Uint8Array(tail)]);
      for (const engine of enginesFor(each.codec)) {
        const result = attemptDecode(each.codec, bytes, { engine });
        expect(result, engine.name).toMatchObject({ ok: true, value: { consumedBytes: encoded.length } });
        if (result.ok) expect(sha256Of(result.value.bytes), engine.name).toBe(sha256Of(PLAIN[each.plain]));
      }
    }
  });

  test('the filter of xz for Itanium, which Linux has dropped, is refused by name', () => {
    expect(faultCode('xz', encodedBy(xz(['--ia64', '--lzma2=preset=6'], 'branches')))).toBe('codec-unsupported');
    expect(faultCode('xz', encodedBy(xz(['--lzma2=preset=6'], 'branches')))).toBe('none');
  });

  test('an lzop file without any checksum is refused by name: Linux takes one for granted', () => {
    const given = lzop(['-F'], 'text');
    expect(faultCode('lzo', encodedBy(given))).toBe('codec-unsupported');
    expect(faultCode('lzo', encodedBy({ ...given, words: [] }))).toBe('none');
  });

  test.each([
    ['zstd', 'zstd', ['-q', '--ultra', '-20', '--long=28'], 'codec-window-limit'],
    ['xz', 'xz', ['-C', 'crc32', '--lzma2=preset=0,dict=129MiB'], 'codec-window-limit'],
    ['lzma', 'xz', ['--format=lzma', '--lzma1=preset=0,dict=129MiB'], 'codec-window-limit'],
  ] as const)('%s that wants more than 128 MiB of window is refused for it', (codec, program, words, code) => {
    const encoded = encodedBy({ codec, program, words, way: 'pipe', plain: 'text' });
    for (const engine of enginesFor(codec)) expect(faultCode(codec, encoded, { engine })).toBe(code);
  });
});

function allCases(): readonly Case[] {
  return [...gzipCases(), ...zstdCases(), ...xzCases(), ...lzmaCases(), ...lz4Cases(), ...lzopCases(), ...bzip2Cases()];
}

function gzipCases(): readonly Case[] {
  const of = (words: readonly string[], plain: Plain): readonly Case[] =>
    bothWays({ codec: 'gzip', program: 'gzip', words, plain });
  return [
    ...levels(1, 9).flatMap((level) => of([`-${String(level)}`], 'everything')),
    ...of(['-n'], 'text'),
    ...of(['--rsyncable'], 'everything'),
    ...of([], 'nothing'),
  ];
}

function zstdCases(): readonly Case[] {
  const of = (words: readonly string[], plain: Plain): readonly Case[] =>
    bothWays({ codec: 'zstd', program: 'zstd', words: ['-q', ...words], plain });
  return [
    ...levels(1, 19).flatMap((level) => of([`-${String(level)}`], 'everything')),
    ...levels(20, 22).flatMap((level) => of(['--ultra', `-${String(level)}`], 'everything')),
    ...of(['--fast=7'], 'everything'),
    ...of(['-3', '--long=27'], 'everything'),
    ...of(['-22', '--ultra', '--long=27'], 'text'),
    ...of(['-9', '--no-check'], 'everything'),
    ...of(['-5', '--no-content-size', '-B65536', '-T2'], 'everything'),
    ...of(['-1', '--compress-literals'], 'everything'),
    ...of(['-7', '--no-compress-literals'], 'everything'),
    ...of([], 'nothing'),
  ];
}

const CHECKS = ['none', 'crc32', 'crc64', 'sha256'] as const;

function xzCases(): readonly Case[] {
  return [
    ...levels(0, 9).map((level) => xz([`-${String(level)}`], 'everything')),
    ...CHECKS.flatMap((check) => [
      xz(['-C', check], 'everything'),
      xz(['-C', check, '--block-size=30000'], 'everything'),
      xz(['-C', check, '--block-size=30000', '-T2'], 'everything'),
      xz(['-C', check], 'nothing'),
    ]),
    ...branchFilters().flatMap((filter) => [
      xz([`--${filter}`, '--lzma2=preset=6'], 'branches'),
      xz([`--${filter}=start=1048576`, '--lzma2=preset=6', '--block-size=16384'], 'branches'),
      xz(['--delta=dist=4', `--${filter}`, '--lzma2=preset=6'], 'branches'),
    ]),
    ...['1', '3', '256'].map((distance) => xz([`--delta=dist=${distance}`, '--lzma2=preset=6'], 'everything')),
    xz(['-C', 'crc32', '--x86', '--lzma2=,dict=128MiB'], 'everything'),
    ...['lc=4,lp=0,pb=0', 'lc=0,lp=4,pb=4', 'lc=2,lp=2,pb=1', 'mode=fast,mf=hc3,nice=8'].map((options) =>
      xz([`--lzma2=preset=6,${options}`], 'everything'),
    ),
  ];
}

function xz(words: readonly string[], plain: Plain): Case {
  return { codec: 'xz', program: 'xz', words, way: 'pipe', plain };
}

/** Those that this xz has, but for Itanium's: 5.4 knows no riscv yet, and only a vector of another encoder tests it. */
function branchFilters(): readonly string[] {
  const known = ['x86', 'arm', 'armthumb', 'arm64', 'powerpc', 'sparc', 'riscv'];
  const help = run('xz', ['--long-help']).toString();
  const found = known.filter((filter) => new RegExp(`--${filter}\\b`).test(help));
  // A filter that goes missing must not take its tests along.
  return found.length >= known.length - 1 ? found : known;
}

/** xz writes an end mark always; lzma_alone states the size of a file, and writes the mark for a pipe or when asked. */
function lzmaCases(): readonly Case[] {
  const alone = { codec: 'lzma', program: 'lzma_alone', words: [], plain: 'everything' } as const;
  return [
    ...levels(0, 9).flatMap((level) =>
      bothWays({ codec: 'lzma', program: 'lzma', words: [`-${String(level)}`], plain: 'everything' }),
    ),
    ...bothWays(alone),
    ...bothWays({ ...alone, plain: 'text' }),
    { ...alone, words: ['-eos'], way: 'file' },
  ];
}

function lz4Cases(): readonly Case[] {
  const of = (words: readonly string[], plain: Plain): readonly Case[] =>
    bothWays({ codec: 'lz4', program: 'lz4', words: ['-q', ...words], plain });
  return [
    ...[1, 3, 9, 12].flatMap((level) => [
      ...of(['-l', `-${String(level)}`], 'everything'),
      ...of([`-${String(level)}`], 'everything'),
    ]),
    ...[4, 5, 6, 7].flatMap((size) => of([`-B${String(size)}`, '-BD', '-BX'], 'everything')),
    ...of(['-BI', '-B4', '--content-size'], 'everything'),
    ...of(['--no-frame-crc'], 'text'),
    ...of(['--fast=9'], 'everything'),
    ...of([], 'nothing'),
  ];
}

function lzopCases(): readonly Case[] {
  return [
    ...levels(1, 9).flatMap((level) => [
      lzop([`-${String(level)}`], 'everything'),
      lzop([`-${String(level)}`, '--crc32'], 'everything'),
    ]),
    lzop(['-P'], 'text'),
    lzop(['--no-name'], 'text'),
    lzop([], 'nothing'),
    { ...lzop(['-9'], 'everything'), way: 'file' },
  ];
}

function lzop(words: readonly string[], plain: Plain): Case {
  return { codec: 'lzo', program: 'lzop', words, way: 'pipe', plain };
}

function bzip2Cases(): readonly Case[] {
  return [
    ...levels(1, 9).flatMap((level) =>
      bothWays({ codec: 'bzip2', program: 'bzip2', words: [`-${String(level)}`], plain: 'everything' }),
    ),
    { codec: 'bzip2', program: 'bzip2', words: [], way: 'pipe', plain: 'nothing' },
  ];
}

function bothWays(given: Omit<Case, 'way'>): readonly Case[] {
  return [
    { ...given, way: 'file' },
    { ...given, way: 'pipe' },
  ];
}

function levels(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function titleOf({ program, words, way, plain }: Case): string {
  return `${[program, ...words].join(' ')} from a ${way}: ${plain}`;
}

function encodedBy({ program, words, way, plain }: Case): Uint8Array {
  const path = paths.get(plain) ?? '';
  if (program === 'lzma_alone') {
    const from = way === 'file' ? path : '-si';
    return new Uint8Array(run(program, ['e', from, '-so', ...words], PLAIN[plain]));
  }
  return new Uint8Array(
    way === 'file' ? run(program, [...words, '-c', path]) : run(program, [...words, '-c'], PLAIN[plain]),
  );
}

function written(name: string, contents: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

function run(program: string, words: readonly string[], input?: Uint8Array): Buffer {
  const { error, status, stdout, stderr } = spawnSync(program, words, { input, maxBuffer: 2 ** 26 });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    throw new Error(`the tool ${program} is not installed`);
  }
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${String(status)}: ${String(stderr)}`);
  return stdout;
}
