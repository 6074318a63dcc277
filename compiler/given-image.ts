import { type Source, type Span, sourceOf } from '../grammar/source.ts';
import { checkPolicy } from './compile.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { GivenImage } from './policy-test.ts';

/** What checking a description gives. */
export interface CheckedImage {
  /** Null when there is an error among the diagnostics, or `excess`. */
  readonly image: GivenImage | null;
  /** In the order of the text; their spans are places in it. */
  readonly diagnostics: readonly Diagnostic[];
  readonly source: Source;
  /** Whether the text goes on after one image. */
  readonly excess: boolean;
}

/**
 * Checks the description of one image, which is what a test of a policy gives: `uki signed by distro { linux: zboot }`. It is
 * read as the one test of a policy in which every signer that it names is declared, so that the language has one grammar.
 */
export function checkImage(fileName: string, text: string, sha256: (text: string) => string): CheckedImage {
  const before = `language 1\npolicy forge\n${declarations(text)}${POLICY}`;
  const { diagnostics, tests } = checkPolicy(`${before}${text}${AFTER}`, {
    fileName,
    loadSigners: () => ({ missing: 'a description names no files' }),
    sha256,
  });
  const shown = diagnostics.filter(({ severity, labels }) => severity === 'error' || startOf(labels) >= before.length);
  const moved = shown.map((diagnostic) => within(diagnostic, before.length, text.length));
  const [test, ...more] = tests?.tests ?? [];
  const [given, ...others] = test?.given ?? [];
  const isWhole = more.length === 0 && others.length === 0 && test?.expectations.length === 1 && given?.beside === null;
  return {
    image: isWhole ? given.image : null,
    diagnostics: moved,
    source: sourceOf(fileName, text),
    excess: tests !== null && !isWhole,
  };
}

const POLICY = 'artifact pe {\n  forbid wx: writable-code\n}\ntest "forge" {\n  expect accept\n  given ';
const AFTER = '\n}\n';

/** Parameters for all names that may be signers; one too many only makes a warning outside the text. */
function declarations(text: string): string {
  const named = [...text.matchAll(/\b(?:by|revoked)\s+([A-Za-z][\w-]*)/g)].map(([, name = '']) => name);
  return [...new Set(named)].map((name) => `param signers ${name}\n`).join('');
}

function startOf(labels: Diagnostic['labels']): number {
  return labels[0]?.span.start ?? 0;
}

/** The same diagnostic with places in the description; what was found behind it stands at its end. */
function within(diagnostic: Diagnostic, offset: number, length: number): Diagnostic {
  const place = (at: number): number => Math.min(length, Math.max(0, at - offset));
  const move = ({ start, end }: Span): Span => ({ start: Math.min(place(start), length - 1), end: place(end) });
  const { labels, fix } = diagnostic;
  const isInside = fix !== null && fix.span.start >= offset && fix.span.end <= offset + length;
  return {
    ...diagnostic,
    labels: labels.map((label) => ({ ...label, span: move(label.span) })),
    fix: isInside ? { ...fix, span: move(fix.span) } : null,
  };
}
