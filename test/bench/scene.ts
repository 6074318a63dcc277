import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgeImage } from '../../forge/kernel-image.ts';
import { signPe } from '../../forge/sign.ts';
import { newSigner } from '../../forge/x509.ts';

/** Files that the measurements read, in a folder of their own. */
export interface Scene {
  /** A signed kernel of about 40 MB. */
  readonly kernel: string;
  /** 60 names of a signed kernel of about 12 MB. */
  readonly manyKernels: readonly string[];
  /** The signer's certificate, PEM. */
  readonly certificate: string;
  /** Asks that an Image is signed; signers bound as `db`. */
  readonly policy: string;
  /** Bare Node, hashing one file. */
  readonly hashScript: string;
  remove(): void;
}

/** Forges the scene; RSA-2048 and SHA-256, as distributions sign. */
export function setScene(): Scene {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-bench-'));
  const signer = newSigner({ subject: 'Bench', key: 'rsa2048' });
  const put = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const kernelOf = (size: number): Uint8Array => signPe(forgeImage({ arch: 'arm64', size }), { signers: [{ signer }] });
  const small = put('small.efi', kernelOf(12_000_000));
  const manyKernels = Array.from({ length: 60 }, (_, index) => {
    const name = join(folder, `kernel-${String(index)}.efi`);
    linkSync(small, name);
    return name;
  });
  return {
    kernel: put('kernel.efi', kernelOf(40_000_000)),
    manyKernels,
    certificate: put('db.pem', signer.certificatePem),
    policy: put('policy.bootpol', POLICY),
    hashScript: put('hash.mjs', HASH_SCRIPT),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const POLICY = `language 1
policy bench version 1
param signers db
artifact image {
  require outer: signed by db
}
at firmware sees file like strict enforce { outer }
`;

const HASH_SCRIPT = `import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
console.log(createHash('sha256').update(readFileSync(process.argv[2])).digest('hex'));
`;
