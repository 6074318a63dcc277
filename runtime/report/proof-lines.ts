import type { Reason } from '../contract/judgement.ts';
import type { Proof } from '../contract/subject.ts';
import type { Outcome } from '../contract/vocabulary.ts';
import { type Entry, fitsOneLine, layOut, plain, styled } from './columns.ts';
import { conditionText } from '../contract/condition-text.ts';
import type { Line, Span } from './paint.ts';
import { printable } from './printable.ts';

/** How much of a proof is shown: what failed, or everything. */
export type Detail = 'brief' | 'explain';

/** Which outcome helps acceptance: `false` under `forbid` and `none of`. */
export type Wanted = 'true' | 'false';

/** Most reasons shown under one condition unless everything is. */
const BRIEF_REASON_LIMIT = 6;

/** The branches under a condition, each with its own reasons. */
export function branchLines(proof: Proof, place: { indent: number; detail: Detail; wanted: Wanted }): readonly Line[] {
  const wanted = proof.condition.kind === 'none' ? opposite(place.wanted) : place.wanted;
  const failing = (child: Proof): boolean => child.outcome !== wanted;
  const shown =
    place.detail === 'explain' || !proof.children.some(failing) ? proof.children : proof.children.filter(failing);
  const ordered = isAlternative(proof, place.wanted) ? closestFirst(shown, wanted) : shown;
  return ordered.flatMap((child) => nodeLines(child, { ...place, wanted }));
}

/** Text after the first words of a condition with branches, when their order says something. */
export function branchNote(proof: Proof, wanted: Wanted): string {
  return isAlternative(proof, wanted) && proof.outcome !== wanted && proof.children.length > 1
    ? ' (closest branch first)'
    : '';
}

/** Reasons under a condition, each with its place at the right. */
export function reasonLines(reasons: readonly Reason[], place: { indent: number; detail: Detail }): readonly Line[] {
  const shown = place.detail === 'explain' ? reasons : reasons.slice(0, BRIEF_REASON_LIMIT);
  const lines = shown.flatMap((reason) =>
    layOut({
      indent: place.indent,
      hanging: place.indent + 2,
      left: [plain(printable(reason.text))],
      right: reasonPlace(reason),
    }),
  );
  const rest = reasons.length - shown.length;
  if (rest === 0) return lines;
  return [...lines, [plain(' '.repeat(place.indent)), styled('faint', `and ${rest} more (all with --explain)`)]];
}

/** `uki/.initrd @ 0x01a4000`; no offset at the start of a layer. */
export function reasonPlace(reason: Reason): string {
  const layer = printable(reason.layer);
  return reason.offsetBytes === 0 ? layer : `${layer} @ 0x${reason.offsetBytes.toString(16).padStart(7, '0')}`;
}

/** The mark of an outcome: fine, not fine, not known. */
function markOf(outcome: Outcome, wanted: Wanted): Span {
  if (outcome === wanted) return styled('good', '✓');
  return outcome === 'undecided' ? styled('doubt', '?') : styled('bad', '✗');
}

function nodeLines(proof: Proof, place: { indent: number; detail: Detail; wanted: Wanted }): readonly Line[] {
  const { indent, wanted } = place;
  const mark = markOf(proof.outcome, wanted);
  const text = printable(conditionText(proof.condition)) + branchNote(proof, wanted);
  const head: Entry = { indent, hanging: indent + 4, left: [mark, plain(` ${text}`)], right: '' };
  const [reason, ...others] = proof.reasons;
  if (proof.children.length > 0) return [...layOut(head), ...branchLines(proof, { ...place, indent: indent + 4 })];
  if (reason === undefined) return layOut(head);
  const joined: Entry = {
    ...head,
    left: [mark, plain(` ${text}  ${printable(reason.text)}`)],
    right: reasonPlace(reason),
  };
  if (others.length === 0 && fitsOneLine(joined)) return layOut(joined);
  return [...layOut(head), ...reasonLines(proof.reasons, { indent: indent + 4, detail: place.detail })];
}

/** Whether one child of the wanted outcome would do: `any of` where it must hold, `all of` where it must not. */
function isAlternative(proof: Proof, wanted: Wanted): boolean {
  const kind = proof.condition.kind;
  return wanted === 'true' ? kind === 'any' : kind === 'all' || kind === 'none';
}

function closestFirst(proofs: readonly Proof[], wanted: Wanted): readonly Proof[] {
  return proofs
    .map((proof) => ({ proof, distance: distance(proof, wanted) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ proof }) => proof);
}

/** How many leaves would have to come out otherwise for the condition to come out as wanted. */
function distance(proof: Proof, wanted: Wanted): number {
  if (proof.outcome === wanted) return 0;
  const below = proof.condition.kind === 'none' ? opposite(wanted) : wanted;
  const distances = proof.children.map((child) => distance(child, below));
  if (distances.length === 0) return 1;
  return isAlternative(proof, wanted) ? Math.min(...distances) : distances.reduce((sum, each) => sum + each, 0);
}

function opposite(wanted: Wanted): Wanted {
  return wanted === 'true' ? 'false' : 'true';
}
