import { describe, expect, test } from 'vitest';
import { baselineOf, comparedWith, parseBaseline } from '../../../runtime/report/run-baseline.ts';
import { findingsOf, fingerprinted } from '../../../runtime/report/run-report.ts';
import { finding, runCase, runReport } from './sample-run.ts';

const A = 'aa'.repeat(32);
const B = 'bb'.repeat(32);

describe('a baseline', () => {
  test('knows again what it was made from, and nothing else', () => {
    const baseline = baselineOf(runReport([runCase({ findings: [finding({ fingerprint: A })] })]));
    const later = runReport([runCase({ findings: [finding({ fingerprint: A }), finding({ fingerprint: B })] })]);
    const states = findingsOf(comparedWith(baseline, later)).map(([, { state }]) => state);
    expect(states).toEqual(['known', 'new']);
  });

  test('never knows what cannot be decided', () => {
    const undecided = runReport([runCase({ findings: [finding({ fingerprint: A, certainty: 'undecided' })] })]);
    expect(baselineOf(undecided).findings).toEqual([]);
    const decided = baselineOf(runReport([runCase({ findings: [finding({ fingerprint: A })] })]));
    expect(findingsOf(comparedWith(decided, undecided)).map(([, { state }]) => state)).toEqual(['new']);
  });

  test('is the same whatever the order of the run', () => {
    const first = runCase({ name: 'a', findings: [finding({ fingerprint: A })] });
    const second = runCase({ name: 'b', findings: [finding({ fingerprint: B })] });
    expect(baselineOf(runReport([second, first]))).toEqual(baselineOf(runReport([first, second])));
  });

  test.each([
    ['no JSON', '{', 'it is not JSON'],
    ['another version', '{"version":2,"findings":[]}', 'version: '],
    [
      'a fingerprint that is none',
      '{"version":1,"findings":[{"fingerprint":"x","rule":"","name":"","message":""}]}',
      'findings.0.fingerprint: ',
    ],
  ])('that is %s is refused with the reason', (_, text, reason) => {
    const parsed = parseBaseline(text);
    expect('fault' in parsed && parsed.fault).toContain(reason);
  });

  test('is read when it is one', () => {
    expect(parseBaseline('{"version":1,"findings":[]}')).toEqual({ baseline: { version: 1, findings: [] } });
  });
});

describe('fingerprints', () => {
  const drafts = [finding(), finding(), finding({ rule: 'outer' })];
  const all = fingerprinted(
    drafts,
    ({ rule }) => [rule],
    (text) => text,
  ).map(({ fingerprint }) => fingerprint);

  test('differ for findings that are alike', () => {
    expect(new Set(all).size).toBe(3);
  });

  test('stay when something else is found before them', () => {
    const later = fingerprinted(
      [finding({ rule: 'new' }), ...drafts],
      ({ rule }) => [rule],
      (text) => text,
    );
    expect(later.map(({ fingerprint }) => fingerprint)).toEqual(expect.arrayContaining(all));
  });
});
