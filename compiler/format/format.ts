import { ERROR_LIMIT } from '../../grammar/lexer.ts';
import { type ParsedPolicy, parsePolicy, TEXT_LIMIT } from '../../grammar/parser.ts';
import { sourceOf, type Span } from '../../grammar/source.ts';
import { textOf } from './columns.ts';
import { type LaidLine, linesOf } from './layout.ts';
import { type Region, regionsOf } from './regions.ts';
import { docOf, hasBlankBefore } from './statement-doc.ts';
import { type TriviaComment, type TriviaTable, triviaOf } from './trivia.ts';

/** A policy in its canonical layout. */
export interface FormattedPolicy {
  readonly text: string;
  /** Places of the given text that a syntax slip touches, left as they were. */
  readonly leftAlone: readonly Span[];
}

/**
 * Lays a policy out anew. Tokens, their order and comments stay; only white space and commas change, so the plan is the same.
 *
 * The layout follows from tokens, comments and empty lines alone, and laying it out again changes nothing. Never throws; a
 * statement with a syntax slip is left alone, and so is a whole text that cannot be read or would become too long.
 */
export function formatPolicy(text: string): FormattedPolicy {
  const parsed = parsePolicy(sourceOf('', text));
  const regions = regionsOf(parsed);
  const formatted = isReadable(parsed) ? textOf(policyLines(regions, parsed)) : null;
  if (formatted === null || formatted.length > TEXT_LIMIT) return { text, leftAlone: [{ start: 0, end: text.length }] };
  return { text: formatted, leftAlone: regions.flatMap((region) => (region.kind === 'slip' ? [region.span] : [])) };
}

/** Of a text that was not read at all, or has too many slips, it is not known where the slips are. */
function isReadable({ errors }: ParsedPolicy): boolean {
  return errors.length <= ERROR_LIMIT && errors.every(({ code }) => code !== 'BP0011' && code !== 'BP0012');
}

function policyLines(regions: readonly Region[], parsed: ParsedPolicy): readonly LaidLine[] {
  const inSlips = regions.flatMap((region) => (region.kind === 'slip' ? [region.span] : []));
  const trivia = triviaOf({
    tokens: parsed.tokens,
    comments: parsed.comments.filter(({ startOffset }) => !inSlips.some((span) => isIn(startOffset, span))),
  });
  const lines: LaidLine[] = [];
  let previous: 'none' | 'one line' | 'more lines' = 'none';
  for (const region of regions) {
    const { before } = trivia.of(region.first);
    const own = regionLines(region, trivia, parsed);
    const size = own.length - before.length > 1 ? 'more lines' : 'one line';
    const apart = previous === 'more lines' || (previous !== 'none' && size === 'more lines');
    const blankBefore = apart || hasBlankBefore(trivia.of(region.first));
    own.forEach((line, index) => lines.push(index === 0 ? { ...line, blankBefore } : line));
    previous = size;
  }
  return [...lines, ...commentLinesOf(trivia.last)];
}

function isIn(offset: number, { start, end }: Span): boolean {
  return offset >= start && offset < end;
}

function regionLines(region: Region, trivia: TriviaTable, { source }: ParsedPolicy): readonly LaidLine[] {
  if (region.kind === 'statement') return linesOf(docOf(region.node, trivia));
  const { before, blankBefore } = trivia.of(region.first);
  const text = source.text.slice(region.span.start, region.span.end).split(/\r\n|\r|\n/);
  const lines = text.map((each, index) => ({
    indent: 0,
    cells: [{ table: null, column: 0, text: each }],
    comment: null,
    blankBefore: index === 0 && before.length > 0 && blankBefore,
  }));
  return [...commentLinesOf(before), ...lines];
}

function commentLinesOf(comments: readonly TriviaComment[]): readonly LaidLine[] {
  return comments.map(({ text, blankBefore }) => ({ indent: 0, cells: [], comment: text, blankBefore }));
}
