import { type Connection, type Diagnostic, DiagnosticSeverity, type TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { PolicyTestReport } from '../../index.ts';
import { type Diagnostic as Fault, policyPaths } from '../../compiler/index.ts';
import { diagnosticsOf, faultsOf } from './diagnostics.ts';
import type { LspHost } from './host.ts';
import { type PolicyDocument, policyDocument } from './policy-document.ts';

/** The policies that are open in the editor, each version read once and checked when typing pauses. */
export interface OpenPolicies {
  /** The newest version of a policy; null for one that is not open. */
  get(uri: string): PolicyDocument | null;
  /** The newest version of every open policy. */
  all(): readonly PolicyDocument[];
  /** What is wrong with the newest version. */
  faults(document: PolicyDocument): readonly Fault[];
  /** The tests of exactly this version, when they were run. */
  tests(document: PolicyDocument): PolicyTestReport | null;
  keepTests(document: PolicyDocument, report: PolicyTestReport): void;
  /** Checks soon, and tells the editor unless the text has changed by then. */
  checkSoon(uri: string): void;
  /** Checks every open policy anew: a file that one names has changed. */
  checkAll(): void;
  /** The same for files that have changed: the text of an open policy is the editor's, whatever its own file holds. */
  checkBeside(changed: readonly string[]): void;
  close(uri: string): void;
}

interface OpenPolicy {
  readonly document: PolicyDocument;
  faults: readonly Fault[] | null;
  tests: PolicyTestReport | null;
}

/** Typing must pause so long before a policy is checked; it is not put off for longer than the second number. */
const PAUSE_MILLISECONDS = 120;
const LONGEST_PAUSE_MILLISECONDS = 400;

/** Keeps what is known of the documents that the editor has open. */
export function openPolicies(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  host: LspHost,
): OpenPolicies {
  const paths = policyPaths();
  const read = new Map<string, OpenPolicy>();
  const waiting = new Map<string, { readonly timer: ReturnType<typeof setTimeout>; readonly since: number }>();

  const entry = (uri: string): OpenPolicy | null => {
    const text = documents.get(uri);
    if (text === undefined) return null;
    const known = read.get(uri);
    if (known?.document.version === text.version) return known;
    const readFile = (path: string) => host.readFile(uri, path);
    const listFolder = (path: string) => host.listFolder(uri, path);
    const document = policyDocument({ uri, version: text.version, text: text.getText(), readFile, listFolder }, paths);
    const opened = { document, faults: null, tests: null };
    read.set(uri, opened);
    return opened;
  };
  const faultsIn = (policy: OpenPolicy): readonly Fault[] =>
    (policy.faults ??= faultsOf(policy.document, host.today()));
  const publish = (uri: string): void => {
    waiting.delete(uri);
    const policy = entry(uri);
    if (policy === null) return;
    const { document, tests } = policy;
    const diagnostics = [...diagnosticsOf(faultsIn(policy), document), ...failures(tests)];
    void connection.sendDiagnostics({ uri, version: document.version, diagnostics });
  };
  const checkSoon = (uri: string): void => {
    const pending = waiting.get(uri);
    const since = pending?.since ?? host.now();
    if (pending) clearTimeout(pending.timer);
    const left = Math.max(0, since + LONGEST_PAUSE_MILLISECONDS - host.now());
    const timer = setTimeout(() => publish(uri), Math.min(PAUSE_MILLISECONDS, left));
    waiting.set(uri, { timer, since });
  };
  const checkAnew = (uris: readonly string[]): void => {
    for (const uri of uris) {
      read.delete(uri);
      checkSoon(uri);
    }
  };
  return {
    get: (uri) => entry(uri)?.document ?? null,
    all: () => documents.keys().flatMap((uri) => entry(uri)?.document ?? []),
    faults: ({ uri }) => {
      const policy = entry(uri);
      return policy === null ? [] : faultsIn(policy);
    },
    tests: ({ uri, version }) => {
      const policy = entry(uri);
      return policy?.document.version === version ? policy.tests : null;
    },
    keepTests: ({ uri, version }, report) => {
      const policy = entry(uri);
      if (policy?.document.version !== version) return;
      policy.tests = report;
      publish(uri);
    },
    checkSoon,
    checkAll: () => checkAnew([...read.keys()]),
    checkBeside: (changed) => checkAnew([...read.keys()].filter((uri) => changed.some((other) => other !== uri))),
    close: (uri) => {
      clearTimeout(waiting.get(uri)?.timer);
      waiting.delete(uri);
      read.delete(uri);
      void connection.sendDiagnostics({ uri, diagnostics: [] });
    },
  };
}

/** Failed expectations of the last run, at their places. */
function failures(report: PolicyTestReport | null): readonly Diagnostic[] {
  return (report?.tests ?? []).flatMap((test) =>
    test.failures.map(({ place, text, reasons }) => {
      const start = { line: place.line - 1, character: 0 };
      return {
        range: { start, end: { line: place.line, character: 0 } },
        severity: DiagnosticSeverity.Error,
        source: 'bootpol test',
        message: [text, ...reasons].join('\n'),
      };
    }),
  );
}
