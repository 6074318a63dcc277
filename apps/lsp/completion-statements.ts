import { CODECS, type Expected, LAYER_KIND_NAMES, LAYER_KINDS, VERDICTS } from '../../compiler/index.ts';
import { fileDigest } from '../../index.ts';
import { type OfferContext, OUTERMOST } from './completion-context.ts';
import { elements, layerOffers, type Offer, phrase } from './completion-offer.ts';
import { choice, placeholder } from './snippet.ts';

/** Whole statements and lines of blocks, views and tests, by the keyword that begins them; null for anything else. */
export function statementOffers({ slot }: Expected, context: OfferContext): readonly Offer[] | null {
  const make = STARTS[slot];
  if (make !== undefined)
    return context.cursor.lineBefore.length === 0 && isAfterHead(slot, context) ? elements(make(context)) : [];
  const line = LINES[slot];
  const isBeforeComma = context.cursor.lineAfter[0] === ',' && !slot.startsWith('childDeclaration.');
  if (line !== undefined) return context.begins === 'an element' && !isBeforeComma ? elements(line(context)) : [];
  const part = PARTS[slot];
  return part === undefined ? null : part(context);
}

type Make = (context: OfferContext) => readonly Offer[];

const NO_DIGEST = '0'.repeat(64);

/** Statements begin on a line of their own. */
const STARTS: Readonly<Record<string, Make>> = {
  'languageStatement.Language0': (context) => (isHead('language', context) ? [phrase('language 1')] : []),
  'policyHeader.Policy0': (context) =>
    isHead('header', context) ? [phrase('policy', `policy ${placeholder(1, 'name')} version 1`)] : [],
  'signersStatement.Signers0': ({ signers }) => [
    phrase('signers', `signers ${placeholder(1, 'name')} = file "${placeholder(2, 'keys/ca.pem')}"`),
    ...(signers.length === 0
      ? []
      : [phrase('signers, of other sets', `signers ${placeholder(1, 'name')} = { ${choice(2, signers)} }`)]),
  ],
  'paramStatement.Param0': () => [phrase('param signers', `param signers ${placeholder(1, 'name')}`)],
  'revokedStatement.Revoked0': ({ reading: { policy }, cursor }) =>
    policy.statements.some(({ kind, span }) => kind === 'revoked' && span.start !== cursor.word.start)
      ? []
      : [phrase('revoked', `revoked = file "${placeholder(1, 'keys/dbx.esl')}"`)],
  'artifactStatement.Artifact0': (context) => [
    phrase('artifact', `artifact ${choice(1, undeclared(OUTERMOST, context))} {\n  $0\n\\}`),
  ],
  'layerStatement.Layer0': (context) => [
    phrase('layer', `layer ${choice(1, undeclared(LAYER_KIND_NAMES, context))} {\n  $0\n\\}`),
  ],
  'viewStatement.At0': ({ requirements }) => [
    phrase(
      'at',
      `at ${placeholder(1, 'firmware')} sees ${choice(2, ['file', ...OUTERMOST])} enforce ` +
        (requirements.length === 0 ? 'nothing' : `{ ${requirements.slice(0, SHOWN).join(', ')} }`),
    ),
  ],
  'waiveStatement.Waive0': ({ requirements }) => [
    phrase(
      'waive',
      `waive ${choice(1, requirements.slice(0, SHOWN))} until ${placeholder(2, '2030-12-31')} ` +
        `because "${placeholder(3, 'reason')}"`,
    ),
  ],
  'testStatement.Test0': ({ signers }) => [
    phrase(
      'test',
      `test "${placeholder(1, 'title')}" {\n  given ${choice(2, OUTERMOST)} signed by ` +
        `${choice(3, [...signers, 'stranger'])}\n  expect ${choice(4, ['accept', 'reject'])}\n}`,
    ),
  ],
  'assertStatement.Assert0': ({ views }) => [
    phrase('assert', `assert no uncovered byte at ${choice(1, views.length === 0 ? ['file'] : views)}`),
    phrase(
      'assert footprint',
      `assert footprint of ${choice(1, views.length === 0 ? ['file'] : views)} decodes only { ${choice(2, CODECS)} }`,
    ),
  ],
  'importStatement.Import0': () => [
    phrase('import', `import "${placeholder(1, 'base.bootpol')}" sha256:${placeholder(2, NO_DIGEST)}`),
  ],
};

const SHOWN = 40;

/** Whether one of the first two lines may stand here: it is missing, or this is it, and nothing that comes behind it stands in front. */
function isHead(head: 'language' | 'header', { reading: { policy }, cursor }: OfferContext): boolean {
  const { start } = cursor.word;
  const behind = head === 'language' ? [policy.header, ...policy.statements] : policy.statements;
  return (
    (policy[head]?.span.start ?? start) === start && behind.every((each) => each === null || each.span.start > start)
  );
}

/** `language` and `policy` come first: nothing else is offered in front of them. */
function isAfterHead(slot: string, { reading, cursor }: OfferContext): boolean {
  const { language, header } = reading.policy;
  const isBehind = (head: { readonly span: { readonly start: number } } | null): boolean =>
    head === null || head.span.start < cursor.word.start;
  if (slot === 'languageStatement.Language0') return true;
  return isBehind(language) && (isBehind(header) || slot === 'policyHeader.Policy0');
}

