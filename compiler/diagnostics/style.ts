/** How the parts of a rendered diagnostic are painted; each function wraps a text without changing its letters. */
export interface DiagnosticStyle {
  readonly error: Paint;
  readonly warning: Paint;
  readonly title: Paint;
  /** Line numbers, frame lines, file names. */
  readonly frame: Paint;
  readonly primary: Paint;
  readonly secondary: Paint;
  readonly help: Paint;
}

export type Paint = (text: string) => string;

const asItIs: Paint = (text) => text;

/** No colour. */
export const PLAIN_STYLE: DiagnosticStyle = {
  error: asItIs,
  warning: asItIs,
  title: asItIs,
  frame: asItIs,
  primary: asItIs,
  secondary: asItIs,
  help: asItIs,
};
