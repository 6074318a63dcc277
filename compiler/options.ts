import type { AnchorFile } from '../runtime/contract/anchor.ts';

/** What the caller supplies: the compiler itself reads no file, no clock and no environment. */
export interface CompileOptions {
  /** Name of the policy file, as diagnostics and reports show it. */
  readonly fileName: string;
  /** Reads the signer file at a path as the policy states it; called once a path. */
  readonly loadSigners: (path: string) => SignerFile;
  /** The day to check for, `YYYY-MM-DD`: waivers that ended before it are warned of. Left out: no such warning. */
  readonly at?: string;
  /** SHA-256 of the UTF-8 text, lower-case hex. */
  readonly sha256: (text: string) => string;
}

/** What became of a signer file; `missing` says why it could not be read at all. */
export type SignerFile = AnchorFile | { readonly missing: string };
