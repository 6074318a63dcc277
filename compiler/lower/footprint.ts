import { LAYER_KIND_NAMES, LAYER_KINDS, type LayerKind } from '../../runtime/contract/layer-kinds.ts';
import type { PlanBlock, PlanCondition, PlanFootprint, PlanView } from '../../runtime/contract/plan.ts';
import { canonicalConditionText } from '../../runtime/contract/plan-text.ts';
import { CODECS, type Codec, type ProfileName, type Scheme, SCHEMES } from '../../runtime/contract/vocabulary.ts';
import { asksContents, asksPrograms, decodersOf } from './codecs.ts';
import { heldBlocks, type LeafCondition, leavesOf, visitBlocks } from './walk.ts';

/**
 * What one view must carry to decide.
 *
 * It carries a parser for every layer from what it is handed down to those of which it enforces something, and for
 * every format that it says it loads or sees by kind; and a decoder wherever it goes into compressed contents. Layers
 * outside what it sees need nothing: nothing there can be established. A point that asks of every file the same
 * signature, and opens none, needs to know no format but PE.
 */
export function footprintOf(view: PlanView, artifacts: readonly PlanBlock[]): PlanFootprint {
  const found: Found = {
    parsers: new Set(),
    decoders: new Set(),
    schemes: new Set(),
    digests: new Set(),
    keys: new Set(),
  };
  const enforced = new Set(view.enforce);
  const roots = handedOver(view, artifacts);
  for (const root of roots) enter(root, { view, enforced, found, isUnpacked: false, inPe: false });
  const parsers = asksOneSignature(roots, view) ? new Set<LayerKind>(['pe']) : found.parsers;
  return {
    view: view.name,
    parsers: LAYER_KIND_NAMES.filter((kind) => parsers.has(kind)),
    decoders: CODECS.filter((codec) => found.decoders.has(codec)),
    schemes: SCHEMES.filter((scheme) => found.schemes.has(scheme)),
    digests: [...found.digests].sort(),
    keys: [...found.keys].sort(),
  };
}

interface Found {
  readonly parsers: Set<LayerKind>;
  readonly decoders: Set<Codec>;
  readonly schemes: Set<Scheme>;
  readonly digests: Set<string>;
  readonly keys: Set<string>;
}

interface Visit {
  readonly view: PlanView;
  readonly enforced: ReadonlySet<string>;
  readonly found: Found;
  /** Whether a layer around asks something of all programs in it. */
  readonly isUnpacked: boolean;
  /** Some layer around this one, which the view sees, is a PE file. */
  readonly inPe: boolean;
}

/** Whether every file that is handed over is a PE file of which the same signature is asked, and nothing else. */
function asksOneSignature(roots: readonly PlanBlock[], view: PlanView): boolean {
  if (view.sees.kind !== 'file' || view.loads !== null) return false;
  const enforced = new Set(view.enforce);
  const asked = new Set<string>();
  for (const root of roots) {
    const conditions = conditionsOf(root, enforced);
    const plain = leavesOf(conditions).every(({ kind }) => kind === 'signed' || kind === 'allowed');
    if (!plain || !LAYER_KINDS[root.kind].pe || asksInside(root, enforced)) return false;
    asked.add(conditions.map(canonicalConditionText).sort().join(' '));
  }
  return asked.size === 1 && !asked.has('');
}

function asksInside(block: PlanBlock, enforced: ReadonlySet<string>): boolean {
  return block.children.some(({ alternatives }) =>
    alternatives.some((inner) => conditionsOf(inner, enforced).length > 0 || asksInside(inner, enforced)),
  );
}

function conditionsOf(block: PlanBlock, enforced: ReadonlySet<string>): readonly PlanCondition[] {
  return block.requirements.filter(({ name }) => enforced.has(name)).map(({ condition }) => condition);
}

/** The outermost blocks of what a view sees; those that it cannot load are refused unread. */
export function handedOver({ sees, loads, beside }: PlanView, artifacts: readonly PlanBlock[]): readonly PlanBlock[] {
  const roots: PlanBlock[] = [];
  if (sees.kind === 'file') roots.push(...artifacts);
  else {
    visitBlocks(artifacts, (block, above) => {
      const outermost = !above.some(({ kind }) => sees.kinds.includes(kind));
      if (outermost && sees.kinds.includes(block.kind)) roots.push(block);
    });
  }
  return [
    ...roots.filter(({ kind }) => kind !== beside && (loads === null || loads.includes(kind))),
    ...artifacts.filter(({ kind }) => kind === beside),
  ];
}

