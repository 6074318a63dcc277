/**
 * The candidate nearest to a word, or null when none is near enough to be meant.
 *
 * Near means one edit for words of up to three letters, two up to six, three beyond; an edit inserts, drops or changes
 * a letter or swaps two neighbours. Ties go to the earlier candidate. Case does not count.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  let nearest: string | null = null;
  let limit = word.length <= 3 ? 1 : word.length <= 6 ? 2 : 3;
  let compared = 0;
  for (const candidate of candidates) {
    compared += 1;
    if (compared > COMPARED_CANDIDATES || limit < 0) break;
    if (candidate === word) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), limit);
    if (distance > limit || distance >= Math.max(word.length, candidate.length)) continue;
    nearest = candidate;
    limit = distance - 1;
  }
  return nearest;
}

/** Optimal string alignment distance, or `limit + 1` when it is larger. Cost: product of the lengths, which are bounded. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit || left.length > LONGEST_WORD) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? limit + 1;
}

const LONGEST_WORD = 64;
/** A text of many unknown names and many known ones must not cost their product. */
const COMPARED_CANDIDATES = 256;
