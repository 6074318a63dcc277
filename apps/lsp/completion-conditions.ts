import {
  SCHEMES,
  type Expected,
  isLayerKind,
  isPropertyName,
  LAYER_KINDS,
  PROPERTIES,
  PROPERTY_NAMES,
  type PropertySpec,
  wordsOfProperty,
} from '../../compiler/index.ts';
import type { OfferContext } from './completion-context.ts';
import { elements, listOffers, type Offer, phrase, signerOffers, wordOffers } from './completion-offer.ts';
import { choice, placeholder } from './snippet.ts';

/** Conditions, their values and their constraints; null for anything else. */
export function conditionOffers({ slot }: Expected, context: OfferContext): readonly Offer[] | null {
  const start = STARTS[slot];
  if (start !== undefined) return context.begins === 'an element' && isMissing(context) ? elements(start(context)) : [];
  const part = CONSTRAINTS[slot] ?? PARTS[slot];
  return part === undefined ? null : part(context);
}

/** Whether no condition stands on the next line already, behind the colon of a requirement. */
function isMissing({ cursor: { lineBefore, lineAfter, nextLine } }: OfferContext): boolean {
  if (lineBefore.at(-1) !== ':' || lineAfter.length > 0 || nextLine === null) return true;
  return isLayerKind(nextLine) || ['}', 'require', 'forbid', 'warn', 'otherwise', 'section'].includes(nextLine);
}

type Make = (context: OfferContext) => readonly Offer[];

const STARTS: Readonly<Record<string, Make>> = {
  'group.Any0': (context) => group('any', context),
  'group.All0': (context) => group('all', context),
  'group.None0': (context) => group('none', context),
  'signature.Signed0': (context) => {
    if (context.layer === 'initrd') return appendedOffers(context);
    return isSigned(context) ? bySigners('signed', context) : [];
  },
  'signature.Allowed0': (context) => (isSigned(context) ? bySigners('allowed', context) : []),
  'coverage.Covered0': (context) => bySigners('covered', context),
  'sbatProperty.Sbat0': (context) => propertyOffers(context).filter(({ label }) => label === 'sbat'),
  'property.PropertyName0': (context) => propertyOffers(context).filter(({ label }) => label !== 'sbat'),
  'valueList.Word0': (context) => listOffers(valuesHere(context), 'value', context),
  'valueList.DigestLiteral0': (context) =>
    formHere(context.cursor.openings.at(-1)?.at(-2)) === 'digest' ? [aDigest] : [],
};

/** Constraints may stand behind one another on a line. */
const CONSTRAINTS: Readonly<Record<string, Make>> = {
  'digestConstraint.Digest0': () => [phrase('digest', `digest in { ${choice(1, ['sha256', 'sha384', 'sha512'])} }`)],
  'keyConstraint.Key0': () => [
    phrase('key rsa', `key rsa >= ${placeholder(1, '2048')}`),
    phrase('key ec', `key ec >= ${placeholder(1, '256')}`),
  ],
  'validConstraint.Valid0': () => [phrase('valid now'), phrase('valid at signing')],
  'validityConstraint.Validity0': () => [phrase('validity ignored')],
  'countConstraint.Count0': () => [phrase('count', `count >= ${placeholder(1, '2')}`)],
  'constraint.Timestamped0': () => [phrase('timestamped')],
  'schemeConstraint.Scheme0': () => [phrase('scheme', `scheme ${choice(1, SCHEMES)}`)],
};

const PARTS: Readonly<Record<string, Make>> = {
  'group.Of0': (context) => [phrase('of', `of {\n  ${placeholder(1, firstCondition(context))}\n}`)],
  'signature.By0': (context) => by(context),
  'coverage.By0': (context) => by(context),
  'revokedClause.By0': (context) => by(context),
  'signature.Word0': signerOffers,
  'coverage.Word0': signerOffers,
  'revokedClause.Word0': signerOffers,
  'givenLayer.Signed0': ({ cursor, signers }) =>
    ['given', 'signed'].includes(cursor.lineBefore.at(-1) ?? '') || cursor.lineBefore[0] === 'expect'
      ? []
      : [phrase('signed by', `signed by ${choice(1, [...signers, 'stranger'])}`)],
  'givenLayer.By0': (context) => [phrase('by', `by ${choice(1, [...context.signers, 'stranger'])}`)],
  'givenLayer.Word0': (context) => wordOffers([...context.signers, 'stranger'], 'signers', 'signers'),
  'constraints.LeftBrace0': ({ layer }) => [
    ...(layer === 'initrd' ? [{ ...phrase('{ scheme appended }'), sort: 'whole' } as const] : []),
    { ...phrase('{ digest in … }', `{ digest in { ${choice(1, ['sha256', 'sha384', 'sha512'])} } }`), sort: 'whole' },
    { ...phrase('{ key rsa … }', `{ key rsa >= ${placeholder(1, '2048')} }`), sort: 'whole' },
    { ...phrase('{ valid now }'), sort: 'whole' },
  ],
  'digestConstraint.In0': () => [phrase('in', `in { ${choice(1, ['sha256', 'sha384', 'sha512'])} }`)],
  'keyConstraint.Word0': () => wordOffers(['rsa', 'ec'], 'value', 'family of keys'),
  'validConstraint.At0': () => [phrase('at signing')],
  'validConstraint.Now0': () => [phrase('now')],
  'validConstraint.Signing0': () => [phrase('signing')],
  'validityConstraint.Ignored0': () => [phrase('ignored')],
  'schemeConstraint.Word0': () => wordOffers(SCHEMES, 'value', 'scheme'),
  'sbatProperty.Word0': () => wordOffers(SBAT_COMPONENTS, 'value', 'component'),
  'property.In0': ({ layer, cursor: { lineBefore } }) => {
    const name = lineBefore.at(-1) ?? '';
    const form = formHere(name);
    if (form === 'digest') return [phrase('in', `in { ${aDigest.insert} }`)];
    if (form !== 'words' || !isPropertyName(name)) return [];
    return [phrase('in', `in { ${choice(1, wordsOfProperty(name, layer))} }`)];
  },
  'property.AtMost0': (context) => bound('<=', context),
  'property.AtLeast0': (context) => bound('>=', context),
  'property.Text0': ({ cursor }) =>
    formHere(cursor.lineBefore.at(-1)) === 'text'
      ? [{ ...phrase('"…"', `"${placeholder(1, 'text')}"`), sort: 'whole' }]
      : [],
  'property.Unit0': ({ cursor }) =>
    formHere(cursor.lineBefore.at(-3)) === 'size' ? wordOffers(['KiB', 'MiB', 'GiB'], 'value', 'unit') : [],
};

