import type {
  Plan,
  PlanBlock,
  PlanCondition,
  PlanConstraints,
  PlanPropertyCondition,
  PlanTest,
} from '../../runtime/contract/plan.ts';
import { visitBlocks } from '../lower/walk.ts';

/** One requirement at one place, as reviewers read it. */
export interface RegisterRow {
  /** Kinds from the outermost to the layer itself, such as `uki/initrd`. */
  readonly layer: string;
  /** `require`, `forbid`, `warn`, or `otherwise` for what a block lets through undeclared. */
  readonly mode: string;
  readonly name: string;
  readonly condition: string;
  /** Views that enforce it, in the order of the policy. */
  readonly views: readonly string[];
}

/** A policy as a list of its requirements, in the order of its artifacts; a block that applies at several places is listed at each. */
export function registerOf(plan: Plan): readonly RegisterRow[] {
  const rows: RegisterRow[] = [];
  visitBlocks(plan.artifacts, (block, above) => {
    const layer = [...above, block].map(({ kind }) => kind).join('/');
    for (const { name, mode, from, condition } of block.requirements) {
      const views = plan.views.filter(({ enforce }) => enforce.includes(name)).map((view) => view.name);
      const stated = from === null ? name : `${name} from ${from}`;
      rows.push({ layer, mode, name: stated, condition: conditionText(condition), views });
    }
    if (block.otherwise !== 'reject') rows.push(otherwiseRow(layer, block, plan));
  });
  return rows;
}

function otherwiseRow(layer: string, { otherwise }: PlanBlock, { views }: Plan): RegisterRow {
  const judging = views.filter(({ enforcesNothing }) => !enforcesNothing).map(({ name }) => name);
  return { layer, mode: 'otherwise', name: 'shape', condition: otherwise, views: judging };
}

/** A condition on one line, as a policy states it. */
function conditionText(condition: PlanCondition): string {
  switch (condition.kind) {
    case 'any':
    case 'all':
    case 'none':
      return `${condition.kind} of { ${condition.conditions.map(conditionText).join(', ')} }`;
    case 'covered':
      return `covered by ${condition.signers}`;
    case 'signed':
    case 'allowed': {
      const constraints = constraintTexts(condition.constraints);
      const given = constraints.length === 0 ? '' : ` { ${constraints.join(', ')} }`;
      return `${condition.kind} by ${condition.signers}${given}`;
    }
    case 'property':
      return propertyText(condition);
  }
}

function constraintTexts(given: PlanConstraints): readonly string[] {
  return [
    ...(given.scheme === 'authenticode' ? [] : [`scheme ${given.scheme}`]),
    ...(given.digests === null ? [] : [`digest in { ${given.digests.join(', ')} }`]),
    ...(given.keys ?? []).map(({ family, leastBits }) => `key ${family} >= ${leastBits}`),
    ...(given.validity === 'profile' ? [] : [VALIDITIES[given.validity]]),
    ...(given.count === 1 ? [] : [`count >= ${given.count}`]),
    ...(given.timestamped ? ['timestamped'] : []),
  ];
}

const VALIDITIES = { 'at-signing': 'valid at signing', now: 'valid now', ignored: 'validity ignored' } as const;

function propertyText({ property, argument, test }: PlanPropertyCondition): string {
  const value = testText(test);
  return [property, ...(argument === null ? [] : [argument]), ...(value === '' ? [] : [value])].join(' ');
}

function testText(test: PlanTest): string {
  switch (test.kind) {
    case 'words-in':
      return `in { ${test.words.join(', ')} }`;
    case 'digest-in':
      return `in { ${test.digests.map(({ algorithm, hex }) => `${algorithm}:${hex}`).join(', ')} }`;
    case 'at-most':
      return `<= ${sizeText(test.value)}`;
    case 'at-least':
      return `>= ${sizeText(test.value)}`;
    case 'flag':
      return '';
    case 'text':
      return JSON.stringify(test.text);
  }
}

function sizeText(value: number): string {
  for (const [unit, bytes] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (value >= bytes && value % bytes === 0) return `${value / bytes} ${unit}`;
  }
  return String(value);
}
