import type { CertificateAnchor } from './anchor-certificate.ts';
import { certificateOf } from './anchor-certificate.ts';

/** What a certificate of a signer file says of itself. */
export interface AnchorFacts {
  /** RFC 4514. */
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Such as `rsa 2048`, `ec 256`, `ml-dsa-65`. */
  readonly key: string;
  /** Of the DER encoding, lower-case hex. */
  readonly sha256: string;
}

/** Reads the certificate of an anchor once more, for people. @throws Error for an anchor that no signer file gave. */
export function anchorFacts(anchor: CertificateAnchor): AnchorFacts {
  const { subject, issuer, notBefore, notAfter, keyAlgorithm, keyBits, sha256 } = certificateOf(anchor);
  return {
    subject,
    issuer,
    notBefore,
    notAfter,
    key: keyBits === null ? keyAlgorithm : `${keyAlgorithm} ${keyBits}`,
    sha256,
  };
}
