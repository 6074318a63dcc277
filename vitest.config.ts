import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));

/** Three projects: `unit` needs Node alone, `oracles` ask other people's tools, `fuzz` takes long. */
export default defineConfig({
  define: { BOOTPOL_VERSION: JSON.stringify(version) },
  test: {
    // Two cores are two workers: Vitest would leave one of them to itself.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/oracles/**', 'test/fuzz/**', 'test/bench/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // No module has state of its own, so that test files may share them: reading them anew costs more than the tests.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'oracles', include: ['test/oracles/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
      },
      {
        extends: true,
        test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], testTimeout: 3_600_000, hookTimeout: 600_000 },
      },
    ],
  },
});
