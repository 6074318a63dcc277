import type { Anchor } from '../contract/anchor.ts';
import type { MachineFile } from '../contract/machine-schema.ts';
import type { SbatLevel } from './sbat-level.ts';

/** A program of the machine, with its name for people. */
export interface BootProgram {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A machine that files are booted on: its description, with the files that it names read. */
export interface Machine {
  readonly arch: MachineFile['arch'];
  readonly firmware: MachineFirmware;
  /** Null: firmware starts everything itself. */
  readonly shim: MachineShim | null;
  /** What stands between shim, or firmware, and the file. */
  readonly loader: BootProgram | null;
  /** The running kernel that the file is handed to by kexec_file_load; null: the walk ends before. */
  readonly kernel: MachineKernel | null;
}

export interface MachineFirmware {
  readonly secureBoot: boolean;
  readonly db: readonly Anchor[];
  readonly dbx: readonly Anchor[];
  /** Who is believed about times; left out: nobody. */
  readonly dbt?: readonly Anchor[];
}

export interface MachineShim
  extends Pick<NonNullable<MachineFile['shim']>, 'mokIgnoreDb' | 'mokListTrusted' | 'validation'> {
  /** Null: shim is taken to start. */
  readonly program: BootProgram | null;
  readonly vendor: readonly Anchor[];
  readonly vendorDbx: readonly Anchor[];
  readonly mokList: readonly Anchor[];
  readonly mokListX: readonly Anchor[];
  readonly sbatLevel: SbatLevel;
}

export interface MachineKernel extends Omit<NonNullable<MachineFile['kernel']>, 'builtin' | 'secondary'> {
  readonly builtin: readonly Anchor[];
  readonly secondary: readonly Anchor[];
}

/** A list of the machine, with its name for people. */
export interface NamedList {
  readonly name: string;
  readonly anchors: readonly Anchor[];
}

/** Whom firmware believes. */
export function firmwareLists({ firmware }: Machine): readonly NamedList[] {
  return [{ name: 'db', anchors: firmware.db }];
}

/** Whom shim believes, in its order (shim.c `check_allowlist`). */
export function shimLists({ firmware }: Machine, shim: MachineShim): readonly NamedList[] {
  return [
    { name: 'db', anchors: shim.mokIgnoreDb ? [] : firmware.db },
    { name: 'MokList', anchors: shim.mokList },
    { name: "shim's vendor list", anchors: shim.vendor },
  ];
}

/** What shim does not believe (shim.c `check_denylist`). */
export function shimDenied({ firmware }: Machine, shim: MachineShim): readonly Anchor[] {
  return [...shim.vendorDbx, ...firmware.dbx, ...shim.mokListX];
}

/**
 * Whether Linux takes Secure Boot for on: firmware says so, and nobody switched shim's validation off (libstub
 * secureboot.c `efi_get_secureboot`).
 */
export function kernelSecureBoot({ firmware, shim }: Machine): boolean {
  return firmware.secureBoot && shim?.validation !== false;
}

/** MokListRT: MokList, and what shim was built with. Linux reads it under Secure Boot only (load_uefi.c). */
function mokListRt(machine: Machine): readonly NamedList[] {
  const { shim } = machine;
  if (shim === null || !kernelSecureBoot(machine)) return [];
  return [
    { name: 'MokList', anchors: shim.mokList },
    { name: "shim's vendor list", anchors: shim.vendor },
  ];
}

/** The keyrings that kexec asks first: built-in, secondary, and machine, which is linked to it. */
export function secondaryKeyring(machine: Machine, kernel: MachineKernel): readonly NamedList[] {
  const linked = machine.shim?.mokListTrusted === true ? mokListRt(machine) : [];
  return [
    { name: '.builtin_trusted_keys', anchors: kernel.builtin },
    { name: '.secondary_trusted_keys', anchors: kernel.secondary },
    ...linked.map(({ name, anchors }) => ({ name: `.machine (${name})`, anchors })),
  ];
}

/** The keyring that kexec asks when the others do not know the signer. */
export function platformKeyring(machine: Machine, kernel: MachineKernel): readonly NamedList[] {
  if (!kernel.platformKeyring) return [];
  const { firmware, shim } = machine;
  const lists = [
    { name: 'db', anchors: shim?.mokIgnoreDb === true ? [] : firmware.db },
    ...(shim?.mokListTrusted === true ? [] : mokListRt(machine)),
  ];
  return lists.map(({ name, anchors }) => ({ name: `.platform (${name})`, anchors }));
}

/** What Linux reads into its revocation list: dbx, and MokListXRT under Secure Boot. */
export function kernelRevoked(machine: Machine): readonly Anchor[] {
  const { firmware, shim } = machine;
  if (shim === null || !kernelSecureBoot(machine)) return firmware.dbx;
  return [...firmware.dbx, ...shim.mokListX, ...shim.vendorDbx];
}
