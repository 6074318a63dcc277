import type { LayerKind } from '../../runtime/contract/layer-kinds.ts';
import type { ObservedLayer } from './observed.ts';
import { commonSigners, isDeclared, type Place, requirementsOf, type StarterRequirement } from './requirements.ts';
import { commentText, nameFrom, textLiteral } from './wording.ts';

/** What becomes of a policy's text while it is made. */
export interface Draft {
  /** Kinds with a block of their own, which a nested layer would take unless it has one. */
  readonly artifacts: readonly LayerKind[];
  /** Traits that are left out, by name. */
  readonly without: ReadonlySet<string>;
  /** Everything that is required, as it comes. */
  readonly required: StarterRequirement[];
}

/** The lines between the braces of a block that all these layers satisfy. */
export function blockLines(layers: readonly ObservedLayer[], place: Place, draft: Draft): readonly string[] {
  const requirements = requirementsOf(layers, place).filter(({ name }) => !draft.without.has(name));
  draft.required.push(...requirements);
  const envelope = place.prefix === '' ? commonSigners(layers, place) : place.envelope;
  return [
    ...requirements.flatMap(({ name, mode, condition, why }) => [
      ...why.map((line) => `# ${line}`),
      `${mode} ${name}: ${condition}`,
    ]),
    ...kindsOf(layers).flatMap((child) => childLines(child, layers, { place: { ...place, envelope }, draft })),
  ];
}

/** One declaration to come: a kind, or a section that only its name tells from others. */
type ChildKey = Pick<ObservedLayer, 'kind' | 'section'>;

function kindsOf(layers: readonly ObservedLayer[]): readonly ChildKey[] {
  const keys = new Map<string, ChildKey>();
  for (const { kind, section } of layers.flatMap(({ children }) => children.filter(isDeclared))) {
    keys.set(`${kind} ${section ?? ''}`, { kind, section });
  }
  return [...keys.values()];
}

interface Around {
  readonly place: Place;
  readonly draft: Draft;
}

function childLines(
  { kind, section }: ChildKey,
  parents: readonly ObservedLayer[],
  { place, draft }: Around,
): readonly string[] {
  const isOne = (layer: ObservedLayer): boolean => layer.kind === kind && layer.section === section;
  const named = section === null ? kind : textLiteral(section);
  if (named === null) return [`# a section whose name no policy can hold: ${commentText(section ?? '', 40)}`];
  const layers = parents.flatMap(({ children }) => children.filter(isOne));
  const prefix = `${place.prefix}${section === null ? kind : nameFrom(section, 'section')}-`;
  const inner = blockLines(layers, { ...place, prefix, unionName: place.freeName(`${prefix}signers`) }, draft);
  const head = `${section === null ? named : `section ${named}`}${presence(parents, isOne)}`;
  const isBare = inner.length === 0 && !draft.artifacts.includes(kind);
  return [...sayings(layers), isBare ? head : `${head} {\n${inner.join('\n')}\n}`];
}

/** As often as it was seen: once in all, not in all, or several times in one. */
function presence(parents: readonly ObservedLayer[], isOne: (layer: ObservedLayer) => boolean): string {
  const seen = parents.map(({ children }) => ({
    there: children.filter(isOne).map(({ profile }) => profile),
    children,
  }));
  if (seen.some(({ there }) => new Set(there).size < there.length)) return ' many';
  const isWhole = seen.every(({ there, children }) => {
    const profiles = new Set(children.flatMap(({ profile }) => (profile === null ? [] : [profile])));
    return there.includes(null) || (there.length > 0 && [...profiles].every((profile) => there.includes(profile)));
  });
  return isWhole ? '' : ' optional';
}

function sayings(layers: readonly ObservedLayer[]): readonly string[] {
  const texts = [...new Set(layers.flatMap(({ says }) => (says === null ? [] : [says])))];
  return texts.slice(0, MOST_SAYINGS).map((text) => `# today: ${commentText(text, 90)}`);
}

const MOST_SAYINGS = 3;
