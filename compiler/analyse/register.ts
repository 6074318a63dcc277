import { conditionText, constraintTexts } from '../../runtime/contract/condition-text.ts';
import type { Plan, PlanBlock, PlanCondition } from '../../runtime/contract/plan.ts';
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
      rows.push({ layer, mode, name: stated, condition: wholeText(condition), views });
    }
    if (block.otherwise !== 'reject') rows.push(otherwiseRow(layer, block, plan));
  });
  return rows;
}

function otherwiseRow(layer: string, { otherwise }: PlanBlock, { views }: Plan): RegisterRow {
  const judging = views.filter(({ enforcesNothing }) => !enforcesNothing).map(({ name }) => name);
  return { layer, mode: 'otherwise', name: 'shape', condition: otherwise, views: judging };
}

/** A condition on one line, with all that is in it. */
function wholeText(condition: PlanCondition): string {
  switch (condition.kind) {
    case 'any':
    case 'all':
    case 'none':
      return `${conditionText(condition)} { ${condition.conditions.map(wholeText).join(', ')} }`;
    case 'signed':
    case 'allowed': {
      const constraints = constraintTexts(condition.constraints);
      const given = constraints.length === 0 ? '' : ` { ${constraints.join(', ')} }`;
      return `${condition.kind} by ${condition.signers}${given}`;
    }
    case 'covered':
    case 'property':
      return conditionText(condition);
  }
}
