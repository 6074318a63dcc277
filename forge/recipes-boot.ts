import { concatBytes, utf8 } from './bytes.ts';
import { forgeGrub, forgeShim, forgeSystemd, forgeWithTexts } from './boot-programs.ts';
import { forgeBzImage, forgeElf32 } from './bzimage.ts';
import { compress } from './compress.ts';
import { forgeEsl } from './esl.ts';
import { forgeImage } from './kernel-image.ts';
import { type RecipeRow, signedBy } from './recipe.ts';
import { forgeZimage } from './zimage.ts';

const ELF = concatBytes(Uint8Array.of(0x7f), utf8('ELF'), new Uint8Array(60).fill(2));

/** Boot loaders, their helpers, and kernels of the older kinds. */
export const BOOT_RECIPES: readonly RecipeRow[] = [
  [
    'shim-vendor-certificate',
    'shim that trusts one certificate',
    (people) => forgeShim({ vendorDb: people.get('good').certificateDer }),
  ],
  [
    'shim-vendor-lists',
    'shim with signature lists that it trusts and refuses',
    (people) =>
      forgeShim({
        vendorDb: forgeEsl({ type: 'x509', data: people.get('good').certificateDer }),
        vendorDbx: forgeEsl({ type: 'sha256', data: new Uint8Array(32).fill(7) }),
      }),
  ],
  ['shim-vendor-outside', 'shim whose list leaves its section', () => forgeShim({ table: [16, 0, 0x7fffffff, 0] })],
  ['mokmanager', 'MokManager', () => forgeWithTexts(SHIM_ROW, ['Perform MOK management'])],
  [
    'grub',
    'GRUB with a module, a configuration and a prefix',
    signedBy(
      'good',
      forgeGrub({
        objects: [
          { type: 0, data: ELF },
          { type: 2, data: utf8('configfile (memdisk)/grub.cfg\n') },
          { type: 3, data: utf8('/EFI/forge\0') },
        ],
      }),
      {},
    ),
  ],
  ['systemd-boot', 'systemd-boot', signedBy('good', forgeSystemd('systemd-boot 257.13-1'), {})],
  ['zimage-unsigned', '32-bit ARM zImage', () => forgeZimage({})],
  [
    'memtest-unsigned',
    'bzImage without payload, as memtest86+',
    () => forgeBzImage({ payloadLength: 0, kernelVersion: 'Memtest86+ v8.10' }),
  ],
  ['bzimage-32-unsigned', '32-bit bzImage', () => forgeBzImage({ arch: 'ia32', vmlinux: forgeElf32(0x3000, 4) })],
  [
    'image-zst-unsigned',
    'bare compressed Image',
    () => compress('zstd', forgeImage({ arch: 'riscv64', size: 0x8000 })),
  ],
];

const SHIM_ROW = 'shim,4,UEFI shim,shim,1,https://example.org\nshim.forge,1,Forge,shim,16.1,https://example.org\n';
