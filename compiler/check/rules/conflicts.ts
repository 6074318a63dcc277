import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { Condition, PropertyCondition } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';

/** Reports properties in one `all of` that no layer can have together with an earlier one. */
export function checkConflicts(conditions: readonly Condition[], context: CheckContext): void {
  const properties: PropertyCondition[] = [];
  collectProperties(conditions, properties);
  const strictest = new Map<string, PropertyCondition>();
  for (const later of properties) {
    const earlier = strictest.get(oppositeOf(later));
    if (earlier !== undefined && excludes(earlier, later)) {
      const conflict = `\`${textOf(earlier)}\` and \`${textOf(later)}\``;
      const others = [{ span: earlier.span, text: 'excluded by this' }];
      context.report(diagnose('BP0210', { values: { conflict }, at: later.span, others }));
    }
    const same = strictest.get(sideOf(later));
    if (same === undefined || isStricter(later, same)) strictest.set(sideOf(later), later);
  }
}

function collectProperties(conditions: readonly Condition[], found: PropertyCondition[]): void {
  for (const condition of conditions) {
    if (condition.kind === 'property') found.push(condition);
    else if (condition.kind === 'all') collectProperties(condition.conditions, found);
  }
}

/** What a property bounds: `size >=`, `sbat linux >=`, `is`. */
function sideOf({ name, argument, operator }: PropertyCondition): string {
  return `${name.text} ${argument?.text ?? ''} ${operator?.text ?? ''}`;
}

/** The side that could contradict it: the other bound, or the same question about text. */
function oppositeOf({ name, argument, operator }: PropertyCondition): string {
  const opposite = operator?.text === '>=' ? '<=' : operator?.text === '<=' ? '>=' : (operator?.text ?? '');
  return `${name.text} ${argument?.text ?? ''} ${opposite}`;
}

function excludes(left: PropertyCondition, right: PropertyCondition): boolean {
  const [one, two] = [left.value, right.value];
  if (one?.kind === 'number' && two?.kind === 'number') {
    return left.operator?.text === '>=' ? one.value > two.value : two.value > one.value;
  }
  return one?.kind === 'text' && two?.kind === 'text' && isSettled(left.name.text, one.value, two.value);
}

/** Whether a layer has one answer to the question, so that two different ones exclude each other. */
function isSettled(property: string, one: string, two: string): boolean {
  const isOneField = property === 'field' && nameOfField(one) === nameOfField(two);
  return one !== two && (property === 'is' || property === 'release' || isOneField);
}

function nameOfField(assignment: string): string {
  return assignment.slice(0, assignment.indexOf('='));
}

function isStricter({ value, operator }: PropertyCondition, than: PropertyCondition): boolean {
  if (value?.kind !== 'number' || than.value?.kind !== 'number') return false;
  return operator?.text === '>=' ? value.value > than.value.value : value.value < than.value.value;
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
