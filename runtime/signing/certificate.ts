import { hexOf } from '../bytes/hex.ts';
import { sha256 } from '../codecs/sha256.ts';
import { readAlgorithm } from './algorithms.ts';
import { CERTIFICATE_VERSIONS, type CertificateExtensions, readExtensions } from './certificate-extensions.ts';
import {
  bitStringOctets,
  fieldError,
  fieldsOf,
  isEarlyGeneralizedTime,
  sameBytes,
  smallInteger,
  TAG,
  timeOf,
} from './der-fields.ts';
import { contentOf, type DerDocument, type DerNode, elementOf } from './der.ts';
import { nameText } from './distinguished-name.ts';
import { readPublicKey } from './public-key.ts';
import type { Certificate } from './x509-certificate.ts';

/**
 * Reads an X.509 certificate (RFC 5280, section 4.1) that stands in a document.
 *
 * @throws FormatError `asn1-field` and `der-…`, also when the signed and the unsigned algorithm
 * identifier differ (RFC 5280, section 4.1.1.2).
 */
export function readCertificate(document: DerDocument, node: DerNode): Certificate {
  const outer = fieldsOf(document, node);
  const tbs = outer.take(TAG.sequence, 'TBSCertificate');
  const algorithm = outer.take(TAG.sequence, 'signature algorithm');
  const signature = outer.take(TAG.bitString, 'signature value');
  outer.done('certificate');
  const der = elementOf(document, node);
  return {
    der,
    sha256: hexOf(sha256(der)),
    ...readToBeSigned(document, tbs, algorithm),
    tbs: elementOf(document, tbs),
    signatureAlgorithm: readAlgorithm(document, algorithm).oid,
    signatureAlgorithmDer: elementOf(document, algorithm),
    signatureValue: bitStringOctets(document, signature),
  };
}

type ToBeSigned = Omit<
  Certificate,
  'der' | 'sha256' | 'tbs' | 'signatureAlgorithm' | 'signatureAlgorithmDer' | 'signatureValue'
>;

function readToBeSigned(document: DerDocument, tbs: DerNode, outerAlgorithm: DerNode): ToBeSigned {
  const fields = fieldsOf(document, tbs);
  const version = readVersion(document, fields.takeIf(TAG.explicit0));
  const serial = fields.take(TAG.integer, 'serial number');
  const innerAlgorithm = fields.take(TAG.sequence, 'signature algorithm');
  if (!sameBytes(elementOf(document, innerAlgorithm), elementOf(document, outerAlgorithm))) {
    const text = 'the certificate names one signature algorithm inside what is signed and another outside';
    throw fieldError(document, innerAlgorithm.start, text);
  }
  const issuer = fields.take(TAG.sequence, 'issuer');
  const validity = fieldsOf(document, fields.take(TAG.sequence, 'validity'));
  const times = [validity.takeAny('notBefore'), validity.takeAny('notAfter')] as const;
  const [notBefore, notAfter] = [timeOf(document, times[0]), timeOf(document, times[1])];
  validity.done('validity');
  const subject = fields.take(TAG.sequence, 'subject');
  const spki = fields.take(TAG.sequence, 'public key');
  const key = readPublicKey(document, spki);
  // issuerUniqueID and subjectUniqueID: RFC 5280 has conforming CAs leave them out; nothing reads them.
  fields.takeIf(TAG.context1);
  fields.takeIf(TAG.context2);
  const extensions = readOptionalExtensions(document, fields.takeIf(TAG.explicit3));
  fields.done('TBSCertificate');
  return {
    version,
    serial: hexOf(contentOf(document, serial)),
    issuer: nameText(document, issuer),
    issuerDer: elementOf(document, issuer),
    notBefore,
    notAfter,
    earlyGeneralizedTime: times.some((time) => isEarlyGeneralizedTime(document, time)) ? 'yes' : 'no',
    subject: nameText(document, subject),
    subjectDer: elementOf(document, subject),
    spki: elementOf(document, spki),
    keyAlgorithm: key.kind,
    keyBits: key.bits,
    keyCurve: key.kind === 'ec' ? key.curveOid : null,
    ...extensions,
  };
}

function readVersion(document: DerDocument, node: DerNode | null): number {
  if (node === null) return 1;
  const version = smallInteger(document, fieldsOf(document, node).take(TAG.integer, 'version')) + 1;
  if (CERTIFICATE_VERSIONS.includes(version)) return version;
  throw fieldError(document, node.start, `a certificate of version ${version}`);
}

function readOptionalExtensions(document: DerDocument, node: DerNode | null): CertificateExtensions {
  return readExtensions(
    document,
    node === null ? [] : fieldsOf(document, node).take(TAG.sequence, 'extensions').children,
  );
}
