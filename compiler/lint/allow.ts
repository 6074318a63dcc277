import type { Token } from '../../grammar/cst.ts';
import { spanOf } from '../../grammar/cst.ts';
import type { ParsedPolicy } from '../../grammar/parser.ts';
import { placeOf, type Span } from '../../grammar/source.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { type Diagnostic, diagnose } from '../diagnostics/diagnostic.ts';
import { DIAGNOSTICS, isDiagnosticCode } from '../diagnostics/registry.ts';

/** A warning that the policy itself allows, and why. */
export interface AllowedDiagnostic {
  readonly diagnostic: Diagnostic;
  readonly because: string;
}

/** Warnings after the policy had its say. */
export interface Allowances {
  readonly diagnostics: readonly Diagnostic[];
  readonly allowed: readonly AllowedDiagnostic[];
}

/**
 * Takes out the warnings that `# bootpol: allow CODE because "…"` allows: at the end of a line those of the line, on a line of its
 * own those of the next line that is no comment. A comment of this kind that cannot be read, or allows nothing, is warned of.
 *
 * `ran` says whether every warning was looked for, or only those that can be given despite errors.
 */
export function allow(parsed: ParsedPolicy, diagnostics: readonly Diagnostic[], ran: Looked): Allowances {
  const directives = parsed.comments.filter(({ image }) => INTRODUCTION.test(image));
  if (directives.length === 0) return { diagnostics, allowed: [] };
  const faults: Diagnostic[] = [];
  const byLine = new Map<string, Allowance[]>();
  for (const comment of directives) {
    const read = readDirective(comment);
    if ('labels' in read) faults.push(read);
    else {
      const key = `${lineOf(comment, parsed)} ${read.code}`;
      const known = byLine.get(key) ?? [];
      known.push({ ...read, comment });
      byLine.set(key, known);
    }
  }
  const { kept, allowed, used } = divide(diagnostics, byLine, parsed);
  const idle = [...byLine.values()].flatMap(([first, ...more]) =>
    first && used.has(first) ? more : first ? [first, ...more] : [],
  );
  const unused = idle.filter(({ code }) => ran === 'at a day' || (ran === 'on no day' && !OF_A_DAY.includes(code)));
  return { diagnostics: [...kept, ...faults, ...unused.map((each) => unusedAt(each, parsed))], allowed };
}

/** Which warnings were looked for. */
export type Looked = 'at a day' | 'on no day' | 'not all';

const INTRODUCTION = /^#\s*bootpol:/;
const DIRECTIVE = /^#\s*bootpol:\s*allow\s+(\w+)\s+because\s+"([^"]*)"\s*$/;

/** What stands in the place of a reason that somebody has yet to give. */
export const NO_REASON = '…';

/** Warnings about allowances themselves. */
export const UNALLOWABLE: readonly string[] = ['BP0526', 'BP0527'];

/** Warnings that depend on the day that is checked for. */
const OF_A_DAY: readonly string[] = ['BP0505', 'BP0518', 'BP0523'];

interface Allowance {
  readonly code: string;
  readonly because: string;
  readonly comment: Token;
}

function readDirective(comment: Token): Omit<Allowance, 'comment'> | Diagnostic {
  const [, code, because] = DIRECTIVE.exec(comment.image) ?? [];
  const help = 'write `# bootpol: allow CODE because "…"`, with a reason';
  const fault = (what: string, label: string): Diagnostic =>
    diagnose('BP0527', { values: { fault: what }, at: spanOf(comment), label, help });
  if (code === undefined || because === undefined) return fault('it does not say which code, or not why', '');
  if (!isDiagnosticCode(code)) {
    const nearest = didYouMean(code, Object.keys(DIAGNOSTICS));
    return fault(`\`${code}\` is no code`, nearest === null ? '' : `did you mean \`${nearest}\`?`);
  }
  if (DIAGNOSTICS[code].severity === 'error')
    return fault(`\`${code}\` is an error, and only warnings can be allowed`, '');
  // A reason has a word in it: a placeholder has none.
  return /[\p{L}\p{N}]/u.test(because) ? { code, because } : fault('it does not say why', '');
}

/** The line that a comment speaks of. */
function lineOf(comment: Token, { tokens, source }: ParsedPolicy): number {
  const after = firstAfter(tokens, comment.startOffset);
  const before = tokens[after - 1];
  const line = placeOf(source, comment.startOffset).line;
  if (before !== undefined && placeOf(source, spanOf(before).end - 1).line === line) return line;
  const next = tokens[after];
  return next === undefined ? line : placeOf(source, next.startOffset).line;
}

/** The index of the first token behind an offset. */
function firstAfter(tokens: readonly Token[], offset: number): number {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.startOffset ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

function divide(
  diagnostics: readonly Diagnostic[],
  byLine: ReadonlyMap<string, readonly Allowance[]>,
  { source }: ParsedPolicy,
) {
  const kept: Diagnostic[] = [];
  const allowed: AllowedDiagnostic[] = [];
  const used = new Set<Allowance>();
  for (const diagnostic of diagnostics) {
    const { line } = placeOf(source, diagnostic.labels[0]?.span.start ?? 0);
    const [allowance] = byLine.get(`${line} ${diagnostic.code}`) ?? [];
    if (allowance === undefined || diagnostic.severity === 'error') kept.push(diagnostic);
    else {
      used.add(allowance);
      allowed.push({ diagnostic, because: allowance.because });
    }
  }
  return { kept, allowed, used };
}

function unusedAt({ code, comment }: Allowance, { source: { text } }: ParsedPolicy): Diagnostic {
  const fix = { span: wholeLine(spanOf(comment), text), replacement: '', certainty: 'certain' } as const;
  return diagnose('BP0526', { values: { code }, at: spanOf(comment), fix, help: 'remove it' });
}

/** The comment with the white space in front of it, and with its line end where it has the line to itself. */
function wholeLine({ start, end }: Span, text: string): Span {
  let from = start;
  while (text[from - 1] === ' ' || text[from - 1] === '\t') from -= 1;
  const isAlone = from === 0 || text[from - 1] === '\n' || text[from - 1] === '\r';
  if (!isAlone) return { start: from, end };
  const lineEnd = text.startsWith('\r\n', end) ? 2 : end < text.length ? 1 : 0;
  return { start: from, end: end + lineEnd };
}
