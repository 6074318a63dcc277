import { describe, expect, it } from 'vitest';
import { concatBytes, utf8 } from '../../../forge/bytes.ts';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { readPcrSignatures } from '../../../runtime/formats/pcrsig.ts';
import { codesOf, layerAt, open } from './layer-tree.ts';

const HEX = 'ab'.repeat(32);
const ENTRY = { pcrs: [11], pkfp: HEX, pol: HEX.toUpperCase(), sig: 'AAEC' };
const read = (value: unknown) => attempt(() => readPcrSignatures(utf8(JSON.stringify(value)), 'l'));

describe('readPcrSignatures', () => {
  it('reads the signatures of every bank, in order, with their places', () => {
    const text = JSON.stringify({ sha1: [ENTRY], sha256: [ENTRY, { ...ENTRY, more: 1 }] });
    const entries = readPcrSignatures(concatBytes(utf8(text), new Uint8Array(3)), 'l');
    expect(entries.map(({ bank, pcrs, pol }) => [bank, pcrs, pol])).toEqual([
      ['sha1', [11], HEX],
      ['sha256', [11], HEX],
      ['sha256', [11], HEX],
    ]);
    const [first] = entries;
    expect(first?.sig).toEqual(Uint8Array.of(0, 1, 2));
    const { offsetBytes = 0, sizeBytes = 0 } = first ?? {};
    expect(JSON.parse(text.slice(offsetBytes, offsetBytes + sizeBytes))).toEqual(ENTRY);
  });

  it.each<readonly [string, unknown]>([
    ['a list at the top', [ENTRY]],
    ['a bank that is no list', { sha256: ENTRY }],
    ['an entry that is no object', { sha256: [[]] }],
    ['an entry without a signature', { sha256: [{ ...ENTRY, sig: undefined }] }],
    ['a signature that is not base64', { sha256: [{ ...ENTRY, sig: 'AAE' }] }],
    ['an empty signature', { sha256: [{ ...ENTRY, sig: '' }] }],
    ['a policy of 31 bytes', { sha256: [{ ...ENTRY, pol: HEX.slice(2) }] }],
    ['a fingerprint that is no hex', { sha256: [{ ...ENTRY, pkfp: HEX.replace('a', 'g') }] }],
    ['no registers', { sha256: [{ ...ENTRY, pcrs: [] }] }],
    ['registers that do not ascend', { sha256: [{ ...ENTRY, pcrs: [11, 11] }] }],
    ['a register that no TPM has', { sha256: [{ ...ENTRY, pcrs: [24] }] }],
    ['a register that is no number', { sha256: [{ ...ENTRY, pcrs: ['11'] }] }],
  ])('refuses %s', (_, value) => {
    expect(read(value)).toMatchObject({ ok: false, finding: { code: 'pcrsig-entry' } });
    expect(read({ sha256: [ENTRY] }).ok).toBe(true);
  });

  it('refuses bytes behind the NUL that ends the text', () => {
    const bytes = (last: number) => concatBytes(utf8('{}\0'), Uint8Array.of(last));
    expect(attempt(() => readPcrSignatures(bytes(0), 'l')).ok).toBe(true);
    expect(attempt(() => readPcrSignatures(bytes(1), 'l'))).toMatchObject({
      ok: false,
      finding: { code: 'text-after-nul', offsetBytes: 3 },
    });
  });

  it('refuses more than a mebibyte before it looks at it', () => {
    const spaces = (size: number) => utf8(`{}${' '.repeat(size - 2)}`);
    expect(attempt(() => readPcrSignatures(spaces(2 ** 20), 'l')).ok).toBe(true);
    expect(attempt(() => readPcrSignatures(spaces(2 ** 20 + 1), 'l'))).toMatchObject({
      ok: false,
      finding: { code: 'limit-pcrsig' },
    });
  });
});

describe('a `.pcrsig` layer', () => {
  const layer = (pcrsig: string) => layerAt(open(forgeUki({ linux: forgeBzImage({}), pcrsig })), 'uki/.pcrsig');

  it('says its banks and the number of its signatures', () => {
    expect(layer(JSON.stringify({ sha1: [ENTRY], sha256: [ENTRY] })).header).toEqual({
      banks: 'sha1 sha256',
      signatures: 2,
    });
  });

  it('has a finding when it is not what it should be, and is readable all the same', () => {
    const broken = layer('x{}');
    expect(broken.fault).toBeNull();
    expect(codesOf(broken)).toEqual(['pcrsig-json']);
  });
});
