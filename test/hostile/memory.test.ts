import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgeImage } from '../../forge/kernel-image.ts';
import { storedZstdFrame } from '../../forge/zstd.ts';
import { forgeZboot, type ZbootCompression } from '../../forge/zboot.ts';
import { DEFAULT_LIMITS } from '../../index.ts';

const GIBIBYTE = 2 ** 30;
const ALLOWANCE_BYTES = 100 * 1000 * 1000;

/** Peak memory of a Node process, in bytes, and what it printed before. */
function peakOf(script: string): { readonly bytes: number; readonly printed: string } {
  const measured = `${script}\nconsole.log(process.resourceUsage().maxRSS * 1024);`;
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
    console.log(root.kind, root.children[0]?.fault?.code);`;
}

describe('memory, with the limits that nobody changed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-memory-'));
  const bombs: Readonly<Record<string, () => Uint8Array>> = {
    gzip: () => gzipSync(new Uint8Array(GIBIBYTE)),
    zstd: () => storedZstdFrame(new Uint8Array(GIBIBYTE), { contentSize: 'absent' }),
  };
  const peaks = { bare: 0 };
  beforeAll(() => {
    peaks.bare = peakOf('').bytes;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(['gzip', 'zstd'] satisfies ZbootCompression[])(
    '1 GiB of zeros in a %s payload costs no more than the largest layer that is allowed',
    (compression) => {
      const file = join(folder, compression);
      const image = forgeImage({ arch: 'arm64', size: 60_000 });
      writeFileSync(
        file,
        forgeZboot({ image, compression, encoded: bombs[compression]?.() ?? new Uint8Array(0), tail: 'absent' }),
      );
      expect(statSync(file).size).toBeLessThan(1.1 * 2 ** 20);
      const { bytes, printed } = peakOf(inspection(file));
      expect(printed).toMatch(/^zboot codec-/);
      expect(bytes).toBeLessThan(
        peaks.bare + statSync(file).size + DEFAULT_LIMITS.layerSizeLimitBytes + ALLOWANCE_BYTES,
      );
    },
    60_000,
  );
});
