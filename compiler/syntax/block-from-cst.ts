import { type CstNode, isNode, nodeIn, nodesIn, onlyNode, spanOf, spanOfNode, tokenIn } from '../../grammar/cst.ts';
import type { Block, BlockItem, ChildDeclaration, OtherwiseItem, Requirement, Word } from './ast.ts';
import { conditionOf } from './condition-from-cst.ts';
import { dateOf, firstWord, textOf, wordOf, wordsOf } from './literals.ts';

/** A block with its items in the order of the text. */
export function blockOf(node: CstNode): Block {
  const items: BlockItem[] = [];
  for (const part of nodesIn(node, 'blockItem')) addItems(onlyNode(part), items);
  return { items, span: spanOfNode(node) };
}

function addItems(node: CstNode | null, items: BlockItem[]): void {
  const children = node?.name === 'childDeclarations' ? nodesIn(node, 'childDeclaration').map(childOf) : [];
  for (const child of children) if (child) items.push(child);
  const item =
    node?.name === 'requirement' ? requirementOf(node) : node?.name === 'otherwise' ? otherwiseOf(node) : null;
  if (item) items.push(item);
}

function otherwiseOf(node: CstNode): OtherwiseItem | null {
  const action = firstWord(node);
  return action && { kind: 'otherwise', action, span: spanOfNode(node) };
}

function requirementOf(node: CstNode): Requirement | null {
  const [keyword] = node.parts;
  const name = firstWord(node);
  const read = nodeIn(node, 'condition');
  const condition = read && conditionOf(read);
  if (!keyword || isNode(keyword) || !name || !condition) return null;
  return {
    kind: 'requirement',
    mode: keyword.readAs === 'Require' ? 'require' : keyword.readAs === 'Forbid' ? 'forbid' : 'warn',
    modeSpan: spanOf(keyword),
    name,
    from: dateOf(tokenIn(node, 'Date')),
    condition,
    span: spanOfNode(node),
  };
}

function childOf(node: CstNode): ChildDeclaration | null {
  const layer = tokenIn(node, 'ChildName') ?? tokenIn(node, 'Section');
  const section = textOf(tokenIn(node, 'Text'));
  if (!layer || (tokenIn(node, 'Section') && !section)) return null;
  const presence = nodeIn(node, 'presence');
  const block = nodeIn(node, 'block');
  return {
    kind: 'child',
    layer: wordOf(layer),
    section,
    presence: presence && presenceOf(presence),
    oneOf: kindsIn(node),
    block: block && blockOf(block),
    span: spanOfNode(node),
  };
}

function presenceOf(node: CstNode): Word | null {
  const token = tokenIn(node, 'Optional') ?? tokenIn(node, 'Absent') ?? tokenIn(node, 'Many');
  return token && wordOf(token);
}

function kindsIn(node: CstNode): readonly Word[] | null {
  const nested = nodeIn(node, 'nestedKinds');
  if (!nested) return null;
  const list = nodeIn(nested, 'nameList');
  if (list) return wordsOf(list);
  const single = tokenIn(nested, 'ChildName');
  return single ? [wordOf(single)] : [];
}
