import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../index.ts';
import { vector } from '../runtime/codecs/vectors.ts';
import { BOMBS } from './codec-bombs.ts';

const ALLOWANCE_BYTES = 100 * 1000 * 1000;

/**
 * Peak memory of a Node process, in bytes, and what it printed before.
 *
 * Linux hands `ru_maxrss` on from the parent across fork and exec; VmHWM belongs to the new program alone (proc(5)).
 */
function peakOf(script: string): { readonly bytes: number; readonly printed: string } {
  const measured = `${script}
    const { existsSync, readFileSync: readText } = await import('node:fs');
    const status = existsSync('/proc/self/status') ? readText('/proc/self/status', 'utf8') : '';
    console.log(1024 * Number(/^VmHWM:\\s+(\\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', measured], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const lines = stdout.trim().split('\n');
  return { bytes: Number(lines.at(-1)), printed: lines.slice(0, -1).join('\n') };
}

function inspection(file: string): string {
  const door = JSON.stringify(resolve('dist/index.js'));
  return `import { readFileSync } from 'node:fs';
    const { inspect, nativeEngine, DEFAULT_LIMITS } = await import(${door});
    const { root } = await inspect(readFileSync(${JSON.stringify(file)}), { limits: DEFAULT_LIMITS, engine: nativeEngine() });
    console.log(root.fault?.code, root.fault?.text);`;
}

describe('memory, with the limits that nobody changed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-memory-'));
  const peaks = { bare: 0 };
  beforeAll(() => {
    peaks.bare = peakOf('').bytes;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(Object.entries(BOMBS))(
    '1 GiB in a small file of %s costs no more than the largest layer that is allowed',
    (codec, bomb) => {
      const file = join(folder, codec);
      writeFileSync(file, bomb());
      const fileBytes = statSync(file).size;
      expect(fileBytes).toBeLessThanOrEqual(6 * 2 ** 20);
      const { bytes, printed } = peakOf(inspection(file));
      expect(printed).toMatch(/limit/);
      expect(bytes).toBeLessThan(peaks.bare + fileBytes + DEFAULT_LIMITS.layerSizeLimitBytes + ALLOWANCE_BYTES);
    },
    300_000,
  );

  test('what a header claims is not taken: windows, dictionaries and sizes just below their limits', () => {
    const { bytes, printed } = peakOf(decodings(CLAIMS));
    expect(printed.split('\n')).toEqual(CLAIMS.map(({ outcome }) => outcome));
    expect(bytes).toBeLessThan(peaks.bare + 40_000_000);
  });
});

/** 512 MiB less one byte, little-endian in 8 bytes. */
const SIZE = [0xff, 0xff, 0xff, 0x1f, 0, 0, 0, 0];

/** Short streams that claim much, and what decoding them says. */
const CLAIMS: readonly { readonly codec: string; readonly bytes: readonly number[]; readonly outcome: string }[] = [
  // No content size; a window of 128 MiB; one empty block.
  { codec: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 1, 0, 0], outcome: '0 bytes' },
  // A single segment of that size; one empty block.
  { codec: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd, 0xe0, ...SIZE, 1, 0, 0], outcome: 'codec-corrupt' },
  // A dictionary of 128 MiB; that size; zeros are literals.
  { codec: 'lzma', bytes: [0x5d, 0, 0, 0, 8, ...SIZE, 0, 0, 0, 0, 0, 0, 0, 0], outcome: 'codec-truncated' },
  { codec: 'xz', bytes: [...vector('dictionary-128mib-text.xz').encoded], outcome: '1500 bytes' },
  // Blocks of 4 MiB, that size, and a block of 4 MiB that is not there.
  { codec: 'lz4', bytes: [4, 0x22, 0x4d, 0x18, 0x68, 0x70, ...SIZE, 0xc4, 0, 0, 0x40, 0], outcome: 'codec-truncated' },
  // A legacy block of 8 MiB that is not there.
  { codec: 'lz4', bytes: [2, 0x21, 0x4c, 0x18, 0, 0, 0x80, 0], outcome: 'codec-truncated' },
  { codec: 'bzip2', bytes: [...vector('level-9-nothing.bz2').encoded], outcome: '0 bytes' },
];

function decodings(claims: typeof CLAIMS): string {
  const from = (path: string): string => JSON.stringify(resolve('dist', path));
  return `const { decode } = await import(${from('runtime/codecs/codec.js')});
    const { nativeEngine } = await import(${from('native-engine.js')});
    const request = { layer: 'file', baseOffsetBytes: 0, outputLimitBytes: 2 ** 29, exactSizeBytes: null, streams: 'all', engine: nativeEngine() };
    for (const { codec, bytes } of ${JSON.stringify(claims)}) {
      try {
        console.log(decode(codec, Uint8Array.from(bytes), request).bytes.length + ' bytes');
      } catch (error) {
        console.log(error.code);
      }
    }`;
}
