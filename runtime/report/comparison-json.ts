import type { EnforcerVerdict } from '../trust/compare.ts';
import type { ComparisonReport } from './comparison-schema.ts';
import type { SkippedReport } from './skipped-schema.ts';

/** One file of a run: what the enforcers say of it, or why it could not be read. */
export type ComparedFile =
  | { readonly file: string; readonly enforcers: readonly EnforcerVerdict[] }
  | { readonly file: string; readonly error: string };

/** The whole run as one value of the published schema. */
export function comparisonReport(files: readonly ComparedFile[], skipped?: SkippedReport): ComparisonReport {
  return {
    version: 1,
    files: files.map(fileReport),
    ...(skipped === undefined ? {} : { skipped: { ...skipped } }),
  };
}

function fileReport(compared: ComparedFile): ComparisonReport['files'][number] {
  if ('error' in compared) return { file: compared.file, error: compared.error, enforcers: [] };
  return { file: compared.file, error: null, enforcers: compared.enforcers.map(enforcerReport) };
}

function enforcerReport({
  name,
  verdict,
  decisive,
}: EnforcerVerdict): ComparisonReport['files'][number]['enforcers'][number] {
  return {
    name,
    verdict,
    rule: decisive?.code ?? null,
    reason: decisive?.text ?? null,
    offsetBytes: decisive?.offsetBytes ?? null,
    lengthBytes: decisive?.lengthBytes ?? null,
    source: decisive?.source ?? null,
  };
}
