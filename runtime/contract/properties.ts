import { LAYER_KINDS, LAYER_KIND_NAMES, type LayerKind } from './layer-kinds.ts';
import { ARCHES, CODECS, type Codec } from './vocabulary.ts';

/**
 * Every property that a condition can ask of a layer: the one fact table.
 *
 * The checker types conditions by it, the runtime computes exactly these facts, and the reference page is printed
 * from it.
 */
export interface PropertySpec {
  /** How a condition is written. */
  readonly form: PropertyForm;
  /** Layers that have it. */
  readonly layers: readonly LayerKind[];
  readonly doc: string;
  readonly source: string;
  /** An example condition that compiles. */
  readonly example: string;
}

export type PropertyForm =
  /** `NAME in { word, … }`: the value is a set of words; every one must be in the list. */
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** `NAME in { sha256:HEX, … }`: the digest of the layer's bytes. */
  | { readonly kind: 'digest' }
  /** `NAME <= SIZE`, `NAME >= SIZE`: a number of bytes. */
  | { readonly kind: 'size' }
  /** `NAME <= N`, `NAME >= N`: a plain number. */
  | { readonly kind: 'number' }
  /** `NAME`: a yes or no. */
  | { readonly kind: 'flag' }
  /** `NAME "text"`: a question about the layer's text. */
  | { readonly kind: 'text' }
  /** `NAME COMPONENT >= N`: a generation of a named component. */
  | { readonly kind: 'generation' };

const ALL = LAYER_KIND_NAMES;
const PE = LAYER_KIND_NAMES.filter((kind) => LAYER_KINDS[kind].pe);
const TEXT: readonly LayerKind[] = [
  'cmdline',
  'osrel',
  'uname',
  'sbat',
  'sbom',
  'pcrsig',
  'pcrpkey',
  'profile',
  'section',
];

const ARCHIVES: readonly LayerKind[] = ['initrd', 'cpio'];

const PROPERTY_TABLE = {
  compression: {
    form: { kind: 'words', words: CODECS },
    layers: ['zboot', 'bzimage', 'initrd', 'compressed'],
    doc: 'the compressions by which the contents of the layer are encoded; all of them must be in the list',
    source: 'Linux scripts/Makefile.lib, lib/decompress.c',
    example: 'compression in { gzip, zstd }',
  },
  arch: {
    form: { kind: 'words', words: ARCHES },
    layers: [...PE, 'vmlinux', 'compressed'],
    doc: 'the architecture that the layer is built for',
    source: 'Microsoft PE/COFF specification, machine types; kernel image headers',
    example: 'arch in { arm64 }',
  },
  size: {
    form: { kind: 'size' },
    layers: ALL,
    doc: 'the size of the layer, decoded, in bytes',
    source: 'the file itself',
    example: 'size <= 64 MiB',
  },
  sha256: {
    form: { kind: 'digest' },
    layers: ALL,
    doc: 'the SHA-256 digest of the bytes of the layer',
    source: 'FIPS 180-4',
    example: 'sha256 in { sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 }',
  },
  contains: {
    form: { kind: 'text' },
    layers: TEXT,
    doc: 'the text occurs somewhere in the layer',
    source: 'the section itself, up to its first NUL',
    example: 'contains "init=/bin/sh"',
  },
  word: {
    form: { kind: 'text' },
    layers: TEXT,
    doc: 'the text is one whole word of the layer, between white space; quoted parts are kept together',
    source: 'Linux lib/cmdline.c, next_arg',
    example: 'word "lockdown=integrity"',
  },
  field: {
    form: { kind: 'text' },
    layers: ['osrel', 'profile'],
    doc: 'the os-release text assigns exactly this value to this name, quotes aside',
    source: 'systemd os-release(5)',
    example: 'field "ID=debian"',
  },
  is: {
    form: { kind: 'text' },
    layers: TEXT,
    doc: 'the layer is exactly this text, apart from white space at its ends',
    source: 'the section itself, up to its first NUL',
    example: 'is "6.12.107"',
  },
  release: {
    form: { kind: 'text' },
    layers: ['bzimage', 'image', 'vmlinux', 'uname'],
    doc: 'the kernel release, as `uname -r` says it, is exactly this: from the setup header, the banner of the kernel, or `.uname`',
    source: 'Linux Documentation/arch/x86/boot.rst, kernel_version; init/version-timestamp.c, linux_banner; UAPI.5',
    example: 'release "6.12.107"',
  },
  'image-size': {
    form: { kind: 'size' },
    layers: ['bzimage', 'image'],
    doc: 'the memory that the kernel asks of its loader, by its own header, in bytes',
    source: 'Linux Documentation/arch/arm64/booting.rst, image_size; Documentation/arch/x86/boot.rst, init_size',
    example: 'image-size <= 128 MiB',
  },
  'compression-ratio': {
    form: { kind: 'number' },
    layers: ['zboot', 'bzimage', 'initrd', 'compressed'],
    doc: 'how many times larger the contents of the layer are decoded than encoded, all of them together',
    source: 'the file itself',
    example: 'compression-ratio <= 20',
  },
  sbat: {
    form: { kind: 'generation' },
    layers: [...PE, 'sbat'],
    doc: 'the SBAT metadata name this component, with at least this generation',
    source: 'shim SBAT.md; sbat.c',
    example: 'sbat linux >= 1',
  },
  'replaced-members': {
    form: { kind: 'flag' },
    layers: ARCHIVES,
    doc: 'a member replaces an earlier one, in the same archive or in one before it: what was added last is what runs',
    source: 'Linux init/initramfs.c, do_name, do_symlink, maybe_link',
    example: 'replaced-members',
  },
  'contains-member': {
    form: { kind: 'text' },
    layers: ARCHIVES,
    doc: 'the unpacked archives hold something at this path; undecided below a directory that no member makes',
    source: 'Linux init/initramfs.c; fs/namei.c',
    example: 'contains-member "etc/ld.so.preload"',
  },
  'nx-compat': {
    form: { kind: 'flag' },
    layers: PE,
    doc: 'the PE header promises that data is never executed (DllCharacteristics NX_COMPAT)',
    source: 'Microsoft PE/COFF specification, DllCharacteristics 0x0100',
    example: 'nx-compat',
  },
  'writable-code': {
    form: { kind: 'flag' },
    layers: PE,
    doc: 'some section is both writable and executable',
    source: 'Microsoft PE/COFF specification, section flags',
    example: 'writable-code',
  },
  'entry-in-code': {
    form: { kind: 'flag' },
    layers: PE,
    doc: 'the entry point lies in bytes of the file that are loaded as executable and not as writable',
    source: 'Microsoft PE/COFF specification, AddressOfEntryPoint, section flags',
    example: 'entry-in-code',
  },
  'section-alignment': {
    form: { kind: 'size' },
    layers: PE,
    doc: 'how sections are aligned in memory; page protection needs at least the size of a page, 4 KiB',
    source: 'Microsoft PE/COFF specification, SectionAlignment',
    example: 'section-alignment >= 4 KiB',
  },
  'arch-agrees': {
    form: { kind: 'flag' },
    layers: ['zboot', 'uki', 'bzimage'],
    doc: 'every program nested in the layer is built for the architecture of the layer',
    source: 'systemd src/boot/linux.c, which refuses a kernel of another machine',
    example: 'arch-agrees',
  },
  pcr11: {
    form: { kind: 'digest' },
    layers: ['uki'],
    doc: 'PCR 11 in the SHA-256 bank as the stub leaves it behind, before any phase; of every profile and every choice of hardware that the image has',
    source: 'systemd src/boot/stub.c measure_sections; `bootpol pcr --phase :`',
    example: 'pcr11 in { sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 }',
  },
  'pcr-signed': {
    form: { kind: 'flag' },
    layers: ['uki'],
    doc: 'the image has `.pcrsig` signatures of PCR 11, and each is intact under `.pcrpkey` and states a value that is predicted for it',
    source: 'UAPI.5; systemd src/measure/measure.c',
    example: 'pcr-signed',
  },
  'bytes-after-signature': {
    form: { kind: 'flag' },
    layers: PE,
    doc: 'the file goes on after its certificate table',
    source: 'Windows Authenticode Portable Executable Signature Format',
    example: 'bytes-after-signature',
  },
  'bytes-in-certificate-table': {
    form: { kind: 'flag' },
    layers: PE,
    doc: 'the certificate table holds non-zero bytes that belong to no signature',
    source: 'Windows Authenticode Portable Executable Signature Format; CVE-2013-3900',
    example: 'bytes-in-certificate-table',
  },
  'bytes-in-section-gaps': {
    form: { kind: 'flag' },
    layers: PE,
    doc: 'there are non-zero bytes between or before the sections that no section holds',
    source: 'Windows Authenticode Portable Executable Signature Format',
    example: 'bytes-in-section-gaps',
  },
} as const satisfies Record<string, PropertySpec>;

