import type { SemanticTokens, SemanticTokensLegend } from 'vscode-languageserver';
import type { NameKind, NameOccurrence, Span, TextToken } from '../../compiler/index.ts';
import { positionOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';

/** Types and modifiers, in the order in which tokens number them. */
export const TOKENS_LEGEND: SemanticTokensLegend = {
  tokenTypes: [
    'keyword',
    'comment',
    'string',
    'number',
    'operator',
    'namespace',
    'variable',
    'function',
    'class',
    'type',
    'property',
    'enumMember',
  ],
  tokenModifiers: ['declaration'],
};

/**
 * The colour of every token by what it means: a keyword that is used as a name is a name.
 *
 * @param within only those that touch these offsets.
 */
export function semanticTokensOf({ reading }: PolicyDocument, within: Span = EVERYWHERE): SemanticTokens {
  const { source, tokens, comments, names } = reading;
  const byStart = new Map(names.map((name) => [name.word.span.start, name]));
  const painted = [
    ...comments.map((span) => ({ span, type: 'comment', declares: 0 })),
    ...tokens.flatMap((token) => paint(token, byStart.get(token.span.start))),
  ]
    .filter(({ span }) => span.start <= within.end && within.start <= span.end)
    .sort((a, b) => a.span.start - b.span.start);
  const data: number[] = [];
  let [line, character] = [0, 0];
  for (const { span, type, declares } of painted) {
    const at = positionOf(source, span.start);
    const length = lengthOnLine(source.text, span);
    data.push(at.line - line, at.line === line ? at.character - character : at.character, length);
    data.push(TOKENS_LEGEND.tokenTypes.indexOf(type), declares);
    [line, character] = [at.line, at.character];
  }
  return { data };
}

const EVERYWHERE: Span = { start: 0, end: Number.POSITIVE_INFINITY };

interface Painted {
  readonly span: Span;
  readonly type: string;
  readonly declares: number;
}

function paint({ role, span, text }: TextToken, name: NameOccurrence | undefined): readonly Painted[] {
  if (name) return [{ span, type: NAME_TYPES[name.kind], declares: name.role === 'declaration' ? 1 : 0 }];
  switch (role) {
    case 'keyword':
      return [{ span, type: 'keyword', declares: 0 }];
    case 'text':
      return [{ span, type: 'string', declares: 0 }];
    case 'number':
    case 'date':
    case 'digest':
      return [{ span, type: 'number', declares: 0 }];
    case 'sign':
      return /^[<>=]/.test(text) ? [{ span, type: 'operator', declares: 0 }] : [];
    case 'name':
    case 'unknown':
      return [];
  }
}

const NAME_TYPES: Readonly<Record<NameKind, string>> = {
  policy: 'namespace',
  view: 'class',
  signers: 'variable',
  requirement: 'function',
  layer: 'type',
  property: 'property',
  given: 'property',
  value: 'enumMember',
};

/** Tokens of the protocol end with their line. */
function lengthOnLine(text: string, { start, end }: Span): number {
  const stop = text.slice(start, end).search(/[\r\n]/);
  return stop < 0 ? end - start : stop;
}
