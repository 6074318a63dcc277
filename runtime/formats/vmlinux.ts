import { FormatError } from '../bytes/format-error.ts';
import { readerOf } from '../bytes/reader.ts';
import type { Arch } from '../contract/vocabulary.ts';
import { readElfExtent } from './elf-extent.ts';
import { EMPTY_READING, type Reading, type ReaderHost } from './reading.ts';
import { drawRegions } from './regions.ts';

/**
 * Reads the ELF kernel of a bzImage (System V ABI, "ELF Header"). What follows the ELF file are the relocations of a
 * relocatable kernel (Linux arch/x86/boot/compressed/Makefile, `vmlinux.relocs`; `handle_relocations` in misc.c reads
 * them from the end). They belong to the layer.
 *
 * @throws FormatError `vmlinux-not-elf`, `elf-…`, `truncated`.
 */
export function readVmlinux(bytes: Uint8Array, host: ReaderHost): Reading {
  if (readerOf(bytes, host.layer).u32(0) !== ELF_MAGIC) {
    const text = 'the decoded payload is not an ELF file';
    throw new FormatError({ code: 'vmlinux-not-elf', text, layer: host.layer, offsetBytes: 0, lengthBytes: 4 });
  }
  const elf = readElfExtent(bytes, host.layer);
  return {
    ...EMPTY_READING,
    arch: ARCH_OF_ELF_MACHINE.get(elf.machine) ?? null,
    header: { format: elf.class, relocation_bytes: bytes.length - elf.endBytes },
    regions: drawRegions(
      bytes,
      [{ range: [0, elf.endBytes], role: 'data', name: 'ELF kernel' }],
      (_before, _after, range) => [{ range, role: 'data', name: 'relocations' }],
    ),
  };
}

const ELF_MAGIC = 0x464c457f;

const ARCH_OF_ELF_MACHINE: ReadonlyMap<number, Arch> = new Map([
  [3, 'ia32'],
  [62, 'x86-64'],
]);
