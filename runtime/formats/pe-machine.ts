import type { Arch } from '../contract/vocabulary.ts';

/** The architecture of a COFF machine number, or null for one that no boot image has (PE/COFF, "Machine Types"). */
export function archOfMachine(machine: number): Arch | null {
  return ARCH_OF_MACHINE.get(machine) ?? null;
}

const ARCH_OF_MACHINE: ReadonlyMap<number, Arch> = new Map([
  [0x8664, 'x86-64'],
  [0x014c, 'ia32'],
  [0xaa64, 'arm64'],
  [0x01c0, 'arm'],
  [0x01c2, 'arm'],
  [0x01c4, 'arm'],
  [0x5064, 'riscv64'],
  [0x5032, 'riscv32'],
  [0x6264, 'loongarch64'],
  [0x6232, 'loongarch32'],
]);
