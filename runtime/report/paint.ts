/** What a piece of a report means; the caller decides how that looks. */
export type Role = 'plain' | 'good' | 'bad' | 'doubt' | 'strong' | 'faint';

/** Puts a role's look around a text without changing how many columns it takes. */
export type Paint = (role: Role, text: string) => string;

/** No looks at all: for files, pipes and tests. */
export const plainPaint: Paint = (_role, text) => text;

/** A stretch of text with one meaning. */
export interface Span {
  readonly role: Role;
  readonly text: string;
}

export type Line = readonly Span[];

/** Joins lines, painted, without white space at their ends; the result ends with a line end unless it is empty. */
export function paintLines(lines: readonly Line[], paint: Paint): string {
  return lines
    .map(
      (line) =>
        `${trimEnd(line)
          .map((span) => paintSpan(span, paint))
          .join('')}\n`,
    )
    .join('');
}

function paintSpan(span: Span, paint: Paint): string {
  return span.role === 'plain' ? span.text : paint(span.role, span.text);
}

function trimEnd(line: Line): Line {
  const last = line[line.length - 1];
  if (last === undefined || !last.text.endsWith(' ')) return line;
  const text = last.text.trimEnd();
  return text === '' ? trimEnd(line.slice(0, -1)) : [...line.slice(0, -1), { role: last.role, text }];
}
