import { type BootStage, isRefusal } from '../trust/boot-stage.ts';
import type { BootWalk } from '../trust/boots.ts';
import type { BootsReport } from './boots-schema.ts';
import type { SkippedReport } from './skipped-schema.ts';

/** One file of a run: its walk through the machine, or why it could not be read. */
export type WalkedFile =
  | { readonly file: string; readonly walk: BootWalk }
  | { readonly file: string; readonly error: string };

/** The whole run as one value of the published schema. */
export function bootsReport(machine: string, files: readonly WalkedFile[], skipped?: SkippedReport): BootsReport {
  return {
    version: 1,
    machine,
    files: files.map(fileReport),
    ...(skipped === undefined ? {} : { skipped: { ...skipped } }),
  };
}

function fileReport(walked: WalkedFile): BootsReport['files'][number] {
  const { file } = walked;
  if ('error' in walked) return { file, error: walked.error, verdict: 'undecided', refusal: null, stages: [] };
  const { verdict, stages } = walked.walk;
  const refusal = stages.find(isRefusal);
  return {
    file,
    error: null,
    verdict,
    refusal: refusal === undefined ? null : stageReport(refusal),
    stages: stages.map(stageReport),
  };
}

function stageReport({
  name,
  program,
  verdict,
  rule,
  reason,
}: BootStage): BootsReport['files'][number]['stages'][number] {
  return {
    name,
    program,
    verdict,
    rule: rule?.code ?? null,
    reason,
    offsetBytes: rule?.offsetBytes ?? null,
    lengthBytes: rule?.lengthBytes ?? null,
    source: rule?.source ?? null,
  };
}
