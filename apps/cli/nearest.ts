/** The candidate that a misspelt or cut word probably means, or null. Loaded only after a slip, so that good calls start fast. */
export async function nearestOf(word: string, candidates: readonly string[]): Promise<string | null> {
  const longer = candidates.filter((candidate) => candidate.startsWith(word));
  if (word.replace(/^-+/, '') !== '' && longer.length === 1) return longer[0] ?? null;
  const { didYouMean } = await import('../../compiler/index.ts');
  return didYouMean(word, candidates);
}
