import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { WaiveStatement } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { checkDate, checkDigest } from '../literals.ts';
import { isRequirementName, requirementNames } from '../scope.ts';
import { listed, suggest } from '../wording.ts';

/** Checks that waivers name a requirement, a day and digests that exist. */
export function checkWaivers(context: CheckContext): void {
  for (const waiver of context.scope.waivers) {
    checkWaived(waiver, context);
    for (const digest of waiver.digests) checkDigest(digest, 'waive', context);
    if (checkDate(waiver.until, context)) checkEnded(waiver, context);
  }
}

function checkWaived({ requirement }: WaiveStatement, context: CheckContext): void {
  if (isRequirementName(requirement.text, context.scope) || requirement.text === 'shape') return;
  const names = requirementNames(context.scope);
  const { label, fix } = suggest(requirement, names);
  const notes = names.length === 0 ? [] : [`requirements are: ${listed(names)}`];
  const values = { name: requirement.text };
  context.report(diagnose('BP0110', { values, at: requirement.span, label, notes, fix }));
}

function checkEnded({ requirement, until }: WaiveStatement, context: CheckContext): void {
  const { at } = context.options;
  if (at === undefined || at.slice(0, 10) <= until.text) return;
  const values = { name: requirement.text, date: until.text };
  context.report(diagnose('BP0505', { values, at: until.span, notes: [`checked for ${at.slice(0, 10)}`] }));
}
