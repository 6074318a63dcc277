import { FormatError } from '../bytes/format-error.ts';
import type { Layer } from './layer.ts';
import { sectionText } from './section-text.ts';

/**
 * The assignments of an os-release text, quotes taken off (systemd os-release(5)).
 *
 * A value is bare letters, digits and such as need no quotes, or the whole of it stands in one pair of quotes; in double
 * quotes a backslash takes the meaning from `"`, `$`, a backtick and itself. What shells and systemd's own reader would
 * read differently (an expansion, quotes in the middle, a second value for a name) is refused, not guessed. A bare value of
 * a `.profile` goes on to the end of its line, spaces and all: no shell reads it (systemd src/boot/util.c
 * `line_get_key_value`).
 *
 * @param layer of kind `osrel` or `profile`.
 * @throws FormatError `os-release-line`, `os-release-duplicate`, `text-not-utf8`, `text-after-nul`.
 */
export function readOsRelease(layer: Layer): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const lines = sectionText(layer.bytes, layer.path).split('\n');
  for (const [index, line] of lines.entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const { name, value } = readAssignment(trimmed, { layer, number: index + 1 });
    const earlier = fields.get(name);
    if (earlier !== undefined && earlier !== value) {
      throw lineFault({ layer, number: index + 1 }, ['os-release-duplicate', `gives \`${name}\` another value`]);
    }
    fields.set(name, value);
  }
  return fields;
}

/**
 * What the text assigns to the name that an assignment is about, written the same way; empty when it does not.
 *
 * @param assignment `NAME=value`, as a policy writes it.
 */
export function assignmentLike(layer: Layer, assignment: string): string {
  const name = assignment.slice(0, assignment.indexOf('='));
  const value = readOsRelease(layer).get(name);
  return value === undefined ? '' : `${name}=${value}`;
}

interface LinePlace {
  readonly layer: Layer;
  /** From 1. */
  readonly number: number;
}

interface Assignment {
  readonly name: string;
  readonly value: string;
}

function readAssignment(line: string, place: LinePlace): Assignment {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
  if (match === null) throw lineFault(place, ['os-release-line', 'is not `NAME=value`']);
  const [, name = '', raw = ''] = match;
  const value = unquoted(raw, place.layer.kind === 'profile' ? /["'\\]/ : /[\s"'\\$`;&|<>()*?{}[\]!#]/);
  if (value === null) throw lineFault(place, ['os-release-line', `has quotes that readers of \`${name}\` disagree on`]);
  return { name, value };
}

/** Null when the value is not written as os-release(5) asks for. */
function unquoted(raw: string, notBare: RegExp): string | null {
  if (raw.startsWith("'")) return /^'([^']*)'$/.exec(raw)?.[1] ?? null;
  if (!raw.startsWith('"')) return notBare.test(raw) ? null : raw;
  const inner = /^"((?:[^"\\$`]|\\.)*)"$/.exec(raw)?.[1] ?? null;
  return inner === null ? null : inner.replace(/\\(["$`\\])/g, '$1');
}

function lineFault({ layer, number }: LinePlace, [code, text]: readonly [code: string, text: string]): FormatError {
  const what = `line ${number} of the text ${text}`;
  return new FormatError({ code, text: what, layer: layer.path, offsetBytes: 0, lengthBytes: 0 });
}
