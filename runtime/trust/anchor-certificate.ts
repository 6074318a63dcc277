import { FormatError } from '../bytes/format-error.ts';
import type { Anchor } from '../contract/anchor.ts';
import { readCertificate } from '../signing/certificate.ts';
import { type DerPlace, readDer } from '../signing/der.ts';
import type { Certificate } from '../signing/signature.ts';
import { base64Of, bytesOfBase64 } from '../bytes/base64.ts';

/** An anchor that is a certificate. */
export type CertificateAnchor = Extract<Anchor, { readonly kind: 'certificate' }>;

/**
 * Reads bytes that are one certificate in DER and nothing else.
 *
 * @throws FormatError `anchor-certificate` with what is wrong, at its offset.
 */
export function anchorCertificate(der: Uint8Array, place: DerPlace): CertificateAnchor {
  const { sha256, subject } = strictCertificate(der, place);
  return { kind: 'certificate', der: base64Of(der), sha256, subject };
}

/**
 * The certificate of an anchor.
 *
 * @throws Error when the anchor was not made by `anchorCertificate`: then it is the caller's mistake.
 */
export function certificateOf(anchor: CertificateAnchor): Certificate {
  const der = bytesOfBase64(anchor.der);
  if (der === null) throw new Error(`the anchor \`${anchor.subject}\` is not base64`);
  const certificate = strictCertificate(der, { layer: anchor.subject, offsetBytes: 0 });
  if (certificate.sha256 === anchor.sha256) return certificate;
  throw new Error(`the anchor \`${anchor.subject}\` is another certificate than its digest says`);
}

/** The last day, `YYYY-MM-DD` in UTC, on which an anchor that is a certificate is valid; null for any other. */
export function lastDayOfAnchor(anchor: Anchor): string | null {
  return anchor.kind === 'certificate' ? certificateOf(anchor).notAfter.toISOString().slice(0, 10) : null;
}

function strictCertificate(der: Uint8Array, place: DerPlace): Certificate {
  const fail = (text: string, at: number): FormatError =>
    new FormatError({
      code: 'anchor-certificate',
      text: `not a certificate in DER: ${text}`,
      layer: place.layer,
      offsetBytes: at,
      lengthBytes: 0,
    });
  try {
    const document = readDer(der, place);
    const { root, deviation } = document;
    if (root.end !== der.length) throw fail(`${der.length - root.end} bytes follow it`, place.offsetBytes + root.end);
    if (deviation !== null) throw fail(deviation.text, place.offsetBytes + deviation.offsetBytes);
    return readCertificate(document, root);
  } catch (error) {
    if (error instanceof FormatError && error.code !== 'anchor-certificate') {
      throw fail(error.message, error.offsetBytes);
    }
    throw error;
  }
}
