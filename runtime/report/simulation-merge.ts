import { simulationChanges } from './simulation-changes.ts';
import { simulationColumns } from './simulation-columns.ts';
import { simulationReportSchema, type SimulationReport } from './simulation-schema.ts';

/** A report and the file that it came from. */
export interface NamedReport {
  readonly name: string;
  readonly report: SimulationReport;
}

/** Reads a report of the published schema. Reports of other versions are refused. */
export function parseSimulationReport(
  value: unknown,
): { readonly ok: true; readonly report: SimulationReport } | { readonly ok: false; readonly text: string } {
  const parsed = simulationReportSchema.safeParse(value);
  if (parsed.success) {
    const text = cellFault(parsed.data);
    return text === null ? { ok: true, report: parsed.data } : { ok: false, text };
  }
  const issue = parsed.error.issues.at(0);
  if (issue === undefined) return { ok: false, text: 'it is of another form' };
  return { ok: false, text: `\`${issue.path.join('.')}\`: ${issue.message.toLowerCase()}` };
}

/** Every image must have one cell for every column, or the matrix would show verdicts in the wrong place. */
function cellFault(report: SimulationReport): string | null {
  const columns = simulationColumns(report.policies);
  if (report.baseline !== null && report.policies[report.baseline] === undefined)
    return 'its baseline is none of its policies';
  const wanted = JSON.stringify(columns.map(({ policy, view }) => [policy, view]));
  const odd = report.files.find(
    ({ image }) => image !== null && JSON.stringify(image.cells.map(({ policy, view }) => [policy, view])) !== wanted,
  );
  return odd === undefined ? null : `the cells of \`${odd.file}\` are not those of its policies`;
}

/**
 * Joins reports of one simulation into the report that the whole run would have given.
 *
 * Refused: other policies, other signers, another day, a shard twice, a shard missing.
 */
export function mergeSimulations(
  reports: readonly NamedReport[],
): { readonly ok: true; readonly report: SimulationReport } | { readonly ok: false; readonly text: string } {
  const [first] = reports;
  if (first === undefined) return { ok: false, text: 'there is no report to merge' };
  const text = differenceIn(reports, first) ?? shardFault(reports);
  if (text !== null) return { ok: false, text };
  const files = reports.flatMap(({ report }, place) => report.files.map((file) => ({ file, place })));
  if (first.report.shard !== null) {
    files.sort(({ file: left }, { file: right }) => left.order[0] - right.order[0] || left.order[1] - right.order[1]);
  }
  const offsets = first.report.shard === null ? offsetsOf(reports) : [];
  const whole = {
    ...first.report,
    shard: null,
    files: files.map(({ file, place }) => {
      const order = [file.order[0] + (offsets[place] ?? 0), file.order[1]] as const;
      return { ...file, order };
    }),
    skipped: {
      files: sum(reports, ({ skipped }) => skipped.files),
      initrds: sum(reports, ({ skipped }) => skipped.initrds),
      links: sum(reports, ({ skipped }) => skipped.links),
      packages: sum(reports, ({ skipped }) => skipped.packages),
    },
  };
  return { ok: true, report: { ...whole, changes: simulationChanges(whole) } };
}

/** Whole runs follow each other: the files of each are numbered on from those before. */
function offsetsOf(reports: readonly NamedReport[]): readonly number[] {
  let next = 0;
  return reports.map(({ report }) => {
    const offset = next;
    next += report.files.reduce((most, { order }) => Math.max(most, order[0] + 1), 0);
    return offset;
  });
}

function sum(reports: readonly NamedReport[], of: (report: SimulationReport) => number): number {
  return reports.reduce((total, { report }) => total + of(report), 0);
}

/** What reports of one simulation have in common. */
const SHARED: readonly { readonly what: string; readonly of: (report: SimulationReport) => unknown }[] = [
  {
    what: 'other policies',
    of: ({ policies }) => policies.map(({ name, digest, views }) => [name, digest, views.map((view) => view.name)]),
  },
  { what: 'other signers', of: ({ trust }) => trust.map(({ param, source, digest }) => [param, source, digest]) },
  { what: 'another day (`--at` fixes it)', of: ({ day }) => day },
  { what: 'another initrd beside the files', of: ({ initrd }) => initrd?.sha256 ?? null },
  { what: 'another baseline', of: ({ baseline }) => baseline },
  { what: 'another number of shards', of: ({ shard }) => shard?.of ?? null },
];

function differenceIn(reports: readonly NamedReport[], first: NamedReport): string | null {
  for (const { name, report } of reports) {
    const found = SHARED.find(({ of }) => JSON.stringify(of(report)) !== JSON.stringify(of(first.report)));
    if (found !== undefined) return `\`${name}\` does not belong to \`${first.name}\`: it has ${found.what}`;
  }
  return null;
}

function shardFault(reports: readonly NamedReport[]): string | null {
  const shards = new Map<number, string>();
  for (const { name, report } of reports) {
    if (report.shard === null) continue;
    const { index, of } = report.shard;
    const other = shards.get(index);
    if (other !== undefined) return `\`${other}\` and \`${name}\` are both shard ${index}/${of}`;
    shards.set(index, name);
  }
  const of = reports[0]?.report.shard?.of ?? 0;
  const missing = Array.from({ length: Math.min(of, reports.length + 1) }, (_, index) => index + 1).find(
    (index) => !shards.has(index),
  );
  return missing === undefined ? null : `shard ${missing}/${of} is missing`;
}
