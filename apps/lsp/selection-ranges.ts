import type { SelectionRange } from 'vscode-languageserver';
import type { ast, Span } from '../../compiler/index.ts';
import { bracesOf } from './folding.ts';
import { rangeOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';

/** What a selection at an offset grows to, step by step: word, condition, line of a block, braces, statement, policy. */
export function selectionRangeAt(document: PolicyDocument, offset: number): SelectionRange {
  const { source } = document.reading;
  const whole = { start: 0, end: source.text.length };
  const around = spansOf(document).filter(({ start, end }) => start <= offset && offset <= end);
  const nested: Span[] = [];
  for (const span of around.sort((a, b) => lengthOf(b) - lengthOf(a))) {
    const last = nested.at(-1) ?? whole;
    if (last.start <= span.start && span.end <= last.end && lengthOf(span) < lengthOf(last)) nested.push(span);
  }
  let range: SelectionRange = { range: rangeOf(source, whole) };
  for (const span of nested.slice(-MOST_STEPS)) range = { range: rangeOf(source, span), parent: range };
  return range;
}

/** Nobody grows a selection further; and the answer is one value inside the other. */
const MOST_STEPS = 64;

function lengthOf({ start, end }: Span): number {
  return end - start;
}

function spansOf(document: PolicyDocument): Span[] {
  const { policy, tokens } = document.reading;
  return [
    ...tokens.flatMap(({ span, role }) => (role === 'text' ? [span, inside(span)] : role === 'sign' ? [] : [span])),
    ...bracesOf(document).flatMap(({ start, end }) => [
      { start, end: end + 1 },
      { start: start + 1, end },
    ]),
    ...[policy.language, policy.header].flatMap((head) => (head === null ? [] : [head.span])),
    ...policy.statements.flatMap((statement) => [statement.span, ...inStatement(statement)]),
  ];
}

/** A text without its quotes. */
function inside({ start, end }: Span): Span {
  return { start: start + 1, end: Math.max(start + 1, end - 1) };
}

function inStatement(statement: ast.Statement): readonly Span[] {
  switch (statement.kind) {
    case 'artifact':
    case 'layer':
      return inBlock(statement.block);
    case 'test':
      return [...statement.given.flatMap(inGiven), ...statement.expectations.map(({ span }) => span)];
    case 'signers':
    case 'param':
    case 'revoked':
    case 'view':
    case 'waive':
    case 'assert':
    case 'import':
      return [];
  }
}

function inGiven({ image, beside }: ast.GivenFile): readonly Span[] {
  const layers = (layer: ast.GivenLayer): readonly Span[] => [
    layer.span,
    ...(layer.nested === null ? [] : layers(layer.nested)),
    ...layer.children.flatMap(layers),
  ];
  return [...layers(image), ...(beside === null ? [] : layers(beside))];
}

function inBlock({ items }: ast.Block): readonly Span[] {
  return items.flatMap((item) => {
    if (item.kind === 'requirement') return [item.span, ...inCondition(item.condition)];
    return item.kind === 'child' && item.block !== null ? [item.span, ...inBlock(item.block)] : [item.span];
  });
}

function inCondition(condition: ast.Condition): readonly Span[] {
  return [condition.span, ...('conditions' in condition ? condition.conditions.flatMap(inCondition) : [])];
}
