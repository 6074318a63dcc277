import { type CstNode, isNode, nodeIn, nodesIn, type Token } from '../../grammar/cst.ts';
import {
  cell,
  commentLines,
  concat,
  type Doc,
  fill,
  group,
  hardLine,
  ifBroken,
  indent,
  joined,
  line,
  sign,
  tokenDoc,
} from './doc.ts';
import type { Trivia, TriviaTable } from './trivia.ts';

/** The layout of a rule of the grammar: one of those below, or a phrase, its parts one after the other. */
export function docOf(node: CstNode, trivia: TriviaTable): Doc {
  switch (node.name) {
    case 'signersStatement':
    case 'revokedStatement':
      return signersDoc(node, trivia);
    case 'viewStatement':
      return viewDoc(node, trivia);
    case 'waiveStatement':
      return waiveDoc(node, trivia);
    case 'nameList':
    case 'valueList':
      return listDoc(node, trivia, COMMAS_ALWAYS);
    case 'constraints':
    case 'givenBlock':
      return listDoc(node, trivia, COMMAS_ON_ONE_LINE);
    case 'group':
    case 'block':
    case 'testStatement':
      return bodyDoc(node, trivia);
    case 'childDeclarations':
      return fill(nodesIn(node, 'childDeclaration').map((child) => docOf(child, trivia)));
    default:
      return phraseDoc(node, trivia);
  }
}

/** The first token of a rule. */
function firstTokenOf(node: CstNode): Token | null {
  const [first] = node.parts;
  if (first === undefined) return null;
  return isNode(first) ? firstTokenOf(first) : first;
}

type Part = CstNode['parts'][number];

function partDoc(part: Part, trivia: TriviaTable): Doc {
  return isNode(part) ? docOf(part, trivia) : tokenDoc(part.image, trivia.of(part));
}

function isToken(part: Part, ...names: readonly string[]): part is Token {
  return !isNode(part) && names.includes(part.tokenType.name);
}

/** Parts with single spaces, none before `:` and `,`; where it is too long, its lines end at commas. */
function phraseDoc(node: CstNode, trivia: TriviaTable): Doc {
  const { parts } = node;
  const doc = spaced(parts, trivia);
  return parts.some((part) => isToken(part, 'Comma')) ? group(indent(doc)) : doc;
}

function spaced(parts: readonly Part[], trivia: TriviaTable): Doc {
  return concat(
    parts.flatMap((part, index) => {
      const previous = parts[index - 1];
      const doc = partDoc(part, trivia);
      if (previous === undefined || isToken(part, 'Colon', 'Comma')) return [doc];
      return [isToken(previous, 'Comma') ? line(' ') : sign(' '), doc];
    }),
  );
}

function signersDoc(node: CstNode, trivia: TriviaTable): Doc {
  const { parts } = node;
  const equals = parts.findIndex((part) => isToken(part, 'Equals'));
  const [names, source] = [parts.slice(0, equals), parts.slice(equals)];
  return concat([spaced(names, trivia), sign(' '), cell('signers', 1), spaced(source, trivia)]);
}

/** On one line, in columns with the views around it, or every clause on a line of its own. */
function viewDoc(node: CstNode, trivia: TriviaTable): Doc {
  const { parts } = node;
  const clauses = parts.filter(isNode);
  const columns = clauses.map(clauseColumn);
  const inColumns = columns.every((column, index) => column >= (columns[index - 1] ?? 0));
  const docs = clauses.map((clause, index) => {
    const column = columns[index] ?? 0;
    const begins = inColumns && column !== columns[index - 1];
    return concat([line(' '), ...(begins ? [cell('views', column)] : []), partDoc(clause, trivia)]);
  });
  const name = spaced(
    parts.filter((part) => !isNode(part)),
    trivia,
  );
  return group(concat([name, indent(concat(docs))]));
}

/** Clauses in the order of the columns; `trimmed` and `beside` stand with what is seen. */
const CLAUSES = ['seesClause', 'likeClause', 'loadsClause', 'revokedClause', 'enforceClause'];

function clauseColumn(clause: CstNode): number {
  return (
    Math.max(
      0,
      CLAUSES.findIndex((name) => nodeIn(clause, name) !== null),
    ) + 1
  );
}

function waiveDoc(node: CstNode, trivia: TriviaTable): Doc {
  const { parts } = node;
  const because = parts.findIndex((part) => isToken(part, 'Because'));
  const head = parts.slice(0, because);
  const reason = [line(' '), spaced(parts.slice(because), trivia)];
  const digests = head.filter(isNode).flatMap((part) => [line(' '), partDoc(part, trivia)]);
  const phrase = spaced(
    head.filter((part) => !isNode(part)),
    trivia,
  );
  return group(concat([phrase, indent(concat([...digests, ...reason]))]));
}

/** How elements in braces are separated; the last one has a comma too where each is on a line of its own. */
interface Separators {
  readonly between: readonly Doc[];
  readonly last: readonly Doc[];
}

const COMMAS_ALWAYS: Separators = { between: [sign(','), line(' ')], last: [ifBroken(',')] };
const COMMAS_ON_ONE_LINE: Separators = { between: [line(', ')], last: [] };

/** Braces on one line where they fit, else every element on a line of its own. */
function listDoc(node: CstNode, trivia: TriviaTable, separators: Separators): Doc {
  const { open, elements, dangling, close } = bracedParts(node, trivia);
  const inner = joined(
    elements.map((part) => partDoc(part, trivia)),
    concat(separators.between),
  );
  const inside = indent(concat([line(' '), inner, ...separators.last, dangling]));
  return group(concat([open, inside, line(' '), close]));
}

/** Braces with every element on a line of its own; `{ }` without any. */
function bodyDoc(node: CstNode, trivia: TriviaTable): Doc {
  const { open, elements, dangling, close } = bracedParts(node, trivia);
  const lines = elements.map((part, index) => {
    const first = isNode(part) ? firstTokenOf(part) : part;
    const blank = index > 0 && first !== null && hasBlankBefore(trivia.of(first));
    return concat([hardLine(blank ? 'blank' : 'next'), partDoc(part, trivia)]);
  });
  const isEmpty = elements.length === 0 && !dangling.breaks;
  const end = isEmpty ? line(' ') : hardLine('next');
  return group(concat([open, indent(concat([...lines, dangling])), end, close]));
}

/** Whether the author left an empty line before a token and its comments. */
export function hasBlankBefore({ before, blankBefore }: Trivia): boolean {
  return before[0]?.blankBefore ?? blankBefore;
}

/** A node up to its `{`, what is in the braces with the comments in front of the `}`, and the `}`; commas are left out. */
function bracedParts(node: CstNode, trivia: TriviaTable) {
  const parts = node.parts.filter((part) => !isToken(part, 'Comma'));
  const opened = parts.findIndex((part) => isToken(part, 'LeftBrace')) + 1;
  const elements = parts.slice(opened, -1);
  const close = parts.at(-1);
  const { before, after } = close === undefined || isNode(close) ? NOTHING : trivia.of(close);
  const dangling = before.map((comment, index) =>
    index === 0 && elements.length === 0 ? { ...comment, blankBefore: false } : comment,
  );
  return {
    open: spaced(parts.slice(0, opened), trivia),
    elements,
    dangling: commentLines(dangling),
    close: tokenDoc('}', { before: [], blankBefore: false, after }),
  };
}

const NOTHING: Trivia = { before: [], blankBefore: false, after: null };
