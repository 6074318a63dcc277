import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver';
import type { ast, Source, Span } from '../../compiler/index.ts';
import { rangeOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';

/** The outline of a policy: statements, and in blocks layers and requirements. */
export function symbolsOf({ reading }: Pick<PolicyDocument, 'reading'>): readonly DocumentSymbol[] {
  const { source, policy } = reading;
  const { header } = policy;
  const head = header
    ? [symbol(source, header, { name: header.name, kind: SymbolKind.Package, detail: 'policy' })]
    : [];
  return [...head, ...policy.statements.flatMap((statement) => ofStatement(statement, source))];
}

interface Outlined {
  readonly name: ast.Word;
  readonly kind: SymbolKind;
  readonly detail: string;
  readonly children?: readonly DocumentSymbol[];
}

function symbol(
  source: Source,
  { span }: { readonly span: Span },
  { name, kind, detail, children }: Outlined,
): DocumentSymbol {
  return {
    name: name.text === '' ? '(empty)' : name.text,
    kind,
    detail,
    range: rangeOf(source, span),
    selectionRange: rangeOf(source, name.span),
    children: [...(children ?? [])],
  };
}

function ofStatement(statement: ast.Statement, source: Source): readonly DocumentSymbol[] {
  switch (statement.kind) {
    case 'signers':
    case 'param': {
      const detail = statement.kind === 'param' ? 'param signers' : 'signers';
      return [symbol(source, statement, { name: statement.name, kind: SymbolKind.Variable, detail })];
    }
    case 'artifact':
    case 'layer': {
      const children = ofBlock(statement.block, source);
      return [
        symbol(source, statement, { name: statement.layer, kind: SymbolKind.Class, detail: statement.kind, children }),
      ];
    }
    case 'view':
      return [symbol(source, statement, { name: statement.name, kind: SymbolKind.Module, detail: 'view' })];
    case 'waive':
      return [symbol(source, statement, { name: statement.requirement, kind: SymbolKind.Event, detail: 'waiver' })];
    case 'test': {
      const { value, span } = statement.title;
      return [symbol(source, statement, { name: { text: value, span }, kind: SymbolKind.Method, detail: 'test' })];
    }
    case 'import': {
      const { value, span } = statement.path;
      return [symbol(source, statement, { name: { text: value, span }, kind: SymbolKind.File, detail: 'import' })];
    }
    case 'assert': {
      const text = statement.words.map((word) => word.text).join(' ');
      const name = { text, span: statement.words[0]?.span ?? statement.span };
      return [symbol(source, statement, { name, kind: SymbolKind.Event, detail: 'assert' })];
    }
    case 'revoked': {
      const { start } = statement.span;
      const name = { text: statement.kind, span: { start, end: start + statement.kind.length } };
      return [symbol(source, statement, { name, kind: SymbolKind.Variable, detail: '' })];
    }
  }
}

function ofBlock({ items }: ast.Block, source: Source): readonly DocumentSymbol[] {
  return items.flatMap((item) => {
    if (item.kind === 'requirement') {
      return [symbol(source, item, { name: item.name, kind: SymbolKind.Function, detail: item.mode })];
    }
    if (item.kind === 'otherwise') return [];
    const children = item.block ? ofBlock(item.block, source) : [];
    const name = item.section ? { text: item.section.value, span: item.section.span } : item.layer;
    return [symbol(source, item, { name, kind: SymbolKind.Field, detail: item.presence?.text ?? '', children })];
  });
}
