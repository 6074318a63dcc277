import { describe, expect, it } from 'vitest';
import { emitClosures } from '../../../compiler/emit/closures.ts';
import { PENDING } from '../../../runtime/contract/judgement.ts';
import type { Plan, PlanBlock, PlanCondition } from '../../../runtime/contract/plan.ts';
import type { Subject } from '../../../runtime/contract/subject.ts';
import type { Outcome } from '../../../runtime/contract/vocabulary.ts';

const PLACE = { file: 'p', line: 1, column: 1 };
type Answer = Outcome | 'pending';
const ANSWERS: readonly Answer[] = ['true', 'false', 'undecided', 'pending'];

describe('compiled groups', () => {
  const pairs = ANSWERS.flatMap((left) => ANSWERS.map((right) => [left, right] as const));

  it.each(pairs)('any of { %s, %s } is true if a part is, else pending, undecided, false in that order', (...parts) => {
    const expected = parts.includes('true') ? 'true' : rank(parts, ['pending', 'undecided', 'false']);
    expect(outcomeOf('any', parts)).toBe(expected);
  });

  it.each(pairs)('all of { %s, %s } is false if a part is, else pending, undecided, true in that order', (...parts) => {
    const expected = parts.includes('false') ? 'false' : rank(parts, ['pending', 'undecided', 'true']);
    expect(outcomeOf('all', parts)).toBe(expected);
  });

  it.each(pairs)('none of { %s, %s } is false if a part is true, else pending, undecided, true', (...parts) => {
    const expected = parts.includes('true') ? 'false' : rank(parts, ['pending', 'undecided', 'false']);
    expect(outcomeOf('none', parts)).toBe(expected === 'false' && !parts.includes('true') ? 'true' : expected);
  });

  it('asks every part before it says pending, so that all work is queued together', () => {
    const asked: string[] = [];
    const condition = group('any', ['a', 'b', 'c'].map(covered));
    const answer = compiled(condition)(subjectOf((signers) => (asked.push(signers), 'pending')));
    expect(answer).toBe(PENDING);
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('proves with the parts in the order of the text, without those that are pending', () => {
    const condition = group('any', ['true', 'pending', 'false'].map(covered));
    const proof = compiled(condition)(subjectOf(answerNamed));
    expect(proof === PENDING ? null : proof.children.map((child) => child.outcome)).toEqual(['true', 'false']);
  });

  it('nests', () => {
    const condition = group('all', [group('none', [covered('false')]), group('any', [covered('undecided')])]);
    const proof = compiled(condition)(subjectOf(answerNamed));
    expect(proof === PENDING ? null : proof.outcome).toBe('undecided');
    expect(proof === PENDING ? null : proof.children[0]?.children[0]?.reasons).toEqual([
      { code: 'said', text: 'false', layer: 'file', offsetBytes: 0, lengthBytes: 0 },
    ]);
  });
});

describe('compiled leaves', () => {
  it('hand their arguments over as the plan has them', () => {
    const asked: unknown[] = [];
    const note = (...values: unknown[]) => {
      asked.push(values);
      return { outcome: 'true', reasons: [] } as const;
    };
    const subject: Subject = {
      kind: 'image',
      path: 'file',
      signedBy: note,
      allowedBy: note,
      coveredBy: note,
      property: note,
    };
    const constraints = {
      scheme: 'authenticode',
      digests: null,
      keys: null,
      validity: 'profile',
      count: 1,
      timestamped: false,
    } as const;
    const test = { kind: 'at-least', value: 4 } as const;
    const conditions: PlanCondition[] = [
      { kind: 'signed', signers: 'a', constraints, place: PLACE },
      { kind: 'allowed', signers: 'b', constraints, place: PLACE },
      { kind: 'covered', signers: 'c', place: PLACE },
      { kind: 'property', property: 'sbat', argument: 'linux', test, place: PLACE },
    ];
    for (const condition of emitClosures(planOf(conditions))) condition(subject);
    expect(asked).toEqual([['a', constraints], ['b', constraints], ['c'], ['sbat', 'linux', test]]);
  });

  it('stand at the number of their requirement, in nested layers too', () => {
    const plan = planOf([covered('false')]);
    const inner = blockOf([covered('true')], 1);
    const outer = plan.artifacts[0] ?? blockOf([], 0);
    const child = { alternatives: [inner], section: null, presence: 'required', place: PLACE } as const;
    const closures = emitClosures({ ...plan, artifacts: [{ ...outer, children: [child] }] });
    const outcomes = closures.map((closure) => closure(subjectOf(answerNamed)));
    expect(outcomes.map((proof) => (proof === PENDING ? null : proof.outcome))).toEqual(['false', 'true']);
  });
});

function rank(parts: readonly Answer[], order: readonly Answer[]): Answer | undefined {
  return order.find((answer) => parts.includes(answer));
}

function outcomeOf(kind: 'any' | 'all' | 'none', parts: readonly Answer[]): Answer {
  const proof = compiled(group(kind, parts.map(covered)))(subjectOf(answerNamed));
  return proof === PENDING ? 'pending' : proof.outcome;
}

function answerNamed(name: string): Answer {
  return ANSWERS.find((answer) => answer === name) ?? 'undecided';
}

function subjectOf(answer: (signers: string) => Answer): Subject {
  const judge = (name: string) => {
    const outcome = answer(name);
    if (outcome === 'pending') return PENDING;
    return { outcome, reasons: [{ code: 'said', text: name, layer: 'file', offsetBytes: 0, lengthBytes: 0 }] };
  };
  return { kind: 'image', path: 'file', signedBy: judge, allowedBy: judge, coveredBy: judge, property: judge };
}

function compiled(condition: PlanCondition) {
  const [closure] = emitClosures(planOf([condition]));
  if (closure === undefined) throw new Error('no closure');
  return closure;
}

function covered(signers: string): PlanCondition {
  return { kind: 'covered', signers, place: PLACE };
}

function group(kind: 'any' | 'all' | 'none', conditions: readonly PlanCondition[]): PlanCondition {
  return { kind, conditions, place: PLACE };
}

function blockOf(conditions: readonly PlanCondition[], firstId: number): PlanBlock {
  const requirements = conditions.map((condition, index) => ({
    name: `r${index}`,
    mode: 'require' as const,
    origin: 'own' as const,
    from: null,
    id: firstId + index,
    condition,
    place: PLACE,
  }));
  return { kind: 'image', requirements, children: [], otherwise: 'reject', place: PLACE };
}

function planOf(conditions: readonly PlanCondition[]): Plan {
  return {
    version: 2,
    policy: { name: 'p', version: null, description: null },
    signers: [],
    revoked: [],
    artifacts: [blockOf(conditions, 0)],
    views: [],
    waivers: [],
    assertions: [],
    needs: [],
    footprint: [],
    digest: '',
  };
}
