import {
  type Anchor,
  DEFAULT_LIMITS,
  nativeEngine,
  outcomeCoverage,
  type Plan,
  type PolicyTestFailure,
  type PolicyTestReport,
  readAnchorFile,
  type RequirementVerdict,
  type Verdict,
  verifierOf,
  type ViewVerdict,
} from '../../index.ts';
import { emitClosures, type PolicyTest, type PolicyTests, type TestExpectation } from '../../compiler/index.ts';
import { forgeGiven, type GivenCast, newGivenCast } from '../../forge/index.ts';

/** A policy with its tests, and how they are to be run. */
export interface TestRun {
  readonly file: string;
  readonly plan: Plan;
  readonly tests: PolicyTests;
  readonly at: Date;
  readonly leastCoveragePercent: number;
}

/**
 * Runs the tests of a policy: forges what they give, with throw-away keys in the place of every signer set, and judges it.
 *
 * All images are forged first, since whom they revoke is known only then.
 */
export async function runPolicyTests(run: TestRun): Promise<PolicyTestReport> {
  const cast = newGivenCast(run.tests.sources);
  const forged = run.tests.tests.map((test) => forgeImages(test, cast));
  const plan = staged(run.plan, cast);
  const verifier = verifierOf({ plan, conditions: emitClosures(plan) }, nativeEngine());
  const verdicts: Verdict[] = [];
  const tests = [];
  for (const { test, images, failures } of forged) {
    const found: PolicyTestFailure[] = [...failures];
    for (const { bytes, beside, label } of images) {
      const options = { trust: {}, at: run.at, limits: DEFAULT_LIMITS, ...(beside === null ? {} : { initrd: beside }) };
      const verdict = await verifier(bytes, options);
      verdicts.push(verdict);
      found.push(...test.expectations.flatMap((expectation) => failureOf(expectation, verdict, label)));
    }
    tests.push({ title: test.title, place: test.place, failures: found });
  }
  const { file, leastCoveragePercent } = run;
  return { file, policy: run.plan.policy, tests, coverage: outcomeCoverage(plan, verdicts), leastCoveragePercent };
}

interface ForgedTest {
  readonly test: PolicyTest;
  readonly images: readonly ForgedImage[];
  /** What could not be forged. */
  readonly failures: readonly PolicyTestFailure[];
}

interface ForgedImage {
  readonly bytes: Uint8Array;
  /** The initrd beside it. */
  readonly beside: Uint8Array | null;
  /** `given 2, zboot: ` where a test gives several; else empty. */
  readonly label: string;
}

function forgeImages(test: PolicyTest, cast: GivenCast): ForgedTest {
  const images: ForgedImage[] = [];
  const failures: PolicyTestFailure[] = [];
  for (const [index, { image: given, beside }] of test.given.entries()) {
    const label = test.given.length === 1 ? '' : `given ${index + 1}, ${given.kind}: `;
    try {
      images.push({ bytes: forgeGiven(given, cast), beside: beside && forgeGiven(beside, cast), label });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      failures.push({ place: test.place, text: `${label}the ${given.kind} cannot be forged: ${why}`, reasons: [] });
    }
  }
  return { test, images, failures };
}

/** The plan with throw-away certificates in the place of every anchor. */
function staged(plan: Plan, cast: GivenCast): Plan {
  const signers = plan.signers.map(({ name }) => ({
    name,
    param: false,
    includes: [],
    anchors: cast.anchorsOf(name).flatMap(anchorOf),
    revoked: [],
  }));
  return { ...plan, signers, revoked: cast.revoked().flatMap(anchorOf) };
}

function anchorOf(der: Uint8Array): readonly Anchor[] {
  const read = readAnchorFile(der, 'test');
  if (!read.ok) throw new Error(`a forged certificate cannot be read: ${read.text}`);
  return read.anchors;
}

function failureOf(expectation: TestExpectation, verdict: Verdict, label: string): readonly PolicyTestFailure[] {
  const { view, place, because } = expectation;
  const views = view === null ? verdict.views : verdict.views.filter(({ name }) => name === view);
  const got = view === null ? verdict.verdict : views[0]?.verdict;
  const told = reasonsOf(views);
  const where = view === null ? '' : ` at ${view}`;
  if (got !== expectation.verdict) {
    return [{ place, text: `${label}expected ${expectation.verdict}${where}, got ${got ?? 'nothing'}`, reasons: told }];
  }
  const names = new Set(views.flatMap(({ requirements }) => requirements.filter(isOpen).map(({ name }) => name)));
  const missing = because.filter((name) => !names.has(name));
  if (missing.length === 0) return [];
  const text = `${label}${expectation.verdict}${where} as expected, but not because of ${missing.join(', ')}`;
  return [{ place, text, reasons: told }];
}

function isOpen({ outcome }: RequirementVerdict): boolean {
  return outcome !== 'satisfied';
}

/** What is in the way, a line each: a view's own refusals, and requirements by name. */
function reasonsOf(views: readonly ViewVerdict[]): readonly string[] {
  return views.flatMap((view) => [
    ...view.reasons.map(({ text }) => `${view.name}: ${text}`),
    ...view.requirements.filter(isOpen).map((requirement) => {
      const reason = requirement.reasons[0]?.text ?? '';
      return `${view.name}: ${requirement.name} (${requirement.layer})${reason === '' ? '' : `: ${reason}`}`;
    }),
  ]);
}
