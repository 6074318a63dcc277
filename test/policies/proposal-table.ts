import type { ImageName } from './proposal-images.ts';

/**
 * One view of one proposal, and what it says of each image: `+` accepts, `-` refuses. `undecided` counts as refused, as
 * everywhere. Images are those of `proposal-images.ts`.
 */
export const PROPOSAL_TABLE: readonly { readonly policy: string; readonly view: string; readonly says: string }[] = [
  { policy: 'firmware-alone', view: 'firmware', says: 'A+ B+ C- D+ E+ F+ G+ Z+ U-' },
  { policy: 'status-quo-raw', view: 'kexec', says: 'A- B- C- D- E- F+ G- Z- U-' },
  { policy: 'status-quo-arm64', view: 'kexec', says: 'A- B- C- D- E+ F+ G- Z- U-' },
  { policy: 'inner-image-signed', view: 'kexec', says: 'A- B- C- D- E+ F+ G- Z- U-' },
  { policy: 'inner-image-signed-trimmed', view: 'kexec', says: 'A- B+ C+ D- E+ F+ G- Z- U-' },
  { policy: 'zboot-gzip', view: 'kexec', says: 'A+ B+ C- D- E+ F+ G- Z- U-' },
  { policy: 'zboot-gzip-xz', view: 'kexec', says: 'A+ B+ C- D- E+ F+ G+ Z- U-' },
  { policy: 'zboot-gzip-zstd', view: 'kexec', says: 'A+ B+ C- D- E+ F+ G- Z+ U-' },
  { policy: 'uki-parser', view: 'kexec', says: 'A+ B+ C- D+ E+ F+ G+ Z+ U-' },
  { policy: 'uki-parser-gzip-zstd', view: 'kexec', says: 'A+ B+ C- D+ E+ F+ G- Z+ U-' },
  { policy: 'any-signature', view: 'kexec', says: 'A+ B+ C+ D- E+ F+ G+ Z+ U-' },
  { policy: 'user-space-emulator', view: 'user-space', says: 'A+ B+ C- D+ E+ F+ G+ Z+ U-' },
  { policy: 'user-space-emulator', view: 'kexec', says: 'A+ B+ C+ D+ E+ F+ G+ Z+ U+' },
  { policy: 'bpf-loader', view: 'kexec', says: 'A+ B+ C- D+ E+ F+ G+ Z+ U-' },
];

/** Whether the initrd of a UKI that the view accepts is covered by what the view enforces. */
export const PROPOSAL_INITRDS: readonly {
  readonly policy: string;
  readonly view: string;
  readonly initrd: 'covered' | 'open';
  readonly of: readonly ImageName[];
}[] = [
  { policy: 'firmware-alone', view: 'firmware', initrd: 'covered', of: ['D', 'E'] },
  { policy: 'status-quo-arm64', view: 'kexec', initrd: 'open', of: ['E'] },
  { policy: 'inner-image-signed', view: 'kexec', initrd: 'open', of: ['E'] },
  { policy: 'inner-image-signed-trimmed', view: 'kexec', initrd: 'open', of: ['E'] },
  { policy: 'zboot-gzip', view: 'kexec', initrd: 'open', of: ['E'] },
  { policy: 'zboot-gzip-xz', view: 'kexec', initrd: 'open', of: ['E'] },
  { policy: 'zboot-gzip-zstd', view: 'kexec', initrd: 'open', of: ['E'] },
  { policy: 'uki-parser', view: 'kexec', initrd: 'covered', of: ['D', 'E'] },
  { policy: 'uki-parser-gzip-zstd', view: 'kexec', initrd: 'covered', of: ['D', 'E'] },
  { policy: 'any-signature', view: 'kexec', initrd: 'open', of: ['E'] },
  { policy: 'user-space-emulator', view: 'user-space', initrd: 'covered', of: ['D', 'E'] },
  { policy: 'user-space-emulator', view: 'kexec', initrd: 'open', of: ['D', 'E'] },
  { policy: 'bpf-loader', view: 'kexec', initrd: 'covered', of: ['D', 'E'] },
];

/** The images of the table, in its order. */
export const IMAGE_NAMES: readonly ImageName[] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'Z', 'U'];
