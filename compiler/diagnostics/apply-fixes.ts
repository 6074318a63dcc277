import { lexPolicy } from '../../grammar/lexer.ts';
import { sourceOf } from '../../grammar/source.ts';
import type { Diagnostic, Fix } from './diagnostic.ts';

/** A text after its certain fixes. */
export interface FixedText {
  readonly text: string;
  /** How many were made. */
  readonly fixes: number;
}

/**
 * Makes the certain fixes of a text. Of two that touch the same place only the first is made; one that would take a comment away
 * with what it mends is not made at all. So check the new text, and ask again.
 */
export function applyFixes(text: string, diagnostics: readonly Diagnostic[]): FixedText {
  const { comments } = lexPolicy(sourceOf('', text));
  const wanted = diagnostics
    .flatMap(({ code, fix }) => (fix?.certainty === 'certain' ? [{ ...fix, code }] : []))
    .sort((left, right) => left.span.start - right.span.start);
  let fixed = '';
  let end = 0;
  let fixes = 0;
  let at = 0;
  for (const fix of wanted) {
    while ((comments[at]?.startOffset ?? Number.POSITIVE_INFINITY) < fix.span.start) at += 1;
    const comment = comments[at]?.startOffset ?? Number.POSITIVE_INFINITY;
    const takesComment = comment < fix.span.end && fix.code !== UNUSED_ALLOWANCE;
    if ((fixes > 0 && touches(fix, end)) || takesComment) continue;
    fixed += text.slice(end, fix.span.start) + fix.replacement;
    end = fix.span.end;
    fixes += 1;
  }
  return { text: fixed + text.slice(end), fixes };
}

/** Its fix is to remove a comment. */
const UNUSED_ALLOWANCE = 'BP0526';

function touches({ span }: Fix, end: number): boolean {
  return span.start <= end;
}
