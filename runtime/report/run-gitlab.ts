import { findingsOf, type RunCase, type RunFinding, type RunReport } from './run-report.ts';

/**
 * A run as GitLab's code quality report: a JSON list of issues, at the line of the policy that asks for it, since an image
 * has no lines. Source: docs.gitlab.com, "Code Quality", report format.
 */
export function renderRunGitlab(report: RunReport): string {
  return `${JSON.stringify(findingsOf(report).map(issue), null, 2)}\n`;
}

function issue([each, finding]: readonly [RunCase, RunFinding]): object {
  const { rule, message, place, asked, fingerprint, waiver } = finding;
  const text = place?.kind === 'text' ? place : asked;
  const about = text === null || text.file === each.file ? '' : `${each.name}: `;
  const why = waiver === null ? '' : ` (waived: ${waiver})`;
  return {
    description: `${about}${message.split('\n').join('; ')}${why}`,
    check_name: rule,
    fingerprint,
    severity: severityOf(finding),
    location: { path: text?.file ?? each.file, lines: { begin: text?.line ?? 1 } },
  };
}

const SEVERITIES = { error: 'critical', warning: 'minor', note: 'info' } as const;

function severityOf({ level, state }: RunFinding): string {
  return state === 'known' ? 'info' : SEVERITIES[level];
}
