import { FormatError } from '../bytes/format-error.ts';
import { readerOf } from '../bytes/reader.ts';
import type { Arch } from '../contract/vocabulary.ts';
import { EMPTY_READING, type Reading, type ReaderHost } from './reading.ts';
import { wholeRegion } from './regions.ts';

/**
 * Reads the ELF kernel of a bzImage: its machine only (System V ABI, "ELF Header"). What follows the ELF file, the
 * relocations of a relocatable kernel (arch/x86/boot/compressed/Makefile), belongs to the layer.
 *
 * @throws FormatError `vmlinux-not-elf`, `truncated`.
 */
export function readVmlinux(bytes: Uint8Array, host: ReaderHost): Reading {
  const reader = readerOf(bytes, host.layer);
  if (reader.u32(0) !== ELF_MAGIC) {
    const text = 'the decoded payload is not an ELF file';
    throw new FormatError({ code: 'vmlinux-not-elf', text, layer: host.layer, offsetBytes: 0, lengthBytes: 4 });
  }
  const arch = ARCH_OF_ELF_MACHINE.get(reader.u16(18)) ?? null;
  return { ...EMPTY_READING, arch, regions: wholeRegion(bytes, 'ELF kernel') };
}

const ELF_MAGIC = 0x464c457f;

const ARCH_OF_ELF_MACHINE: ReadonlyMap<number, Arch> = new Map([
  [3, 'ia32'],
  [62, 'x86-64'],
]);
