import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newKeyRing } from '../../forge/keys.ts';
import { chainOf, newSigner } from '../../forge/x509.ts';

const ring = newKeyRing();
const root = newSigner({ subject: 'Root', key: ring.pair('p256', 'root'), ca: true, pathLength: 1 });
const middle = newSigner({ subject: 'Middle', key: ring.pair('p384', 'middle'), ca: true, issuer: root });
const leaf = newSigner({ subject: 'Leaf', key: ring.pair('p256', 'leaf'), issuer: middle });

describe('a forged certificate', () => {
  test.each(['rsa2048', 'p256', 'p384', 'p521', 'ed25519'] as const)('with a %s key verifies itself', (kind) => {
    const signer = newSigner({ subject: 'Self', key: ring.pair(kind, 'self') });
    const certificate = new X509Certificate(signer.certificateDer);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(signer.privateKey && certificate.checkPrivateKey(signer.privateKey)).toBe(true);
    expect(certificate.subject).toBe('CN=Self');
    expect(certificate.issuer).toBe('CN=Self');
  });

  test('is issued by its issuer and by nobody else', () => {
    const certificate = new X509Certificate(leaf.certificateDer);
    const issuer = new X509Certificate(middle.certificateDer);
    expect(certificate.checkIssued(issuer)).toBe(true);
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.verify(new X509Certificate(root.certificateDer).publicKey)).toBe(false);
  });

  test('is a certificate authority only when asked', () => {
    expect(new X509Certificate(root.certificateDer).ca).toBe(true);
    expect(new X509Certificate(leaf.certificateDer).ca).toBe(false);
  });

  test('has the extended key usages asked for', () => {
    const usages = (eku: readonly string[]): unknown =>
      new X509Certificate(newSigner({ subject: 'E', key: ring.pair('p256', 'e'), eku }).certificateDer).keyUsage;
    expect(usages(['codeSigning', '1.3.6.1.4.1.2312.16.1.2'])).toEqual([
      '1.3.6.1.5.5.7.3.3',
      '1.3.6.1.4.1.2312.16.1.2',
    ]);
    expect(usages([])).toBeUndefined();
  });

  test('keeps its days and serial number', () => {
    const notAfter = new Date('2051-02-03T04:05:06Z');
    const signer = newSigner({ subject: 'S', key: ring.pair('p256', 's'), serial: Uint8Array.of(0x80, 1), notAfter });
    const certificate = new X509Certificate(signer.certificateDer);
    expect(certificate.serialNumber).toBe('8001');
    expect(new Date(certificate.validFrom).toISOString()).toBe('2024-01-01T00:00:00.000Z');
    expect(new Date(certificate.validTo)).toEqual(notAfter);
  });

  test('turns into PEM and back', () => {
    expect(Buffer.compare(new X509Certificate(leaf.certificatePem).raw, leaf.certificateDer)).toBe(0);
  });

  test('brings its chain without the root', () => {
    expect(chainOf(leaf)).toEqual([leaf.certificateDer, middle.certificateDer]);
    expect(chainOf(root)).toEqual([root.certificateDer]);
  });
});

test('a ring gives the same pair for the same name and another for another', () => {
  expect(ring.pair('p256', 'a')).toBe(ring.pair('p256', 'a'));
  expect(ring.pair('p256', 'a')).not.toBe(ring.pair('p256', 'b'));
});
