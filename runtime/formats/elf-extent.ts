import { type Reader, readerOf } from '../bytes/reader.ts';
import { faultAt } from './fault-at.ts';

/** What an ELF file's header says of it (System V ABI, chapter 4, "ELF Header" and "Program Header"). */
export interface ElfExtent {
  readonly class: 'ELF32' | 'ELF64';
  readonly machine: number;
  /** Where the file ends: behind its headers, its section table and the last of its segments. */
  readonly endBytes: number;
}

/**
 * Reads how far an ELF file goes that other bytes may follow.
 *
 * ```
 *            class 32              class 64
 * e_phoff    u32 at 0x1c           u64 at 0x20     where the segment headers are …
 * e_phnum    u16 at 0x2c, 32 each  u16 at 0x38, 56 each
 * e_shoff    u32 at 0x20           u64 at 0x28     … and the section headers
 * e_shnum    u16 at 0x30, 40 each  u16 at 0x3c, 64 each
 * p_offset   u32 at 0x04           u64 at 0x08     of every segment header
 * p_filesz   u32 at 0x10           u64 at 0x20
 * ```
 *
 * @throws FormatError `elf-class`, `elf-out-of-file`, `truncated`, `number-too-large`.
 */
export function readElfExtent(bytes: Uint8Array, layer: string): ElfExtent {
  const reader = readerOf(bytes, layer);
  const kind = reader.u8(4);
  if ((kind !== 1 && kind !== 2) || reader.u8(5) !== 1) {
    throw faultAt(layer, ['elf-class', 'the ELF file is neither 32 nor 64 bits wide, or not little-endian'], 4);
  }
  const isWide = kind === 2;
  const word = (wideAt: number, narrowAt: number): number => (isWide ? reader.u64(wideAt) : reader.u32(narrowAt));
  const half = (wideAt: number, narrowAt: number): number => reader.u16(isWide ? wideAt : narrowAt);
  const segments = { at: word(0x20, 0x1c), count: half(0x38, 0x2c), size: isWide ? 56 : 32 };
  const sections = { at: word(0x28, 0x20), count: half(0x3c, 0x30), size: isWide ? 64 : 40 };
  const ends = [isWide ? 64 : 52, endOfTable(reader, segments), endOfTable(reader, sections)];
  for (let at = segments.at; at < segments.at + segments.count * segments.size; at += segments.size) {
    ends.push(word(at + 0x08, at + 0x04) + word(at + 0x20, at + 0x10));
  }
  const endBytes = ends.reduce((most, end) => Math.max(most, end), 0);
  if (endBytes <= bytes.length) return { class: isWide ? 'ELF64' : 'ELF32', machine: reader.u16(18), endBytes };
  const text = `the ELF file is said to have ${endBytes} bytes, but there are ${bytes.length}`;
  throw faultAt(layer, ['elf-out-of-file', text], 0);
}

interface Table {
  readonly at: number;
  readonly count: number;
  readonly size: number;
}

function endOfTable(reader: Reader, { at, count, size }: Table): number {
  if (count === 0) return 0;
  reader.slice(at, count * size);
  return at + count * size;
}
