/**
 * Things that a signer set can hold: what a signature, a certificate or an image is compared with.
 *
 * Plain JSON values, so that they travel inside a plan. All hex is lower case.
 */
export type Anchor =
  /** An X.509 certificate, anywhere in a chain. */
  | {
      readonly kind: 'certificate';
      /** Base64 of the DER encoding. */
      readonly der: string;
      /** SHA-256 of the DER encoding. */
      readonly sha256: string;
      /** RFC 4514 string, for people. */
      readonly subject: string;
      /** Only for one behind the first of its EFI signature list, at which shim does not look. */
      readonly listed?: 'behind-first';
    }
  /** A public key on its own, which signs PCR values and stands for no certificate. */
  | {
      readonly kind: 'public-key';
      /** Base64 of the SubjectPublicKeyInfo in DER. */
      readonly spki: string;
      /** SHA-256 of the SubjectPublicKeyInfo. */
      readonly sha256: string;
    }
  /** The Authenticode digest of an image (EFI_CERT_SHA*_GUID). */
  | { readonly kind: 'image-digest'; readonly algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512'; readonly hex: string }
  /** The digest of a certificate's TBSCertificate (EFI_CERT_X509_SHA*_GUID); `revokedFrom` null means always. */
  | {
      readonly kind: 'tbs-digest';
      readonly algorithm: 'sha256' | 'sha384' | 'sha512';
      readonly hex: string;
      /** ISO 8601, UTC. */
      readonly revokedFrom: string | null;
    };

/** What reading a signer file gives: anchors, or the one fault that makes the file unusable. */
export type AnchorFile =
  | { readonly ok: true; readonly format: 'pem' | 'der' | 'esl' | 'auth'; readonly anchors: readonly Anchor[] }
  | { readonly ok: false; readonly code: string; readonly text: string; readonly offsetBytes: number };
