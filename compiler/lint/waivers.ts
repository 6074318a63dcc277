import { requirementsIn } from '../check/additions.ts';
import { diagnose, type Fix } from '../diagnostics/diagnostic.ts';
import type { WaiveStatement } from '../syntax/ast.ts';
import type { LintContext } from './context.ts';
import { writtenBlocks } from './walk.ts';

/** Warns of waivers that lift nothing: of requirements that nobody enforces or that only warn, or that another one lifts. */
export function lintWaivers(context: LintContext): void {
  const { scope } = context.checked;
  const modes = modesOf(context);
  const enforced = new Set(context.plan.views.flatMap(({ enforce }) => enforce));
  const earlier: WaiveStatement[] = [];
  for (const waiver of scope.waivers) {
    const { requirement } = waiver;
    const name = requirement.text;
    const onlyWarns = [...(modes.get(name) ?? [])].every((mode) => mode === 'warn') && modes.has(name);
    const wider = earlier.slice(0, COMPARED_WAIVERS).find((other) => lifts(other, waiver));
    if (name !== 'shape' && !enforced.has(name)) {
      context.report(diagnose('BP0513', { values: { name }, at: requirement.span }));
    } else if (onlyWarns) {
      const notes = [`\`${name}\` is a \`warn\`, which refuses nothing`];
      context.report(diagnose('BP0514', { values: { name }, at: requirement.span, notes, fix: removalOf(waiver) }));
    } else if (wider !== undefined) {
      const others = [{ span: wider.requirement.span, text: 'lifts it already, for as long and for as many files' }];
      context.report(diagnose('BP0514', { values: { name }, at: requirement.span, others, fix: removalOf(waiver) }));
    }
    earlier.push(waiver);
  }
}

/** Under which modes a name is required, in the policy and in what it imports. */
function modesOf({ checked: { policy, scope } }: LintContext): ReadonlyMap<string, ReadonlySet<string>> {
  const modes = new Map<string, Set<string>>();
  const blocks = [
    ...writtenBlocks(policy.statements),
    ...scope.imports.flatMap((file) => writtenBlocks([...file.scope.blocks.values()])),
  ];
  for (const { name, mode } of blocks.flatMap(requirementsIn)) {
    modes.set(name.text, (modes.get(name.text) ?? new Set()).add(mode));
  }
  return modes;
}

/** Its reason goes with it, which may be one for another waiver: for people to decide. */
function removalOf({ span }: WaiveStatement): Fix {
  return { span, replacement: '', certainty: 'likely' };
}

/** Waivers are few; a generated list of thousands is not compared pair by pair. */
const COMPARED_WAIVERS = 256;

function lifts(wide: WaiveStatement, narrow: WaiveStatement): boolean {
  if (wide.requirement.text !== narrow.requirement.text || wide.until.text < narrow.until.text) return false;
  if (wide.digests.length === 0) return true;
  return (
    narrow.digests.length > 0 && narrow.digests.every(({ hex }) => wide.digests.some((other) => other.hex === hex))
  );
}
