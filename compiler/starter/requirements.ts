import { CODECS, ARCHES, POLICY_DIGESTS } from '../../runtime/contract/vocabulary.ts';
import { COMPRESSIONS } from '../../runtime/contract/properties.ts';
import type { ObservedLayer, ObservedSignature } from './observed.ts';
import type { SignerRegister } from './signer-register.ts';
import { commentText, nameFrom, textLiteral } from './wording.ts';

/** A requirement of a starter policy, as it is written. */
export interface StarterRequirement {
  readonly name: string;
  /** `require` or `forbid`, and the condition. */
  readonly mode: 'require' | 'forbid';
  readonly condition: string;
  /** Lines of a comment in front of it, without `#`. */
  readonly why: readonly string[];
  /** `identity`: without it strangers would be accepted, so that it must hold; `trait`: it may be left out. */
  readonly weight: 'identity' | 'trait';
}

/** Where the layers stand whose requirements are stated. */
export interface Place {
  /** In front of every name: empty for the outermost layer. */
  readonly prefix: string;
  /** The signer set of whoever signed around it; null when nobody did. */
  readonly envelope: string | null;
  /** What the union of several signers is called. */
  readonly unionName: string;
  readonly register: SignerRegister;
  readonly freeName: (wanted: string) => string;
}

/** Everything that all layers at one place have in common, as requirements; the signature first. */
export function requirementsOf(layers: readonly ObservedLayer[], place: Place): readonly StarterRequirement[] {
  return [
    ...(place.prefix === '' ? outermost(layers, place) : nested(layers, place)),
    ...words(layers, place),
    ...flags(layers, place),
    ...(place.prefix === '' ? generations(layers, place) : []),
    ...systems(layers, place),
  ];
}

/** Who signed all of them; null where one has no signature to hold on to. */
export function commonSigners(layers: readonly ObservedLayer[], place: Place): string | null {
  if (layers.some(({ signatures }) => usable(signatures).length === 0)) return null;
  return place.register.setOf(
    layers.flatMap(({ signatures }) => usable(signatures)),
    place.unionName,
  );
}

/** Those of one scheme: a condition asks for one. */
function usable(signatures: readonly ObservedSignature[]): readonly ObservedSignature[] {
  const table = signatures.filter(({ scheme }) => scheme === 'authenticode');
  return table.length > 0 ? table : signatures;
}

function outermost(layers: readonly ObservedLayer[], place: Place): readonly StarterRequirement[] {
  const signed = layers.filter(({ signatures }) => usable(signatures).length > 0);
  const pinned = layers.filter((layer) => !signed.includes(layer));
  const branches = [...bySchemes(signed, place), ...(pinned.length === 0 ? [] : [digestIn(pinned)])];
  const condition = branches.length === 1 ? (branches[0] ?? '') : `any of {\n${branches.join('\n')}\n}`;
  const name = place.freeName(signed.length > 0 ? 'outer' : 'pinned');
  return [
    {
      name,
      mode: 'require',
      condition,
      why: pinned.length === 0 ? [] : [...strangers(pinned), NOBODY],
      weight: 'identity',
    },
  ];
}

const NOBODY = 'What nobody signed who can be named is accepted by its digest alone.';

function strangers(pinned: readonly ObservedLayer[]): readonly string[] {
  const names = [...new Set(pinned.flatMap(({ unknownSigners }) => unknownSigners))];
  return names.map((name) => `The certificate of a signer is not in the file: ${commentText(name, 60)}`);
}

function bySchemes(layers: readonly ObservedLayer[], place: Place): readonly string[] {
  return (['authenticode', 'appended'] as const).flatMap((scheme) => {
    const those = layers.map(({ signatures }) => usable(signatures)).filter((each) => each[0]?.scheme === scheme);
    return those.length === 0 ? [] : [signedBy(those, place)];
  });
}

function signedBy(each: readonly (readonly ObservedSignature[])[], { register, unionName }: Place): string {
  const all = each.flat();
  const set = register.setOf(all, unionName);
  const least = Math.min(...each.map((signatures) => new Set(signatures.map(({ signer }) => signer)).size));
  const constraints = [
    ...(all[0]?.scheme === 'appended' ? ['scheme appended'] : []),
    ...digests(all),
    ...keys(all),
    ...(least > 1 ? [`count >= ${least}`] : []),
  ];
  return `signed by ${set}${constraints.length === 0 ? '' : ` { ${constraints.join(', ')} }`}`;
}

function digests(signatures: readonly ObservedSignature[]): readonly string[] {
  const names = distinct(signatures.map(({ digest }) => digest));
  return names.every((name) => Object.hasOwn(POLICY_DIGESTS, name)) ? [`digest in { ${names.join(', ')} }`] : [];
}