/** Collects what a layer and its contents need; false when the view has no business in it. */
function enter(block: PlanBlock, visit: Visit): boolean {
  const { found, enforced, view } = visit;
  const leaves = leavesOf(conditionsOf(block, enforced));
  const inPe = visit.inPe || LAYER_KINDS[block.kind].pe;
  for (const leaf of leaves) addAlgorithms(leaf, found, { place: inPe ? 'in PE' : 'bare', profile: view.like });
  const isUnpacked = visit.isUnpacked || asksPrograms(leaves);
  const inside = block.children
    .flatMap(heldBlocks)
    .map((child) => enter(child, { ...visit, isUnpacked, inPe }))
    .includes(true);
  const isProgram = isUnpacked && LAYER_KINDS[block.kind].pe;
  const loaded = loadedByName(view).includes(block.kind);
  if (inside || isProgram || (loaded && unpacksItself(block)) || asksContents(block, leaves)) {
    for (const codec of decodersOf(block, enforced)) found.decoders.add(codec);
  }
  const wanted = inside || isProgram || loaded || leaves.length > 0;
  const asked = inside || leaves.some((leaf) => leaf.kind === 'property');
  if (wanted && block.kind !== 'linux' && (asked || isFormat(block))) found.parsers.add(block.kind);
  return wanted;
}

/** Initrd and bzImage are unpacked by what is started, not by the point that loads them. */
function unpacksItself({ kind }: PlanBlock): boolean {
  return kind !== 'initrd' && kind !== 'bzimage';
}

function loadedByName({ sees, loads }: PlanView): readonly LayerKind[] {
  return loads ?? (sees.kind === 'layers' ? sees.kinds : []);
}

/** Sections are handed on as they are, unless something of their contents is asked. */
function isFormat({ kind }: PlanBlock): boolean {
  return kind !== 'section' && LAYER_KINDS[kind].section === null;
}

interface Asking {
  readonly place: 'in PE' | 'bare';
  readonly profile: ProfileName;
}

function addAlgorithms(leaf: LeafCondition, found: Found, { place, profile }: Asking): void {
  if (leaf.kind === 'property') {
    if (leaf.property === 'sha256') found.digests.add('sha256');
    return;
  }
  const constraints = leaf.kind === 'covered' ? null : leaf.constraints;
  const scheme = constraints?.scheme ?? 'authenticode';
  if (scheme !== 'authenticode' || place === 'in PE') found.schemes.add(scheme);
  const taken = scheme === 'pcr' ? TAKEN_BY_TPM : TAKEN_ALGORITHMS[profile];
  for (const digest of constraints?.digests ?? taken.digests) found.digests.add(digest);
  for (const family of constraints?.keys?.map((key) => key.family) ?? taken.keys) found.keys.add(family);
}

/** RSA PKCS#1 v1.5 over the SHA-256 digest of a policy, whatever the bank (systemd src/shared/tpm2-util.c). */
const TAKEN_BY_TPM = { digests: ['sha256'], keys: ['rsa'] };

/**
 * What the rules of each profile take, where a policy does not say: Linux crypto/asymmetric_keys/mscode_parser.c and
 * pkcs7_parser.c (7.2); EDK2 DxeImageVerificationLib, `mHash`, with elliptic curves on some architectures only; shim
 * pe.c `generate_hash`, of which only SHA-256 is compared.
 */
export const TAKEN_ALGORITHMS: Readonly<
  Record<ProfileName, { readonly digests: readonly string[]; readonly keys: readonly string[] }>
> = {
  strict: { digests: ['sha256', 'sha384', 'sha512'], keys: ['rsa', 'ec'] },
  linux: {
    digests: ['sha1', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512'],
    keys: ['rsa', 'ec', 'ml-dsa'],
  },
  edk2: { digests: ['sha1', 'sha256', 'sha384', 'sha512'], keys: ['rsa', 'ec'] },
  shim: { digests: ['sha256'], keys: ['rsa'] },
};
