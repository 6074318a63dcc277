/** What the registry declares of one fault: everything but the place. */
export interface DiagnosticSpec {
  readonly severity: 'error' | 'warning';
  /** `{name}` stands for what the place puts in. */
  readonly title: string;
  /** Why it is a fault and what to do about it: the prose of its page. */
  readonly page: string;
  /** A policy that has this fault and no other; empty where it would be too long to print. */
  readonly bad: string;
  /** The same policy, repaired. */
  readonly good: string;
}
