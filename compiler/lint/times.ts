import { requirementsIn } from '../check/additions.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import type { LintContext } from './context.ts';
import { writtenBlocks } from './walk.ts';

/** Warns of days from which a requirement holds that have come already. */
export function lintTimes({ checked, options, report }: LintContext): void {
  const today = options.at?.slice(0, 10);
  if (today === undefined) return;
  for (const { name, from } of writtenBlocks(checked.policy.statements).flatMap(requirementsIn)) {
    if (from === null || from.text > today) continue;
    const fix = { span: { start: name.span.end, end: from.span.end }, replacement: '', certainty: 'certain' } as const;
    const values = { name: name.text, date: from.text };
    const help = `leave \`from ${from.text}\` out: it says nothing any more`;
    report(diagnose('BP0523', { values, at: from.span, help, fix, notes: [`checked for ${today}`] }));
  }
}