/** Components that are common in boot images: shim SBAT.md, and what systemd and fwupd build into theirs. */
const SBAT_COMPONENTS = ['sbat', 'shim', 'grub', 'linux', 'systemd-stub', 'systemd-boot', 'fwupd-efi'];

const aDigest: Offer = {
  ...phrase('sha256:…', `sha256:${placeholder(1, '0'.repeat(64))}`),
  kind: 'value',
  sort: 'whole',
};

function group(word: string, context: OfferContext): readonly Offer[] {
  return [phrase(`${word} of`, `${word} of {\n  ${placeholder(1, firstCondition(context))}\n}`)];
}

function firstCondition({ signers, ...context }: OfferContext): string {
  const [signer] = signers;
  if (signer === undefined) return 'size <= 64 MiB';
  return isSigned({ signers, ...context }) ? `signed by ${signer}` : `covered by ${signer}`;
}

/** PE files carry Authenticode signatures; any layer can carry an appended one, which is asked for by its scheme. */
function isSigned({ layer }: OfferContext): boolean {
  return layer === null || LAYER_KINDS[layer].pe;
}

function bySigners(word: string, { signers }: OfferContext): readonly Offer[] {
  return [phrase(`${word} by`, `${word} by ${choice(1, signers.length === 0 ? ['signers'] : signers)}`)];
}

/** An initrd has no certificate table: what it carries is appended to it. */
function appendedOffers({ signers }: OfferContext): readonly Offer[] {
  const set = choice(1, signers.length === 0 ? ['signers'] : signers);
  return [phrase('signed by', `signed by ${set} { scheme appended }`)];
}

function by({ signers }: OfferContext): readonly Offer[] {
  return [phrase('by', `by ${choice(1, signers.length === 0 ? ['signers'] : signers)}`)];
}

function propertyOffers({ layer }: OfferContext): readonly Offer[] {
  const names = PROPERTY_NAMES.filter((name) => layer === null || PROPERTIES[name].layers.includes(layer));
  return names.map((name) => {
    const { form, doc, example } = PROPERTIES[name];
    const insert = `${name}${FORM_SNIPPETS[form.kind](name === 'sbat' ? [] : wordsOfProperty(name, layer))}`;
    return { label: name, kind: 'property', sort: 'phrase', insert, detail: example, doc };
  });
}

const FORM_SNIPPETS: Readonly<Record<PropertySpec['form']['kind'], (words: readonly string[]) => string>> = {
  words: (words) => ` in { ${choice(1, words)} }`,
  digest: () => ` in { sha256:${placeholder(1, '0'.repeat(64))} }`,
  size: () => ` <= ${placeholder(1, '64')} ${choice(2, ['MiB', 'KiB', 'GiB'])}`,
  number: () => ` <= ${placeholder(1, '20')}`,
  flag: () => '',
  text: () => ` "${placeholder(1, 'text')}"`,
  generation: () => ` ${placeholder(1, 'linux')} >= ${placeholder(2, '1')}`,
};

function formHere(name: string | undefined): PropertySpec['form']['kind'] | null {
  return name !== undefined && isPropertyName(name) ? PROPERTIES[name].form.kind : null;
}

function valuesHere({ cursor, layer }: OfferContext): readonly string[] {
  const name = cursor.openings.at(-1)?.at(-2);
  return name !== undefined && isPropertyName(name) ? wordsOfProperty(name, layer) : [];
}

function bound(sign: string, { cursor }: OfferContext): readonly Offer[] {
  const form = formHere(cursor.lineBefore.at(-1));
  if (form !== 'size' && form !== 'number') return [];
  return [{ ...phrase(sign, `${sign} ${placeholder(1, '64')}${form === 'size' ? ' MiB' : ''}`), sort: 'whole' }];
}
