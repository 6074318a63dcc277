/**
 * Every kind of layer that a policy can name.
 *
 * One table for the checker, the readers, hover, completion and the reference page.
 */
export interface LayerKindSpec {
  /** One line for people. */
  readonly doc: string;
  /** Document or source file that defines it. */
  readonly source: string;
  /** Whether it may be the outermost layer of a file (`artifact KIND`). */
  readonly outermost: boolean;
  /** Kinds that may be declared in a block of this kind, apart from `section "…"` in PE layers. */
  readonly children: readonly string[];
  /** Whether the layer is a PE/COFF file, and so can carry Authenticode signatures. */
  readonly pe: boolean;
  /** The UKI section that holds it, with its dot; null elsewhere. */
  readonly section: string | null;
}

const UAPI5 = 'UAPI.5 Unified Kernel Image';

/** Nested programs that `.linux` may hold. */
const BOOTABLE = ['zboot', 'image', 'bzimage', 'pe', 'uki'] as const;

const SECTION_KINDS = [
  'linux',
  'initrd',
  'cmdline',
  'osrel',
  'uname',
  'splash',
  'dtb',
  'dtbauto',
  'hwids',
  'efifw',
  'ucode',
  'sbat',
  'sbom',
  'pcrsig',
  'pcrpkey',
  'profile',
] as const;

const LAYER_KIND_TABLE = {
  zboot: {
    doc: 'an EFI zboot image: a PE file whose stub decompresses the kernel inside it',
    source: 'Linux drivers/firmware/efi/libstub/zboot-header.S',
    outermost: true,
    children: ['image'],
    pe: true,
    section: null,
  },
  uki: {
    doc: 'a Unified Kernel Image: a PE file with a `.linux` section',
    source: UAPI5,
    outermost: true,
    children: SECTION_KINDS,
    pe: true,
    section: null,
  },
  addon: {
    doc: 'a UKI addon: a PE file without `.linux` that carries a command line, device trees, microcode or an initrd',
    source: UAPI5,
    outermost: true,
    children: SECTION_KINDS,
    pe: true,
    section: null,
  },
  image: {
    doc: 'a kernel Image of arm64, riscv64 or loongarch64',
    source:
      'Linux Documentation/arch/arm64/booting.rst, arch/riscv/boot-image-header.rst, arch/loongarch/include/asm/image.h',
    outermost: true,
    children: [],
    pe: true,
    section: null,
  },
  bzimage: {
    doc: 'an x86 bzImage',
    source: 'Linux Documentation/arch/x86/boot.rst',
    outermost: true,
    children: ['vmlinux'],
    pe: true,
    section: null,
  },
  vmlinux: {
    doc: 'the ELF kernel that a bzImage decompresses',
    source: 'Linux arch/x86/boot/compressed/misc.c',
    outermost: false,
    children: [],
    pe: false,
    section: null,
  },
  pe: {
    doc: 'any other EFI program',
    source: 'Microsoft PE/COFF specification; UEFI 2.11 section 2.1',
    outermost: true,
    children: [],
    pe: true,
    section: null,
  },
  compressed: {
    doc: 'a bare compressed kernel, such as Image.gz',
    source: 'Linux arch/arm64/boot/Makefile',
    outermost: true,
    children: ['image'],
    pe: false,
    section: null,
  },
  initrd: {
    doc: 'an initial RAM disk: cpio archives, compressed or not, one after the other',
    source: 'Linux Documentation/driver-api/early-userspace/buffer-format.rst',
    outermost: true,
    children: ['cpio'],
    pe: false,
    section: '.initrd',
  },
  cpio: {
    doc: 'one cpio archive (newc or crc) of an initrd, decompressed',
    source: 'Linux init/initramfs.c',
    outermost: false,
    children: [],
    pe: false,
    section: null,
  },
  linux: {
    doc: 'the kernel section of a UKI; the program in it is its one child',
    source: UAPI5,
    outermost: false,
    children: BOOTABLE,
    pe: false,
    section: '.linux',
  },
  cmdline: sectionKind('the kernel command line', '.cmdline'),
  osrel: sectionKind('the os-release of the image', '.osrel'),
  uname: sectionKind('the kernel release', '.uname'),
  splash: sectionKind('the boot picture', '.splash'),
  dtb: sectionKind('the device tree', '.dtb'),
  dtbauto: sectionKind('a device tree chosen by hardware id', '.dtbauto'),
  hwids: sectionKind('the table of hardware ids', '.hwids'),
  efifw: sectionKind('a firmware image chosen by hardware id', '.efifw'),
  ucode: sectionKind('microcode, put before all other initrds', '.ucode'),
  sbat: sectionKind('the SBAT metadata', '.sbat'),
  sbom: sectionKind('the software bill of materials', '.sbom'),
  pcrsig: sectionKind('signatures of expected PCR values', '.pcrsig'),
  pcrpkey: sectionKind('the public key of `.pcrsig`', '.pcrpkey'),
  profile: sectionKind('the name of the profile that starts here', '.profile'),
  section: {
    doc: 'any other section of a PE file, named `section ".name"`',
    source: 'Microsoft PE/COFF specification',
    outermost: false,
    children: [],
    pe: false,
    section: null,
  },
} as const satisfies Record<string, LayerKindSpec>;

export type LayerKind = keyof typeof LAYER_KIND_TABLE;

export const LAYER_KINDS: Readonly<Record<LayerKind, LayerKindSpec>> = LAYER_KIND_TABLE;

export const LAYER_KIND_NAMES: readonly LayerKind[] = Object.keys(LAYER_KIND_TABLE).filter(isLayerKind);

/** Sections that an artifact may hold more than once (UAPI.5: all others are singletons, per profile). */
export const REPEATABLE_SECTIONS: readonly string[] = ['.dtbauto', '.efifw'];

/** Whether the word names a layer kind. */
export function isLayerKind(word: string): word is LayerKind {
  return Object.hasOwn(LAYER_KIND_TABLE, word);
}

/** The kind whose contents a UKI section of this name holds, or null for an unknown section. */
export function kindOfSection(sectionName: string): LayerKind | null {
  return LAYER_KIND_NAMES.find((kind) => LAYER_KINDS[kind].section === sectionName) ?? null;
}

function sectionKind<S extends string>(doc: string, section: S): LayerKindSpec & { readonly section: S } {
  return {
    doc: `UKI section \`${section}\`: ${doc}`,
    source: UAPI5,
    outermost: false,
    children: [],
    pe: false,
    section,
  };
}

/**
 * Kinds of which the started kernel executes or obeys what they hold, beside the kernel itself. What else a UKI holds is
 * shown to people, or read to choose among these.
 */
export const OBEYED_KINDS: readonly LayerKind[] = ['initrd', 'ucode', 'cmdline', 'dtb', 'dtbauto', 'efifw'];
