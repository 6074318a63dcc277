import { type CstNode, nodeIn, nodesIn, onlyNode, spanOf, spanOfNode, tokenIn } from '../../grammar/cst.ts';
import type { Block, BlockItem, ChildDeclaration, OtherwiseItem, Requirement, Word } from './ast.ts';
import { conditionOf } from './condition-from-cst.ts';
import { dateOf, firstWord, textOf, wordOf, wordsOf } from './literals.ts';

const MODES = [
  { token: 'Require', mode: 'require' },
  { token: 'Forbid', mode: 'forbid' },
  { token: 'Warn', mode: 'warn' },
] as const;

/** A block with its items in the order of the text. */
export function blockOf(node: CstNode): Block {
  return { items: nodesIn(node, 'blockItem').flatMap(itemsOf), span: spanOfNode(node) };
}

function itemsOf(node: CstNode): readonly BlockItem[] {
  const item = onlyNode(node);
  if (item?.name === 'childDeclarations') return nodesIn(item, 'childDeclaration').flatMap(childOf);
  if (item?.name === 'requirement') return requirementOf(item);
  return item ? otherwiseOf(item) : [];
}

function otherwiseOf(node: CstNode): readonly OtherwiseItem[] {
  const action = firstWord(node);
  return action ? [{ kind: 'otherwise', action, span: spanOfNode(node) }] : [];
}

function requirementOf(node: CstNode): readonly Requirement[] {
  const name = firstWord(node);
  const condition = nodeIn(node, 'condition');
  const read = condition && conditionOf(condition);
  if (!name || !read) return [];
  return MODES.flatMap(({ token, mode }) => {
    const keyword = tokenIn(node, token);
    if (!keyword) return [];
    return [
      {
        kind: 'requirement' as const,
        mode,
        modeSpan: spanOf(keyword),
        name,
        from: dateOf(tokenIn(node, 'Date')),
        condition: read,
        span: spanOfNode(node),
      },
    ];
  });
}

function childOf(node: CstNode): readonly ChildDeclaration[] {
  const layer = tokenIn(node, 'ChildName') ?? tokenIn(node, 'Section');
  const section = textOf(tokenIn(node, 'Text'));
  if (!layer || (tokenIn(node, 'Section') && !section)) return [];
  const presence = nodeIn(node, 'presence');
  const block = nodeIn(node, 'block');
  return [
    {
      kind: 'child',
      layer: wordOf(layer),
      section,
      presence: presence && presenceOf(presence),
      oneOf: kindsIn(node),
      block: block && blockOf(block),
      span: spanOfNode(node),
    },
  ];
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
