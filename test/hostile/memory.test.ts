import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../index.ts';

const GIBIBYTE = 2 ** 30;
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
  const bombs = { gzip: () => gzipSync(new Uint8Array(GIBIBYTE)), zstd: zeroFrame };
  const peaks = { bare: 0 };
  beforeAll(() => {
    peaks.bare = peakOf('').bytes;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(['gzip', 'zstd'] as const)(
    '1 GiB of zeros in at most 1 MiB of %s costs no more than the largest layer that is allowed',
    (compression) => {
      const file = join(folder, compression);
      writeFileSync(file, bombs[compression]());
      const fileBytes = statSync(file).size;
      expect(fileBytes).toBeLessThanOrEqual(2 ** 20);
      const { bytes, printed } = peakOf(inspection(file));
      expect(printed).toMatch(/limit/);
      expect(bytes).toBeLessThan(peaks.bare + fileBytes + DEFAULT_LIMITS.layerSizeLimitBytes + ALLOWANCE_BYTES);
    },
    60_000,
  );
});

/** 1 GiB of zeros as a Zstandard frame (RFC 8878): RLE blocks of 128 KiB, no content size, no checksum. */
function zeroFrame(): Uint8Array {
  const blockBytes = 2 ** 17;
  const blocks = GIBIBYTE / blockBytes;
  const frame = new Uint8Array(6 + 4 * blocks);
  frame.set([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]);
  for (let block = 0; block < blocks; block += 1) {
    const header = (blockBytes << 3) | (1 << 1) | (block === blocks - 1 ? 1 : 0);
    frame.set([header & 0xff, (header >> 8) & 0xff, header >> 16, 0], 6 + 4 * block);
  }
  return frame;
}
