import { type Comparison, differenceOf } from './comparison.ts';
import type { Row } from './row.ts';
import { dimensionsOf, isSelected } from './variants.ts';

/** What the rows make of the comparisons. */
export interface Explanation {
  readonly agreements: number;
  /** Disagreements that a row explains, by row; a disagreement counts for each of its rows. */
  readonly explained: ReadonlyMap<string, number>;
  /** Disagreements that at least one row explains. */
  readonly explainedOnce: number;
  readonly unexplained: readonly Comparison[];
  /** Parts of rows that explain nothing: a row, a value of it, a party, a rule. */
  readonly idle: readonly string[];
  /** Files on which a tool does not do what a row says it does. */
  readonly contradicted: readonly string[];
}

/** Looks for the rows of every disagreement. */
export function explain(comparisons: readonly Comparison[], rows: readonly Row[]): Explanation {
  const used = new Map<string, number>();
  const unexplained: Comparison[] = [];
  let agreements = 0;
  for (const comparison of comparisons) {
    if (differenceOf(comparison) === null) {
      agreements += 1;
      continue;
    }
    const found = rows.filter((row) => isAbout(row, comparison) && explains(row, comparison));
    if (found.length === 0) unexplained.push(comparison);
    for (const part of found.flatMap((row) => partsUsed(row, comparison))) used.set(part, (used.get(part) ?? 0) + 1);
  }
  const disagreements = comparisons.length - agreements;
  return {
    agreements,
    explained: new Map(rows.map(({ name }) => [name, used.get(name) ?? 0])),
    explainedOnce: disagreements - unexplained.length,
    unexplained,
    idle: rows.flatMap(partsOf).filter((part) => !used.has(part)),
    contradicted: rows.flatMap((row) => contradictions(row, comparisons)),
  };
}

/** Whether the row speaks of this tool, this question and files that are made so. */
function isAbout(row: Row, { tool, question, variant }: Comparison): boolean {
  return (
    row.tool === tool && row.question === question && row.when.some((one) => isSelected(variant.construction, one))
  );
}

function explains(row: Row, comparison: Comparison): boolean {
  return (
    row.difference === differenceOf(comparison) &&
    row.against.includes(comparison.party) &&
    (row.lacks === undefined || row.lacks.includes(comparison.rule ?? '')) &&
    (row.says === undefined || comparison.text.includes(row.says))
  );
}

function partsOf(row: Row): readonly string[] {
  const values = row.when.flatMap((selection, index) =>
    dimensionsOf(selection).flatMap((dimension) => {
      const named = selection[dimension] ?? 'all';
      return named === 'all' ? [] : named.map((value) => `${row.name}: ${index}: ${dimension} ${value}`);
    }),
  );
  return [
    row.name,
    ...values,
    ...row.against.map((party) => `${row.name}: against ${party}`),
    ...(row.lacks ?? []).map((rule) => `${row.name}: lacks ${rule}`),
  ];
}

function partsUsed(row: Row, { variant, party, rule }: Comparison): readonly string[] {
  const values = row.when.flatMap((selection, index) =>
    isSelected(variant.construction, selection)
      ? dimensionsOf(selection).map((one) => `${row.name}: ${index}: ${one} ${variant.construction[one]}`)
      : [],
  );
  return [row.name, ...values, `${row.name}: against ${party}`, `${row.name}: lacks ${rule ?? ''}`];
}

/** Whoever refuses, crashes or has no answer for a reason does so whatever else a file has. */
function contradictions(row: Row, comparisons: readonly Comparison[]): readonly string[] {
  if (row.difference === 'takes' || row.difference === 'another') return [];
  const wrong = comparisons.filter(
    (comparison) =>
      isAbout(row, comparison) &&
      (row.difference === 'crashes' ? comparison.said !== 'crashes' : !isRefusal(comparison)),
  );
  return [...new Set(wrong.map(({ variant, said }) => `${row.name}: ${variant.name}: ${said}`))];
}

function isRefusal({ said }: Comparison): boolean {
  return said === 'refuses' || said === 'crashes' || said === 'none';
}
