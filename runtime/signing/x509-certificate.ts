export type KeyAlgorithm = 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87' | 'other';

/** An X.509 certificate, read once. */
export interface Certificate {
  readonly der: Uint8Array;
  /** SHA-256 of the DER encoding, lower-case hex. */
  readonly sha256: string;
  /** RFC 4514, for people. */
  readonly subject: string;
  readonly issuer: string;
  /** DER of the names, for comparison. */
  readonly subjectDer: Uint8Array;
  readonly issuerDer: Uint8Array;
  /** Lower-case hex. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Whether one of the two is a GeneralizedTime where RFC 5280 has UTCTime. */
  readonly earlyGeneralizedTime: 'yes' | 'no';
  /** The TBSCertificate, tag and length included. */
  readonly tbs: Uint8Array;
  /** The SubjectPublicKeyInfo, tag and length included. */
  readonly spki: Uint8Array;
  /** Dotted OID, and the whole AlgorithmIdentifier with its parameters. */
  readonly signatureAlgorithm: string;
  readonly signatureAlgorithmDer: Uint8Array;
  readonly signatureValue: Uint8Array;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly keyBits: number | null;
  /** Dotted OID of the named curve of an elliptic key; null for other keys. */
  readonly keyCurve: string | null;
  /** basicConstraints; null when the extension is absent. */
  readonly ca: boolean | null;
  readonly pathLength: number | null;
  readonly keyUsage: readonly string[] | null;
  /** Dotted OIDs. */
  readonly extendedKeyUsage: readonly string[] | null;
  readonly extendedKeyUsageCritical: 'yes' | 'no';
  /** Lower-case hex; null when absent. */
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  /** Who the authority key identifier says issued it: the DER of a name, and a serial number in lower-case hex. */
  readonly authorityIssuer: Uint8Array | null;
  readonly authoritySerial: string | null;
  /** Every extension, in order. */
  readonly extensions: readonly { readonly oid: string; readonly critical: 'yes' | 'no' }[];
  /** OIDs of critical extensions that bootpol does not know. */
  readonly unknownCritical: readonly string[];
  readonly version: number;
}
