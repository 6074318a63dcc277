/** The candidate that a misspelt word probably means, or null. Loaded only after a slip, so that good calls start fast. */
export async function nearestOf(word: string, candidates: readonly string[]): Promise<string | null> {
  const { didYouMean } = await import('../../compiler/index.ts');
  return didYouMean(word, candidates);
}
