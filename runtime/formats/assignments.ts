/**
 * Reads the assignments of an os-release file or a `.profile` section: `NAME=value`, one a line (os-release(5)).
 *
 * A value may stand in single or in double quotes, in which `\\` takes the next character as it is. Comments, and lines
 * that are no assignment, are passed over, as systemd does (src/basic/env-file.c); of several for one name the last counts.
 * Cost: linear.
 */
export function readAssignments(text: string): ReadonlyMap<string, string> {
  const assignments = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) assignments.set(name, unquoted(value.trim()));
  }
  return assignments;
}

function unquoted(value: string): string {
  const quote = value[0];
  const isQuoted = value.length > 1 && (quote === '"' || quote === "'") && value.endsWith(quote);
  const inner = isQuoted ? value.slice(1, -1) : value;
  return isQuoted && quote === "'" ? inner : inner.replace(/\\(.)/g, '$1');
}
