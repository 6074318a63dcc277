import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { forgeInitrd, SMALL_ROOT } from '../../forge/initrd.ts';
import { forgeImage } from '../../forge/kernel-image.ts';
import { signPe } from '../../forge/sign.ts';
import { forgeUki } from '../../forge/uki.ts';
import { newSigner } from '../../forge/x509.ts';
import { forgeZboot } from '../../forge/zboot.ts';

/** What the measurements of `simulate` read, in a folder of its own. */
export interface SimulateScene {
  /** A folder of 100 images: zboot, Image and UKI, signed outside, inside, both and not at all. */
  readonly images: string;
  /** Twelve policies, each with a param `ring` or `db`. */
  readonly policies: readonly string[];
  /** Arguments that bind both. */
  readonly binds: readonly string[];
  /** Runs the command line in this process and prints its peak memory in bytes at the end. */
  readonly peakScript: string;
  remove(): void;
}

/** As Debian 13's kernel for arm64 has. */
const IMAGE_BYTES = 33_000_000;
const IMAGES = 100;

export function setSimulateScene(): SimulateScene {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-bench-simulate-'));
  const signer = newSigner({ subject: 'Bench', key: 'rsa2048' });
  const signed = (bytes: Uint8Array): Uint8Array => signPe(bytes, { signers: [{ signer }] });
  const image = forgeImage({ arch: 'arm64', size: IMAGE_BYTES });
  const zboot = forgeZboot({ image, compression: 'gzip' });
  const inner = forgeZboot({ image: signed(image), compression: 'gzip' });
  const uki = forgeUki({
    arch: 'arm64',
    linux: zboot,
    osrel: 'ID=bench\n',
    cmdline: 'ro',
    uname: '6.14.0',
    initrd: forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' }),
  });
  const kinds = [signed(zboot), zboot, signed(image), inner, signed(inner), signed(uki)];
  mkdirSync(join(folder, 'images'));
  kinds.forEach((bytes, kind) => writeFileSync(join(folder, `kind-${String(kind)}`), bytes));
  for (let index = 0; index < IMAGES; index += 1) {
    const kind = join(folder, `kind-${String(index % kinds.length)}`);
    linkSync(kind, join(folder, 'images', `${String(index).padStart(3, '0')}.efi`));
  }
  const certificate = join(folder, 'ring.pem');
  writeFileSync(certificate, signer.certificatePem);
  const peakScript = join(folder, 'peak.mjs');
  writeFileSync(peakScript, peakText());
  return {
    images: join(folder, 'images'),
    policies: readdirSync(POLICIES)
      .map((file) => join(POLICIES, file))
      .filter((path) => !OTHERS.some((name) => path.includes(name)))
      .slice(0, 12),
    binds: ['--bind', `ring=${certificate}`, '--bind', `db=${certificate}`],
    peakScript,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const POLICIES = join('policies', 'kexec');
/** Not about these images. */
const OTHERS = ['s390', 'ima', 'x86'];

/** VmHWM is the peak of the whole process, threads and all (proc(5)). */
function peakText(): string {
  return `import { readFileSync } from 'node:fs';
process.on('exit', () => {
  process.stderr.write(String(1024 * Number(/^VmHWM:\\s+(\\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1])));
});
await import(${JSON.stringify(pathToFileURL(resolve('dist', 'cli', 'bootpol.js')).href)});
`;
}
