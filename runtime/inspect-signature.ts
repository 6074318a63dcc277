import { NO_RANGES, type RangeSet } from './bytes/ranges.ts';
import { uncoveredStretches } from './facts/uncovered.ts';
import type { Layer } from './formats/layer.ts';
import type {
  CertificateDetails,
  InspectedCertificate,
  InspectedPcrStatement,
  InspectedSignature,
  InspectedTimestamp,
} from './report/inspection.ts';
import type { Certificate, PcrStatement, Signature, Timestamp } from './signing/signature.ts';
import { isSoundTimestamp } from './signing/timestamp.ts';

/** What surrounds a signature. */
export interface SignatureSurroundings {
  readonly layer: Layer;
  /** Bytes inside the certificate table or an appended signature that belong to no signature. */
  readonly stray: RangeSet;
}

/** All that can be said of one signature, as plain data. */
export function inspectSignature(signature: Signature, around: SignatureSurroundings): InspectedSignature {
  const { scheme, digestAlgorithm, digest, digestMatches, intact, keyAlgorithm, keyBits } = signature;
  return {
    ...{ scheme, digestAlgorithm, digest, digestMatches, intact, keyAlgorithm, keyBits },
    signer: namedOrNull(signature.signer),
    chain: signature.chain.map(named),
    covers: signature.covers,
    pcr: signature.pcr === null ? null : inspectStatement(signature.pcr),
    findings: signature.findings,
    details: {
      entry: signature.index,
      offsetBytes: signature.offsetBytes,
      sizeBytes: signature.sizeBytes,
      signerDigestAlgorithm: signature.signerDigestAlgorithm,
      absentSigner: signature.absentSigner?.name ?? null,
      signingTime: signature.signingTime,
      certificates: signature.certificates.map(certificateDetails),
      timestamps: signature.timestamps.map(inspectTimestamp),
      nested: signature.nested.map((nested) => inspectSignature(nested, around)),
      uncovered: uncoveredStretches(around.layer, signature.covers, around.stray),
    },
  };
}

/** The bytes of a layer that no signature owns, of both kinds. */
export function strayOf(...collected: readonly { readonly strayRanges: RangeSet }[]): RangeSet {
  return collected.reduce<RangeSet>((all, { strayRanges }) => [...all, ...strayRanges], NO_RANGES);
}

function inspectStatement({ bank, registers, keyFingerprint, profile, phase }: PcrStatement): InspectedPcrStatement {
  return { bank, registers, keyFingerprint, profile, phase };
}

function inspectTimestamp(timestamp: Timestamp): InspectedTimestamp {
  const { kind, time, signer, findings } = timestamp;
  return { kind, time, sound: isSoundTimestamp(timestamp), signer: namedOrNull(signer), findings };
}

function certificateDetails(certificate: Certificate): CertificateDetails {
  const { issuer, serial, keyAlgorithm, keyBits, signatureAlgorithm, ca, keyUsage, extendedKeyUsage } = certificate;
  return {
    ...named(certificate),
    ...{ issuer, serial, keyAlgorithm, keyBits, signatureAlgorithm, ca, keyUsage, extendedKeyUsage },
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
  };
}

function named({ subject, sha256 }: Certificate): InspectedCertificate {
  return { subject, sha256 };
}

function namedOrNull(certificate: Certificate | null): InspectedCertificate | null {
  return certificate === null ? null : named(certificate);
}
