import type { LayerKind } from './layer-kinds.ts';
import type { PlanPlace, PolicyName } from './plan.ts';
import type { Proof } from './subject.ts';
import type { Reason } from './judgement.ts';
import type { Outcome, RequirementMode, VerdictName } from './vocabulary.ts';

/** What a policy says about one file: the worst of its views. */
export interface Verdict {
  readonly verdict: VerdictName;
  readonly policy: PolicyName & { readonly digest: string };
  /** SHA-256 of the file, lower-case hex; null when the caller did not want it and no waiver needed it. */
  readonly sha256: string | null;
  readonly views: readonly ViewVerdict[];
}

export interface ViewVerdict {
  readonly name: string;
  readonly verdict: VerdictName;
  /** Why the view refused before or beside its requirements: nothing handed over, no loader, nothing enforced applies. */
  readonly reasons: readonly Reason[];
  readonly requirements: readonly RequirementVerdict[];
}

export interface RequirementVerdict {
  /** `shape` for what the blocks' `otherwise` says. */
  readonly name: string;
  readonly mode: RequirementMode;
  /** Path of the layer that it was asked of. */
  readonly layer: string;
  /** `satisfied`: nothing to say. `warned`: a `warn`, or a requirement before its `from`. */
  readonly outcome: 'satisfied' | 'violated' | 'undecided' | 'waived' | 'warned';
  /** What the condition itself gave. */
  readonly condition: Outcome;
  readonly reasons: readonly Reason[];
  /** Null for `shape`. */
  readonly proof: Proof | null;
  readonly place: PlanPlace | null;
  /** The waiver's `because`; null when not waived. */
  readonly waiver: string | null;
}

/** What one view loads or executes of a file although no requirement that it enforces covers it. */
export interface ViewGaps {
  readonly view: string;
  /** `nothing`: the point refuses the file before it looks at any requirement. */
  readonly loads: 'something' | 'nothing';
  readonly gaps: readonly Gap[];
}

/** Bytes of one layer that nothing protects. */
export interface Gap {
  readonly layer: string;
  readonly kind: LayerKind | 'unknown';
  readonly sizeBytes: number;
  readonly uncoveredBytes: number;
  /** The first of them, from the start of the layer. */
  readonly offsetBytes: number;
  /**
   * `hidden`: a signature around the layer covered them, and the view does not see it. `unasked`: no enforced
   * requirement asks for them. `incomplete`: one asks, and leaves them out. `unreadable`: the layer cannot be read.
   */
  readonly because: 'hidden' | 'unasked' | 'incomplete' | 'unreadable';
  readonly text: string;
  /** The signature that the view does not see. */
  readonly lost: LostSignature | null;
}

export interface LostSignature {
  /** Path of the layer that it is on. */
  readonly layer: string;
  /** RFC 4514; null when the signer's certificate is not in the file. */
  readonly signer: string | null;
}
