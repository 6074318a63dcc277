/**
 * One run of a command as build systems are told of it: the one value that SARIF, JUnit, GitHub annotations, GitLab code
 * quality and the Markdown summary are made from.
 */
export interface RunReport {
  readonly command: 'check' | 'verify' | 'test' | 'simulate';
  /** In the order of the run. */
  readonly cases: readonly RunCase[];
  /** What is known of the rules that findings name, by `rule`; a finding may name one that is not here. */
  readonly rules: readonly RunRule[];
}

/** What was asked of one file: an image at one view, a policy, or one test of a policy. */
export interface RunCase {
  /** The policy that asks. */
  readonly suite: string;
  /** What is asked, within the suite: a view, or null where the suite says it. */
  readonly group: string | null;
  /** The file, or the title of a test. */
  readonly name: string;
  readonly file: string;
  /** SHA-256 of the file, lower-case hex; null when it is not known. */
  readonly sha256: string | null;
  /** Line of the file, from 1, where it is a text that the case is a part of; null for the whole file. */
  readonly line: number | null;
  /** `undecided` counts as failed; machines that know the difference are told of it. */
  readonly outcome: 'passed' | 'failed' | 'undecided';
  /** The outcome in the words of the command, such as `accept-waived`. */
  readonly word: string;
  readonly findings: readonly RunFinding[];
}

/** One thing that a person should look at. */
export interface RunFinding {
  /** Name of a requirement, code of a finding, or code of a diagnostic. */
  readonly rule: string;
  readonly level: 'error' | 'warning' | 'note';
  /** `undecided`: it could not be established; that is never lifted by an earlier run. */
  readonly certainty: 'decided' | 'undecided';
  /** One line or several, without control characters. */
  readonly message: string;
  readonly place: RunBytes | RunText | null;
  /** The statement of the policy that asks for it; null when the finding is in the policy itself, or none asks. */
  readonly asked: RunText | null;
  /** Why it was waived; null when it was not. */
  readonly waiver: string | null;
  readonly fix: RunFix | null;
  /** Stays the same from run to run as long as the finding does: SHA-256, lower-case hex. */
  readonly fingerprint: string;
  /** Compared with an earlier run; null when there is none to compare with. */
  readonly state: 'new' | 'known' | null;
}

/** Bytes of one layer of an image. */
export interface RunBytes {
  readonly kind: 'bytes';
  /** Layer path. */
  readonly layer: string;
  /** From the start of that layer's own bytes. */
  readonly offsetBytes: number;
  /** 0: a place rather than a range. */
  readonly lengthBytes: number;
}

/** A place in a text file; lines and columns from 1, columns in code points, the end exclusive. */
export interface RunText {
  readonly kind: 'text';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One edit that repairs the finding. */
export interface RunFix {
  readonly description: string;
  readonly place: RunText;
  readonly replacement: string;
}

export interface RunRule {
  readonly rule: string;
  /** One line: what it asks for. */
  readonly title: string;
  /** Markdown; null when the title says it all. */
  readonly page: string | null;
}

/** Hash of a text in UTF-8, lower-case hex. */
export type TextHash = (text: string) => string;

/** All findings of a run, each with its case. */
export function findingsOf(report: RunReport): readonly (readonly [RunCase, RunFinding])[] {
  return report.cases.flatMap((each) => each.findings.map((finding) => [each, finding] as const));
}

/** A place in a text file that is known by its start alone. */
export function textPlace({ file, line, column }: { file: string; line: number; column: number }): RunText {
  return { kind: 'text', file, line, column, endLine: line, endColumn: column };
}

/** Findings that are alike are told apart by their number: gives every one a fingerprint of its own. */
export function fingerprinted<F extends Omit<RunFinding, 'fingerprint'>>(
  findings: readonly F[],
  identityOf: (finding: F) => readonly string[],
  hash: TextHash,
): readonly (F & { readonly fingerprint: string })[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const identity = JSON.stringify(identityOf(finding));
    const earlier = seen.get(identity) ?? 0;
    seen.set(identity, earlier + 1);
    return { ...finding, fingerprint: hash(`${identity}#${earlier}`) };
  });
}
