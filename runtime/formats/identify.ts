import { attempt, type Finding } from '../bytes/format-error.ts';
import type { LayerKind } from '../contract/layer-kinds.ts';
import { looksLikePe, readPeHeaders } from './pe.ts';
import type { PeHeaders } from './pe-image.ts';

/** What a program is, and why that cannot be told for sure. */
export interface Identified {
  readonly kind: LayerKind;
  /** Code `format-ambiguous` when the file is a well-marked instance of two formats at once. */
  readonly fault: Finding | null;
}

/**
 * Tells which bootable format the bytes are marked as, from the marks that the loaders themselves test.
 *
 * Loaders look at different marks (Linux's kexec at offset 0x38 or `HdrS`, kexec-tools at `zimg`, firmware and stubs at
 * the PE headers), so a file that carries the marks of two formats runs as one thing here and another thing there.
 *
 * @returns null when the bytes carry no mark at all.
 */
export function identifyProgram(bytes: Uint8Array, layer: string): Identified | null {
  const marks = marksOf(bytes, layer);
  const [kind, other] = marks;
  if (kind === undefined) return looksLikePe(bytes) ? { kind: 'pe', fault: null } : null;
  if (other === undefined) return { kind, fault: null };
  const text = `the bytes are marked as ${marks.map((mark) => `\`${mark}\``).join(' and ')}: loaders disagree on what runs`;
  return { kind, fault: { code: 'format-ambiguous', text, layer, offsetBytes: 0, lengthBytes: 0 } };
}

/** Linux include/linux/pe.h, LINUX_PE_MAGIC, at 0x38 of zboot images and of LoongArch and x86 kernels. */
export const LINUX_PE_MAGIC = 0x818223cd;
/** `ARM\x64` at 0x38 (Documentation/arch/arm64/booting.rst). */
export const ARM64_IMAGE_MAGIC = 0x644d5241;
/** `RSC\x05` at 0x38 (Documentation/arch/riscv/boot-image-header.rst). */
export const RISCV_IMAGE_MAGIC = 0x05435352;
/** `HdrS` at 0x202 and 0xaa55 at 0x1fe (Documentation/arch/x86/boot.rst). */
const X86_SETUP_MAGIC = 0x53726448;
/** `zimg` at 4 (drivers/firmware/efi/libstub/zboot-header.S). */
export const ZBOOT_MAGIC = 0x676d697a;

/** Sections that make a PE file without `.linux` an addon (UAPI.5, "PE Addons"). */
const ADDON_SECTIONS: readonly string[] = ['.cmdline', '.dtb', '.dtbauto', '.ucode', '.initrd'];

function marksOf(bytes: Uint8Array, layer: string): readonly LayerKind[] {
  const headers = looksLikePe(bytes) ? attempt(() => readPeHeaders(bytes, layer)) : null;
  const pe = headers?.ok === true ? headers.value : null;
  const names = new Set(pe?.sections.map((section) => section.name));
  const isUki = names.has('.linux');
  const isAddon = !isUki && ADDON_SECTIONS.some((name) => names.has(name));
  const marks: readonly (LayerKind | null)[] = [
    looksLikePe(bytes) && word(bytes, 4) === ZBOOT_MAGIC ? 'zboot' : null,
    isImage(bytes, pe) ? 'image' : null,
    word(bytes, 0x202) === X86_SETUP_MAGIC && bytes[0x1fe] === 0x55 && bytes[0x1ff] === 0xaa ? 'bzimage' : null,
    isUki ? 'uki' : null,
    isAddon ? 'addon' : null,
  ];
  return marks.filter((mark) => mark !== null);
}

function isImage(bytes: Uint8Array, pe: PeHeaders | null): boolean {
  const magic = word(bytes, 0x38);
  if (magic === ARM64_IMAGE_MAGIC || magic === RISCV_IMAGE_MAGIC) return true;
  const isLoongArch = pe?.arch === 'loongarch64' || pe?.arch === 'loongarch32';
  return isLoongArch && magic === LINUX_PE_MAGIC && word(bytes, 4) !== ZBOOT_MAGIC;
}

/** The little-endian 32-bit number at an offset; null when the bytes end before it. */
function word(bytes: Uint8Array, offsetBytes: number): number | null {
  if (offsetBytes + 4 > bytes.length) return null;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offsetBytes, true);
}
