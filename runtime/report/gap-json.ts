import type { ViewGaps, ViewVerdict } from '../contract/verdict.ts';
import type { Examination } from '../evaluate/evaluate.ts';
import type { GapReportFile } from './gap-schema.ts';

/** One file of a run: what was found, or why it could not be read. */
export type ExaminedFile =
  | { readonly file: string; readonly examination: Examination }
  | { readonly file: string; readonly error: string };

/** What each view leaves unprotected of one file, as the published schema has it. */
export function gapFileReport(examined: ExaminedFile): GapReportFile {
  if ('error' in examined) return { file: examined.file, error: examined.error, views: [] };
  const { verdict, gaps } = examined.examination;
  const views = verdict.views.map((view) =>
    viewReport(
      view,
      gaps.find((each) => each.view === view.name),
    ),
  );
  return { file: examined.file, error: null, views };
}

function viewReport(view: ViewVerdict, found: ViewGaps | undefined): GapReportFile['views'][number] {
  const { name, verdict } = view;
  const gaps = (found?.gaps ?? []).map((gap) => ({ ...gap, lost: gap.lost === null ? null : { ...gap.lost } }));
  return { name, verdict, refusedBy: [...refusalsOf(view)], loads: found?.loads ?? 'nothing', gaps };
}

/** Names of the requirements that are in the way, or the codes of what refused the file before them. */
function refusalsOf({ reasons, requirements }: ViewVerdict): readonly string[] {
  const failed = requirements.filter(({ outcome }) => outcome === 'violated' || outcome === 'undecided');
  return [...new Set([...reasons.map(({ code }) => code), ...failed.map(({ name }) => name)])];
}
