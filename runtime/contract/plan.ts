import type { Anchor } from './anchor.ts';
import type { LayerKind } from './layer-kinds.ts';
import type { PropertyName } from './properties.ts';
import type { Codec, Otherwise, PolicyDigest, ProfileName, RequirementMode, Scheme } from './vocabulary.ts';

/**
 * The checked policy as plain data: the one bridge from compiler to runtime.
 *
 * `plan-schema.ts` is the same shape in zod; a plan of another `version` is refused. `digest` is the SHA-256 of the
 * canonical JSON of everything else, so two policies with the same meaning have the same digest.
 */
export interface Plan {
  readonly version: 2;
  readonly policy: PolicyName;
  readonly signers: readonly PlanSigners[];
  /** Names of signer sets that hold what is revoked everywhere (`revoked = …`). */
  readonly revoked: readonly Anchor[];
  /** Blocks of `artifact KIND`, for outermost layers. A nested layer's block is inlined at its place. */
  readonly artifacts: readonly PlanBlock[];
  readonly views: readonly PlanView[];
  readonly waivers: readonly PlanWaiver[];
  /** What `assert` says of files; what it says of the policy alone was settled when that was checked. */
  readonly assertions: readonly PlanAssertion[];
  /** Facts that deciding needs, sorted: `layer:KIND`, `decode:CODEC`, `signatures:KIND`, `property:NAME`. */
  readonly needs: readonly string[];
  /** What each view must carry to decide, in the order of `views`. */
  readonly footprint: readonly PlanFootprint[];
  /** Lower-case hex. */
  readonly digest: string;
}

export interface PolicyName {
  readonly name: string;
  readonly version: number | null;
  readonly description: string | null;
}

/** Where in the policy text something stands; lines and columns from 1. */
export interface PlanPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface PlanSigners {
  readonly name: string;
  /** Bound by the caller at verification (`param signers`); `anchors` is empty then. */
  readonly param: boolean;
  /** Params that are members of this set, to be joined in at verification. */
  readonly includes: readonly string[];
  readonly anchors: readonly Anchor[];
  /** What is revoked in this set alone: what the file revokes that was imported with it. */
  readonly revoked: readonly Anchor[];
}

/** What a layer of one kind may hold and must satisfy. */
export interface PlanBlock {
  readonly kind: LayerKind;
  readonly requirements: readonly PlanRequirement[];
  readonly children: readonly PlanChild[];
  readonly otherwise: Otherwise;
  readonly place: PlanPlace;
}

/** A declared layer at one place. */
export interface PlanChild {
  /** `one of { … }` gives several; a plain declaration one. */
  readonly alternatives: readonly PlanBlock[];
  /** Name for `section ".name"`; null otherwise. */
  readonly section: string | null;
  /** `undeclared`: requirements that an imported file brings, of a layer that the policy does not declare. */
  readonly presence: 'required' | 'optional' | 'absent' | 'many' | 'undeclared';
  readonly place: PlanPlace;
}

export interface PlanRequirement {
  readonly name: string;
  readonly mode: RequirementMode;
  /** An imported requirement can refuse a file, but it does not make up for one of the policy itself. */
  readonly origin: 'own' | 'imported';
  /** ISO date from which it is a requirement and not a warning; null: always. */
  readonly from: string | null;
  /** Index into the compiled conditions; unique in the plan. */
  readonly id: number;
  readonly condition: PlanCondition;
  readonly place: PlanPlace;
}

export type PlanCondition =
  | { readonly kind: 'any' | 'all' | 'none'; readonly conditions: readonly PlanCondition[]; readonly place: PlanPlace }
  | PlanSignatureCondition
  | { readonly kind: 'covered'; readonly signers: string; readonly place: PlanPlace }
  | PlanPropertyCondition;

/** `signed by S { … }` and `allowed by S { … }`. */
export interface PlanSignatureCondition {
  readonly kind: 'signed' | 'allowed';
  readonly signers: string;
  readonly constraints: PlanConstraints;
  readonly place: PlanPlace;
}

export interface PlanConstraints {
  readonly scheme: Scheme;
  /** Digest algorithms of the image digest and of the signer's digest; null: the profile's own. */
  readonly digests: readonly PolicyDigest[] | null;
  /** Families named by `key rsa >= N` and `key ec >= N` and their least sizes in bits; null: the profile's own. */
  readonly keys: readonly { readonly family: 'rsa' | 'ec'; readonly leastBits: number }[] | null;
  readonly validity: 'at-signing' | 'now' | 'ignored' | 'profile';
  /** Least number of distinct signer certificates. */
  readonly count: number;
  readonly timestamped: boolean;
}

/** What a signature condition without constraints asks: any intact Authenticode signature that the profile takes. */
export const NO_CONSTRAINTS: PlanConstraints = {
  scheme: 'authenticode',
  digests: null,
  keys: null,
  validity: 'profile',
  count: 1,
  timestamped: false,
};

/** `NAME …` of the property table. */
export interface PlanPropertyCondition {
  readonly kind: 'property';
  readonly property: PropertyName;
  /** SBAT component; null elsewhere. */
  readonly argument: string | null;
  readonly test: PlanTest;
  readonly place: PlanPlace;
}

export type PlanTest =
  | { readonly kind: 'words-in'; readonly words: readonly string[] }
  | { readonly kind: 'digest-in'; readonly digests: readonly { readonly algorithm: string; readonly hex: string }[] }
  | { readonly kind: 'at-most' | 'at-least'; readonly value: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'text'; readonly text: string };

/** One enforcement point. */
export interface PlanView {
  readonly name: string;
  readonly sees: { readonly kind: 'file' } | { readonly kind: 'layers'; readonly kinds: readonly LayerKind[] };
  /** Nested Images are cut at the end of their certificate table, as kexec-tools 2.0.31 does. */
  readonly trimmed: boolean;
  /** What the point is handed beside its file, a file of its own; null: nothing. */
  readonly beside: 'initrd' | null;
  readonly like: ProfileName;
  /** Formats that the point can load; null: what it sees. */
  readonly loads: readonly LayerKind[] | null;
  /** Names of enforced requirements; empty for `enforce nothing`. */
  readonly enforce: readonly string[];
  readonly enforcesNothing: boolean;
  /** Signer set with revocations of this view alone. */
  readonly revokedBy: string | null;
  readonly place: PlanPlace;
}

export interface PlanWaiver {
  readonly requirement: string;
  /** ISO date, inclusive, UTC. */
  readonly until: string;
  /** Digests of whole files; empty: every file. */
  readonly digests: readonly { readonly algorithm: string; readonly hex: string }[];
  readonly because: string;
  readonly place: PlanPlace;
}

/** `assert no uncovered byte at VIEW`: the view uses no bytes that no requirement it enforces covers. */
export interface PlanAssertion {
  readonly kind: 'uncovered';
  /** Layers of this kind only; null: every layer that the view uses. */
  readonly layer: LayerKind | null;
  readonly view: string;
  readonly place: PlanPlace;
}

/** "So the kernel need not carry code for every compression format": what a view must carry. */
export interface PlanFootprint {
  readonly view: string;
  /** Layer kinds whose headers are parsed. */
  readonly parsers: readonly LayerKind[];
  readonly decoders: readonly Codec[];
  /** How the signatures that it reads are laid down. */
  readonly schemes: readonly Scheme[];
  readonly digests: readonly string[];
  readonly keys: readonly string[];
}
