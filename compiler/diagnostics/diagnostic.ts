import type { Source, Span } from '../../grammar/source.ts';
import { DIAGNOSTICS, type DiagnosticCode, type Placeholder } from './registry.ts';

/** One fault of a policy's text, ready to be shown. All spans are places in that text, but for labels with a source. */
export interface Diagnostic {
  /** `BPnnnn`; never given to another fault. */
  readonly code: string;
  readonly severity: Severity;
  /** The fact, in the author's nouns. */
  readonly title: string;
  /** The primary place first. */
  readonly labels: readonly Label[];
  /** Why. */
  readonly notes: readonly string[];
  /** What to do; null when the title says it. */
  readonly help: string | null;
  /** One edit that repairs it; null when there is none, or several. */
  readonly fix: Fix | null;
}

export type Severity = 'error' | 'warning';

/** A place and what is to be said there; an empty text underlines only. */
export interface Label {
  readonly span: Span;
  readonly text: string;
  readonly primary: boolean;
  /** The imported file that the span lies in; absent: the policy itself. The first label never has one. */
  readonly source?: Source;
}

/** Replaces the text of the span. */
export interface Fix {
  readonly span: Span;
  readonly replacement: string;
  /** `certain`: the one right answer, which `check --fix` writes. `likely`: what was probably meant, for people to decide. */
  readonly certainty: 'certain' | 'likely';
}

/** What a place adds to the registered fact. */
export interface Particulars<C extends DiagnosticCode> {
  /** One text for every `{name}` of the registered title. */
  readonly values: Readonly<Record<Placeholder<C>, string>>;
  readonly at: Span;
  readonly label?: string;
  readonly others?: readonly { readonly span: Span; readonly text: string; readonly source?: Source }[];
  readonly notes?: readonly string[];
  readonly help?: string | null;
  readonly fix?: Fix | null;
}

/** Makes the diagnostic of a registered code. */
export function diagnose<C extends DiagnosticCode>(code: C, particulars: Particulars<C>): Diagnostic {
  const spec = DIAGNOSTICS[code];
  const values: Readonly<Record<string, string>> = particulars.values;
  const others = particulars.others ?? [];
  return {
    code,
    severity: spec.severity,
    title: spec.title.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''),
    labels: [
      { span: particulars.at, text: particulars.label ?? '', primary: true },
      ...others.map((other) => ({ ...other, primary: false })),
    ],
    notes: particulars.notes ?? [],
    help: particulars.help ?? null,
    fix: particulars.fix ?? null,
  };
}
