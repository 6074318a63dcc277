/** The least generation of each component: what shim's SbatLevel variable holds (shim SBAT.md, "SBAT revocation"). */
export type SbatLevel = ReadonlyMap<string, number>;

/** The newest level that shim lists (`SbatLevel_Variable.txt`, 2025051000). */
export const NEWEST_SBAT_LEVEL: SbatLevel = new Map([
  ['sbat', 1],
  ['shim', 4],
  ['grub', 5],
  ['grub.proxmox', 2],
]);
