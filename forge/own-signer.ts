import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { membersOf, splitElement } from './ber.ts';
import { publicKeyInfo, type SigningKeys } from './keys.ts';
import { pemOf, type Signer } from './x509.ts';

/**
 * Makes a signer of a certificate that exists, with its private key or, with null, for a key that is elsewhere.
 *
 * @throws Error when the bytes are no certificate, its key is neither RSA nor EC, or the private key is another's.
 */
export function ownSigner(certificateDer: Uint8Array, privateKey: KeyObject | null): Signer {
  const certificate = new X509Certificate(certificateDer);
  if (privateKey !== null && !certificate.checkPrivateKey(privateKey)) {
    throw new Error('the private key does not belong to the certificate');
  }
  const keys = ownKeys(certificate.publicKey, privateKey);
  const [tbsDer = NOTHING] = membersOf(splitElement(certificate.raw).contents);
  const fields = membersOf(splitElement(tbsDer).contents);
  // RFC 5280, section 4.1: the version is explicit `[0]` and may be left out.
  const first = fields[0]?.[0] === 0xa0 ? 1 : 0;
  const [serial = NOTHING, , issuerDer = NOTHING, , subjectDer = NOTHING] = fields.slice(first);
  return {
    subject: certificate.subject.replaceAll('\n', ', '),
    certificateDer: Uint8Array.from(certificate.raw),
    certificatePem: pemOf(certificate.raw),
    tbsDer: Uint8Array.from(tbsDer),
    subjectDer: Uint8Array.from(subjectDer),
    issuerDer: Uint8Array.from(issuerDer),
    serial: Uint8Array.from(splitElement(serial).contents),
    subjectKeyId: Uint8Array.from(createHash('sha1').update(publicKeyInfo(keys)).digest()),
    keys,
    privateKey,
    issuer: null,
  };
}

const NOTHING = new Uint8Array(0);

/** The keys that enforcers of boot images know, of whatever size. */
function ownKeys(publicKey: KeyObject, privateKey: KeyObject | null): SigningKeys {
  const type = publicKey.asymmetricKeyType ?? 'unknown';
  if (type !== 'rsa' && type !== 'ec')
    throw new Error(`the key is of type ${type}; bootpol signs with RSA and EC keys`);
  return { kind: type, privateKey, publicKey };
}
