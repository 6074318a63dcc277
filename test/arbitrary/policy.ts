import type { LayerKind } from '../../runtime/contract/layer-kinds.ts';
import { CODECS } from '../../runtime/contract/vocabulary.ts';
import { type Choices, happens, oneOf, someOf, times } from './choices.ts';
import { conditionPieces, digest, elementOf, listed, phrase } from './condition.ts';
import type { Draft } from './draft.ts';
import type { Piece } from './layout.ts';
import { testPieces } from './policy-test.ts';

/**
 * The pieces of a policy that compiles, using nearly every form of the language. Signer files are named `KEYS.pem`; one set
 * in three is a parameter.
 */
export function policyPieces(choices: Choices): readonly Piece[] {
  const names = someOf(choices, SIGNER_NAMES, 1);
  const signers: Draft['signers'] = [names[0] ?? 'ring', ...names.slice(1)];
  const draft: Draft = { choices, signers, requirements: [], artifacts: someOf(choices, ARTIFACTS, 1) };
  const views = ['firmware', 'kexec', 'sees'].slice(0, choices.below(3));
  return [
    ...phrase('language 1', 'statement'),
    ...phrase('policy', 'statement'),
    { text: oneOf(choices, ['example', 'policy', 'distro-arm64']), before: 'line' },
    ...(happens(choices, 50) ? phrase(`version ${choices.below(1000)}`) : []),
    ...(happens(choices, 50) ? [text('"what it is \\\\ for"')] : []),
    ...signersPieces(draft),
    ...draft.artifacts.flatMap((kind) => artifactPieces(kind, draft)),
    ...(happens(choices, 40) ? layerPieces(draft) : []),
    ...views.flatMap((name) => viewPieces(name, draft)),
    ...times(choices.below(3), () => waiverPieces(draft)).flat(),
    ...times(choices.below(3), () => testPieces(draft, choices)).flat(),
    ...(happens(choices, 20) ? assertionPieces(views[0] ?? 'file') : []),
  ];
}

const SIGNER_NAMES = ['ring', 'distro', 'db', 'count', 'vendor-2026'] as const;
const ARTIFACTS: readonly LayerKind[] = ['image', 'zboot', 'uki', 'bzimage', 'addon', 'pe', 'initrd'];

/** One that holds of every policy. */
function assertionPieces(view: string): readonly Piece[] {
  const words = ['footprint', 'of', view, 'decodes', 'only'].map((word): Piece => ({ text: word, before: 'line' }));
  const decoders = listed(CODECS).map((piece, index) => (index === 0 ? { ...piece, before: 'line' as const } : piece));
  return [{ text: 'assert', before: 'statement' }, ...words, ...decoders];
}

function text(image: string): Piece {
  return { text: image, before: 'anywhere' };
}

function signersPieces({ signers, choices }: Draft): readonly Piece[] {
  const declared = signers.flatMap((name, index) => {
    if (happens(choices, 33)) return phrase(`param signers ${name}`, 'statement');
    const head = phrase(`signers ${name} =`, 'statement');
    if (index > 0 && happens(choices, 30)) return [...head, ...listed(someOf(choices, signers.slice(0, index), 1))];
    return [...head, ...phrase('file'), text(`"${name}.pem"`)];
  });
  const revoked = [...phrase('revoked = file', 'statement'), text('"dbx.esl"')];
  return [...declared, ...(happens(choices, 30) ? revoked : [])];
}

function artifactPieces(kind: LayerKind, draft: Draft): readonly Piece[] {
  const first = requirementPieces(kind, draft);
  const rest = times(draft.choices.below(3), () => requirementPieces(kind, draft));
  const items = [first, ...rest, ...childrenPieces(kind, draft), ...otherwisePieces(draft)];
  return [...phrase(`artifact ${kind} {`, 'statement'), ...items.flat(), ...phrase('}')];
}

function layerPieces(draft: Draft): readonly Piece[] {
  const kind = oneOf<LayerKind>(draft.choices, ['cmdline', 'osrel', 'cpio']);
  return [...phrase(`layer ${kind} {`, 'statement'), ...requirementPieces(kind, draft), ...phrase('}')];
}

