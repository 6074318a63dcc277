import type { LayerKind } from '../../runtime/contract/layer-kinds.ts';
import type { ProfileName } from '../../runtime/contract/vocabulary.ts';
import { formatPolicy } from '../format/format.ts';
import { blockLines, type Draft } from './block.ts';
import type { ObservedImage, ObservedLayer } from './observed.ts';
import { signerRegister, type SignerFiles, type StarterSigner } from './signer-register.ts';
import { commentText, nameFrom, nameGiver } from './wording.ts';

export interface StarterOptions {
  /** What the policy is called; any text. */
  readonly name: string;
  /** Whose checking rules decide about the signatures. */
  readonly like: ProfileName;
  readonly signerFiles: SignerFiles;
  /** Traits to leave out, by the names of their requirements. */
  readonly without: ReadonlySet<string>;
}

/** A policy made of what was found. */
export interface Starter {
  /** Laid out canonically. */
  readonly text: string;
  /** Whose certificates the policy needs. */
  readonly signers: readonly StarterSigner[];
  /** Requirements that may be left out, by name; the others say who is believed. */
  readonly traits: readonly string[];
}

/**
 * Describes boot images as a policy that accepts them and their family: whoever signed them, their layers, compressions,
 * architectures and promises. What nobody signed is accepted by its digest alone.
 *
 * The same images give the same text, whatever their order.
 */
export function starterPolicy(found: readonly ObservedImage[], options: StarterOptions): Starter {
  const images = [...found].sort((a, b) => (a.root.sha256 < b.root.sha256 ? -1 : 1));
  const register = signerRegister();
  const kinds = [...new Set(images.map(({ root }) => root.kind))].sort();
  const draft: Draft = { artifacts: kinds, without: options.without, required: [] };
  const artifacts = kinds.map((kind) => {
    const roots = images.filter(({ root }) => root.kind === kind).map(({ root }) => root);
    const place = { prefix: '', envelope: null, unionName: `${kind}-signers`, register, freeName: namesOf(kind) };
    return { kind, roots, lines: blockLines(roots, place, draft) };
  });
  const named = register.namedIn(draft.required.map(({ condition }) => condition));
  const enforced = [...new Set(draft.required.map(({ name }) => name))];
  const paragraphs = [
    [...head(images), 'language 1', `policy ${nameFrom(options.name, 'starter')} version 1`],
    named.statements(options.signerFiles),
    ...artifacts.map(({ kind, lines }) => [`artifact ${kind} {`, ...lines, '}']),
    [
      '# One enforcement point that is handed the whole file. docs/language.md#views has the others.',
      `at boot sees file like ${options.like} enforce { ${enforced.join(', ')} }`,
    ],
    ...artifacts.map(({ kind, roots }) => refusal(kind, roots)),
  ];
  const text = formatPolicy(`${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`).text;
  const traits = draft.required.filter(({ weight }) => weight === 'trait').map(({ name }) => name);
  return { text, signers: named.signers, traits };
}

/** Names of requirements in one artifact; the same in another mean the same requirement. */
function namesOf(kind: LayerKind): (wanted: string) => string {
  return nameGiver(['shape', `${kind}-signers`]);
}

function head(images: readonly ObservedImage[]): readonly string[] {
  const files = images.map(({ name, root }) => `#   ${commentText(name, 70)}\n#     sha256 ${root.sha256}`).sort();
  return [
    '# Written by `bootpol init`: it accepts these files, and what is made like them.',
    ...files.slice(0, MOST_FILES),
    ...(files.length > MOST_FILES ? [`#   and ${files.length - MOST_FILES} more`] : []),
    '#',
    '# What is not declared is refused. Change it, then: bootpol check, test.',
  ];
}

const MOST_FILES = 16;

/** A test that holds whatever else the policy says: it is there to be joined by others. */
function refusal(kind: LayerKind, roots: readonly ObservedLayer[]): readonly string[] {
  const because = roots.some(({ signatures }) => signatures.length > 0) ? 'outer' : 'pinned';
  const signature = kind === 'initrd' || kind === 'compressed' ? '' : ' signed by stranger';
  return [
    `test "${kind}: a stranger is refused" {`,
    `given ${kind}${signature}`,
    `expect reject because ${because}`,
    '}',
  ];
}
