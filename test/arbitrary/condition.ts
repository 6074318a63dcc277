import { LAYER_KINDS, type LayerKind } from '../../runtime/contract/layer-kinds.ts';
import { COMPRESSIONS, PROPERTIES, PROPERTY_NAMES, type PropertyName } from '../../runtime/contract/properties.ts';
import { type Choices, happens, oneOf, someOf, times } from './choices.ts';
import type { Piece } from './layout.ts';

/** Pieces of words with spaces between them; only before the first does anything special stand. */
export function phrase(words: string, before: Piece['before'] = 'anywhere'): readonly Piece[] {
  return words.split(' ').map((text, index) => ({ text, before: index === 0 ? before : 'anywhere' }));
}

/** `{ a, b }`. */
export function listed(words: readonly string[]): readonly Piece[] {
  const names = words.flatMap((word, index) => [...(index === 0 ? [] : phrase(',')), ...phrase(word)]);
  return [...phrase('{'), ...names, ...phrase('}')];
}

/** `{ … }` of elements that stand on lines of their own or have commas between them. */
export function braced(elements: readonly (readonly Piece[])[]): readonly Piece[] {
  const inside = elements.flatMap((element, index) => [...(index === 0 ? [] : phrase(',', 'optional')), ...element]);
  return [...phrase('{'), ...inside, ...phrase('}')];
}

/** What a condition may name. */
export interface ConditionScope {
  readonly kind: LayerKind;
  readonly signers: readonly [string, ...string[]];
}

/** A condition that can be asked of a kind of layer, with groups of up to so many levels. */
export function conditionPieces(scope: ConditionScope, levels: number, choices: Choices): readonly Piece[] {
  if (levels > 0 && happens(choices, 30)) {
    const inner = times(1 + choices.below(3), () => elementOf(conditionPieces(scope, levels - 1, choices)));
    return [...phrase(oneOf(choices, ['any of', 'all of', 'none of'])), ...braced(inner)];
  }
  const signers = oneOf(choices, scope.signers);
  switch (choices.below(4)) {
    case 0:
      return phrase(`covered by ${signers}`);
    case 1:
      return signaturePieces(scope, signers, choices);
    default:
      return propertyPieces(scope.kind, choices);
  }
}

/** The pieces as an element: they begin a line, or follow a sign. */
export function elementOf(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map((piece, index) => (index === 0 ? { ...piece, before: 'element' } : piece));
}

function signaturePieces({ kind }: ConditionScope, signers: string, choices: Choices): readonly Piece[] {
  const scheme = phrase('scheme appended', 'element');
  if (!LAYER_KINDS[kind].pe) return [...phrase(`signed by ${signers}`), ...braced([scheme])];
  const constraints = someOf(choices, [
    [...phrase('digest in', 'element'), ...listed(someOf(choices, ['sha256', 'sha384', 'sha512'], 1))],
    phrase('key rsa >= 2048', 'element'),
    phrase('key ec >= 256', 'element'),
    oneOf(choices, [phrase('validity ignored', 'element'), phrase('valid now', 'element'), VALID_AT_SIGNING]),
    phrase(`count >= ${1 + choices.below(2)}`, 'element'),
    phrase('timestamped', 'element'),
  ]);
  const given = happens(choices, 40) && constraints.length > 0 ? braced(constraints) : [];
  return [...phrase(`${oneOf(choices, ['signed', 'allowed'])} by ${signers}`), ...given];
}

/** `at` at the start of a line would begin a view. */
const VALID_AT_SIGNING: readonly Piece[] = [
  { text: 'valid', before: 'element' },
  { text: 'at', before: 'line' },
  { text: 'signing', before: 'anywhere' },
];

function propertyPieces(kind: LayerKind, choices: Choices): readonly Piece[] {
  const [first = 'size', ...others] = PROPERTY_NAMES.filter((name) => PROPERTIES[name].layers.includes(kind));
  const name = oneOf(choices, [first, ...others]);
  switch (PROPERTIES[name].form.kind) {
    case 'words':
      return [...phrase(`${name} in`), ...listed(someOf(choices, wordsOf(name, kind), 1))];
    case 'digest':
      return [...phrase(`${name} in`), ...listed([digest(choices)])];
    case 'size':
      return phrase(`${name} <= ${oneOf(choices, ['1', '4096', '64 KiB', '128 MiB', '2 GiB'])}`);
    case 'number':
      return phrase(`${name} <= ${1 + choices.below(50)}`);
    case 'flag':
      return phrase(name);
    case 'text':
      return [...phrase(name), { text: TEXTS[name] ?? '"quiet"', before: 'anywhere' }];
    case 'generation':
      return phrase(`${name} ${oneOf(choices, ['linux', 'systemd-stub', 'shim'])} >= ${1 + choices.below(4)}`);
  }
}

/** One text of each, so that no two in one `all of` exclude each other. */
const TEXTS: Readonly<Partial<Record<PropertyName, string>>> = {
  contains: '"a \\"quoted\\" # text {"',
  field: '"ID=debian"',
  release: '"6.12.107"',
  'contains-member': '"etc/ld.so.preload"',
};

function wordsOf(name: PropertyName, kind: LayerKind): readonly string[] {
  if (name === 'compression') return COMPRESSIONS[kind] ?? [];
  return kind === 'bzimage' || kind === 'vmlinux' ? ['x86-64', 'ia32'] : ['arm64', 'riscv64'];
}

/** A SHA-256 digest as policies write it. */
export function digest(choices: Choices): string {
  return `sha256:${times(8, () =>
    choices
      .below(2 ** 16)
      .toString(16)
      .padStart(8, '0'),
  ).join('')}`;
}
