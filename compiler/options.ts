import type { Anchor, AnchorFile } from '../runtime/contract/anchor.ts';
import type { PolicyReading } from './analyse/reading.ts';

/** What the caller supplies: the compiler itself reads no file, no clock and no environment. */
export interface CompileOptions {
  /** Name of the policy file, as diagnostics and reports show it. */
  readonly fileName: string;
  /** The same text under the same name, read already; it is not read a second time. */
  readonly reading?: Pick<PolicyReading, 'source' | 'parsed' | 'policy'>;
  /** Reads the signer file at a path as the policy states it; of an imported policy, joined to the folder of that. */
  readonly loadSigners: (path: string) => SignerFile;
  /**
   * Reads an imported policy. The path is that of the `import`, joined to the folder of the file that states it, so that
   * it is relative to the policy that is compiled. Left out: no import can be read.
   */
  readonly loadPolicy?: (path: string) => PolicyText;
  /** The day to check for, `YYYY-MM-DD`: what has ended or begun by then is warned of. Left out: no such warning. */
  readonly at?: string;
  /** The last day on which an anchor is valid, `YYYY-MM-DD`; null for what does not expire. Left out: no warnings of expiry. */
  readonly lastDayOf?: (anchor: Anchor) => string | null;
  /** SHA-256 of the UTF-8 text, lower-case hex. */
  readonly sha256: (text: string) => string;
}

/** What became of a signer file; `missing` says why it could not be read at all. */
export type SignerFile = AnchorFile | { readonly missing: string };

/** An imported policy: its text, and the SHA-256 of the bytes of the file, lower-case hex; or why there is none. */
export type PolicyText = { readonly text: string; readonly sha256: string } | { readonly missing: string };
