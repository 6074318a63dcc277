import type { Finding } from '../bytes/format-error.ts';
import { type Reader, readerOf } from '../bytes/reader.ts';
import type { EfiDetail } from './efi-detail.ts';
import type { PeImage } from './pe-image.ts';
import { rawRange } from './pe-layout.ts';
import type { Claim } from './regions.ts';
import { sectionNamed } from './section-names.ts';

/**
 * Reads the module area of GRUB: all that `grub-mkimage` puts into it, which runs without being checked again (GRUB
 * include/grub/kernel.h, `grub_module_info32`, `grub_module_info64`, `grub_module_header`).
 *
 * ```
 * 32 bits: mimg, offset u32, size u32            64 bits: mimg, 0, offset u64, size u64
 * from offset on, to size: { type u32, size u32 (with these 8 bytes), contents } …
 * ```
 * Types up to 3 mean the same in every GRUB; those above were renumbered in 2.14, so such objects are known by their
 * contents. Linear in the objects; at most 256 become regions.
 *
 * @returns null when the program has no `mods` section that starts with `mimg`.
 */
export function grubDetail(pe: PeImage): EfiDetail | null {
  const section = sectionNamed(pe, MODULE_SECTION);
  if (section === null) return null;
  const range = rawRange(pe, section);
  const reader = readerOf(pe.bytes.subarray(...range), pe.layer);
  if (reader.bytes.length < INFO64_SIZE || reader.u32(0) !== MODULE_MAGIC) return null;
  const { objects, fault } = readObjects(reader, pe.format === 'PE32+');
  const findings = fault === null ? [] : [moduleFinding(pe, range[0] + fault.at, fault.text)];
  return { header: headerOf(objects), claims: claimsOf(objects, range[0]), findings };
}

export const MODULE_SECTION = 'mods';
/** `mimg`. */
const MODULE_MAGIC = 0x676d696d;
const INFO64_SIZE = 24;
const OBJECT_HEADER_SIZE = 8;
const CLAIM_LIMIT = 256;

interface ModuleObject {
  readonly name: string;
  /** Of its header, in the section. */
  readonly at: number;
  readonly size: number;
  readonly contents: Uint8Array;
}

interface ModuleObjects {
  readonly objects: readonly ModuleObject[];
  /** Where the list stops making sense; null when it ends as it says. */
  readonly fault: { readonly at: number; readonly text: string } | null;
}

function readObjects(reader: Reader, isWide: unknown): ModuleObjects {
  const word = (index: number): number => (isWide === true ? wideWord(reader, 8 * index) : reader.u32(4 * index));
  const [start, end] = [word(1), word(2)];
  const { length } = reader.bytes;
  const objects: ModuleObject[] = [];
  if (start > end || end > length) {
    return {
      objects,
      fault: { at: 0, text: `the modules, ${start} to ${end}, leave their section of ${length} bytes` },
    };
  }
  for (let at = start; at < end; ) {
    const size = at + OBJECT_HEADER_SIZE > end ? 0 : reader.u32(at + 4);
    if (size < OBJECT_HEADER_SIZE || at + size > end) {
      return { objects, fault: { at, text: `a module of ${size} bytes at ${at} does not fit before ${end}` } };
    }
    const contents = reader.slice(at + OBJECT_HEADER_SIZE, size - OBJECT_HEADER_SIZE);
    objects.push({ name: nameOf(reader.u32(at), contents), at, size, contents });
    at += size;
  }
  return { objects, fault: null };
}

/** A 64-bit number, as 2^53 when it is larger: no section is so large. */
function wideWord(reader: Reader, at: number): number {
  return reader.u32(at + 4) >= 2 ** 21 ? 2 ** 53 : reader.u64(at);
}

const NAMES_OF_TYPES = ['module', 'memory disk', 'configuration', 'prefix'] as const;

function nameOf(type: number, contents: Uint8Array): string {
  const name = NAMES_OF_TYPES[type];
  if (name !== undefined) return name;
  const [first, second] = contents;
  if (first === 0xd0 && second === 0x0d) return 'device tree';
  if (first === 0x30 && (second ?? 0) >= 0x80) return 'X.509 key';
  // OpenPGP packets start with the top bit set (RFC 9580, section 4.2).
  if ((first ?? 0) >= 0x80) return 'PGP key';
  return `object of type ${type}`;
}

function headerOf(objects: readonly ModuleObject[]): EfiDetail['header'] {
  const header: Record<string, string | number> = {};
  for (const { name } of objects) {
    const key = `grub_${name.replace(/\W+/g, '_')}`;
    header[key] = Number(header[key] ?? 0) + 1;
  }
  const prefix = objects.find(({ name }) => name === 'prefix');
  if (prefix !== undefined) header['grub_prefix'] = textOf(prefix.contents);
  return header;
}

function textOf(contents: Uint8Array): string {
  const nul = contents.indexOf(0);
  const text = contents.subarray(0, Math.min(nul < 0 ? contents.length : nul, 256));
  return Array.from(text, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?')).join('');
}

function claimsOf(objects: readonly ModuleObject[], base: number): readonly Claim[] {
  return objects
    .slice(0, CLAIM_LIMIT)
    .map(({ name, at, size }) => ({ range: [base + at, base + at + size], role: 'section', name: `GRUB ${name}` }));
}

function moduleFinding(pe: PeImage, offsetBytes: number, text: string): Finding {
  return { code: 'grub-modules', text, layer: pe.layer, offsetBytes, lengthBytes: OBJECT_HEADER_SIZE };
}
