import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { context, element, integer, octetString, oid, sequence } from '../../../forge/der.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { DER_DEPTH_LIMIT, DER_NODE_LIMIT, readDer } from '../../../runtime/signing/der.ts';
import { objectIdentifier, octetsOf } from '../../../runtime/signing/der-fields.ts';

const PLACE = { layer: 'pe', offsetBytes: 1000 };

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function codeOf(input: Uint8Array): string | null {
  const read = attempt(() => readDer(input, PLACE));
  return read.ok ? null : read.finding.code;
}

describe('readDer', () => {
  it.each([
    ['a SEQUENCE of two INTEGERs', '30 06 020101 020102'],
    ['a length of 128 in two octets', `04 8180 ${'00'.repeat(128)}`],
    ['an INTEGER with a leading zero that it needs', '02 02 0080'],
    ['a BOOLEAN of ff', '01 01 ff'],
    ['a BIT STRING with zero unused bits', '03 02 0780'],
    ['a BIT STRING without any octet, as NSS writes it', '03 00'],
  ])('takes %s as DER', (_, hex) => {
    expect(readDer(bytes(hex), PLACE).deviation).toBeNull();
  });

  it.each([
    ['a length in more octets than needed', '30 8103 020101', 1],
    ['a length with a leading zero', `04 820080 ${'00'.repeat(128)}`, 1],
    ['an indefinite length', '30 80 020101 0000', 1],
    ['an INTEGER with a leading zero that it does not need', '02 02 0001', 0],
    ['a negative INTEGER with a leading ff that it does not need', '02 02 ff80', 0],
    ['a BOOLEAN of 01', '01 01 01', 0],
    ['a BIT STRING whose unused bits are not zero', '03 02 0781', 0],
    ['an OCTET STRING in pieces', '24 04 0402 0102', 0],
  ])('takes %s for BER and says where', (_, hex, offsetBytes) => {
    expect(readDer(bytes(hex), PLACE).deviation?.offsetBytes).toBe(offsetBytes);
  });

  it.each([
    ['nothing', '', 'der-truncated'],
    ['a tag alone', '30', 'der-truncated'],
    ['contents that end early', '30 05 020101', 'der-truncated'],
    ['a member longer than its parent', '30 03 020501', 'der-truncated'],
    ['a length of five octets', '30 85 0000000001 00', 'der-length'],
    ['an indefinite length on a primitive element', '04 80 0000', 'der-length'],
    ['an end-of-contents with a length', '30 80 0001', 'der-length'],
    ['a tag number above 30', '1f 21 00', 'der-tag'],
    ['an end-of-contents alone', '00 00', 'der-tag'],
    ['a primitive SEQUENCE', '10 00', 'der-tag'],
    ['a constructed INTEGER', '22 03 020101', 'der-tag'],
    ['an empty INTEGER', '02 00', 'der-content'],
    ['a BOOLEAN of two bytes', '01 02 ffff', 'der-content'],
    ['a NULL with contents', '05 01 00', 'der-content'],
    ['an empty OBJECT IDENTIFIER', '06 00', 'der-content'],
    ['an OBJECT IDENTIFIER that stops inside a number', '06 02 2a86', 'der-content'],
    ['an OBJECT IDENTIFIER with a padded number', '06 03 2a8001', 'der-content'],
    ['eight unused bits', '03 02 0800', 'der-content'],
  ])('refuses %s', (_, hex, code) => {
    expect(codeOf(bytes(hex))).toBe(code);
  });

  it('counts the offset of a fault from the start of the layer', () => {
    const read = attempt(() => readDer(bytes('30 03 020501'), PLACE));
    expect(read).toMatchObject({ ok: false, finding: { layer: 'pe', offsetBytes: 1002 } });
  });

  it('leaves bytes after the element to the caller', () => {
    expect(readDer(bytes('020101 ffff'), PLACE).root.end).toBe(3);
  });

  it('joins an OCTET STRING that came in nested pieces', () => {
    const document = readDer(bytes('24 80 0402 0102 2480 0401 03 0000 0000'), PLACE);
    expect([...octetsOf(document, document.root)]).toEqual([1, 2, 3]);
  });

  it.each(['1.2.840.113549.1.7.2', '2.5.4.3', '2.999.1', '0.9.2342.19200300.100.1.25', '1.3.6.1.4.1.311.2.1.4'])(
    'reads the object identifier %s',
    (dotted) => {
      const document = readDer(oid(dotted), PLACE);
      expect(objectIdentifier(document, document.root)).toBe(dotted);
    },
  );

  it('refuses nesting one level deeper than it allows, and takes the level above', () => {
    const nested = (levels: number): Uint8Array => {
      let inner = integer(1);
      for (let level = 0; level < levels; level += 1) inner = sequence(inner);
      return inner;
    };
    expect(codeOf(nested(DER_DEPTH_LIMIT))).toBeNull();
    expect(codeOf(nested(DER_DEPTH_LIMIT + 1))).toBe('der-too-deep');
  });

  it('refuses 64 KiB of open indefinite lengths without running out of stack', () => {
    expect(codeOf(bytes('3080'.repeat(32_768)))).toBe('der-too-deep');
  });

  it('refuses more elements than its limit', () => {
    expect(codeOf(sequence(...Array.from({ length: DER_NODE_LIMIT }, () => bytes('0500'))))).toBe('der-too-many');
  });

  it('refuses an object identifier of 1 MiB', () => {
    expect(codeOf(element(0x06, new Uint8Array(1 << 20).fill(1)))).toBe('der-content');
  });

  it('gives a document or a format error for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
        const read = attempt(() => readDer(input, PLACE));
        return read.ok ? read.value.root.end <= input.length : read.finding.code.startsWith('der-');
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  it('reads back what the forge writes, with every place inside its parent', () => {
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 6 },
        fc.integer({ min: 0, max: 1 << 30 }).map(integer),
        fc.uint8Array({ maxLength: 300 }).map(octetString),
        fc.array(tie('node'), { maxLength: 4 }).map((parts) => sequence(...parts.map(asBytes))),
        fc.array(tie('node'), { maxLength: 2 }).map((parts) => context(1, ...parts.map(asBytes))),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (made) => {
        const { root, deviation } = readDer(asBytes(made), PLACE);
        return deviation === null && root.end === asBytes(made).length;
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});

function asBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError('not bytes');
}
