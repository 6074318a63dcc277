import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { Condition, PropertyCondition } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';

/** Reports pairs of properties in one `all of` that no layer can have together. */
export function checkConflicts(conditions: readonly Condition[], context: CheckContext): void {
  const properties: PropertyCondition[] = [];
  collectProperties(conditions, properties);
  for (const [index, later] of properties.entries()) {
    const earlier = properties.slice(0, index).find((other) => excludes(other, later));
    if (earlier === undefined) continue;
    const conflict = `\`${textOf(earlier)}\` and \`${textOf(later)}\``;
    const others = [{ span: earlier.span, text: 'excluded by this' }];
    context.report(diagnose('BP0210', { values: { conflict }, at: later.span, others }));
  }
}

function collectProperties(conditions: readonly Condition[], found: PropertyCondition[]): void {
  for (const condition of conditions) {
    if (condition.kind === 'property') found.push(condition);
    else if (condition.kind === 'all') collectProperties(condition.conditions, found);
  }
}

function excludes(left: PropertyCondition, right: PropertyCondition): boolean {
  if (left.name.text !== right.name.text) return false;
  const [one, two] = [left.value, right.value];
  if (one?.kind === 'number' && two?.kind === 'number') {
    if (left.operator?.text === '>=' && right.operator?.text === '<=') return one.value > two.value;
    return left.operator?.text === '<=' && right.operator?.text === '>=' && two.value > one.value;
  }
  if (one?.kind === 'text' && two?.kind === 'text') return left.name.text === 'is' && one.value !== two.value;
  return false;
}

function textOf({ name, operator, value }: PropertyCondition): string {
  if (value?.kind === 'text') return `${name.text} "${value.value}"`;
  if (value?.kind !== 'number') return name.text;
  const scale = UNIT_BYTES[value.unit?.text ?? ''] ?? 1;
  const unit = value.unit === null ? '' : ` ${value.unit.text}`;
  return `${name.text} ${operator?.text ?? ''} ${value.value / scale}${unit}`;
}

/** The units of size and their bytes. */
const UNIT_BYTES: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
