import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgeSamples } from './samples.ts';

// What `npm start` shows: forged boot images, judged by the shipped policies with the built command line.
const FOLDER = 'samples';

/** A shipped policy, the forged files that it is about, and who plays its signers. */
interface Scene {
  readonly policy: string;
  readonly files: RegExp;
  readonly binds: Readonly<Record<string, string>>;
}

const SCENES: readonly Scene[] = [
  {
    policy: 'kexec/zboot-gzip-zstd',
    files: /^zboot-(gzip-signed|zstd-signed|xz-signed|inner-signed|stranger)/,
    binds: { ring: 'distro-ca.pem' },
  },
  { policy: 'kexec/zboot-gzip', files: /^zboot-(gzip|zstd)-signed/, binds: { ring: 'distro-ca.pem' } },
  {
    policy: 'kexec/inner-image-signed',
    files: /^(image-signed|zboot-(inner|both)-signed)/,
    binds: { ring: 'kernel.pem' },
  },
  {
    policy: 'kexec/inner-image-signed-trimmed',
    files: /^(image-signed|zboot-(inner|both)-signed)/,
    binds: { ring: 'kernel.pem' },
  },
  { policy: 'kexec/uki-parser', files: /^uki-arm64/, binds: { ring: 'distro-ca.pem' } },
  { policy: 'distro/arm64', files: /^(image|zboot-zstd|uki-arm64)/, binds: { distro: 'distro-ca.pem' } },
  { policy: 'distro/x86-64', files: /^(bzimage|uki-x64)/, binds: { distro: 'distro-ca.pem' } },
];

mkdirSync(FOLDER, { recursive: true });
const { files, keys } = await forgeSamples();
for (const { name, bytes } of files) writeFileSync(join(FOLDER, name), bytes);
for (const { name, pem } of keys) writeFileSync(join(FOLDER, name), pem);

console.log(`forged ${files.length} boot images into ${FOLDER}/:\n`);
for (const { name, note } of files) console.log(`  ${name.padEnd(26)}${note}`);
const codes = SCENES.map((scene) => play(scene));
console.log(
  `\nMore of one file: node ${join('dist', 'cli', 'bootpol.js')} inspect ${join(FOLDER, 'uki-arm64-signed.efi')}\n` +
    'Where to go on: docs/README.md has a tutorial for policy authors, for CI and for kernel developers.',
);
// Rejections are what the samples are for; a fault of the policy or a file that could not be judged is not.
process.exitCode = codes.every((code) => code === 0 || code === 1 || code === 3) ? 0 : 1;

function play({ policy, files: wanted, binds }: Scene): number | null {
  const shown = files.filter(({ name }) => wanted.test(name)).map(({ name }) => join(FOLDER, name));
  const bound = Object.entries(binds).flatMap(([name, file]) => ['--bind', `${name}=${join(FOLDER, file)}`]);
  const words = ['verify', '-p', join('policies', `${policy}.bootpol`), ...bound, ...shown];
  console.log(`\n── policies/${policy}.bootpol ${'─'.repeat(Math.max(0, 58 - policy.length))}\n`);
  return spawnSync(process.execPath, [join('dist', 'cli', 'bootpol.js'), ...words], { stdio: 'inherit' }).status;
}
