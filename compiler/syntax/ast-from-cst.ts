import { type CstNode, nodeIn, nodesIn, onlyNode, spanOfNode, tokenIn, tokensIn } from '../../grammar/cst.ts';
import type { ParsedPolicy } from '../../grammar/parser.ts';
import type {
  AssertStatement,
  BlockStatement,
  Expectation,
  ImportStatement,
  ParamStatement,
  Policy,
  PolicyHeader,
  RevokedStatement,
  SignerSource,
  SignersStatement,
  Statement,
  TestStatement,
  ViewStatement,
  WaiveStatement,
} from './ast.ts';
import { blockOf } from './block-from-cst.ts';
import { givenFileOf } from './given-from-cst.ts';
import { dateOf, digestOf, firstWord, numberOf, textOf, wordOf, wordsOf } from './literals.ts';

/** The policy of a parsed text. What a syntax slip made unreadable is left out; without slips nothing is. */
export function astOf(parsed: ParsedPolicy): Policy {
  const statements = nodesIn(parsed.cst, 'statement')
    .map(onlyNode)
    .filter((node) => node !== null);
  const language = statements.find((node) => node.name === 'languageStatement');
  const header = statements.find((node) => node.name === 'policyHeader');
  const version = language && numberOf(tokenIn(language, 'Number'));
  return {
    language: language && version ? { version: version.value, span: spanOfNode(language) } : null,
    header: header ? headerOf(header) : null,
    statements: statements.map(statementOf).filter((statement) => statement !== null),
    span: { start: 0, end: parsed.source.text.length },
  };
}

function headerOf(node: CstNode): PolicyHeader | null {
  const name = firstWord(node);
  return (
    name && {
      name,
      version: numberOf(tokenIn(node, 'Number')),
      description: textOf(tokenIn(node, 'Text')),
      span: spanOfNode(node),
    }
  );
}

function statementOf(node: CstNode): Statement | null {
  switch (node.name) {
    case 'signersStatement':
      return signersOf(node);
    case 'paramStatement':
      return paramOf(node);
    case 'revokedStatement':
      return revokedOf(node);
    case 'artifactStatement':
      return blockStatementOf(node, 'artifact');
    case 'layerStatement':
      return blockStatementOf(node, 'layer');
    case 'viewStatement':
      return viewOf(node);
    case 'waiveStatement':
      return waiveOf(node);
    case 'testStatement':
      return testOf(node);
    case 'assertStatement':
      return assertOf(node);
    case 'importStatement':
      return importOf(node);
    default:
      return null;
  }
}

function signersOf(node: CstNode): SignersStatement | null {
  const name = firstWord(node);
  const source = sourceIn(node);
  return name && source && { kind: 'signers', name, source, span: spanOfNode(node) };
}

function paramOf(node: CstNode): ParamStatement | null {
  const name = firstWord(node);
  return name && { kind: 'param', name, span: spanOfNode(node) };
}

function revokedOf(node: CstNode): RevokedStatement | null {
  const source = sourceIn(node);
  return source && { kind: 'revoked', source, span: spanOfNode(node) };
}

function sourceIn(node: CstNode): SignerSource | null {
  const source = nodeIn(node, 'signerSource');
  if (!source) return null;
  const span = spanOfNode(source);
  const list = nodeIn(source, 'nameList');
  if (list) return { kind: 'sets', names: wordsOf(list), span };
  const path = textOf(tokenIn(source, 'Text'));
  return path && { kind: 'file', path, span };
}

function blockStatementOf(node: CstNode, kind: BlockStatement['kind']): BlockStatement | null {
  const layer = firstWord(node);
  const block = nodeIn(node, 'block');
  return layer && block && { kind, layer, block: blockOf(block), span: spanOfNode(node) };
}

function viewOf(node: CstNode): ViewStatement | null {
  const name = firstWord(node);
  if (!name) return null;
  const clauses = nodesIn(node, 'clause');
  const clause = (rule: string): CstNode | null => clauses.flatMap((each) => nodesIn(each, rule))[0] ?? null;
  const trimmed = clauses.flatMap((each) => tokensIn(each, 'Trimmed'))[0];
  const [sees, beside, like, loads, revoked] = [
    clause('seesClause'),
    clause('besideClause'),
    clause('likeClause'),
    clause('loadsClause'),
    clause('revokedClause'),
  ];
  const enforce = clause('enforceClause');
  return {
    kind: 'view',
    name,
    sees: sees ? listOrWord(sees) : [],
    trimmed: trimmed ? wordOf(trimmed) : null,
    beside: beside && firstWord(beside),
    like: like && firstWord(like),
    loads: loads && listOrWord(loads),
    revokedBy: revoked && firstWord(revoked),
    enforce: enforce && (tokenIn(enforce, 'Nothing') ? 'nothing' : listOrWord(enforce)),
    enforceSpan: enforce && spanOfNode(enforce),
    span: spanOfNode(node),
  };
}

function listOrWord(node: CstNode) {
  const list = nodeIn(node, 'nameList');
  return wordsOf(list ?? node);
}

function waiveOf(node: CstNode): WaiveStatement | null {
  const requirement = firstWord(node);
  const until = dateOf(tokenIn(node, 'Date'));
  const because = textOf(tokenIn(node, 'Text'));
  const listed = nodeIn(node, 'waivedDigests');
  const digests = listed ? tokensIn(listed, 'DigestLiteral').map(digestOf) : [];
  // A waiver that lost its digests would be wider than the author wrote it.
  if (!requirement || !until || !because || digests.includes(null) || (listed && digests.length === 0)) return null;
  return {
    kind: 'waive',
    requirement,
    until,
    digests: digests.filter((digest) => digest !== null),
    because,
    span: spanOfNode(node),
  };
}

function testOf(node: CstNode): TestStatement | null {
  const title = textOf(tokenIn(node, 'Text'));
  if (!title) return null;
  const lines = nodesIn(node, 'testLine');
  const given = lines.flatMap((line) => nodesIn(line, 'given')).map(givenFileOf);
  const expectations = lines.flatMap((line) => nodesIn(line, 'expectation')).map(expectationOf);
  return {
    kind: 'test',
    title,
    given: given.filter((file) => file !== null),
    expectations: expectations.filter((expectation) => expectation !== null),
    span: spanOfNode(node),
  };
}

function expectationOf(node: CstNode): Expectation | null {
  const verdict = firstWord(node);
  if (!verdict) return null;
  const at = tokenIn(node, 'At');
  const because = tokenIn(node, 'Because');
  const named = wordsOf(node).slice(1);
  const reasonsStart = because?.startOffset ?? Number.POSITIVE_INFINITY;
  const view = at ? named.find((word) => word.span.start < reasonsStart) : undefined;
  return {
    verdict,
    view: view ?? null,
    because: named.filter((word) => word.span.start > reasonsStart),
    span: spanOfNode(node),
  };
}

function assertOf(node: CstNode): AssertStatement {
  const list = nodeIn(node, 'nameList');
  return { kind: 'assert', words: wordsOf(node), list: list && wordsOf(list), span: spanOfNode(node) };
}

function importOf(node: CstNode): ImportStatement | null {
  const path = textOf(tokenIn(node, 'Text'));
  const digest = tokenIn(node, 'DigestLiteral');
  return path && { kind: 'import', path, digest: digest && digestOf(digest), span: spanOfNode(node) };
}
