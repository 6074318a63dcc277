import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver';
import { compile } from '../../index.ts';
import type { Diagnostic as Fault, Source } from '../../compiler/index.ts';
import { rangeOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';
import { fileUri } from './policy-files.ts';

/** Everything that is wrong with a policy, as its compiler says it. @param today `YYYY-MM-DD`, for waivers that have ended. */
export function faultsOf({ reading, readFile }: PolicyDocument, today: string): readonly Fault[] {
  const { source } = reading;
  return compile(source.text, { fileName: source.name, reading, readFile, at: today }).diagnostics;
}

/** The same as an editor shows it: the primary place, with notes and help in the message and other places beside it. */
export function diagnosticsOf(faults: readonly Fault[], { reading, uri }: PolicyDocument): readonly Diagnostic[] {
  return faults.map((fault) => {
    const [primary, ...others] = fault.labels;
    const span = primary?.span ?? { start: 0, end: 0 };
    return {
      range: rangeOf(reading.source, seen(span, reading.source)),
      severity: fault.severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
      code: fault.code,
      ...(IDLE.includes(fault.code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
      source: 'bootpol',
      message: messageOf(fault),
      relatedInformation: others.flatMap(({ span: place, text, source = reading.source }) => {
        // An imported file is called by its path from here.
        const target = source === reading.source ? uri : fileUri(uri, source.name);
        const message = text === '' ? 'see here' : text;
        return target === null ? [] : [{ location: { uri: target, range: rangeOf(source, place) }, message }];
      }),
    };
  });
}

/** What could as well not be there: editors show it faded. */
const IDLE: readonly string[] = ['BP0502', 'BP0504', 'BP0508', 'BP0510', 'BP0526'];

function messageOf({ title, labels, notes, help }: Fault): string {
  const label = labels[0]?.text ?? '';
  const lines = [label === '' ? title : `${title}: ${label}`, ...notes];
  return [...lines, ...(help === null ? [] : [`help: ${help}`])].join('\n');
}

/** Editors show nothing of an empty range: one character at least. */
function seen({ start, end }: { readonly start: number; readonly end: number }, { text }: Source) {
  return end > start ? { start, end } : { start: Math.max(0, Math.min(start, text.length - 1)), end: start + 1 };
}
