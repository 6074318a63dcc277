import { type CodeAction, CodeActionKind, type Range, type WorkspaceEdit } from 'vscode-languageserver';
import type { Diagnostic as Fault, Fix } from '../../compiler/index.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { offsetOf, rangeOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';

/** A fix for every fault that touches a range and has one; and one action for all fixes of the policy where there are several. */
export function codeActionsAt(document: PolicyDocument, range: Range, faults: readonly Fault[]): readonly CodeAction[] {
  const { source } = document.reading;
  const [start, end] = [offsetOf(source, range.start), offsetOf(source, range.end)];
  const fixable = faults.filter(({ fix }) => fix !== null);
  const here = fixable.filter(({ labels, fix }) =>
    [labels[0]?.span, fix?.span].some((span) => span !== undefined && span.start <= end && start <= span.end),
  );
  if (here.length === 0) return [];
  const actions = here.flatMap((fault) => (fault.fix === null ? [] : [fixAction(fault, fault.fix, document)]));
  const all = disjoint(fixable.flatMap(({ fix }) => (fix === null ? [] : [fix])));
  return all.length < 2 ? actions : [...actions, allAction(all, document)];
}

function fixAction(fault: Fault, fix: Fix, document: PolicyDocument): CodeAction {
  return {
    title: titleOf(fix, document),
    kind: CodeActionKind.QuickFix,
    diagnostics: [...diagnosticsOf([fault], document)],
    isPreferred: true,
    edit: editOf([fix], document),
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

function allAction(fixes: readonly Fix[], document: PolicyDocument): CodeAction {
  return {
    title: `apply all ${String(fixes.length)} fixes of this policy`,
    kind: `${CodeActionKind.SourceFixAll}.bootpol`,
    edit: editOf(fixes, document),
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

/** An edit of this version alone: an editor that has gone on refuses it. */
function editOf(fixes: readonly Fix[], { uri, version, reading }: PolicyDocument): WorkspaceEdit {
  const edits = fixes.map(({ span, replacement }) => ({ range: rangeOf(reading.source, span), newText: replacement }));
  return { documentChanges: [{ textDocument: { uri, version }, edits }] };
}
