import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { PropertyCondition, PropertyLiteral } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';

/** Reports questions about text that every text, or none, answers with yes. */
export function checkPropertyText(
  condition: PropertyCondition,
  literal: Extract<PropertyLiteral, { kind: 'text' }>,
  context: CheckContext,
): void {
  const property = condition.name.text;
  const consequence = constantOutcome(property, literal.value);
  if (consequence === null) return;
  const values = { property, text: literal.value, consequence };
  context.report(diagnose('BP0216', { values, at: literal.span }));
}

function constantOutcome(property: string, text: string): string | null {
  if (property === 'contains') return text === '' ? 'always holds' : null;
  if (property === 'field') return constantField(text);
  if (property === 'release') return /^\S+$/.test(text) ? null : 'never holds: a release is one word';
  if (property === 'contains-member') return constantPath(text);
  if (property === 'is') return text.trim() === text ? null : 'never holds: white space at the ends does not count';
  if (property !== 'word') return null;
  if (text === '') return 'never holds: no word is empty';
  return /\s/.test(text.replace(/"[^"]*"?/g, '')) ? 'never holds: white space ends a word' : null;
}

/** os-release(5): names are upper-case letters, digits and `_`; an empty value is one that people assign. */
function constantField(text: string): string | null {
  if (/^[A-Z_][A-Z0-9_]*=/.test(text)) {
    return /[\n\0]/.test(text) ? 'never holds: a value is on one line' : null;
  }
  return 'never holds: a field is written `NAME=value`, the name in capitals';
}

function constantPath(path: string): string | null {
  if (path.includes('\0')) return 'never holds: no path has a NUL';
  const isRoot = path.split('/').every((part) => part === '' || part === '.' || part === '..');
  return isRoot ? 'always holds: it is the root itself' : null;
}
