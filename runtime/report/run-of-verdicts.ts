import type { Reason } from '../contract/judgement.ts';
import type { PolicyName } from '../contract/plan.ts';
import type { RequirementVerdict, Verdict, ViewVerdict } from '../contract/verdict.ts';
import type { VerdictName } from '../contract/vocabulary.ts';
import { conditionText } from '../contract/condition-text.ts';
import { printable } from './printable.ts';
import { reasonPlace } from './proof-lines.ts';
import {
  fingerprinted,
  type RunBytes,
  type RunCase,
  type RunFinding,
  type RunReport,
  type RunRule,
  type TextHash,
  textPlace,
} from './run-report.ts';
import type { JudgedFile } from './verdict-json.ts';

/** What `bootpol verify` found: one case for every view of every file, one finding for every requirement in the way. */
export function runOfVerdicts(policy: PolicyName, files: readonly JudgedFile[], hash: TextHash): RunReport {
  const suite = printable(policy.name);
  return {
    command: 'verify',
    cases: files.flatMap((judged) => casesOf(judged, { suite, hash })),
    rules: [UNREADABLE_RULE, ...rulesOf(files)],
  };
}

interface Suite {
  readonly suite: string;
  readonly hash: TextHash;
}

const UNREADABLE = 'unreadable-file';
const UNREADABLE_RULE: RunRule = { rule: UNREADABLE, title: 'every file must be readable', page: null };

function casesOf(judged: JudgedFile, { suite, hash }: Suite): readonly RunCase[] {
  const file = printable(judged.file);
  const common = { suite, name: file, file, line: null };
  if ('error' in judged) {
    const draft = {
      ...NOTHING,
      rule: UNREADABLE,
      level: 'error',
      certainty: 'undecided',
      message: printable(judged.error),
    } as const;
    const findings = fingerprinted([draft], () => ['verify', suite, file, UNREADABLE], hash);
    return [{ ...common, group: null, sha256: null, outcome: 'undecided', word: 'undecided', findings }];
  }
  const { verdict } = judged;
  return verdict.views.map((view) => ({
    ...common,
    group: view.name,
    sha256: verdict.sha256,
    outcome: OUTCOMES[view.verdict],
    word: view.verdict,
    findings: fingerprinted(
      draftsOf(view),
      ({ rule, place }) => ['verify', suite, view.name, file, rule, place?.layer ?? ''],
      hash,
    ),
  }));
}

const NOTHING = { place: null, asked: null, waiver: null, fix: null, state: null } as const;

const OUTCOMES: Readonly<Record<VerdictName, RunCase['outcome']>> = {
  accept: 'passed',
  'accept-with-warnings': 'passed',
  'accept-waived': 'passed',
  reject: 'failed',
  undecided: 'undecided',
};

type Draft = Omit<RunFinding, 'fingerprint' | 'place'> & { readonly place: RunBytes | null };

function draftsOf(view: ViewVerdict): readonly Draft[] {
  const certainty = view.verdict === 'undecided' ? 'undecided' : 'decided';
  const whole = view.reasons.map((reason): Draft => {
    const message = `at ${view.name}: ${printable(reason.text)}`;
    return { ...NOTHING, rule: reason.code, level: 'error', certainty, message, place: bytesOf(reason) };
  });
  const asked = view.requirements.filter(({ outcome }) => outcome !== 'satisfied');
  return [...whole, ...asked.map((requirement) => draftOf(requirement, view.name))];
}

function draftOf(requirement: RequirementVerdict, view: string): Draft {
  const { name, layer, outcome, waiver, place, reasons } = requirement;
  const [first] = reasons;
  return {
    ...NOTHING,
    rule: name,
    level: outcome === 'warned' ? 'warning' : outcome === 'waived' ? 'note' : 'error',
    certainty: outcome === 'undecided' ? 'undecided' : 'decided',
    message: [`at ${view}: ${printable(name)} ${WORDS[outcome]} on ${printable(layer)}`, ...becauseOf(reasons)].join(
      '\n',
    ),
    place: first === undefined ? { kind: 'bytes', layer, offsetBytes: 0, lengthBytes: 0 } : bytesOf(first),
    asked: place === null ? null : textPlace(place),
    waiver: waiver === null ? null : printable(waiver),
  };
}

const WORDS: Readonly<Record<RequirementVerdict['outcome'], string>> = {
  satisfied: 'holds',
  violated: 'does not hold',
  undecided: 'cannot be decided',
  waived: 'does not hold, and is waived',
  warned: 'does not hold yet',
};

/** Most reasons that one message gives. */
const REASON_LIMIT = 6;

function becauseOf(reasons: readonly Reason[]): readonly string[] {
  const told = reasons.slice(0, REASON_LIMIT).map((reason) => `${printable(reason.text)} (${reasonPlace(reason)})`);
  const rest = reasons.length - told.length;
  return rest === 0 ? told : [...told, `and ${rest} more`];
}

function bytesOf({ layer, offsetBytes, lengthBytes }: Reason): RunBytes {
  return { kind: 'bytes', layer: printable(layer), offsetBytes, lengthBytes };
}

/** Every requirement that was asked, by name; two of one name are one requirement in two shapes. */
function rulesOf(files: readonly JudgedFile[]): readonly RunRule[] {
  const rules = new Map<string, Set<string>>();
  for (const requirement of files.flatMap((judged) => ('verdict' in judged ? requirementsOf(judged.verdict) : []))) {
    const titles = rules.get(requirement.name) ?? new Set();
    rules.set(requirement.name, titles.add(titleOf(requirement)));
  }
  return [...rules].map(([rule, titles]) => ({ rule, title: [...titles].join('; '), page: null }));
}

function requirementsOf(verdict: Verdict): readonly RequirementVerdict[] {
  return verdict.views.flatMap((view) => view.requirements);
}

function titleOf({ mode, proof }: RequirementVerdict): string {
  return proof === null ? 'only declared layers and bytes' : printable(`${mode} ${conditionText(proof.condition)}`);
}
