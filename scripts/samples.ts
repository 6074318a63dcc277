import { utf8 } from '../forge/bytes.ts';
import { forgeBzImage } from '../forge/bzimage.ts';
import { forgeInitrd, SMALL_ROOT } from '../forge/initrd.ts';
import { forgeImage } from '../forge/kernel-image.ts';
import { signPe } from '../forge/sign.ts';
import { forgeUki } from '../forge/uki.ts';
import { newSigner, type Signer } from '../forge/x509.ts';
import { forgeZboot, type ZbootCompression } from '../forge/zboot.ts';

/**
 * Forges the boot images that `npm start` judges, with the certificates of those who signed them.
 *
 * Keys are new in every run and are not returned; the images are the same but for their signatures.
 */
export function forgeSamples(): Promise<Samples> {
  const people = signers();
  const keys = [
    { name: 'distro-ca.pem', pem: people.root.certificatePem },
    { name: 'distro.pem', pem: people.distro.certificatePem },
    { name: 'kernel.pem', pem: people.kernel.certificatePem },
    { name: 'stranger.pem', pem: people.stranger.certificatePem },
  ];
  return Promise.resolve({ files: [...arm64Samples(people), ...x64Samples(people)], keys });
}

/** Forged images and certificates, to be written to a folder. */
export interface Samples {
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array; readonly note: string }[];
  /** Certificates as PEM; never a private key. */
  readonly keys: readonly { readonly name: string; readonly pem: string }[];
}

type SampleFiles = Samples['files'];

interface People {
  readonly root: Signer;
  /** Signs the outermost file; issued by `root`. */
  readonly distro: Signer;
  /** Signs the Image inside a zboot. */
  readonly kernel: Signer;
  readonly stranger: Signer;
}

function signers(): People {
  const root = newSigner({ subject: 'Sample Distribution CA', key: 'p256', ca: true });
  return {
    root,
    distro: newSigner({ subject: 'Sample Distribution Signer', key: 'p256', issuer: root }),
    kernel: newSigner({ subject: 'Sample Kernel Build', key: 'p256' }),
    stranger: newSigner({ subject: 'A Stranger', key: 'p256' }),
  };
}

function arm64Samples(people: People): SampleFiles {
  const image = forgeImage({ arch: 'arm64', size: 200_000 });
  const signedImage = signedBy(image, people.kernel);
  const zboot = (compression: ZbootCompression): Uint8Array => forgeZboot({ image, compression });
  const innerSigned = forgeZboot({ image: signedImage, compression: 'gzip' });
  const uki = forgeUki({ ...parts('aarch64'), arch: 'arm64', linux: zboot('zstd') });
  return [
    { name: 'image.efi', bytes: image, note: 'kernel Image, not signed' },
    { name: 'image-signed.efi', bytes: signedImage, note: 'kernel Image, signed by the kernel build' },
    { name: 'zboot-gzip.efi', bytes: zboot('gzip'), note: 'zboot, gzip, not signed' },
    { name: 'zboot-gzip-signed.efi', bytes: signedBy(zboot('gzip'), people.distro), note: 'zboot, gzip, signed' },
    { name: 'zboot-zstd.efi', bytes: zboot('zstd'), note: 'zboot, zstd, not signed' },
    { name: 'zboot-zstd-signed.efi', bytes: signedBy(zboot('zstd'), people.distro), note: 'zboot, zstd, signed' },
    { name: 'zboot-xz.efi', bytes: zboot('xz'), note: 'zboot labelled xz, not signed' },
    { name: 'zboot-xz-signed.efi', bytes: signedBy(zboot('xz'), people.distro), note: 'zboot labelled xz, signed' },
    { name: 'zboot-inner-signed.efi', bytes: innerSigned, note: 'zboot, gzip, Image inside signed, outside not' },
    {
      name: 'zboot-both-signed.efi',
      bytes: signedBy(innerSigned, people.distro),
      note: 'zboot, gzip, signed inside and outside',
    },
    {
      name: 'zboot-stranger.efi',
      bytes: signedBy(zboot('gzip'), people.stranger),
      note: 'zboot, gzip, signed by a stranger',
    },
    { name: 'uki-arm64.efi', bytes: uki, note: 'UKI with a zboot and an initrd, not signed' },
    {
      name: 'uki-arm64-signed.efi',
      bytes: signedBy(uki, people.distro),
      note: 'UKI with a zboot and an initrd, signed',
    },
  ];
}

function x64Samples(people: People): SampleFiles {
  const kernel = forgeBzImage({ sbat: SBAT });
  const uki = forgeUki({ ...parts('x86_64'), arch: 'x64', linux: kernel });
  return [
    { name: 'bzimage.efi', bytes: kernel, note: 'x86 bzImage, not signed' },
    { name: 'bzimage-signed.efi', bytes: signedBy(kernel, people.distro), note: 'x86 bzImage, signed' },
    { name: 'uki-x64.efi', bytes: uki, note: 'UKI with a bzImage and an initrd, not signed' },
    {
      name: 'uki-x64-signed.efi',
      bytes: signedBy(uki, people.distro),
      note: 'UKI with a bzImage and an initrd, signed',
    },
  ];
}

function signedBy(bytes: Uint8Array, signer: Signer): Uint8Array {
  return signPe(bytes, { signers: [{ signer }] });
}

const SBAT =
  'sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\nlinux,1,Sample,linux,6.14,https://example.org\n';

function parts(machine: string) {
  return {
    osrel: 'ID=sample\nNAME="Sample Distribution"\nVERSION_ID=1\n',
    cmdline: 'root=/dev/vda2 ro quiet',
    uname: `6.14.0-${machine}`,
    sbat: utf8(SBAT),
    initrd: forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' }),
  };
}
