import type { PlanCondition, PlanConstraints, PlanPropertyCondition } from './plan.ts';
import { PROPERTIES } from './properties.ts';

/** A condition as the policy writes it, on one line; of `any of { … }` and its kin only the first words. */
export function conditionText(condition: PlanCondition): string {
  switch (condition.kind) {
    case 'any':
      return 'any of';
    case 'all':
      return 'all of';
    case 'none':
      return 'none of';
    case 'covered':
      return `covered by ${condition.signers}`;
    case 'signed':
    case 'allowed': {
      const parts = constraintTexts(condition.constraints);
      return `${condition.kind} by ${condition.signers}${parts.length === 0 ? '' : ` { ${parts.join('  ')} }`}`;
    }
    case 'property':
      return propertyText(condition);
  }
}

function propertyText(condition: PlanPropertyCondition): string {
  return [condition.property, condition.argument, testText(condition)].filter(Boolean).join(' ');
}

/** The constraints of a signature condition as the policy writes them, one by one; none for what nobody asked. */
export function constraintTexts(constraints: PlanConstraints): readonly string[] {
  return [
    constraints.scheme === 'authenticode' ? [] : [`scheme ${constraints.scheme}`],
    constraints.digests === null ? [] : [`digest in { ${constraints.digests.join(', ')} }`],
    (constraints.keys ?? []).map((key) => `key ${key.family} >= ${key.leastBits}`),
    validityText(constraints.validity),
    constraints.count > 1 ? [`count >= ${constraints.count}`] : [],
    constraints.timestamped ? ['timestamped'] : [],
  ].flat();
}

function validityText(validity: PlanConstraints['validity']): readonly string[] {
  switch (validity) {
    case 'profile':
      return [];
    case 'ignored':
      return ['validity ignored'];
    case 'now':
      return ['valid now'];
    case 'at-signing':
      return ['valid at signing'];
  }
}

function testText({ property, test }: PlanPropertyCondition): string {
  const number = PROPERTIES[property].form.kind === 'size' ? sizeText : String;
  switch (test.kind) {
    case 'words-in':
      return `in { ${test.words.join(', ')} }`;
    case 'digest-in':
      return `in { ${test.digests.map(({ algorithm, hex }) => `${algorithm}:${hex}`).join(', ')} }`;
    case 'at-most':
      return `<= ${number(test.value)}`;
    case 'at-least':
      return `>= ${number(test.value)}`;
    case 'flag':
      return '';
    case 'text':
      return JSON.stringify(test.text);
  }
}

/** The largest unit of the language that divides the size. */
function sizeText(bytes: number): string {
  const unit = SIZE_UNITS.find(([, unitBytes]) => bytes > 0 && bytes % unitBytes === 0);
  return unit === undefined ? String(bytes) : `${bytes / unit[1]} ${unit[0]}`;
}

const SIZE_UNITS = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const;
