import type { CpioEntry } from './cpio-walk.ts';

/** An entry in its place: the `cpio` layer that holds it, and how far its hard links reach. */
export interface PlacedEntry {
  readonly entry: CpioEntry;
  /** Path of the layer. */
  readonly layer: string;
  readonly linkScope: number;
}

/** Something in the root file system that archives are unpacked into. */
export interface TreeNode {
  /** One of `FILE_TYPE`. */
  readonly type: number;
  /** Null for the root, and for what is no directory. */
  readonly parent: TreeNode | null;
  /** Of a symbolic link; empty for all else. */
  readonly target: string;
  /** Of a directory; made with the first child. */
  children: Map<string, TreeNode> | null;
  /** Whether some member made it for sure; false below and for a directory that only names of members speak of. */
  isMade: boolean;
  /** The member that it comes from, or whose contents it has; null when no member made it. */
  origin: PlacedEntry | null;
}
