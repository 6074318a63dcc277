import type { LayerKind } from '../runtime/contract/layer-kinds.ts';
import type { PlanPlace } from '../runtime/contract/plan.ts';
import type { VerdictName } from '../runtime/contract/vocabulary.ts';

/** The tests of a policy as plain data, and how its signer sets are made up, so that throw-away keys can stand in. */
export interface PolicyTests {
  readonly tests: readonly PolicyTest[];
  /**
   * Every signer set with the sets that bring its anchors: itself for a file or a parameter, the sets named in it
   * otherwise.
   */
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

/** One `test` statement. */
export interface PolicyTest {
  readonly title: string;
  /** Every one must meet every expectation. */
  readonly given: readonly GivenHandover[];
  readonly expectations: readonly TestExpectation[];
  readonly place: PlanPlace;
}

/** What is handed over together. */
export interface GivenHandover {
  readonly image: GivenImage;
  /** The initrd beside it; null when there is none. */
  readonly beside: GivenImage | null;
}

/** A layer that a test describes; the names of properties are those of `given-properties.ts`. */
export interface GivenImage {
  readonly kind: LayerKind;
  /** Of a `section ".name"`; null elsewhere. */
  readonly section: string | null;
  /** Written-out contents, for sections that hold text; null elsewhere. */
  readonly text: string | null;
  /** `KIND absent`: to be left out, though it is there unless told. */
  readonly absent: boolean;
  /** Signer sets, in the order of the certificate table. */
  readonly signedBy: readonly string[];
  /** A flag has the value null. */
  readonly properties: Readonly<Record<string, string | number | null>>;
  readonly children: readonly GivenImage[];
}

export interface TestExpectation {
  readonly verdict: VerdictName;
  /** Null: the verdict of the file. */
  readonly view: string | null;
  /** Requirements that must be among those that did not hold. */
  readonly because: readonly string[];
  readonly place: PlanPlace;
}
