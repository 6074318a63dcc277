import { createHash, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, patched, u32le } from '../../../forge/bytes.ts';
import { efivarfsBytes, forgeAuth, forgeEsl } from '../../../forge/esl.ts';
import { newKeyRing } from '../../../forge/keys.ts';
import { newSigner } from '../../../forge/x509.ts';
import { readAnchorFile } from '../../../runtime/trust/anchor-file.ts';
import { base64Of, bytesOfBase64 } from '../../../runtime/bytes/base64.ts';

const RING = newKeyRing();
const ONE = newSigner({ subject: 'one', key: RING.pair('p256', 'one') });
const TWO = newSigner({ subject: 'two', key: RING.pair('p256', 'two') });
const ASCII = new TextEncoder();
const AUTH = { signer: ONE, name: 'dbx', at: new Date('2025-01-01T00:00:00Z') };
const SHA256 = new Uint8Array(32).fill(0xab);
const CERTIFICATE = {
  kind: 'certificate',
  subject: 'CN=one',
  sha256: createHash('sha256').update(ONE.certificateDer).digest('hex'),
  der: Buffer.from(ONE.certificateDer).toString('base64'),
};

function text(...parts: readonly string[]): Uint8Array {
  return ASCII.encode(parts.join(''));
}

describe('readAnchorFile', () => {
  it.each([
    ['DER', 'der', ONE.certificateDer],
    ['PEM', 'pem', text(ONE.certificatePem)],
    ['PEM with text around it and CR LF', 'pem', text('subject=one\r\n', ONE.certificatePem.replaceAll('\n', '\r\n'))],
    ['an EFI signature list', 'esl', forgeEsl({ type: 'x509', data: ONE.certificateDer })],
    ['an efivarfs file', 'esl', concatBytes(u32le(0x27), forgeEsl({ type: 'x509', data: ONE.certificateDer }))],
  ])('reads a certificate from %s', (_, format, bytes) => {
    expect(readAnchorFile(bytes, 'db')).toEqual({ ok: true, format, anchors: [CERTIFICATE] });
  });

  it('reads every certificate of a PEM file', () => {
    const file = readAnchorFile(text(ONE.certificatePem, '\n', TWO.certificatePem), 'db');
    expect(file.ok && file.anchors.map((anchor) => anchor.kind === 'certificate' && anchor.subject)).toEqual([
      'CN=one',
      'CN=two',
    ]);
  });

  it('reads the lists of an .auth file', () => {
    const auth = forgeAuth(forgeEsl({ type: 'sha256', data: SHA256 }), AUTH);
    expect(readAnchorFile(auth, 'dbx')).toMatchObject({
      ok: true,
      format: 'auth',
      anchors: [{ kind: 'image-digest' }],
    });
  });

  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('reads an image digest of type %s', (type) => {
    const data = Uint8Array.from(createHash(type).update('x').digest());
    expect(readAnchorFile(forgeEsl({ type, data }), 'db')).toMatchObject({
      ok: true,
      anchors: [{ kind: 'image-digest', algorithm: type, hex: Buffer.from(data).toString('hex') }],
    });
  });

  it.each(['sha256', 'sha384', 'sha512'] as const)('reads a TBS digest of type %s with and without a time', (type) => {
    const data = Uint8Array.from(createHash(type).update('x').digest());
    const listed = forgeEsl(
      { type: `x509-${type}`, data },
      { type: `x509-${type}`, data, revokedAt: new Date('2025-01-31T12:30:15Z') },
    );
    const file = readAnchorFile(listed, 'dbx');
    expect(file.ok && file.anchors.map((anchor) => anchor.kind === 'tbs-digest' && anchor.revokedFrom)).toEqual([
      null,
      '2025-01-31T12:30:15.000Z',
    ]);
  });

  it('shifts a time of revocation by its time zone', () => {
    const listed = forgeEsl({ type: 'x509-sha256', data: SHA256, revokedAt: new Date('2025-01-31T12:00:00Z') });
    const shifted = patched(listed, listed.length - 4, Uint8Array.of(60, 0));
    expect(readAnchorFile(shifted, 'dbx')).toMatchObject({ anchors: [{ revokedFrom: '2025-01-31T13:00:00.000Z' }] });
  });

  it('reads lists of several types, one after another', () => {
    const bytes = forgeEsl(
      { type: 'x509', data: ONE.certificateDer },
      { type: 'sha256', data: SHA256 },
      { type: 'sha256', data: SHA256 },
      { type: 'x509', data: TWO.certificateDer },
    );
    const file = readAnchorFile(bytes, 'db');
    expect(file.ok && file.anchors).toHaveLength(4);
  });

  const LIST = forgeEsl({ type: 'sha256', data: SHA256 });
  it('reads bare public keys in PEM, beside certificates too', () => {
    const { publicKey } = new X509Certificate(ONE.certificateDer);
    const der = publicKey.export({ type: 'spki', format: 'der' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const sha256 = createHash('sha256').update(der).digest('hex');
    const key = { kind: 'public-key', spki: der.toString('base64'), sha256 };
    expect(readAnchorFile(text(pem), 'key.pem')).toEqual({ ok: true, format: 'pem', anchors: [key] });
    expect(readAnchorFile(text(`${ONE.certificatePem}${pem}`), 'both.pem')).toMatchObject({
      anchors: [{ kind: 'certificate' }, key],
    });
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'anchor-empty', 0],
    ['text that is no PEM', text('hello'), 'anchor-unrecognised', 0],
    ['a private key', text('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'), 'anchor-pem-label', 0],
    [
      'a public key that is none',
      text('-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n'),
      'anchor-public-key',
      0,
    ],
    ['a PEM block without an end', text('-----BEGIN CERTIFICATE-----\nAAAA\n'), 'anchor-pem', 0],
    [
      'a PEM block that is no base64',
      text('-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n'),
      'anchor-pem',
      0,
    ],
    [
      'PEM of something else',
      text('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
      'anchor-certificate',
      0,
    ],
    [
      'DER with a byte after it',
      concatBytes(ONE.certificateDer, Uint8Array.of(0)),
      'anchor-certificate',
      ONE.certificateDer.length,
    ],
    ['DER that is cut', ONE.certificateDer.slice(0, 100), 'anchor-certificate', 0],
    ['a list longer than the file', patched(LIST, 16, u32le(LIST.length + 1)), 'anchor-list-size', 0],
    ['a list of half an entry', patched(LIST, 16, u32le(LIST.length - 1)), 'anchor-list-size', 0],
    ['a list without entries', patched(LIST.slice(0, 28), 16, u32le(28)), 'anchor-list-size', 0],
    ['entries of size 0', patched(LIST, 24, u32le(0)), 'anchor-list-size', 0],
    ['a list whose header size wraps', patched(LIST, 20, u32le(0xffffffff)), 'anchor-list-size', 0],
    ['bytes after the last list', concatBytes(LIST, Uint8Array.of(1)), 'anchor-list-size', LIST.length],
    ['a list of an unknown type', concatBytes(LIST, new Uint8Array(28)), 'anchor-list-type', LIST.length],
    ['a digest of the wrong size', forgeEsl({ type: 'sha256', data: SHA256.slice(1) }), 'anchor-list-entry', 44],
    [
      'a certificate entry that is none',
      forgeEsl({ type: 'x509', data: new Uint8Array(40) }),
      'anchor-certificate',
      44,
    ],
    ['a PKCS#7 list', forgeEsl({ type: 'pkcs7', data: ONE.certificateDer }), 'anchor-list-type', 0],
    [
      'an efivarfs file with a PKCS#7 list',
      efivarfsBytes(forgeEsl({ type: 'pkcs7', data: SHA256 })),
      'anchor-list-type',
      4,
    ],
    ['a list of a type nobody knows', patched(LIST, 0, new Uint8Array(16).fill(0xab)), 'anchor-list-type', 0],
    ['an EFI variable that is empty', efivarfsBytes(new Uint8Array(0)), 'anchor-empty', 0],
    [
      'a known list and then a PKCS#7 one',
      concatBytes(LIST, forgeEsl({ type: 'pkcs7', data: SHA256 })),
      'anchor-list-type',
      LIST.length,
    ],
  ])('refuses %s', (_, bytes, code, offsetBytes) => {
    expect(readAnchorFile(bytes, 'db')).toMatchObject({ ok: false, code, offsetBytes });
  });

  it('refuses a time that does not exist, at its place', () => {
    const listed = forgeEsl({ type: 'x509-sha256', data: SHA256, revokedAt: new Date('2025-02-28T00:00:00Z') });
    const impossible = patched(listed, listed.length - 13, Uint8Array.of(30));
    expect(readAnchorFile(impossible, 'dbx')).toMatchObject({
      ok: false,
      code: 'anchor-list-entry',
      offsetBytes: listed.length - 16,
    });
  });

  it('refuses a whole file for its second certificate', () => {
    const broken = TWO.certificatePem.replace('-----BEGIN CERTIFICATE-----\nMII', '-----BEGIN CERTIFICATE-----\nMIJ');
    const file = readAnchorFile(text(ONE.certificatePem, broken), 'db');
    expect(file).toMatchObject({ ok: false, code: 'anchor-certificate', offsetBytes: ONE.certificatePem.length });
  });

  it('gives anchors or one fault for any bytes, and never throws', () => {
    const start = fc.constantFrom(LIST, ONE.certificateDer, text(ONE.certificatePem), new Uint8Array(0));
    const edit = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(start, edit, fc.uint8Array({ maxLength: 40 }), (bytes, edits, more) => {
        const changed = concatBytes(bytes, more);
        for (const [offset, value] of edits) if (offset < changed.length) changed[offset] = value;
        const file = readAnchorFile(changed, 'db');
        return file.ok ? file.anchors.length > 0 : file.code.startsWith('anchor-');
      }),
      { numRuns: 1000, seed: 5 },
    );
  });
});

describe('base64', () => {
  it('gives back every byte string and agrees with Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const encoded = base64Of(bytes);
        return (
          encoded === Buffer.from(bytes).toString('base64') &&
          Buffer.from(bytes).equals(bytesOfBase64(encoded) ?? new Uint8Array())
        );
      }),
      { seed: 3 },
    );
  });

  it.each(['A', 'AA', 'AAA', 'A===', 'AB==', 'AAB=', 'AA=A', '!AAA', '===='])('refuses %s', (encoded) => {
    expect(bytesOfBase64(encoded)).toBeNull();
  });
});
