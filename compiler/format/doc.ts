import { codePoints } from '../../grammar/source.ts';
import type { Trivia, TriviaComment } from './trivia.ts';

/**
 * What is to be printed, before it is known where lines end.
 *
 * Every document knows its width on one line, and what comments stand in it: a comment ends its line, so it decides
 * about line ends like the width does.
 */
export type Doc = (
  | { readonly kind: 'token'; readonly text: string; readonly trivia: Trivia }
  /** Signs of the layout itself: spaces, and commas that the author left out. */
  | { readonly kind: 'sign'; readonly text: string }
  /** A line end where the group around it is broken, else the text. */
  | { readonly kind: 'line'; readonly flat: string }
  /** Always a line end; `blank` leaves an empty line before what follows. */
  | { readonly kind: 'hard-line'; readonly blank: boolean }
  /** Only where the group around it is broken. */
  | { readonly kind: 'if-broken'; readonly text: string }
  /** Where columns of adjacent lines may be made to stand under each other. */
  | { readonly kind: 'cell'; readonly table: string; readonly column: number }
  | { readonly kind: 'indent' | 'group'; readonly inner: Doc }
  | { readonly kind: 'concat'; readonly parts: readonly Doc[] }
  /** As many on a line as fit, with commas between those of one line. */
  | { readonly kind: 'fill'; readonly parts: readonly Doc[] }
  /** Comments that no token follows in their braces. */
  | { readonly kind: 'comments'; readonly comments: readonly TriviaComment[] }
) &
  Measure;

interface Measure {
  /** Columns on one line, without comments. */
  readonly width: number;
  /** Whether it cannot stand on one line. */
  readonly breaks: boolean;
  readonly startsWithComment: boolean;
  readonly endsWithComment: boolean;
  /** Whether there is a token in it. */
  readonly hasToken: boolean;
}

const NO_TOKEN = { startsWithComment: false, endsWithComment: false, hasToken: false } as const;

/** A token of the policy with its comments. */
export function tokenDoc(text: string, trivia: Trivia): Doc {
  const comments = { startsWithComment: trivia.before.length > 0, endsWithComment: trivia.after !== null };
  return { kind: 'token', text, trivia, width: codePoints(text), breaks: false, ...comments, hasToken: true };
}

/** Text that the layout adds. */
export function sign(text: string): Doc {
  return { kind: 'sign', text, width: text.length, breaks: false, ...NO_TOKEN };
}

/** A line end, or the text where the group around it fits its line. */
export function line(flat: string): Doc {
  return { kind: 'line', flat, width: flat.length, breaks: false, ...NO_TOKEN };
}

/** A line end in any case, with an empty line or without. */
export function hardLine(blank: 'blank' | 'next'): Doc {
  return { kind: 'hard-line', blank: blank === 'blank', width: 0, breaks: true, ...NO_TOKEN };
}

/** Text that stands only where the group around it is broken. */
export function ifBroken(text: string): Doc {
  return { kind: 'if-broken', text, width: 0, breaks: false, ...NO_TOKEN };
}

/** The beginning of a column of a table of adjacent lines. */
export function cell(table: string, column: number): Doc {
  return { kind: 'cell', table, column, width: 0, breaks: false, ...NO_TOKEN };
}

/** Lines that begin in it are indented one step further. */
export function indent(inner: Doc): Doc {
  return { ...measureOf(inner), kind: 'indent', inner };
}

/** Lines in it end either nowhere or at every `line`. */
export function group(inner: Doc): Doc {
  return { ...measureOf(inner), kind: 'group', inner };
}

/** One after the other. */
export function concat(parts: readonly Doc[]): Doc {
  const measure = { width: 0, breaks: false, ...NO_TOKEN };
  const whole: { -readonly [K in keyof Measure]: Measure[K] } = measure;
  for (const part of parts) {
    whole.breaks ||= part.breaks;
    whole.width += part.width;
    if (!part.hasToken) continue;
    if (whole.hasToken) whole.breaks ||= whole.endsWithComment || part.startsWithComment;
    else whole.startsWithComment = part.startsWithComment;
    whole.endsWithComment = part.endsWithComment;
    whole.hasToken = true;
  }
  return { kind: 'concat', parts, ...whole };
}

/** The parts on as few lines as hold them; one that itself takes several lines begins and ends a line. */
export function fill(parts: readonly Doc[]): Doc {
  return { ...measureOf(joined(parts, sign(', '))), kind: 'fill', parts };
}

/** Comments on lines of their own; an empty line before the first only where the author left one. */
export function commentLines(comments: readonly TriviaComment[]): Doc {
  return { kind: 'comments', comments, width: 0, breaks: comments.length > 0, ...NO_TOKEN };
}

/** The parts with a separator between each two. */
export function joined(parts: readonly Doc[], separator: Doc): Doc {
  return concat(parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part])));
}

function measureOf({ width, breaks, startsWithComment, endsWithComment, hasToken }: Doc): Measure {
  return { width, breaks, startsWithComment, endsWithComment, hasToken };
}
