import { concatBytes, flipped, u32be, utf8 } from './bytes.ts';
import { forgeBzImage } from './bzimage.ts';
import { signAppended } from './appended.ts';
import { forgeInitrd, SMALL_ROOT } from './initrd.ts';
import { forgeImage, type ImageArch } from './kernel-image.ts';
import { type RecipeRow, signedBy } from './recipe.ts';
import { signPe } from './sign.ts';
import type { SignerSet } from './signer-set.ts';
import { forgeAddon, forgeUki, type UkiSpec } from './uki.ts';
import { forgeZboot, type ZbootCompression, type ZbootSpec } from './zboot.ts';

const IMAGE = forgeImage({ arch: 'arm64', size: 0x8000 });
const INITRD = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });
const UKI: UkiSpec = {
  osrel: 'ID=forge\nNAME="Forge"\n',
  cmdline: 'root=/dev/vda2 ro quiet',
  uname: '6.14.0-forge',
  sbat: 'sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\nforge,1,Forge,forge,1,https://example.org\n',
  linux: forgeBzImage({}),
  initrd: INITRD,
};

/** Boot images of every kind, right ones and ones with a fault of their own format. */
export const KERNEL_RECIPES: readonly RecipeRow[] = [
  ...images(),
  [
    'image-appended',
    'Image with a module-style signature',
    (people) => signAppended(IMAGE, { signer: people.get('good') }),
  ],
  ...zboots(),
  ['zboot-wrong-label', 'labelled gzip, packed as zstd', zboot({ compression: 'zstd', label: 'gzip' })],
  ['zboot-unknown-label', 'a label nobody knows', zboot({ compression: 'gzip', label: 'brotli' })],
  ['zboot-label-without-end', 'label of 32 bytes without NUL', zboot({ compression: 'gzip', label: 'gzip'.repeat(8) })],
  ['zboot-tail-wrong', 'size tail one too large', zboot({ compression: 'zstd', tail: 0x9001 })],
  ['zboot-tail-absent', 'no size tail', zboot({ compression: 'zstd', tail: 'absent' })],
  [
    'zboot-size-wraps',
    'payload offset and size whose sum wraps',
    zboot({ compression: 'gzip', payloadSize: 0xffffffff }),
  ],
  ['zboot-offset-past-eof', 'payload beyond the file', zboot({ compression: 'gzip', payloadOffset: 0x7fffffff })],
  ['zboot-offset-in-headers', 'payload offset inside the headers', zboot({ compression: 'gzip', payloadOffset: 8 })],
  ['zboot-junk-after', 'bytes behind payload and tail', zboot({ compression: 'gzip', afterPayload: utf8('behind') })],
  ['zboot-sbat', 'with a .sbat section', zboot({ compression: 'gzip', sbat: 'sbat,1,SBAT Version,sbat,1,url\n' })],
  ['zboot-inner-trimmed', 'Image signed, not padded', innerSigned('nothing')],
  ['zboot-inner-padded', 'Image signed, then padded to image_size', innerSigned('image-size')],
  [
    'zboot-inner-stranger',
    'Image signed by a stranger inside',
    (people) =>
      signGood(
        people,
        forgeZboot({ image: signedBy('evil', IMAGE, {})(people), compression: 'gzip', padTo: 'nothing' }),
      ),
  ],
  ['bzimage-gzip', 'bzImage, gzip', signedBy('good', forgeBzImage({}), {})],
  ['bzimage-zstd', 'bzImage, zstd', signedBy('good', forgeBzImage({ compression: 'zstd' }), {})],
  [
    'bzimage-length-past-eof',
    'payload_length beyond the file',
    signedBy('good', forgeBzImage({ payloadLength: 0x7fffffff }), {}),
  ],
  ['uki', 'UKI with kernel, initrd and texts', signedBy('good', forgeUki(UKI), {})],
  ['uki-arm64-zboot', 'arm64 UKI with a zboot', signedBy('good', forgeUki(arm64Uki()), {})],
  [
    'uki-initrd-altered',
    'a byte of the initrd altered',
    (people) => flipped(signGood(people, forgeUki(UKI)), forgeUki(UKI).length - 0x1f0),
  ],
  [
    'uki-two-linux',
    'two .linux sections',
    signedBy('good', forgeUki({ ...UKI, linux: [forgeBzImage({}), forgeBzImage({ seed: 9 })] }), {}),
  ],
  [
    'uki-two-cmdline',
    'two .cmdline sections',
    signedBy('good', forgeUki({ ...UKI, cmdline: ['quiet', 'init=/bin/sh'] }), {}),
  ],
  [
    'uki-unknown-section',
    'a section nobody knows',
    signedBy('good', forgeUki({ ...UKI, extra: [{ name: '.mystery', data: utf8('?') }] }), {}),
  ],
  ['uki-profiles', 'three profiles', signedBy('good', forgeUki({ ...UKI, profiles: rescueProfiles() }), {})],
  [
    'uki-dtbauto',
    'two automatic device trees',
    signedBy('good', forgeUki({ ...UKI, dtbauto: [deviceTree(1), deviceTree(2)], hwids: new Uint8Array(28) }), {}),
  ],
  ['addon-cmdline', 'addon with a command line', signedBy('good', forgeAddon({ cmdline: 'console=ttyS0' }), {})],
  ['addon-dtb', 'addon with a device tree', signedBy('good', forgeAddon({ dtb: deviceTree(3) }), {})],
];

