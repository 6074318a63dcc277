import type { SyntaxError } from '../../grammar/syntax-error.ts';
import type { Diagnostic } from './diagnostic.ts';

/**
 * The faults of meaning that are certain although parts of the text could not be read.
 *
 * Only faults of a single word or literal are, and only where no syntax slip touches it: anything missing, repeated or
 * contradictory may be the doing of the part that was left out.
 */
export function certainDespite(
  errors: readonly SyntaxError[],
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  return diagnostics.filter(
    (diagnostic) => CERTAIN_CODES.has(diagnostic.code) && !errors.some((error) => touches(error, diagnostic)),
  );
}

/** The faults that are certain although something imported could not be read: names may be those that it declares. */
export function certainWithoutImports(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ code }) => !IMPORTABLE_NAMES.has(code));
}

const IMPORTABLE_NAMES: ReadonlySet<string> = new Set([
  'BP0101', // no such signers
  'BP0102', // no such requirement
  'BP0110', // nothing to waive
]);

function touches({ span }: SyntaxError, { labels }: Diagnostic): boolean {
  return labels.some((label) => label.span.start <= span.end && span.start <= label.span.end);
}

const CERTAIN_CODES: ReadonlySet<string> = new Set([
  'BP0103', // not a kind of layer
  'BP0201', // not a property
  'BP0204', // not a word of a closed list
  'BP0206', // malformed digest
  'BP0207', // not a date
  'BP0211', // nonsense key size
  'BP0212', // count that says nothing
  'BP0302', // unknown language
]);
