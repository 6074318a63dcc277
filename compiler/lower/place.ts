import { placeOf, type Source } from '../../grammar/source.ts';
import type { PlanPlace } from '../../runtime/contract/plan.ts';

/** Gives the place of an offset in one source. */
export type PlaceFinder = (offset: number) => PlanPlace;

/** Finds places of one source, naming its file. */
export function placeFinder(source: Source): PlaceFinder {
  return (offset) => {
    const { line, column } = placeOf(source, offset);
    return { file: source.name, line, column };
  };
}
