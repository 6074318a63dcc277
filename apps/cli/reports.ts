import {
  baselineOf,
  comparedWith,
  counted,
  findingsOf,
  parseBaseline,
  printable,
  renderRunGithub,
  renderRunGitlab,
  renderRunJunit,
  renderRunMarkdown,
  renderRunSarif,
  type RunBaseline,
  type RunCase,
  type RunReport,
  wrapped,
} from '../../index.ts';
import type { Arguments } from './command.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { VERSION } from './version.ts';

/** Where a run is reported, and what it is compared with. */
export interface Reporting {
  /** What standard output gets. */
  readonly format: RunFormat | 'text';
  /** Files to write besides. */
  readonly targets: readonly ReportTarget[];
  readonly baseline: RunBaseline | null;
}

/** One file to write besides. */
export interface ReportTarget {
  readonly format: RunFormat | 'baseline';
  readonly path: string;
}

const RENDERERS = {
  sarif: (run: RunReport) => renderRunSarif(run, { version: VERSION, informationUri: null }),
  junit: renderRunJunit,
  github: renderRunGithub,
  gitlab: renderRunGitlab,
  markdown: renderRunMarkdown,
} as const;

type RunFormat = keyof typeof RENDERERS | 'json';

/** A run that is over, in both of its forms. */
export interface FinishedRun {
  readonly run: RunReport;
  /** What `--format json` prints. */
  readonly json: () => object;
}

/** Reads `--format`, `--report` and `--baseline`; says what is wrong with them. */
export async function reportingOf(given: Arguments, io: CommandIo): Promise<Reporting | { readonly fault: string }> {
  const targets = targetsOf(given);
  if ('fault' in targets) return targets;
  const format = runFormat(given.values('format')[0] ?? 'text') ?? 'text';
  const [path] = given.values('baseline');
  if (path === undefined) return { format, targets, baseline: null };
  const read = await io.read(path);
  if (!read.ok) return { fault: `cannot read baseline \`${path}\`: ${read.text}` };
  const parsed = parseBaseline(new TextDecoder().decode(read.bytes));
  if ('fault' in parsed) return { fault: `\`${path}\` is no baseline: ${parsed.fault}` };
  return { format, targets, baseline: parsed.baseline };
}

/** Reads `--report`. */
export function targetsOf(given: Arguments): readonly ReportTarget[] | { readonly fault: string } {
  const targets: ReportTarget[] = [];
  for (const written of given.values('report')) {
    const at = written.indexOf('=');
    const format = targetFormat(written.slice(0, Math.max(at, 0)));
    const path = written.slice(at + 1);
    if (format === null || path === '') return { fault: `\`--report\` wants ${TARGETS}=FILE, but got \`${written}\`` };
    if (targets.some((target) => target.path === path)) return { fault: `two reports would be written to \`${path}\`` };
    targets.push({ format, path });
  }
  return targets;
}

const TARGETS = 'json, sarif, junit, github, gitlab, markdown or baseline';

function runFormat(word: string): RunFormat | null {
  switch (word) {
    case 'json':
    case 'sarif':
    case 'junit':
    case 'github':
    case 'gitlab':
    case 'markdown':
      return word;
    default:
      return null;
  }
}

function targetFormat(word: string): ReportTarget['format'] | null {
  return word === 'baseline' ? word : runFormat(word);
}

/** Whether anything but text is wanted: then digests of files are worth their cost. */
export function wantsDigests({ format, targets }: Reporting): boolean {
  return format !== 'text' || targets.some((target) => target.format !== 'baseline');
}

/** Compares the run with the baseline, if there is one. */
export function compared(run: RunReport, { baseline }: Reporting): RunReport {
  return baseline === null ? run : comparedWith(baseline, run);
}

/**
 * Prints the run, unless it was printed as text already, and writes the reports.
 *
 * @returns `usage` where a report cannot be written, or `fine`.
 */
export function publish(finished: FinishedRun, { format, targets, baseline }: Reporting, io: CommandIo): ExitCode {
  if (format !== 'text') io.out(rendered(finished, format));
  else if (baseline !== null) io.out(baselineText(finished.run));
  return writeTargets(targets, (target) => rendered(finished, target), io);
}

/** Writes each report; one that cannot be written does not stop the others. */
export function writeTargets(
  targets: readonly ReportTarget[],
  render: (format: ReportTarget['format']) => string,
  io: CommandIo,
): ExitCode {
  const faults = targets.flatMap((target) => {
    const why = io.write(target.path, new TextEncoder().encode(render(target.format)), 'replace');
    return why === null ? [] : [`cannot write \`${target.path}\`: ${why}`];
  });
  for (const fault of faults) complain(io, fault);
  return faults.length === 0 ? EXIT.fine : EXIT.usage;
}

/** A run in a format of its own. */
export function renderRun(run: RunReport, format: keyof typeof RENDERERS): string {
  return RENDERERS[format](run);
}

function rendered({ run, json }: FinishedRun, format: ReportTarget['format']): string {
  switch (format) {
    case 'json':
      return jsonText(json());
    case 'baseline':
      return jsonText(baselineOf(run));
    default:
      return RENDERERS[format](run);
  }
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** How much is known, and what is new beside it. */
function baselineText(run: RunReport): string {
  const findings = findingsOf(run).map(([, finding]) => finding);
  const known = findings.filter(({ state }) => state === 'known').length;
  const line = `baseline: ${counted(known, 'finding')} known, ${findings.length - known} new\n`;
  const news = known === 0 ? [] : run.cases.flatMap(newsOf);
  const rest = news.length - NEWS_SHOWN;
  return `${line}${news.slice(0, NEWS_SHOWN).join('')}${rest > 0 ? `  new: ${rest} more\n` : ''}`;
}

const NEWS_SHOWN = 20;

/** A note is nothing that anybody must look at. */
function newsOf({ name, group, findings }: RunCase): readonly string[] {
  const news = findings.filter(({ state, level }) => state !== 'known' && level !== 'note');
  const rules = new Set(news.map(({ rule }) => rule));
  const place = group === null ? printable(name) : `${printable(name)} at ${group}`;
  return rules.size === 0 ? [] : [wrapped(`new: ${place}: ${[...rules].join(', ')}`, 2)];
}

/** How a run ends when it is compared with a baseline: findings that the baseline knows fail nothing. */
export function exitOfRun(run: RunReport): ExitCode {
  return gravest(run.cases.map(exitOfCase));
}

function exitOfCase({ outcome, findings }: RunCase): ExitCode {
  if (outcome === 'passed') return EXIT.fine;
  const errors = findings.filter(({ level }) => level === 'error');
  // A failure that no finding explains cannot be known.
  if (errors.length > 0 && errors.every(({ state }) => state === 'known')) return EXIT.fine;
  return outcome === 'failed' ? EXIT.rejected : EXIT.undecided;
}

/** `--max-warnings`: a whole number; no limit when it is left out, null when it is none. */
export function mostWarningsOf(given: Arguments): number | null {
  const [written] = given.values('max-warnings');
  if (written === undefined) return Number.POSITIVE_INFINITY;
  return /^\d{1,9}$/.test(written) ? Number(written) : null;
}

/** Findings that are warnings, and new where there is something to compare with. */
export function warningCount(run: RunReport): number {
  return findingsOf(run).filter(([, { level, state }]) => level === 'warning' && state !== 'known').length;
}
