import { isLayerKind } from '../../runtime/contract/layer-kinds.ts';
import { ASSERTION_FORMS } from '../check/assertion-forms.ts';
import type {
  AssertStatement,
  Block,
  BlockItem,
  Condition,
  Constraint,
  GivenLayer,
  Policy,
  Statement,
  TestStatement,
  ViewStatement,
  Word,
} from '../syntax/ast.ts';

/** What a word of a policy stands for. Signers, requirements and views are the author's names; the others are the language's. */
export type NameKind = 'policy' | 'signers' | 'requirement' | 'view' | 'layer' | 'property' | 'given' | 'value';

/** One place where a name stands. */
export interface NameOccurrence {
  readonly kind: NameKind;
  readonly role: 'declaration' | 'use';
  readonly word: Word;
  /** For a value, what it is a value of: a property, `digest`, `key`, `scheme`, `like`, `otherwise`, `verdict`. */
  readonly of: string | null;
}

/** Every name of a policy, resolved or not, in the order of the text. */
export function namesOf(policy: Policy): readonly NameOccurrence[] {
  const found: NameOccurrence[] = [];
  if (policy.header) found.push(declared('policy', policy.header.name));
  for (const statement of policy.statements) for (const name of inStatement(statement)) found.push(name);
  return found.sort((a, b) => a.word.span.start - b.word.span.start);
}

function declared(kind: NameKind, word: Word): NameOccurrence {
  return { kind, role: 'declaration', word, of: null };
}

function used(kind: NameKind, words: readonly (Word | null)[]): readonly NameOccurrence[] {
  return words.filter((word) => word !== null).map((word) => ({ kind, role: 'use', word, of: null }));
}

function values(of: string, words: readonly (Word | null)[]): readonly NameOccurrence[] {
  return used('value', words).map((each) => ({ ...each, of }));
}

function inStatement(statement: Statement): readonly NameOccurrence[] {
  switch (statement.kind) {
    case 'signers':
      return [declared('signers', statement.name), ...inSource(statement.source)];
    case 'param':
      return [declared('signers', statement.name)];
    case 'revoked':
      return inSource(statement.source);
    case 'artifact':
    case 'layer':
      return [...used('layer', [statement.layer]), ...inBlock(statement.block)];
    case 'view':
      return inView(statement);
    case 'waive':
      return used('requirement', [statement.requirement]);
    case 'test':
      return inTest(statement);
    case 'assert':
      return inAssert(statement);
    case 'import':
      return [];
  }
}

function inSource(source: Extract<Statement, { kind: 'revoked' }>['source']): readonly NameOccurrence[] {
  return source.kind === 'sets' ? used('signers', source.names) : [];
}

function inBlock({ items }: Block): readonly NameOccurrence[] {
  return items.flatMap(inItem);
}

function inItem(item: BlockItem): readonly NameOccurrence[] {
  switch (item.kind) {
    case 'requirement':
      return [declared('requirement', item.name), ...inCondition(item.condition)];
    case 'otherwise':
      return values('otherwise', [item.action]);
    case 'child':
      return [
        ...used('layer', [item.layer, ...(item.oneOf ?? [])]),
        ...values('presence', [item.presence]),
        ...(item.block ? inBlock(item.block) : []),
      ];
  }
}

function inCondition(condition: Condition): readonly NameOccurrence[] {
  switch (condition.kind) {
    case 'any':
    case 'all':
    case 'none':
      return condition.conditions.flatMap(inCondition);
    case 'signed':
    case 'allowed':
      return [...used('signers', [condition.signers]), ...condition.constraints.flatMap(inConstraint)];
    case 'covered':
      return used('signers', [condition.signers]);
    case 'property': {
      const { name, value } = condition;
      const words = value?.kind === 'list' ? value.items.filter((item) => 'text' in item) : [];
      return [...used('property', [name]), ...values(name.text, words)];
    }
  }
}

function inConstraint(constraint: Constraint): readonly NameOccurrence[] {
  switch (constraint.kind) {
    case 'digest':
      return values('digest', constraint.words);
    case 'key':
      return values('key', [constraint.family]);
    case 'scheme':
      return values('scheme', [constraint.scheme]);
    case 'validity':
    case 'count':
    case 'timestamped':
      return [];
  }
}

function inView({ name, sees, beside, like, loads, revokedBy, enforce }: ViewStatement): readonly NameOccurrence[] {
  const kinds = sees.filter(({ text }) => text !== 'file');
  return [
    declared('view', name),
    ...used('layer', [...kinds, beside, ...(loads ?? [])]),
    ...values(
      'sees',
      sees.filter(({ text }) => text === 'file'),
    ),
    ...values('like', [like]),
    ...used('signers', [revokedBy]),
    ...used('requirement', enforce === 'nothing' ? [] : (enforce ?? [])),
  ];
}

function inTest({ given, expectations }: TestStatement): readonly NameOccurrence[] {
  const expected = expectations.flatMap(({ verdict, view, because }) => [
    ...values('verdict', [verdict]),
    ...used('view', [view]),
    ...used('requirement', because),
  ]);
  const images = given.flatMap(({ image, beside }) => (beside ? [image, beside] : [image]));
  return [...images.flatMap(inGiven), ...expected];
}

function inGiven({ layer, nested, signedBy, properties, children }: GivenLayer): readonly NameOccurrence[] {
  return [
    ...used('layer', [layer]),
    ...(nested ? inGiven(nested) : []),
    ...used('signers', signedBy),
    ...properties.flatMap(inGivenProperty),
    ...children.flatMap(inGiven),
  ];
}

function inGivenProperty({ name, value }: GivenLayer['properties'][number]): readonly NameOccurrence[] {
  const word = value !== null && 'text' in value ? value : null;
  const stated = isLayerKind(name.text) ? used('layer', [name]) : used('given', [name]);
  return [...stated, ...(name.text === 'revoked' ? used('signers', [word]) : values(name.text, [word]))];
}

/** The words of an assertion that name something, as its form has them. */
function inAssert({ words, list }: AssertStatement): readonly NameOccurrence[] {
  const form = ASSERTION_FORMS.find((each) =>
    words.every(({ text }, index) => typeof each.words[index] === 'object' || each.words[index] === text),
  );
  if (form === undefined) return [];
  const named = words.flatMap((word, index) => {
    const due = form.words[index];
    if (typeof due !== 'object') return [];
    return due.names === 'view' ? used('view', [word]) : isLayerKind(word.text) ? used('layer', [word]) : [];
  });
  return [...named, ...(form.list === 'kinds' ? used('layer', list ?? []) : values('compression', list ?? []))];
}
