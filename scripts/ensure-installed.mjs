// Installs the locked packages when a direct dependency is missing or of another version than package.json asks for.
// Plain Node: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
const missing = Object.keys(wanted).filter((name) => installedVersion(name) !== wanted[name]);

if (missing.length > 0) {
  console.error(`installing the locked packages: ${missing.length} of ${Object.keys(wanted).length} are missing`);
  // npm's standard output goes to ours' standard error, so that what the caller prints stays readable by programs.
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
}

function installedVersion(name) {
  try {
    return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch {
    return null;
  }
}
