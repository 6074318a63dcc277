import {
  type Expected,
  GIVEN_PROPERTIES,
  GIVEN_TEXTS,
  isLayerKind,
  LAYER_KIND_NAMES,
  OTHERWISE,
  PROFILES,
  VERDICTS,
} from '../../compiler/index.ts';
import { childrenOf, type OfferContext, OUTERMOST } from './completion-context.ts';
import {
  endsElement,
  layerOffers,
  listOffers,
  type Offer,
  phrase,
  signerOffers,
  wordOffers,
} from './completion-offer.ts';
import { choice, placeholder } from './snippet.ts';

/** What stands in blocks, views and tests; null for anything else. */
export function blockOffers({ slot, rules }: Expected, context: OfferContext): readonly Offer[] | null {
  switch (slot) {
    case 'nameList.Word0':
      return nameListOffers(rules, context);
    case 'nameList.LeftBrace0':
      return bracedOffers(rules, context);
    case 'besideClause.Word0':
      return layerOffers(['initrd']);
    case 'seesClause.Word0':
      return [...wordOffers(['file'], 'value', 'the whole file'), ...layerOffers(LAYER_KIND_NAMES)];
    case 'likeClause.Word0':
      return wordOffers(PROFILES, 'value', 'profile');
    case 'enforceClause.Nothing0':
      return [phrase('nothing')];
    case 'otherwise.Word0':
      return wordOffers(OTHERWISE, 'value');
    case 'presence.Optional0':
      return PRESENCES.includes(context.cursor.lineBefore.at(-1) ?? '') ? [] : PRESENCES.map((word) => phrase(word));
    case 'nestedKinds.Of0':
      return [phrase('of', `of { ${choice(1, nestedKinds(context))} }`)];
    case 'nestedKinds.One0':
      return [phrase('one of', `one of { ${choice(1, nestedKinds(context))} }`)];
    case 'nestedKinds.ChildName0':
      return endsElement(context.cursor) || context.cursor.lineAfter[0] === '{'
        ? layerOffers(nestedKinds(context))
        : [];
    case 'expectation.Word0':
      return wordOffers(VERDICTS, 'value', 'verdict');
    case 'expectation.At0':
      return [phrase('at', `at ${choice(1, context.views.length > 0 ? context.views : ['file'])}`)];
    case 'expectation.Word1':
      return wordOffers(context.views.length > 0 ? context.views : ['file'], 'view', 'view');
    case 'expectation.Because0':
      return [phrase('because', `because ${choice(1, [...context.requirements.slice(0, SHOWN), 'shape'])}`)];
    case 'expectation.Word2':
    case 'expectation.Word3':
      return wordOffers([...context.requirements, 'shape', 'assert'], 'requirement', 'requirement');
    case 'waiveStatement.Word0':
      return wordOffers([...context.requirements, 'shape'], 'requirement', 'requirement');
    case 'givenHead.Unit0':
      return context.cursor.lineBefore.at(-2) === 'size' ? wordOffers(['KiB', 'MiB', 'GiB'], 'value', 'unit') : [];
    case 'givenHead.Word0':
    case 'givenHead.Word1':
    case 'nestedHead.Word0':
      return givenOffers(slot, context);
    default:
      return null;
  }
}

const SHOWN = 40;
const PRESENCES = ['optional', 'absent', 'many'];

function nameListOffers([, rule]: Expected['rules'], context: OfferContext): readonly Offer[] {
  switch (rule) {
    case 'signerSource':
      return listOffers(context.signers, 'signers', context);
    case 'enforceClause':
      return listOffers(context.requirements, 'requirement', context);
    case 'loadsClause':
      return listOffers(OUTERMOST, 'layer', context);
    case 'seesClause':
      return listOffers(LAYER_KIND_NAMES, 'layer', context);
    case 'nestedKinds':
      return listOffers(context.children, 'layer', context);
    case 'digestConstraint':
      return listOffers(['sha256', 'sha384', 'sha512', 'sha1'], 'value', context);
    default:
      return [];
  }
}

/** A whole list in braces. */
function bracedOffers([, rule]: Expected['rules'], context: OfferContext): readonly Offer[] {
  const list = (words: readonly string[]): readonly Offer[] => [
    { ...phrase(`{ ${words[0] ?? 'name'} … }`, `{ ${choice(1, words)} }`), sort: 'whole' },
  ];
  switch (rule) {
    case 'signerSource':
      return list(context.signers.slice(0, SHOWN));
    case 'enforceClause':
      return list(context.requirements.slice(0, SHOWN));
    case 'loadsClause':
    case 'seesClause':
      return list(OUTERMOST);
    case 'digestConstraint':
      return list(['sha256', 'sha384', 'sha512']);
    default:
      return [];
  }
}

/** The kinds that may stand behind `KIND:`, of the kind in front of the last colon. */
function nestedKinds({ cursor: { lineBefore } }: OfferContext): readonly string[] {
  const kind = lineBefore[lineBefore.lastIndexOf(':') - 1];
  return childrenOf(kind !== undefined && isLayerKind(kind) ? kind : null);
}

function givenOffers(slot: string, context: OfferContext): readonly Offer[] {
  const { layer, cursor, begins, reading } = context;
  if (slot === 'nestedHead.Word0') return layerOffers(nestedKinds(context));
  const property = cursor.lineBefore.at(-1) ?? '';
  const spec = Object.hasOwn(GIVEN_PROPERTIES, property) ? GIVEN_PROPERTIES[property] : undefined;
  if (slot === 'givenHead.Word1') {
    if (spec?.value.kind === 'word') return wordOffers(spec.value.words, 'value', property);
    if (spec?.value.kind === 'signers-or-nothing') return signerOffers(context);
    return layer !== null && context.children.some((kind) => kind === property) ? wordOffers(['absent'], 'value') : [];
  }
  if (property === 'beside') return layerOffers(['initrd']);
  if (property === 'given') {
    const isLast = [null, '}', 'expect', 'given'].includes(cursor.nextLine);
    return isLast || cursor.lineAfter.length > 0 ? layerOffers(OUTERMOST) : [];
  }
  if (begins === 'nothing' || layer === null) return [];
  // At the margin `revoked` begins a statement.
  const isAtMargin = /(^|[\r\n])$/.test(reading.source.text.slice(0, cursor.word.start).slice(-1));
  const given = Object.entries(GIVEN_PROPERTIES).filter(
    ([name, { layers }]) => layers.includes(layer) && !(isAtMargin && name === 'revoked'),
  );
  return [
    ...given.map(([name, { doc, value, example }]): Offer => {
      const insert =
        value.kind === 'word' ? `${name} ${choice(1, value.words)}` : value.kind === 'size' ? example : name;
      return { label: name, kind: 'property', sort: 'phrase', insert, detail: example, doc };
    }),
    ...given.filter(([, { value }]) => value.kind === 'signers-or-nothing').map(([name]) => ofSet(name, context)),
    ...layerOffers(context.children),
    ...context.children
      .filter((kind) => GIVEN_TEXTS.includes(kind))
      .map((kind): Offer => ({ ...phrase(`${kind} "…"`, `${kind} "${placeholder(1, 'text')}"`), sort: 'whole' })),
  ];
}

/** A property that may name a signer set. */
function ofSet(name: string, { signers }: OfferContext): Offer {
  const set = choice(1, signers.length === 0 ? ['signers'] : signers);
  return { ...phrase(`${name} in …`, `${name} ${set}`), kind: 'property', doc: '' };
}
