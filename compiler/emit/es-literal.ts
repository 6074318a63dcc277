/**
 * A plain JSON value as source text of ECMAScript, laid out for reading. Objects that have a name are written as that.
 *
 * Everything but printable ASCII is escaped, and so is `<`: the text can neither end a literal nor, embedded in a page,
 * the element around it.
 */
export function literal(value: unknown, names: ReadonlyMap<object, string>, indent = ''): string {
  if (typeof value === 'string') return escaped(JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const name = names.get(value);
  if (name !== undefined) return name;
  const inner = `${indent}  `;
  const members = Array.isArray(value)
    ? value.map((element) => literal(element, names, inner))
    : Object.entries(value).map(([key, member]) => `${keyText(key)}: ${literal(member, names, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const line = members.join(', ');
  if (!line.includes('\n') && indent.length + line.length <= LINE_COLUMNS) return `${open}${line}${close}`;
  return `${open}\n${members.map((member) => `${inner}${member},\n`).join('')}${indent}${close}`;
}

/** A text for a comment of one line. */
export function commentText(text: string): string {
  return text.replace(/[^ -~]|[<>`]/gu, '?');
}

const LINE_COLUMNS = 100;

/** `"__proto__"` as a key would set the prototype. */
function keyText(key: string): string {
  if (/^[A-Za-z]\w*$/.test(key)) return key;
  return key === '__proto__' ? '["__proto__"]' : escaped(JSON.stringify(key));
}

function escaped(json: string): string {
  return json.replace(/[^ -~]|</g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