export type PropertyName = keyof typeof PROPERTY_TABLE;

export const PROPERTIES: Readonly<Record<PropertyName, PropertySpec>> = PROPERTY_TABLE;

export const PROPERTY_NAMES: readonly PropertyName[] = Object.keys(PROPERTY_TABLE).filter(isPropertyName);

/** Whether the word names a property. */
export function isPropertyName(word: string): word is PropertyName {
  return Object.hasOwn(PROPERTY_TABLE, word);
}

const DECOMPRESSED_BY_THE_KERNEL: readonly Codec[] = ['gzip', 'bzip2', 'lzma', 'xz', 'lzo', 'lz4', 'zstd'];

/**
 * The compressions that the contents of a kind of layer can have; kinds that are not listed have no contents to decode.
 *
 * zboot: Linux drivers/firmware/efi/libstub/Makefile.zboot. bzImage: scripts/Makefile.lib and
 * arch/x86/boot/compressed/Makefile, or nothing that is encoded, as in memtest86+. initrd: lib/decompress.c, or an archive as it is.
 */
export const COMPRESSIONS: Readonly<Partial<Record<LayerKind, readonly Codec[]>>> = {
  zboot: ['gzip', 'lz4', 'lzma', 'lzo', 'xz', 'zstd'],
  bzimage: ['none', ...DECOMPRESSED_BY_THE_KERNEL],
  compressed: DECOMPRESSED_BY_THE_KERNEL,
  initrd: ['none', ...DECOMPRESSED_BY_THE_KERNEL],
};

/** The value of a property on one layer, as the runtime establishes it. */
export type PropertyValue =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'digest'; readonly algorithm: string; readonly hex: string }
  /** Several, of which every one must be among those that are asked for. */
  | { readonly kind: 'digests'; readonly algorithm: string; readonly hexes: readonly string[] }
  | { readonly kind: 'size'; readonly bytes: number }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'flag'; readonly value: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'presence'; readonly presence: 'present' | 'absent' | 'unsure' }
  | { readonly kind: 'generation'; readonly generation: number | null };