/** Lines of blocks and tests; they may also stand behind a brace. */
const LINES: Readonly<Record<string, Make>> = {
  'requirement.Require0': (context) => requirementOffers('require', context),
  'requirement.Forbid0': (context) => requirementOffers('forbid', context),
  'requirement.Warn0': (context) => requirementOffers('warn', context),
  'otherwise.Otherwise0': () => [phrase('otherwise', `otherwise ${choice(1, ['reject', 'warn', 'allow'])}`)],
  'childDeclaration.ChildName0': ({ children, cursor: { lineAfter } }) =>
    AFTER_CHILD.includes(lineAfter[0] ?? '') ? layerOffers(children) : [],
  'childDeclaration.Section0': ({ layer }) =>
    layer !== null && LAYER_KINDS[layer].pe ? [phrase('section', `section ".${placeholder(1, 'name')}"`)] : [],
  'given.Given0': ({ cursor: { nextLine, lineAfter } }) =>
    lineAfter.length > 0 || [null, '}', 'expect', 'given'].includes(nextLine)
      ? [phrase('given', `given ${choice(1, OUTERMOST)}`)]
      : [],
  'expectation.Expect0': () => [phrase('expect', `expect ${choice(1, VERDICTS)}`)],
};

/** What may follow the kind of a declared layer on its line. */
const AFTER_CHILD = ['', ',', ':', '{', '}', 'optional', 'absent', 'many'];

/** Words inside statements. */
const PARTS: Readonly<Record<string, Make>> = {
  'importStatement.DigestLiteral0': (context) => digestOffers(context),
  'policyHeader.Version0': () => [phrase('version', `version ${placeholder(1, '1')}`)],
  'given.Beside0': ({ cursor: { lineBefore } }) =>
    lineBefore[0] === 'expect' || ['beside', 'given', 'signed'].includes(lineBefore.at(-1) ?? '')
      ? []
      : [phrase('beside', 'beside initrd')],
  'paramStatement.Signers0': () => [phrase('signers', `signers ${placeholder(1, 'name')}`)],
  'signerSource.File0': () => [phrase('file', `file "${placeholder(1, 'keys/ca.pem')}"`)],
  'artifactStatement.Word0': (context) => layerOffers(undeclared(OUTERMOST, context)),
  'layerStatement.Word0': (context) => layerOffers(undeclared(LAYER_KIND_NAMES, context)),
  'requirement.From0': () => [phrase('from', `from ${placeholder(1, '2030-01-01')}`)],
  'waiveStatement.Until0': () => [phrase('until', `until ${placeholder(1, '2030-12-31')}`)],
  'waiveStatement.Because0': () => [phrase('because', `because "${placeholder(1, 'reason')}"`)],
  'waivedDigests.For0': () => [phrase('for', `for sha256:${placeholder(1, NO_DIGEST)}`)],
  'seesClause.Sees0': (context) => [
    ...clause('sees', `sees ${choice(1, ['file', ...OUTERMOST])}`, context),
    ...clause('sees { … }', `sees { ${choice(1, OUTERMOST)} }`, context),
  ],
  'clause.Trimmed0': (context) => clause('trimmed', 'trimmed', context),
  'besideClause.Beside0': (context) => clause('beside', 'beside initrd', context),
  'likeClause.Like0': (context) => clause('like', `like ${choice(1, ['strict', 'linux', 'edk2', 'shim'])}`, context),
  'loadsClause.Loads0': (context) => clause('loads', `loads { ${choice(1, OUTERMOST)} }`, context),
  'revokedClause.Revoked0': (context) => clause('revoked', `revoked by ${choice(1, context.signers)}`, context),
  'enforceClause.Enforce0': (context) => {
    const { requirements } = context;
    return [
      ...clause('enforce', `enforce { ${choice(1, requirements.slice(0, SHOWN))} }`, context),
      ...clause('enforce nothing', 'enforce nothing', context),
    ];
  },
};

/** The digest of the file that is imported, as it is now. */
function digestOffers({ cursor, reading, readFile }: OfferContext): readonly Offer[] {
  const statement = reading.policy.statements.findLast(({ span }) => span.end <= cursor.word.start);
  if (statement?.kind !== 'import' || cursor.lineBefore[0] !== 'import') return [];
  const bytes = readFile(statement.path.value);
  if ('missing' in bytes) return [];
  const offer = phrase('sha256:…', `sha256:${fileDigest(bytes)}`);
  return [{ ...offer, kind: 'value', sort: 'whole', detail: `${statement.path.value} as it is now: review it first` }];
}

/** A clause of a view, unless the view has it: its keyword stands behind the view's name. */
function clause(label: string, insert: string, { cursor, reading }: OfferContext): readonly Offer[] {
  const { start, end } = cursor.word;
  const view = reading.policy.statements.find(
    ({ kind, span }) => kind === 'view' && span.start < start && end <= span.end,
  );
  const behind = reading.tokens.filter(({ span }) => span.start >= end && span.end <= (view?.span.end ?? 0));
  const words = [...cursor.before.slice(2), ...behind.map(({ text }) => text)];
  return words.includes(label.split(' ')[0] ?? '') ? [] : [phrase(label, insert)];
}

/** Kinds without a block of their own; all where every kind has one. */
function undeclared<K extends string>(kinds: readonly K[], { reading, cursor }: OfferContext): readonly K[] {
  const declared = reading.policy.statements.flatMap((statement) =>
    (statement.kind === 'artifact' || statement.kind === 'layer') &&
    ![statement.span.start, statement.layer.span.start].includes(cursor.word.start)
      ? [statement.layer.text]
      : [],
  );
  const left = kinds.filter((kind) => !declared.includes(kind));
  return left.length === 0 ? kinds : left;
}

function requirementOffers(mode: string, { layer, signers }: OfferContext): readonly Offer[] {
  const [signer] = signers;
  const signed = layer !== null && LAYER_KINDS[layer].pe && signer !== undefined;
  return [
    phrase(
      mode,
      `${mode} ${placeholder(1, 'name')}: ${placeholder(2, signed ? `signed by ${signer}` : 'size <= 64 MiB')}`,
    ),
  ];
}