/** The smallest key of each family; nothing where a key is of a family that the language does not name. */
function keys(signatures: readonly ObservedSignature[]): readonly string[] {
  const families = distinct(signatures.map(({ key }) => familyOf(key.family)));
  if (families.some((family) => family === '')) return [];
  return families.map((family) => {
    const bits = signatures.filter(({ key }) => familyOf(key.family) === family).map(({ key }) => key.bits ?? 0);
    return `key ${family} >= ${Math.min(...bits)}`;
  });
}

function familyOf(algorithm: string): string {
  if (algorithm === 'rsa' || algorithm === 'rsa-pss') return 'rsa';
  return algorithm === 'ec' ? 'ec' : '';
}

function digestIn(layers: readonly ObservedLayer[]): string {
  return `sha256 in { ${distinct(layers.map(({ sha256 }) => `sha256:${sha256}`)).join(', ')} }`;
}

/** A signature of its own, where all have one; and that the one around it covers it. */
function nested(layers: readonly ObservedLayer[], place: Place): readonly StarterRequirement[] {
  const own = layers.every(({ signatures }) => usable(signatures).length > 0)
    ? bySchemes(layers, place).map((condition) => trait(place, 'signed', condition))
    : [];
  // What is in a covered layer's last child is covered only if the layer is.
  if (place.envelope === null || layers.every(({ children }) => children.some(isDeclared))) return own;
  return [...own, trait(place, 'covered', `covered by ${place.envelope}`)];
}

/** Not what its kind always has, which needs no declaration. */
export function isDeclared({ kind }: ObservedLayer): boolean {
  return kind !== 'cpio' && kind !== 'vmlinux';
}

function words(layers: readonly ObservedLayer[], place: Place): readonly StarterRequirement[] {
  const kind = layers[0]?.kind ?? 'pe';
  const codecs = CODECS.filter((codec) => layers.some(({ compression }) => compression.includes(codec)));
  const hasCodec = COMPRESSIONS[kind] !== undefined && layers.every(({ compression }) => compression.length > 0);
  const arches = ARCHES.filter((arch) => layers.some((layer) => layer.arch === arch));
  const hasArch =
    place.prefix === '' && layers.every(({ arch }) => arch !== null && arches.some((known) => known === arch));
  return [
    ...(hasCodec && codecs.length > 0 ? [trait(place, 'codec', `compression in { ${codecs.join(', ')} }`)] : []),
    ...(hasArch ? [trait(place, 'arch', `arch in { ${arches.join(', ')} }`)] : []),
  ];
}

/** Of the outermost layer alone: what is in it is started by its own rules. */
function flags(layers: readonly ObservedLayer[], place: Place): readonly StarterRequirement[] {
  if (place.prefix !== '') return [];
  const isAlways = (flag: string): boolean => layers.every((layer) => layer.flags[flag] === true);
  const isNever = (flag: string): boolean => layers.every((layer) => layer.flags[flag] === false);
  return [
    ...(isAlways('nx-compat') ? [trait(place, 'nx', 'nx-compat')] : []),
    ...(isNever('writable-code') ? [{ ...trait(place, 'wx', 'writable-code'), mode: 'forbid' as const }] : []),
  ];
}

/** The least generation of every SBAT component that all of them have. */
function generations(layers: readonly ObservedLayer[], place: Place): readonly StarterRequirement[] {
  const [first, ...others] = layers.map(({ sbat }) => new Map(sbat.map((row) => [row.component, row.generation])));
  return [...(first ?? [])].slice(0, MOST_COMPONENTS).flatMap(([component, generation]) => {
    const component_ = textLiteral(component);
    if (component_ === null || component === '' || others.some((rows) => !rows.has(component))) return [];
    const least = Math.min(generation, ...others.map((rows) => rows.get(component) ?? generation));
    return [trait(place, `sbat-${nameFrom(component, 'component')}`, `sbat ${component_} >= ${least}`)];
  });
}

const MOST_COMPONENTS = 12;

function systems(layers: readonly ObservedLayer[], place: Place): readonly StarterRequirement[] {
  if (layers.some(({ systemId }) => systemId === null)) return [];
  const fields = distinct(layers.map(({ systemId }) => textLiteral(`ID=${systemId ?? ''}`)));
  const asked = fields.flatMap((field) => (field === null ? [] : [`field ${field}`]));
  if (asked.length === 0 || asked.length < fields.length) return [];
  return [trait(place, 'system', asked.length === 1 ? (asked[0] ?? '') : `any of {\n${asked.join('\n')}\n}`)];
}

function trait({ freeName, prefix }: Place, what: string, condition: string): StarterRequirement {
  return { name: freeName(`${prefix}${what}`), mode: 'require', condition, why: [], weight: 'trait' };
}

/** In the order of first sight. */
function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
