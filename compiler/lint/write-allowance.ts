import { placeOf, type Source } from '../../grammar/source.ts';
import type { Diagnostic, Fix } from '../diagnostics/diagnostic.ts';
import { NO_REASON, UNALLOWABLE } from './allow.ts';

/**
 * The edit that allows a warning at its place: `# bootpol: allow CODE because "…"` on a line of its own above it, indented alike.
 * What stands for the reason is none, so the allowance is warned of until somebody says why. Null for errors, for warnings about
 * allowances, and where the lines above try to allow it already.
 */
export function allowanceFor({ code, severity, labels }: Diagnostic, source: Source): Fix | null {
  const [primary] = labels;
  if (severity === 'error' || primary === undefined || UNALLOWABLE.includes(code)) return null;
  const { text, lineStarts } = source;
  const line = placeOf(source, primary.span.start).line - 1;
  if (isTriedAbove(code, line, source)) return null;
  const start = lineStarts[line] ?? 0;
  // A byte order mark stays the first character of its file.
  const at = text.startsWith('\uFEFF', start) ? start + 1 : start;
  const [indent = ''] = /^[ \t]*/.exec(text.slice(at, at + LONGEST_INDENT)) ?? [];
  const [lineEnd = '\n'] = /\r\n|\n|\r/.exec(text) ?? [];
  const comment = `${indent}# bootpol: allow ${code} because "${NO_REASON}"${lineEnd}`;
  return { span: { start: at, end: at }, replacement: comment, certainty: 'likely' };
}

const LONGEST_INDENT = 200;

/** Whether the comments right above a line, counted from 0, speak of the code. */
function isTriedAbove(code: string, line: number, { text, lineStarts }: Source): boolean {
  for (let above = line - 1; above >= 0; above -= 1) {
    const written = text.slice(lineStarts[above], lineStarts[above + 1]).trim();
    if (!written.startsWith('#')) return false;
    if (/^#\s*bootpol:\s*allow\s+(\w+)/.exec(written)?.[1] === code) return true;
  }
  return false;
}
