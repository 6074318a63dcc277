import { printable } from './printable.ts';
import { reasonPlace } from './proof-lines.ts';
import {
  fingerprinted,
  type RunCase,
  type RunFinding,
  type RunReport,
  type RunRule,
  type TextHash,
} from './run-report.ts';
import type { SimulatedFile, SimulationCell, SimulationPolicy, SimulationReport } from './simulation-schema.ts';

/**
 * What `bootpol simulate` found: one case for every view of every policy and every file.
 *
 * What a simulated policy refuses is what the run was to find out and fails nothing: it is a warning, and what an
 * accepted image leaves unprotected is a note. Only a file that cannot be read is an error.
 */
export function runOfSimulation(report: SimulationReport, hash: TextHash): RunReport {
  return {
    command: 'simulate',
    cases: report.files.flatMap((file) => casesOf({ file, policies: report.policies, hash })),
    rules: RULES,
  };
}

const UNREADABLE = 'unreadable-file';
const UNPROTECTED = 'unprotected-bytes';
const REFUSED = 'refused-by-view';

const RULES: readonly RunRule[] = [
  { rule: UNREADABLE, title: 'every file must be readable', page: null },
  { rule: REFUSED, title: 'the view must be handed something that it can load', page: null },
  { rule: UNPROTECTED, title: 'what is loaded should be covered by an enforced requirement', page: null },
];

interface Simulated {
  readonly file: SimulatedFile;
  readonly policies: readonly SimulationPolicy[];
  readonly hash: TextHash;
}

type Draft = Omit<RunFinding, 'fingerprint'>;

const NOTHING = { place: null, asked: null, waiver: null, fix: null, state: null, certainty: 'decided' } as const;

function casesOf({ file, policies, hash }: Simulated): readonly RunCase[] {
  const name = printable(file.file);
  const common = { name, file: name, line: null };
  const { image, error } = file;
  if (image === null) {
    const message = printable(error ?? 'it was not judged');
    const draft: Draft = { ...NOTHING, rule: UNREADABLE, level: 'error', certainty: 'undecided', message };
    const findings = fingerprinted([draft], () => ['simulate', name, UNREADABLE], hash);
    return [
      { ...common, suite: 'simulate', group: null, sha256: null, outcome: 'undecided', word: 'undecided', findings },
    ];
  }
  return image.cells.map((cell) => {
    const suite = printable(policies[cell.policy]?.name ?? '');
    const identity = ['simulate', suite, cell.view, name];
    return {
      ...common,
      suite,
      group: cell.view,
      sha256: image.sha256,
      outcome: 'passed',
      word: cell.verdict,
      findings: fingerprinted(draftsOf(cell), ({ rule }) => [...identity, rule], hash),
    };
  });
}

function draftsOf(cell: SimulationCell): readonly Draft[] {
  const certainty = cell.verdict === 'undecided' ? 'undecided' : 'decided';
  const refusals = cell.reasons.map(({ requirement, text, layer, offsetBytes }): Draft => {
    const at = { layer: printable(layer), offsetBytes, lengthBytes: 0 };
    return {
      ...NOTHING,
      rule: requirement ?? REFUSED,
      level: 'warning',
      certainty,
      message: `at ${cell.view}: ${printable(text)} (${reasonPlace({ ...at, code: '', text: '' })})`,
      place: { kind: 'bytes', ...at },
    };
  });
  const open = cell.unprotected.map(({ layer, text }): Draft => {
    const place = { kind: 'bytes', layer: printable(layer), offsetBytes: 0, lengthBytes: 0 } as const;
    return { ...NOTHING, rule: UNPROTECTED, level: 'note', message: `at ${cell.view}: ${printable(text)}`, place };
  });
  return [...refusals, ...open];
}
