import { codePoints, placeOf, type Source } from '../../grammar/source.ts';
import type { PlanPlace } from '../../runtime/contract/plan.ts';

/** Gives the place of an offset in one source. */
export type PlaceFinder = (offset: number) => PlanPlace;

/** Finds places of one source, naming its file. */
export function placeFinder(source: Source): PlaceFinder {
  const { name: file, lineStarts, text } = source;
  let line = 1;
  return (offset) => {
    // Most places are asked for in the order of the text: on the line of the last one, or on the next.
    const start = lineStarts[line - 1] ?? 0;
    const next = lineStarts[line] ?? Number.POSITIVE_INFINITY;
    const afterNext = lineStarts[line + 1] ?? Number.POSITIVE_INFINITY;
    if (offset >= next && offset < afterNext) line += 1;
    else if (offset < start || offset >= afterNext) line = placeOf(source, offset).line;
    const column = codePoints(text.slice(lineStarts[line - 1] ?? 0, offset)) + 1;
    return { file, line, column };
  };
}
