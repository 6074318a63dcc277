/** A rule by which an enforcer refuses a file. */
export interface EnforcerRule {
  /** What is refused. */
  readonly doc: string;
  /**
   * - `form`: how the file is written, whoever signed it;
   * - `algorithm`: digests, keys and signature schemes;
   * - `soundness`: digest and signature do not fit;
   * - `trust`: who signed it, and who is believed;
   * - `revocation`: who or what is not;
   * - `platform`: what the enforcer is built for.
   */
  readonly about: 'form' | 'algorithm' | 'soundness' | 'trust' | 'revocation' | 'platform';
  /** Where each enforcer has it: file and function, or how it was measured. */
  readonly edk2?: string;
  readonly linux?: string;
  readonly shim?: string;
  /** Enforcers whose code runs out of bounds there: refused, and told apart. */
  readonly crashes?: readonly ('edk2' | 'linux' | 'shim')[];
}
