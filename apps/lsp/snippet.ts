/** The plain text of a snippet: its placeholders with their defaults, choices with the first, the final cursor with nothing. */
export function plainText(snippet: string): string {
  return snippet
    .replace(/\$\{\d+\|((?:[^|\\]|\\.)*)\|\}/g, (_, choices: string) => choices.split(',')[0] ?? '')
    .replace(/\$\{\d+:((?:[^}\\]|\\.)*)\}/g, '$1')
    .replace(/\$\d+/g, '')
    .replace(/\\([$}\\|,])/g, '$1');
}

/** A placeholder with its default text. */
export function placeholder(index: number, text: string): string {
  return `\${${String(index)}:${text.replace(/[$}\\]/g, '\\$&')}}`;
}

/** A placeholder that offers several words; of one word, a plain one. */
export function choice(index: number, words: readonly string[]): string {
  if (words.length < 2) return placeholder(index, words[0] ?? 'name');
  return `\${${String(index)}|${words.map((word) => word.replace(/[$}\\|,]/g, '\\$&')).join(',')}|}`;
}
