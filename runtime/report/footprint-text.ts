import { layOut, plain } from './columns.ts';
import type { FootprintReport } from './footprint-schema.ts';
import { type Line, type Paint, paintLines } from './paint.ts';
import { type TableCell, tableLines } from './table.ts';

type FootprintView = FootprintReport['policies'][number]['views'][number];

/** One view of one policy. */
interface Row {
  readonly label: string;
  readonly view: FootprintView;
}

/**
 * What each view must carry, as two tables: what it parses and decodes, and what it verifies; and, for several views,
 * a line with the least and the most.
 *
 * @returns lines of at most 80 columns.
 */
export function renderFootprintText(report: FootprintReport, paint: Paint): string {
  const rows = report.policies.flatMap(({ name, views }) =>
    views.map((view): Row => ({ label: `${name} at ${view.name}`, view })),
  );
  return paintLines([...carried(rows), [], ...verified(rows), ...rangeLines(rows)], paint);
}

const LABEL = { title: 'view', columns: 36 } as const;

function carried(rows: readonly Row[]): readonly Line[] {
  const columns = [LABEL, { title: 'parsers', columns: 18 }, { title: 'decoders', columns: 22 }];
  return tableLines(
    columns,
    rows.map(({ label, view }) => [labelled(label), words(view.parsers), words(view.decoders)]),
  );
}

/** Views that verify alike share a row; the most common way stands last. */
function verified(rows: readonly Row[]): readonly Line[] {
  const columns = [
    LABEL,
    { title: 'signatures', columns: 13 },
    { title: 'digests', columns: 14 },
    { title: 'keys', columns: 11 },
  ];
  const ways = waysOf(rows).sort((left, right) => left.length - right.length);
  const cells = ways.map((way, index) => {
    const rest = index === ways.length - 1 && way.length > 1;
    const label = rest
      ? ways.length === 1
        ? 'every view'
        : 'every other view'
      : way.map((row) => row.label).join(', ');
    const view = way[0]?.view;
    return [labelled(label), words(view?.schemes ?? []), words(view?.digests ?? []), words(view?.keys ?? [])];
  });
  return tableLines(columns, cells);
}

/** Views with the same signatures, digests and keys. */
function waysOf(rows: readonly Row[]): Row[][] {
  const ways = new Map<string, Row[]>();
  for (const row of rows) {
    const { schemes, digests, keys } = row.view;
    const key = JSON.stringify([schemes, digests, keys]);
    const way = ways.get(key) ?? [];
    ways.set(key, [...way, row]);
  }
  return [...ways.values()];
}

function labelled(text: string): TableCell {
  return { text, role: 'strong' };
}

function words(list: readonly string[]): TableCell {
  return list.length === 0 ? { text: 'none', role: 'faint' } : { text: list.join(' '), role: 'plain' };
}

/** "from 1 parser and no decoder (…) to 3 parsers and 6 decoders (…)". */
function rangeLines(rows: readonly Row[]): readonly Line[] {
  const sorted = [...rows].sort((left, right) => sizeOf(left.view) - sizeOf(right.view));
  const first = sorted[0];
  const last = sorted[sorted.length - 1];
  if (first === undefined || last === undefined || sizeOf(first.view) === sizeOf(last.view)) return [];
  const text = `from ${amounts(first)} to ${amounts(last)}`;
  return [[], ...layOut({ indent: 0, hanging: 2, left: [plain(text)], right: '' })];
}

function sizeOf({ parsers, decoders }: FootprintView): number {
  return parsers.length + decoders.length;
}

function amounts({ label, view }: Row): string {
  return `${amount(view.parsers.length, 'parser')} and ${amount(view.decoders.length, 'decoder')} (${label})`;
}

function amount(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}