function images(): readonly RecipeRow[] {
  const kinds: readonly ImageArch[] = ['arm64', 'riscv64', 'loongarch64'];
  return kinds.flatMap((arch): readonly RecipeRow[] => {
    const image = forgeImage({ arch, size: 0x8000 });
    return [
      [`image-${arch}`, 'Image, signed', signedBy('good', image, {})],
      [`image-${arch}-unsigned`, 'Image, not signed', () => image],
    ];
  });
}

function zboots(): readonly RecipeRow[] {
  const kinds: readonly ZbootCompression[] = ['gzip', 'zstd', 'zstd22', 'xz', 'xzkern', 'lzma', 'lzo', 'lz4'];
  return kinds.map(
    (compression): RecipeRow => [`zboot-${compression}`, `zboot, ${compression}`, zboot({ compression })],
  );
}

function zboot(spec: Omit<ZbootSpec, 'image'>): (people: SignerSet) => Uint8Array {
  return (people) => signGood(people, forgeZboot({ image: IMAGE, ...spec }));
}

function innerSigned(padTo: 'nothing' | 'image-size'): (people: SignerSet) => Uint8Array {
  return (people) => signGood(people, forgeZboot({ image: signGood(people, IMAGE), compression: 'gzip', padTo }));
}

function signGood(people: SignerSet, bytes: Uint8Array): Uint8Array {
  return signPe(bytes, { signers: [{ signer: people.get('good') }] });
}

function arm64Uki(): UkiSpec {
  return { ...UKI, arch: 'arm64', linux: forgeZboot({ image: IMAGE, compression: 'gzip' }) };
}

function rescueProfiles(): readonly UkiSpec[] {
  return [
    { profile: 'ID=main\nTITLE=Main\n' },
    { profile: 'ID=rescue\nTITLE=Rescue\n', cmdline: 'rescue' },
    { profile: 'ID=reset\nTITLE=Factory reset\n', cmdline: 'reset' },
  ];
}

/** A flattened device tree with an empty root node (Devicetree Specification 0.4, chapter 5). */
function deviceTree(seed: number): Uint8Array {
  const structure = concatBytes(u32be(1), new Uint8Array(4), u32be(2), u32be(9));
  const size = 40 + 16 + structure.length;
  const header = [0xd00dfeed, size, 56, 56 + structure.length, 40, 17, 16, seed, 0, structure.length].map(u32be);
  return concatBytes(...header, new Uint8Array(16), structure);
}
