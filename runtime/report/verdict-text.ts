import type { PlanPlace } from '../contract/plan.ts';
import type { RequirementVerdict, Verdict, ViewVerdict } from '../contract/verdict.ts';
import type { VerdictName } from '../contract/vocabulary.ts';
import { layOut, plain, styled } from './columns.ts';
import { conditionText } from '../contract/condition-text.ts';
import { type Line, type Paint, paintLines, type Role, type Span } from './paint.ts';
import { printable } from './printable.ts';
import { branchLines, branchNote, type Detail, reasonLines, reasonPlace, type Wanted } from './proof-lines.ts';

export interface VerdictTextOptions {
  readonly detail: Detail;
  readonly paint: Paint;
}

/**
 * A verdict for people: one line for every view that accepts, and under a view that does not, each requirement that
 * is in the way, its failing branches (the closest first), and the place in the file.
 *
 * @param file the name that the caller knows the file by.
 * @returns lines of at most 80 columns.
 */
export function renderVerdictText(file: string, verdict: Verdict, options: VerdictTextOptions): string {
  const lines = groupsOf(verdict, options.detail).flatMap(({ names, view }) => [
    ...headLines({ file, verdict, view, names }),
    ...viewLines(view, options.detail),
  ]);
  return paintLines(lines, options.paint);
}

/** Views with nothing to tell share one line. */
function groupsOf(verdict: Verdict, detail: Detail): readonly { names: readonly string[]; view: ViewVerdict }[] {
  const quiet = verdict.views.filter((view) => view.verdict === 'accept' && detail === 'brief');
  const told = verdict.views.filter((view) => !quiet.includes(view)).map((view) => ({ names: [view.name], view }));
  const [first] = quiet;
  return first === undefined ? told : [{ names: quiet.map((view) => view.name), view: first }, ...told];
}

interface Head {
  readonly file: string;
  readonly verdict: Verdict;
  readonly view: ViewVerdict;
  readonly names: readonly string[];
}

function headLines({ file, verdict, view, names }: Head): readonly Line[] {
  const { word, role } = VERDICT_WORDS[view.verdict];
  const { name, version } = verdict.policy;
  const policy = `${printable(name)}${version === null ? '' : ` v${version}`}`;
  const left = [
    styled(role, word),
    plain('  '),
    styled('strong', printable(file)),
    plain(`   ${policy}   at ${names.join(', ')}`),
  ];
  return layOut({ indent: 0, hanging: 8, left, right: '' });
}

const VERDICT_WORDS: Readonly<Record<VerdictName, { readonly word: string; readonly role: Role }>> = {
  accept: { word: 'ACCEPT', role: 'good' },
  'accept-with-warnings': { word: 'ACCEPT (with warnings)', role: 'doubt' },
  'accept-waived': { word: 'ACCEPT (waived)', role: 'doubt' },
  reject: { word: 'REJECT', role: 'bad' },
  undecided: { word: 'UNDECIDED', role: 'doubt' },
};

function viewLines(view: ViewVerdict, detail: Detail): readonly Line[] {
  const shown = view.requirements.filter((requirement) => detail === 'explain' || requirement.outcome !== 'satisfied');
  const nameColumns = Math.min(16, Math.max(0, ...shown.map((requirement) => requirement.name.length)));
  const role = view.verdict === 'reject' ? styled('bad', '✗') : styled('doubt', '?');
  const reasons = view.reasons.flatMap((reason) =>
    layOut({ indent: 2, hanging: 4, left: [role, plain(` ${printable(reason.text)}`)], right: reasonPlace(reason) }),
  );
  return [...reasons, ...shown.flatMap((requirement) => requirementLines(requirement, { nameColumns, detail }))];
}

interface RequirementPlace {
  readonly nameColumns: number;
  readonly detail: Detail;
}

function requirementLines(requirement: RequirementVerdict, { nameColumns, detail }: RequirementPlace): readonly Line[] {
  const { proof, mode, outcome } = requirement;
  const wanted: Wanted = mode === 'forbid' ? 'false' : 'true';
  const words = proof === null ? [] : [conditionText(proof.condition) + branchNote(proof, wanted)];
  const prefix = mode === 'require' || proof === null ? [] : [mode];
  const text = [...prefix, ...words].join(' ') || SHAPE_TEXT;
  const head = layOut({
    indent: 2,
    hanging: 6,
    left: [
      REQUIREMENT_MARKS[outcome],
      plain(' '),
      styled('strong', printable(requirement.name).padEnd(nameColumns)),
      plain(`  ${printable(text)}`),
    ],
    right: placeText(requirement.place),
  });
  return [...head, ...waiverLines(requirement), ...becauseLines(requirement, { detail, wanted })];
}

/** `distro.bootpol:14`: the name without its folders, which the caller knows. */
function placeText(place: PlanPlace | null): string {
  return place === null ? '' : printable(`${place.file.slice(place.file.lastIndexOf('/') + 1)}:${place.line}`);
}

/** The reserved requirement `shape` has no condition of its own. */
const SHAPE_TEXT = 'only declared layers and bytes';

const REQUIREMENT_MARKS: Readonly<Record<RequirementVerdict['outcome'], Span>> = {
  satisfied: styled('good', '✓'),
  violated: styled('bad', '✗'),
  undecided: styled('doubt', '?'),
  waived: styled('doubt', '~'),
  warned: styled('doubt', '!'),
};

function waiverLines(requirement: RequirementVerdict): readonly Line[] {
  if (requirement.waiver === null) return [];
  const left = [plain(`waived: ${printable(requirement.waiver)}`)];
  return layOut({ indent: 6, hanging: 8, left, right: '' });
}

function becauseLines(requirement: RequirementVerdict, place: { detail: Detail; wanted: Wanted }): readonly Line[] {
  const { proof, outcome } = requirement;
  if (outcome === 'satisfied' && place.detail === 'brief') return [];
  if (proof !== null && proof.children.length > 0) return branchLines(proof, { ...place, indent: 6 });
  const reasons = proof !== null && proof.reasons.length > 0 ? proof.reasons : requirement.reasons;
  if (reasons.length > 0) return reasonLines(reasons, { indent: 6, detail: place.detail });
  return layOut({ indent: 6, hanging: 8, left: [plain(NO_REASON)], right: printable(requirement.layer) });
}

const NO_REASON = 'asked of this layer';
