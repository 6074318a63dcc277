import type { Reason } from '../../../runtime/contract/judgement.ts';
import type { PlanCondition, PlanPlace } from '../../../runtime/contract/plan.ts';
import type { Proof } from '../../../runtime/contract/subject.ts';
import type { RequirementVerdict, Verdict, ViewVerdict } from '../../../runtime/contract/verdict.ts';
import type { Outcome, VerdictName } from '../../../runtime/contract/vocabulary.ts';

/** A place in the sample policy. */
export function place(line: number): PlanPlace {
  return { file: 'policies/distro.bootpol', line, column: 3 };
}

/** A reason at a place in a file. */
export function reason(text: string, layer: string, offsetBytes = 0): Reason {
  return { code: 'sample', text, layer, offsetBytes, lengthBytes: 0 };
}

/** `covered by SIGNERS`, come out somehow. */
export function covered(signers: string, outcome: Outcome, reasons: readonly Reason[] = []): Proof {
  return { outcome, condition: { kind: 'covered', signers, place: place(1) }, children: [], reasons };
}

/** `any of`, `all of` or `none of` some proofs. */
export function composite(kind: 'any' | 'all' | 'none', outcome: Outcome, children: readonly Proof[]): Proof {
  const conditions: readonly PlanCondition[] = children.map(({ condition }) => condition);
  return { outcome, condition: { kind, conditions, place: place(1) }, children, reasons: [] };
}

/** A requirement with what matters to the test. */
export function requirement(given: Partial<RequirementVerdict>): RequirementVerdict {
  return {
    name: 'inner',
    mode: 'require',
    layer: 'zboot/image',
    outcome: 'violated',
    condition: 'false',
    reasons: given.proof?.reasons ?? [],
    proof: null,
    place: place(14),
    waiver: null,
    ...given,
  };
}

/** A verdict of the sample policy. */
export function verdict(name: VerdictName, views: readonly ViewVerdict[]): Verdict {
  return {
    verdict: name,
    policy: { name: 'distro-arm64', version: 7, description: null, digest: '0'.repeat(64) },
    sha256: '1'.repeat(64),
    views,
  };
}

/** One view's part of a verdict. */
export function view(name: string, outcome: VerdictName, requirements: readonly RequirementVerdict[]): ViewVerdict {
  return { name, verdict: outcome, reasons: [], requirements };
}
