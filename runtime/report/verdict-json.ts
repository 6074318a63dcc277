import type { Reason } from '../contract/judgement.ts';
import type { PolicyName } from '../contract/plan.ts';
import type { RequirementVerdict, Verdict, ViewVerdict } from '../contract/verdict.ts';
import type { SkippedReport } from './skipped-schema.ts';
import type { VerdictReport, VerdictReportFile, VerdictReportReason } from './verdict-schema.ts';

/** One file of a run: its verdict, or why it could not be read (which counts as undecided). */
export type JudgedFile =
  | { readonly file: string; readonly verdict: Verdict }
  | { readonly file: string; readonly error: string };

/** The whole run as one value of the published schema. */
export function verdictReport(
  policy: PolicyName & { readonly digest: string },
  files: readonly JudgedFile[],
  skipped?: SkippedReport,
): VerdictReport {
  const { name, version, description, digest } = policy;
  return {
    version: 1,
    policy: { name, version, description, digest },
    files: files.map(fileReport),
    ...(skipped === undefined ? {} : { skipped: { ...skipped } }),
  };
}

function fileReport(judged: JudgedFile): VerdictReportFile {
  if ('error' in judged) {
    return { file: judged.file, sha256: null, verdict: 'undecided', error: judged.error, views: [] };
  }
  const { sha256, verdict, views } = judged.verdict;
  return { file: judged.file, sha256, verdict, error: null, views: views.map(viewReport) };
}

function viewReport(view: ViewVerdict): VerdictReportFile['views'][number] {
  return {
    name: view.name,
    verdict: view.verdict,
    reasons: view.reasons.map(reasonReport),
    requirements: view.requirements.map(requirementReport),
  };
}

function requirementReport(
  requirement: RequirementVerdict,
): VerdictReportFile['views'][number]['requirements'][number] {
  const { name, mode, layer, outcome, waiver, place } = requirement;
  const own = requirement.reasons.length > 0 ? requirement.reasons : (requirement.proof?.reasons ?? []);
  return {
    name,
    mode,
    layer,
    outcome,
    waiver,
    place: place === null ? null : { file: place.file, line: place.line, column: place.column },
    reasons: own.map(reasonReport),
  };
}

function reasonReport(reason: Reason): VerdictReportReason {
  const { code, text, layer, offsetBytes, lengthBytes } = reason;
  return { code, text, layer, offsetBytes, lengthBytes };
}
