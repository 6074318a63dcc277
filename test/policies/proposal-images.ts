import { forgeInitrd, SMALL_ROOT } from '../../forge/initrd.ts';
import { forgeImage } from '../../forge/kernel-image.ts';
import { signPe } from '../../forge/sign.ts';
import { forgeUki } from '../../forge/uki.ts';
import { newSigner, type Signer } from '../../forge/x509.ts';
import { forgeZboot, type ZbootCompression } from '../../forge/zboot.ts';

/** The images by which the proposals of the thread are compared, named as in `docs/proposals.md`. */
export type ImageName = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G' | 'Z' | 'U';

export interface ProposalImages {
  readonly images: Readonly<Record<ImageName, Uint8Array>>;
  readonly trust: ProposalTrust;
  /** The firmware's signer. */
  readonly db: Signer;
  /** The key that signs modules, and the inner Image. */
  readonly modules: Signer;
}

/** Certificates, as files: whom the firmware believes, and whom the kernel's keyrings. */
export interface ProposalTrust {
  readonly db: readonly Uint8Array[];
  readonly ring: readonly Uint8Array[];
}

/** Forges all nine, with new keys. */
export function forgeProposalImages(): ProposalImages {
  const db = newSigner({ subject: 'Firmware db', key: 'rsa2048' });
  const modules = newSigner({ subject: 'Module key', key: 'rsa2048' });
  const image = forgeImage({ arch: 'arm64', size: 120_000 });
  const signed = (bytes: Uint8Array, signer: Signer): Uint8Array => signPe(bytes, { signers: [{ signer }] });
  const zboot = (inner: Uint8Array, compression: ZbootCompression): Uint8Array =>
    forgeZboot({ image: inner, compression });
  const innerSigned = zboot(signed(image, modules), 'gzip');
  const uki = (linux: Uint8Array): Uint8Array =>
    forgeUki({
      arch: 'arm64',
      linux,
      osrel: 'ID=test\n',
      cmdline: 'ro quiet',
      uname: '6.14.0',
      sbat: 'sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n',
      initrd: forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' }),
    });
  return {
    trust: { db: [db.certificateDer], ring: [db.certificateDer, modules.certificateDer] },
    db,
    modules,
    images: {
      A: signed(zboot(image, 'gzip'), db),
      B: signed(innerSigned, db),
      C: innerSigned,
      D: signed(uki(zboot(image, 'gzip')), db),
      E: signed(uki(signed(image, db)), db),
      F: signed(image, db),
      G: signed(zboot(image, 'xz'), db),
      Z: signed(zboot(image, 'zstd'), db),
      U: zboot(image, 'gzip'),
    },
  };
}
