import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCli } from './bundle-cli.ts';

// Makes `dist/`: the library with its declarations (tsc) and the command line (esbuild).
rmSync('dist', { recursive: true, force: true });
const compiled = spawnSync(
  process.execPath,
  [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
  {
    stdio: 'inherit',
  },
);
if (compiled.status !== 0) {
  process.exitCode = 1;
} else {
  await bundleCli(join('dist', 'cli'));
  chmodSync(join('dist', 'cli', 'bootpol.js'), 0o755);
}
