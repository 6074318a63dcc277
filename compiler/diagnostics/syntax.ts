import type { SyntaxError } from '../../grammar/syntax-error.ts';
import type { Diagnostic } from './diagnostic.ts';

/** A fault of syntax as a diagnostic: its code, words and place stay as the grammar gave them. */
export function syntaxDiagnostic(error: SyntaxError): Diagnostic {
  return {
    code: error.code,
    severity: 'error',
    title: error.text,
    labels: [{ span: error.span, text: error.label, primary: true }],
    notes: [],
    help: error.help,
    fix: null,
  };
}
