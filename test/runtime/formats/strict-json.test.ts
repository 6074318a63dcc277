import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../forge/bytes.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { type JsonNode, readStrictJson } from '../../../runtime/formats/strict-json.ts';

const SOURCE = { layer: 'uki/.pcrsig', code: 'pcrsig-json' };
const read = (text: string) => attempt(() => readStrictJson(utf8(text), SOURCE));

/** What `JSON.parse` would give. */
function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries([...node.members].map(([name, member]) => [name, plain(member)]));
    case 'array':
      return node.items.map(plain);
    case 'string':
      return node.text;
    case 'number':
      return node.value;
    case 'word':
      return node.word === 'null' ? null : node.word === 'true';
  }
}

describe('readStrictJson', () => {
  it.each([
    '{}',
    ' [ 1 , -0.5e+3, 0, true, false, null ] \n',
    '{"a": {"b": [{"c": "d"}]}, "e": ""}',
    '"\\u0041\\n\\\\\\"\\/\\ud83d"',
    '"\\\\u0041"',
    '12345678901234567890',
  ])('reads what JSON.parse reads: %s', (text) => {
    const node = read(text);
    expect(node.ok && plain(node.value)).toEqual(JSON.parse(text));
  });

  it('reads every ASCII value that JSON.stringify writes', () => {
    const ascii = (text: string): string =>
      text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = ascii(JSON.stringify(value));
        const node = read(text);
        expect(node.ok && plain(node.value)).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it.each<readonly [string, string, string, number]>([
    ['a name that comes twice', '{"a":1,"a":1}', '{"a":1,"b":1}', 7],
    ['a comma too many', '[1,]', '[1,2]', 3],
    ['an object that does not end', '{"a":1', '{"a":1}', 6],
    ['text behind', '{}x', '{} ', 2],
    ['a name without quotes', '{a:1}', '{"a":1}', 1],
    ['no colon', '{"a" 1}', '{"a":1}', 5],
    ['a control character', '["\t"]', '[" "]', 2],
    ['a character outside ASCII', '["é"]', '["e"]', 2],
    ['an unknown escape', '["\\x"]', '["\\n"]', 2],
    ['a short escape', '["\\u12"]', '["\\u1234"]', 2],
    ['a number with a leading zero', '[01]', '[10]', 1],
    ['a word', '[nulL]', '[null]', 1],
    ['nothing', '', '0', 0],
  ])('refuses %s', (_, bad, good, offsetBytes) => {
    expect(read(bad)).toMatchObject({ ok: false, finding: { code: 'pcrsig-json', layer: 'uki/.pcrsig', offsetBytes } });
    expect(read(good).ok).toBe(true);
  });

  it('refuses deep nesting without recursing into it', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(read(nested(16)).ok).toBe(true);
    expect(read(nested(17))).toMatchObject({ ok: false, finding: { offsetBytes: 16 } });
    expect(read(nested(500_000))).toMatchObject({ ok: false, finding: { offsetBytes: 16 } });
    expect(read('{"a":'.repeat(200_000)).ok).toBe(false);
  });
});
