import { z } from 'zod';
import { findingsOf, type RunFinding, type RunReport } from './run-report.ts';

/**
 * What an earlier run found, to compare a later one with: written by `--report baseline=FILE`, read by `--baseline FILE`.
 * Only `fingerprint` is compared; the rest is for those who review the file.
 */
export const runBaselineSchema = z.object({
  version: z.literal(1),
  findings: z.array(
    z.object({
      fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
      rule: z.string(),
      name: z.string().describe('the file, or the title of a test'),
      message: z.string(),
    }),
  ),
});

export type RunBaseline = z.infer<typeof runBaselineSchema>;

/** Everything that a run found and that may be lifted later, in an order of its own, so that the file changes little. */
export function baselineOf(report: RunReport): RunBaseline {
  const findings = findingsOf(report)
    .filter(([, { level, certainty }]) => level !== 'note' && certainty === 'decided')
    .map(([{ name }, { fingerprint, rule, message }]) => ({ fingerprint, rule, name, message }))
    .sort((a, b) => order(a.name, b.name) || order(a.rule, b.rule) || order(a.fingerprint, b.fingerprint));
  return { version: 1, findings };
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Reads a baseline file; or says what is wrong with it, in one line. */
export function parseBaseline(text: string): { readonly baseline: RunBaseline } | { readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'it is not JSON' };
  }
  const parsed = runBaselineSchema.safeParse(value);
  if (parsed.success) return { baseline: parsed.data };
  const [issue] = parsed.error.issues;
  return { fault: `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not a baseline'}` };
}

/**
 * Marks the findings that the baseline knows. What cannot be decided is never known: an earlier run says nothing about a
 * file that cannot be read now.
 */
export function comparedWith(baseline: RunBaseline, report: RunReport): RunReport {
  const known = new Set(baseline.findings.map(({ fingerprint }) => fingerprint));
  const stateOf = ({ fingerprint, certainty }: RunFinding): RunFinding['state'] =>
    certainty === 'decided' && known.has(fingerprint) ? 'known' : 'new';
  return {
    ...report,
    cases: report.cases.map((each) => ({
      ...each,
      findings: each.findings.map((finding) => ({ ...finding, state: stateOf(finding) })),
    })),
  };
}
