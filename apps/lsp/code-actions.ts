import { type CodeAction, CodeActionKind, type Range, type TextEdit, type WorkspaceEdit } from 'vscode-languageserver';
import { allowanceFor, applyFixes, type Diagnostic as Fault, type Fix } from '../../compiler/index.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { editsTo } from './formatting.ts';
import { offsetOf, rangeOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';

/** What an editor asks for: a range, and the kinds of action that it wants; null for all. */
export interface ActionsWanted {
  readonly range: Range;
  readonly only: readonly string[] | null;
}

/** The kind of the action that makes the certain fixes of a policy, as `bootpol check --fix` does; editors may run it on saving. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.bootpol`;

/**
 * For every fault that touches a range its fix, where it has one, and for every warning an allowance whose reason is left to the
 * author; and one action for all fixes of the policy, where there are several.
 */
export function codeActionsAt(
  document: PolicyDocument,
  { range, only }: ActionsWanted,
  faults: readonly Fault[],
): readonly CodeAction[] {
  const here = touching(faults, range, document);
  return [
    ...(isWanted(CodeActionKind.QuickFix, only) ? quickFixes(here, faults, document) : []),
    ...(isWanted(FIX_ALL, only) ? fixAllActions(faults, document) : []),
  ];
}

/** Kinds are hierarchies: `source` asks for `source.fixAll` too. */
function isWanted(kind: string, only: ActionsWanted['only']): boolean {
  return only?.some((each) => each === '' || kind === each || kind.startsWith(`${each}.`)) ?? true;
}

function touching(faults: readonly Fault[], range: Range, { reading: { source } }: PolicyDocument): readonly Fault[] {
  const [start, end] = [offsetOf(source, range.start), offsetOf(source, range.end)];
  return faults.filter(({ labels, fix }) =>
    [labels[0]?.span, fix?.span].some((span) => span !== undefined && span.start <= end && start <= span.end),
  );
}

function quickFixes(here: readonly Fault[], faults: readonly Fault[], document: PolicyDocument): readonly CodeAction[] {
  const fixable = here.flatMap((fault) => (fault.fix === null ? [] : [fixAction(fault, fault.fix, document)]));
  const together = faults.filter(({ code }) => !REVIEWED.includes(code));
  const all = disjoint(together.flatMap(({ fix }) => (fix === null ? [] : [fix])));
  const every =
    here.some((fault) => together.includes(fault) && fault.fix !== null) && all.length > 1
      ? [everyFixAction(all, document)]
      : [];
  return [...fixable, ...every, ...allowances(here, document)];
}

/** Digests of imports are written one by one: each says that somebody has looked at that file. */
const REVIEWED: readonly string[] = ['BP0702', 'BP0703'];

function fixAction(fault: Fault, fix: Fix, document: PolicyDocument): CodeAction {
  return {
    title: titleOf(fix, document),
    kind: CodeActionKind.QuickFix,
    diagnostics: [...diagnosticsOf([fault], document)],
    isPreferred: true,
    edit: editOf(fixEdits([fix], document), document),
  };
}

function titleOf({ span, replacement }: Fix, { reading }: PolicyDocument): string {
  const old = reading.source.text.slice(span.start, span.end);
  if (replacement.trim() === '') return `remove ${shown(old)}`;
  return old.trim() === '' ? `insert ${shown(replacement)}` : `replace ${shown(old)} with ${shown(replacement)}`;
}

function shown(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return `\`${line.length > 40 ? `${line.slice(0, 39)}…` : line}\``;
}

function everyFixAction(fixes: readonly Fix[], document: PolicyDocument): CodeAction {
  return {
    title: `apply all ${String(fixes.length)} fixes of this policy`,
    kind: CodeActionKind.QuickFix,
    edit: editOf(fixEdits(fixes, document), document),
  };
}

/** Fixes that do not touch one another: of two that do, the first. */
function disjoint(fixes: readonly Fix[]): readonly Fix[] {
  const kept: Fix[] = [];
  for (const fix of [...fixes].sort((a, b) => a.span.start - b.span.start)) {
    const last = kept.at(-1);
    if (last === undefined || fix.span.start > last.span.end) kept.push(fix);
  }
  return kept;
}

/** One allowance for each code of a line: it speaks of all that the line has of it. */
function allowances(here: readonly Fault[], document: PolicyDocument): readonly CodeAction[] {
  const actions = new Map<string, CodeAction>();
  for (const fault of here) {
    const allowance = allowanceFor(fault, document.reading.source);
    const key = `${fault.code} ${String(allowance?.span.start)}`;
    if (allowance === null || actions.has(key)) continue;
    actions.set(key, {
      title: `allow ${fault.code} here, and say why`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [...diagnosticsOf([fault], document)],
      edit: editOf(fixEdits([allowance], document), document),
    });
  }
  return [...actions.values()];
}

function fixAllActions(faults: readonly Fault[], document: PolicyDocument): readonly CodeAction[] {
  const { source } = document.reading;
  const { text, fixes } = applyFixes(source.text, faults);
  if (fixes === 0) return [];
  const title = `fix what has one right answer (${String(fixes)} ${fixes === 1 ? 'place' : 'places'})`;
  return [{ title, kind: FIX_ALL, edit: editOf(editsTo(text, source), document) }];
}

function fixEdits(fixes: readonly Fix[], { reading }: PolicyDocument): readonly TextEdit[] {
  return fixes.map(({ span, replacement }) => ({ range: rangeOf(reading.source, span), newText: replacement }));
}

/** An edit of this version alone: an editor that has gone on refuses it. */
function editOf(edits: readonly TextEdit[], { uri, version }: PolicyDocument): WorkspaceEdit {
  return { documentChanges: [{ textDocument: { uri, version }, edits: [...edits] }] };
}