/** Words of the language are names too, where they begin no line. */
function requirementPieces(kind: LayerKind, draft: Draft): readonly Piece[] {
  const { choices, requirements, signers } = draft;
  const word = oneOf(choices, ['outer', 'codec', 'at', 'policy', 'size', 'rd-codec']);
  const name = requirements.includes(word) ? `${word}-${requirements.length}` : word;
  requirements.push(name);
  const from = happens(choices, 10) ? phrase('from 2027-01-01') : [];
  return [
    ...phrase(oneOf(choices, ['require', 'forbid', 'warn']), 'element'),
    { text: name, before: 'line' },
    ...from,
    ...phrase(':'),
    ...conditionPieces({ kind, signers }, 2, choices),
  ];
}

function otherwisePieces({ choices }: Draft): readonly (readonly Piece[])[] {
  return happens(choices, 30) ? [phrase(`otherwise ${oneOf(choices, ['reject', 'warn', 'allow'])}`, 'element')] : [];
}

function childrenPieces(kind: LayerKind, draft: Draft): readonly (readonly Piece[])[] {
  const { choices } = draft;
  if (kind === 'uki' || kind === 'addon') {
    const sections = someOf(choices, ['initrd', 'cmdline', 'osrel', 'uname', 'splash', 'dtbauto', 'sbom'] as const);
    const kernel = kind === 'uki' ? [phrase('linux : one of', 'element').concat(listed(['zboot', 'image']))] : [];
    const other = happens(choices, 20) ? [[...phrase('section', 'element'), text('".extra"'), ...presence(draft)]] : [];
    return [
      ...kernel,
      ...inGroups(
        sections.map((section) => childPieces(section, draft)),
        choices,
      ),
      ...other,
    ];
  }
  return kind === 'zboot' ? [elementOf(childPieces('image', draft))] : [];
}

/** Several declarations separated by commas, or each on its own. */
function inGroups(declarations: readonly (readonly Piece[])[], choices: Choices): readonly (readonly Piece[])[] {
  return declarations.map((pieces, index) =>
    index > 0 && happens(choices, 60) ? [...phrase(','), ...pieces] : elementOf(pieces),
  );
}

function childPieces(kind: LayerKind, draft: Draft): readonly Piece[] {
  const { choices } = draft;
  const head = [...phrase(kind), ...presence(draft)];
  if (!happens(choices, 50)) return head;
  const stated = happens(choices, 80) ? [requirementPieces(kind, draft), ...otherwisePieces(draft)] : [];
  return [...head, ...phrase('{'), ...stated.flat(), ...phrase('}')];
}

function presence({ choices }: Draft): readonly Piece[] {
  return happens(choices, 60) ? phrase(oneOf(choices, ['optional', 'many'])) : [];
}

function viewPieces(name: string, draft: Draft): readonly Piece[] {
  const { choices, artifacts, requirements, signers } = draft;
  const kinds = someOf(choices, artifacts, 1);
  const sees = happens(choices, 50)
    ? phrase('sees file')
    : [...phrase('sees'), ...(kinds.length === 1 ? phrase(kinds[0] ?? 'image') : listed(kinds)), ...phrase('trimmed')];
  const clauses = [
    sees,
    phrase(`like ${oneOf(choices, ['strict', 'linux', 'edk2', 'shim'])}`),
    [...phrase('loads'), ...listed(kinds)],
    phrase(`revoked by ${oneOf(choices, signers)}`),
  ];
  const given = [sees, ...clauses.slice(1).filter(() => happens(choices, 50))];
  const enforced = someOf(choices, [...new Set(requirements)], 1);
  const enforce = happens(choices, 10) ? phrase('enforce nothing') : [...phrase('enforce'), ...listed(enforced)];
  const all = happens(choices, 20) ? [enforce, ...given] : [...given, enforce];
  return [...phrase('at', 'statement'), { text: name, before: 'line' }, ...all.flat()];
}

function waiverPieces({ choices, requirements }: Draft): readonly Piece[] {
  const digests = times(choices.below(3), () => digest(choices));
  return [
    ...phrase('waive', 'statement'),
    { text: requirements[choices.below(requirements.length)] ?? 'outer', before: 'line' },
    ...phrase('until 2027-03-31'),
    ...digests.flatMap((each, index) => phrase(`${index === 0 ? 'for' : ','} ${each}`)),
    ...phrase('because'),
    text('"REL-412: the installer"'),
  ];
}
