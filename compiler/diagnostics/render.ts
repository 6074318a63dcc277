import type { Source } from '../../grammar/source.ts';
import type { Diagnostic } from './diagnostic.ts';
import { framesOf, gutterWidth } from './frame.ts';
import { type DiagnosticStyle, PLAIN_STYLE } from './style.ts';
import { printable, wrapText } from './text.ts';

/** How a diagnostic is laid out. */
export interface RenderOptions {
  readonly style: DiagnosticStyle;
  /** Columns that the text may fill, at least 40. */
  readonly widthColumns: number;
}

/** Plain text, 80 columns. */
export const PLAIN_RENDERING: RenderOptions = { style: PLAIN_STYLE, widthColumns: 80 };

/** One diagnostic as people read it: title, source frame, notes, help. Lines end in LF, the last one too. */
export function renderDiagnostic(diagnostic: Diagnostic, source: Source, options = PLAIN_RENDERING): string {
  const { style, widthColumns } = options;
  const head = `${diagnostic.severity}[${diagnostic.code}]`;
  const title = wrapText(`${head}: ${printable(diagnostic.title)}`, widthColumns, 2);
  const first = (title[0] ?? '').slice(head.length);
  const lines = [style[diagnostic.severity](head) + style.title(first), ...title.slice(1).map(style.title)];
  const gutter = gutterWidth(diagnostic.labels, source);
  lines.push(...framesOf(diagnostic.labels, source, { ...options, gutter, severity: diagnostic.severity }));
  for (const note of diagnostic.notes) lines.push(...remark('', note, { gutter, widthColumns, paint: style.frame }));
  if (diagnostic.help !== null) {
    lines.push(...remark('help: ', diagnostic.help, { gutter, widthColumns, paint: style.help }));
  }
  return `${lines.join('\n')}\n`;
}

/** All diagnostics, in the order given, an empty line between two. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  source: Source,
  options = PLAIN_RENDERING,
): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source, options)).join('\n');
}

interface RemarkLayout {
  readonly gutter: number;
  readonly widthColumns: number;
  readonly paint: (text: string) => string;
}

function remark(lead: string, text: string, layout: RemarkLayout): string[] {
  const margin = ' '.repeat(layout.gutter + 1);
  const lines = wrapText(`= ${lead}${printable(text)}`, layout.widthColumns - margin.length, 2 + lead.length);
  return lines.map((line) => margin + layout.paint(line));
}
