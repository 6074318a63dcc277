import {
  type CstNode,
  type Token,
  isNode,
  nodeIn,
  nodesIn,
  onlyNode,
  spanOf,
  spanOfNode,
  tokenIn,
} from '../../grammar/cst.ts';
import type {
  Condition,
  Constraint,
  DigestLiteral,
  GroupCondition,
  PropertyCondition,
  PropertyLiteral,
  Word,
} from './ast.ts';
import { digestOf, firstWord, numberOf, sizeOf, textOf, wordOf, wordsOf } from './literals.ts';

/** A condition, or null when a slip left too little of it. */
export function conditionOf(node: CstNode): Condition | null {
  const form = onlyNode(node);
  switch (form?.name) {
    case 'group':
      return groupOf(form);
    case 'signature':
      return signatureOf(form);
    case 'coverage':
      return coverageOf(form);
    case 'sbatProperty':
      return sbatOf(form);
    case 'property':
      return propertyOf(form);
    default:
      return null;
  }
}

function groupOf(node: CstNode): GroupCondition {
  const kind = tokenIn(node, 'Any') ? 'any' : tokenIn(node, 'All') ? 'all' : 'none';
  const conditions = nodesIn(node, 'condition').map(conditionOf);
  return { kind, conditions: conditions.filter((condition) => condition !== null), span: spanOfNode(node) };
}

function signatureOf(node: CstNode): Condition | null {
  const signers = firstWord(node);
  const constraints = nodeIn(node, 'constraints');
  const read = constraints ? nodesIn(constraints, 'constraint').map(constraintOf) : [];
  const kind = tokenIn(node, 'Signed') ? 'signed' : 'allowed';
  return (
    signers && { kind, signers, constraints: read.filter((constraint) => constraint !== null), span: spanOfNode(node) }
  );
}

function coverageOf(node: CstNode): Condition | null {
  const signers = firstWord(node);
  return signers && { kind: 'covered', signers, span: spanOfNode(node) };
}

function constraintOf(node: CstNode): Constraint | null {
  const span = spanOfNode(node);
  const form = onlyNode(node);
  if (!form) return tokenIn(node, 'Timestamped') && { kind: 'timestamped', span };
  const least = numberOf(tokenIn(form, 'Number'));
  const word = firstWord(form);
  switch (form.name) {
    case 'digestConstraint':
      return { kind: 'digest', words: nodesIn(form, 'nameList').flatMap(wordsOf), span };
    case 'keyConstraint':
      return word && least && { kind: 'key', family: word, least, span };
    case 'validConstraint':
      return { kind: 'validity', validity: tokenIn(form, 'Now') ? 'now' : 'at-signing', span };
    case 'validityConstraint':
      return { kind: 'validity', validity: 'ignored', span };
    case 'countConstraint':
      return least && { kind: 'count', least, span };
    case 'schemeConstraint':
      return word && { kind: 'scheme', scheme: word, span };
    default:
      return null;
  }
}

function sbatOf(node: CstNode): PropertyCondition | null {
  const [name, argument] = [tokenIn(node, 'Sbat'), firstWord(node) ?? quotedWord(tokenIn(node, 'Text'))];
  const [operator, least] = [tokenIn(node, 'AtLeast'), numberOf(tokenIn(node, 'Number'))];
  if (!name || !argument || !operator || !least) return null;
  const value: PropertyLiteral = { kind: 'number', value: least.value, unit: null, span: least.span };
  return {
    kind: 'property',
    name: wordOf(name),
    argument,
    operator: { text: '>=', span: spanOf(operator) },
    value,
    span: spanOfNode(node),
  };
}

/** A name that is no word of the language, and so stands in quotes. */
function quotedWord(token: Token | null): Word | null {
  const text = textOf(token);
  return text && { text: text.value, span: text.span };
}

function propertyOf(node: CstNode): PropertyCondition | null {
  const name = tokenIn(node, 'PropertyName');
  if (!name) return null;
  const operator = operatorOf(node);
  const value = valueOf(node);
  if (operator && !value) return null;
  return { kind: 'property', name: wordOf(name), argument: null, operator, value, span: spanOfNode(node) };
}

function operatorOf(node: CstNode): PropertyCondition['operator'] {
  for (const part of node.parts) {
    if (isNode(part)) continue;
    if (part.readAs === 'In') return { text: 'in', span: spanOf(part) };
    if (part.readAs === 'AtMost') return { text: '<=', span: spanOf(part) };
    if (part.readAs === 'AtLeast') return { text: '>=', span: spanOf(part) };
  }
  return null;
}

function valueOf(node: CstNode): PropertyLiteral | null {
  const list = nodeIn(node, 'valueList');
  if (list) return listOf(list);
  const unit = tokenIn(node, 'Unit');
  const size = sizeOf(tokenIn(node, 'Number'), unit);
  if (size) return { kind: 'number', value: size.value, unit: unit && wordOf(unit), span: size.span };
  const text = textOf(tokenIn(node, 'Text'));
  return text && { kind: 'text', value: text.value, span: text.span };
}

function listOf(node: CstNode): PropertyLiteral {
  const items: (Word | DigestLiteral)[] = [];
  for (const part of node.parts) {
    if (isNode(part)) continue;
    const item = part.readAs === 'Word' ? wordOf(part) : part.readAs === 'DigestLiteral' ? digestOf(part) : null;
    if (item) items.push(item);
  }
  return { kind: 'list', items, span: spanOfNode(node) };
}
