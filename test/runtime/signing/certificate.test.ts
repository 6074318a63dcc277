import { X509Certificate } from 'node:crypto';
import { Certificate as PkiCertificate } from 'pkijs';
import { describe, expect, it } from 'vitest';
import { element, oid, octetString, sequence, trueValue } from '../../../forge/der.ts';
import { newKeyRing } from '../../../forge/keys.ts';
import { extension, newSigner } from '../../../forge/x509.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { hexOf } from '../../../runtime/bytes/hex.ts';
import { readCertificate } from '../../../runtime/signing/certificate.ts';
import { readDer } from '../../../runtime/signing/der.ts';
import type { Certificate } from '../../../runtime/signing/signature.ts';

const RING = newKeyRing();

function read(der: Uint8Array): Certificate {
  const document = readDer(der, { layer: 'pe', offsetBytes: 0 });
  return readCertificate(document, document.root);
}

const ROOT = newSigner({ subject: 'Root, of "all"', key: RING.pair('rsa2048', 'root'), ca: true, pathLength: 2 });
const LEAF = newSigner({
  subject: 'Leaf',
  key: RING.pair('p384', 'leaf'),
  issuer: ROOT,
  keyUsage: ['digitalSignature', 'keyEncipherment'],
  eku: ['codeSigning'],
  notBefore: new Date('2049-12-31T23:59:59Z'),
  notAfter: new Date('2050-01-01T00:00:00Z'),
});

describe('readCertificate', () => {
  it.each([
    ['root', ROOT],
    ['leaf', LEAF],
  ])('agrees with node:crypto and PKI.js about the %s', (_, { certificateDer }) => {
    const ours = read(certificateDer);
    const node = new X509Certificate(certificateDer);
    const pki = PkiCertificate.fromBER(certificateDer);
    expect(ours.sha256).toBe(node.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(ours.notBefore).toEqual(new Date(node.validFrom));
    expect(ours.notAfter).toEqual(new Date(node.validTo));
    expect(ours.ca ?? false).toBe(node.ca);
    expect(BigInt(`0x${ours.serial}`)).toBe(BigInt(`0x${node.serialNumber}`));
    expect(hexOf(ours.spki)).toBe(node.publicKey.export({ type: 'spki', format: 'der' }).toString('hex'));
    expect(hexOf(ours.tbs)).toBe(Buffer.from(pki.tbsView).toString('hex'));
    expect(hexOf(ours.signatureValue)).toBe(Buffer.from(pki.signatureValue.valueBlock.valueHexView).toString('hex'));
    expect(ours.signatureAlgorithm).toBe(pki.signatureAlgorithm.algorithmId);
  });

  it('reads what a chain needs', () => {
    expect(read(ROOT.certificateDer)).toMatchObject({
      subject: 'CN=Root\\, of \\"all\\"',
      issuer: 'CN=Root\\, of \\"all\\"',
      keyAlgorithm: 'rsa',
      keyBits: 2048,
      ca: true,
      pathLength: 2,
      keyUsage: ['keyCertSign', 'cRLSign'],
      version: 3,
    });
    expect(read(LEAF.certificateDer)).toMatchObject({
      keyAlgorithm: 'ec',
      keyBits: 384,
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.3'],
      authorityKeyId: read(ROOT.certificateDer).subjectKeyId,
      unknownCritical: [],
    });
  });

  it('names critical extensions that it does not know, and no others', () => {
    const { certificateDer } = newSigner({
      subject: 'odd',
      key: RING.pair('p256', 'odd'),
      extraExtensions: [
        extension('1.2.3.4', octetString(new Uint8Array(2)), 'critical'),
        extension('1.2.3.5', octetString(new Uint8Array(2)), 'non-critical'),
      ],
    });
    expect(read(certificateDer).unknownCritical).toEqual(['1.2.3.4']);
  });

  it('refuses an extension that comes twice', () => {
    const twice = extension('1.2.3.4', octetString(new Uint8Array()), 'non-critical');
    const { certificateDer } = newSigner({
      subject: 'x',
      key: RING.pair('p256', 'odd'),
      extraExtensions: [twice, twice],
    });
    expect(codeOf(certificateDer)).toBe('asn1-field');
  });

  it('refuses an extension whose value has bytes after it', () => {
    const value = Uint8Array.of(...sequence(trueValue()), 0);
    const bad = sequence(oid('2.5.29.19'), octetString(value));
    const { certificateDer } = newSigner({
      subject: 'x',
      key: RING.pair('p256', 'odd'),
      ca: false,
      extraExtensions: [bad],
    });
    expect(codeOf(certificateDer)).toBe('asn1-field');
  });

  it('refuses another signature algorithm outside than inside', () => {
    const inside = Buffer.from(ROOT.certificateDer);
    const sha256WithRsa = Buffer.from('2a864886f70d01010b', 'hex');
    const outer = inside.lastIndexOf(sha256WithRsa);
    inside.set(Buffer.from('2a864886f70d01010c', 'hex'), outer);
    expect(codeOf(Uint8Array.from(inside))).toBe('asn1-field');
  });

  it('refuses an element after the signature', () => {
    const body = ROOT.certificateDer.subarray(4);
    expect(codeOf(element(0x30, body, Uint8Array.of(5, 0)))).toBe('asn1-field');
    expect(codeOf(element(0x30, body))).toBeNull();
  });
});

function codeOf(der: Uint8Array): string | null {
  const result = attempt(() => read(der));
  return result.ok ? null : result.finding.code;
}
