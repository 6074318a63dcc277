import type { CheckedPolicy } from './check.ts';

/** The most work that one verdict can be: the product of three numbers, of which the file gives the last. */
export interface CostBound {
  /** Requirements, counted at every place where they apply. */
  readonly requirements: number;
  /** Places where the policy declares layers. */
  readonly layers: number;
  readonly views: number;
  /** One line for people. */
  readonly text: string;
}

/** Bounds the cost of evaluating a policy: requirements × layers × signatures, in each view. */
export function costBound({ reach, scope }: CheckedPolicy): CostBound {
  const { requirements, layers } = reach;
  const views = Math.max(1, scope.views.length);
  const text = `at most ${counted(requirements, 'requirement')} × ${counted(layers, 'declared layer')} × the signatures of each layer, in ${counted(views, 'view')}`;
  return { requirements, layers, views, text };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
