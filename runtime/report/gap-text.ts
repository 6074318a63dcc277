import { layOut, plain, styled } from './columns.ts';
import type { GapReport, GapReportFile } from './gap-schema.ts';
import { type Line, type Paint, paintLines } from './paint.ts';
import { printable } from './printable.ts';
import { grouped } from '../bytes/grouped.ts';

/**
 * What a policy leaves unprotected, whatever the file.
 *
 * @returns lines of at most 80 columns.
 */
export function renderPolicyGapsText({ policy, views }: Omit<GapReport, 'files'>, paint: Paint): string {
  const version = policy.version === null ? '' : ` v${policy.version}`;
  const lines = views.flatMap(({ name, gaps }): readonly Line[] => [
    ...heading([styled('strong', `${policy.name}${version}`), plain(`   at ${name}`)]),
    ...(gaps.length === 0 ? entry([styled('good', '✓ '), plain(COVERED)]) : []),
    ...groupedByCause(gaps).flatMap(({ paths, text }) =>
      entry([styled('bad', '! '), styled('strong', paths.join(', ')), plain(`  ${text(name)}`)]),
    ),
  ]);
  return paintLines(lines, paint);
}

const COVERED = 'whatever it loads, a requirement asks for every byte';

type StaticGap = GapReport['views'][number]['gaps'][number];

function groupedByCause(
  gaps: readonly StaticGap[],
): readonly { readonly paths: readonly string[]; readonly text: (view: string) => string }[] {
  return CAUSES.map(({ because, text }) => ({
    paths: gaps.filter((gap) => gap.because === because).map(({ path }) => path),
    text,
  })).filter(({ paths }) => paths.length > 0);
}

const CAUSES = [
  { because: 'unseen', text: (view: string) => `used, though ${view} does not see it` },
  { because: 'unasked', text: (view: string) => `loaded, though no requirement of ${view} asks for it` },
] as const;

/** What each view leaves unprotected of one file. Lines of at most 80 columns. */
export function renderFileGapsText(report: GapReportFile, paint: Paint): string {
  const lines = report.views.flatMap((view): readonly Line[] => [
    ...heading([styled('strong', printable(report.file)), plain(`   at ${view.name}   `), ...verdictOf(view)]),
    ...(view.gaps.length === 0 ? entry([styled('good', '✓ '), plain(view.loads === 'nothing' ? NOTHING : ALL)]) : []),
    ...view.gaps.flatMap(gapLines),
  ]);
  return paintLines(lines, paint);
}

type GapView = GapReportFile['views'][number];

const NOTHING = 'nothing is loaded';
const ALL = 'no byte is loaded that a requirement does not cover';

function verdictOf({ verdict, refusedBy }: GapView): Line {
  if (verdict.startsWith('accept')) return [styled('good', 'accepted')];
  return [styled('bad', verdict === 'reject' ? 'refused' : 'undecided'), plain(`: ${printable(refusedBy.join(', '))}`)];
}

function gapLines({ layer, sizeBytes, uncoveredBytes, text }: GapView['gaps'][number]): readonly Line[] {
  const amount = uncoveredBytes === sizeBytes ? size(sizeBytes) : `${grouped(uncoveredBytes)} of ${size(sizeBytes)}`;
  return [
    ...layOut({
      indent: 2,
      hanging: 6,
      left: [styled('bad', '! '), styled('strong', printable(layer)), plain(`  ${amount}`)],
      right: '',
    }),
    ...layOut({ indent: 6, hanging: 6, left: [plain(printable(text))], right: '' }),
  ];
}

/** `31 MB`, with the bytes where they are few. */
function size(bytes: number): string {
  if (bytes < 100_000) return `${grouped(bytes)} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${bytes < 10_000_000 ? (bytes / 1_000_000).toFixed(1) : String(Math.round(bytes / 1_000_000))} MB`;
}

function heading(left: Line): readonly Line[] {
  return layOut({ indent: 0, hanging: 8, left, right: '' });
}

function entry(left: Line): readonly Line[] {
  return layOut({ indent: 2, hanging: 4, left, right: '' });
}
