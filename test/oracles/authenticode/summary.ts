import type { Comparison } from './comparison.ts';
import { QUESTIONS, type Question } from './comparison.ts';
import type { Explanation } from './explain.ts';
import type { Row } from './row.ts';
import type { Tool } from './tools.ts';

/** What was compared. */
export interface Compared {
  readonly variants: number;
  readonly comparisons: readonly Comparison[];
  readonly rows: readonly Row[];
}

/** The figures of a run: files, comparisons by tool and question, and what each row explains. */
export function renderExplanation(explanation: Explanation, { variants, comparisons, rows }: Compared): string {
  const { agreements, explainedOnce, unexplained, explained } = explanation;
  const asked = new Map<string, number>();
  for (const { tool, question } of comparisons) {
    const label = labelOf(tool, question);
    asked.set(label, (asked.get(label) ?? 0) + 1);
  }
  return [
    `${variants} variants, ${comparisons.length} comparisons: ${agreements} agree,`,
    `${explainedOnce} differ and are explained, ${unexplained.length} differ and are not`,
    '',
    ...[...asked].sort().map(([label, count]) => `${String(count).padStart(6)}  ${label}`),
    '',
    ...rows.map(({ name }) => `${String(explained.get(name) ?? 0).padStart(6)}  ${name}`),
  ].join('\n');
}

function labelOf(tool: Tool, question: Question): string {
  return `${tool}: ${QUESTIONS[question]}`;
}
