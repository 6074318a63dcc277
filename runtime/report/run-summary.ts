import { grouped } from '../bytes/grouped.ts';
import type { VerdictName } from '../contract/vocabulary.ts';
import { type Paint, type Role } from './paint.ts';

/** The last line of a run over files: how many, and how they came out. Ends with a line end. */
export function renderRunSummary(verdicts: readonly VerdictName[], paint: Paint): string {
  const counts = OUTCOMES.flatMap(({ name, text, role }) => {
    const count = verdicts.filter((verdict) => verdict === name).length;
    return count === 0 ? [] : [paint(role, `${count} ${text}`)];
  });
  return `${counted(verdicts.length, 'file')}: ${counts.join(', ') || 'nothing judged'}\n`;
}

/** `1 file`, `2 files`, `1,024 bytes`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

const OUTCOMES: readonly { readonly name: VerdictName; readonly text: string; readonly role: Role }[] = [
  { name: 'accept', text: 'accepted', role: 'good' },
  { name: 'accept-with-warnings', text: 'accepted with warnings', role: 'doubt' },
  { name: 'accept-waived', text: 'accepted by waiver', role: 'doubt' },
  { name: 'reject', text: 'rejected', role: 'bad' },
  { name: 'undecided', text: 'undecided', role: 'doubt' },
];
