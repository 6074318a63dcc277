import {
  type CheckReport,
  type CheckReportDiagnostic,
  type Compiled,
  type Diagnostic,
  fingerprinted,
  printable,
  type RunCase,
  type RunFinding,
  type RunReport,
  type RunRule,
} from '../../index.ts';
import { DIAGNOSTICS, isDiagnosticCode, placeOf, type Source, type Span } from '../../compiler/index.ts';
import { sha256Hex } from './sha256.ts';

/** One policy of a run of `check`; `error`: it could not be read or written. */
export type CheckedPolicy =
  | { readonly file: string; readonly compiled: Compiled }
  | { readonly file: string; readonly error: string };

/** What `bootpol check --format json` prints. */
export function checkReport(checked: readonly CheckedPolicy[]): CheckReport {
  return {
    version: 1,
    policies: checked.map((each) => {
      if ('error' in each) return { file: each.file, error: each.error, policy: null, diagnostics: [] };
      const { plan } = each.compiled;
      const policy = plan === null ? null : { ...plan.policy, digest: plan.digest };
      return {
        file: each.file,
        error: null,
        policy: policy && { name: policy.name, version: policy.version, digest: policy.digest },
        diagnostics: toldOf(each.compiled).map((told) => diagnosticOf(told, each.compiled.source)),
      };
    }),
  };
}

interface Told {
  readonly diagnostic: Diagnostic;
  /** Why the policy allows it; null: it does not. */
  readonly allowed: string | null;
}

function toldOf({ diagnostics, allowed }: Compiled): readonly Told[] {
  return [
    ...diagnostics.map((diagnostic) => ({ diagnostic, allowed: null })),
    ...allowed.map(({ diagnostic, because }) => ({ diagnostic, allowed: because })),
  ];
}

function diagnosticOf({ diagnostic, allowed }: Told, source: Source): CheckReportDiagnostic {
  const { code, severity, title, labels, notes, help, fix } = diagnostic;
  return {
    code,
    severity,
    title,
    places: labels.map((label) => ({ ...regionOf(label.source ?? source, label.span), text: label.text })),
    notes: [...notes],
    help,
    fix: fix && { ...regionOf(source, fix.span), replacement: fix.replacement, certainty: fix.certainty },
    allowed,
  };
}

function regionOf(source: Source, { start, end }: Span): Omit<CheckReportDiagnostic['places'][number], 'text'> {
  const [from, to] = [placeOf(source, start), placeOf(source, end)];
  return { file: source.name, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** What `bootpol check` found: one case for each policy, one finding for each diagnostic. */
export function runOfDiagnostics(checked: readonly CheckedPolicy[]): RunReport {
  const codes = new Set(checked.flatMap((each) => ('error' in each ? [] : toldOf(each.compiled).map(codeOf))));
  return { command: 'check', cases: checked.map(caseOf), rules: [UNREADABLE_RULE, ...[...codes].flatMap(ruleOf)] };
}

function codeOf({ diagnostic }: Told): string {
  return diagnostic.code;
}

const UNREADABLE = 'unreadable-policy';
const UNREADABLE_RULE: RunRule = { rule: UNREADABLE, title: 'every policy must be readable', page: null };

function ruleOf(code: string): readonly RunRule[] {
  if (!isDiagnosticCode(code)) return [];
  const { title, page } = DIAGNOSTICS[code];
  return [{ rule: code, title: title.replaceAll(/\{\w+\}/g, '…'), page }];
}

function caseOf(checked: CheckedPolicy): RunCase {
  const file = printable(checked.file);
  const drafts =
    'error' in checked
      ? [unreadable(checked.error)]
      : toldOf(checked.compiled).map((told) => draftOf(told, checked.compiled.source));
  const failed = drafts.some(({ level }) => level === 'error');
  return {
    suite: file,
    group: null,
    name: file,
    file,
    sha256: null,
    line: null,
    outcome: failed ? 'failed' : 'passed',
    word: failed ? 'errors' : drafts.some(({ level }) => level === 'warning') ? 'warnings' : 'sound',
    findings: fingerprinted(drafts, ({ rule, message }) => ['check', file, rule, message], sha256Hex),
  };
}

type Draft = Omit<RunFinding, 'fingerprint'>;

const NOTHING = { asked: null, waiver: null, fix: null, state: null } as const;

function unreadable(error: string): Draft {
  return {
    ...NOTHING,
    rule: UNREADABLE,
    level: 'error',
    certainty: 'undecided',
    message: printable(error),
    place: null,
  };
}

function draftOf({ diagnostic, allowed }: Told, source: Source): Draft {
  const { code, severity, title, labels, notes, help, fix } = diagnostic;
  const [label] = labels;
  const description = help ?? 'apply the fix';
  return {
    ...NOTHING,
    rule: code,
    level: allowed === null ? severity : 'note',
    certainty: 'decided',
    message: [title, ...notes, ...(help === null ? [] : [help])].map(printable).join('\n'),
    place: label === undefined ? null : { kind: 'text', ...regionOf(label.source ?? source, label.span) },
    waiver: allowed === null ? null : printable(allowed),
    fix: fix && {
      description: printable(description),
      place: { kind: 'text', ...regionOf(source, fix.span) },
      replacement: fix.replacement,
    },
  };
}
