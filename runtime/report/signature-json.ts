import type { Finding } from '../bytes/format-error.ts';
import type { ByteRange } from '../bytes/ranges.ts';
import type { CertificateDetails, InspectedCertificate, InspectedSignature, InspectedTimestamp } from './inspection.ts';
import type { FindingReport, SignatureReport } from './signature-schema.ts';

/** One signature as a value of the published schema. */
export function signatureReport(signature: InspectedSignature): SignatureReport {
  const { scheme, digestAlgorithm, digest, digestMatches, intact, keyAlgorithm, keyBits, details } = signature;
  return {
    ...{ scheme, digestAlgorithm, digest, digestMatches, intact, keyAlgorithm, keyBits },
    signer: nameOrNull(signature.signer),
    chain: signature.chain.map(nameReport),
    covers: signature.covers.map(pairOf),
    pcr: signature.pcr === null ? null : { ...signature.pcr, registers: [...signature.pcr.registers] },
    findings: signature.findings.map(findingReport),
    ...(details === null
      ? {}
      : {
          entry: details.entry,
          offsetBytes: details.offsetBytes,
          sizeBytes: details.sizeBytes,
          signerDigestAlgorithm: details.signerDigestAlgorithm,
          absentSigner: details.absentSigner,
          signingTime: details.signingTime,
          certificates: details.certificates.map(certificateReport),
          timestamps: details.timestamps.map(timestampReport),
          nested: details.nested.map(signatureReport),
          uncovered: details.uncovered.map((stretch) => ({ ...stretch, range: pairOf(stretch.range) })),
        }),
  };
}

/** One finding as a value of the published schema. */
export function findingReport({ code, text, layer, offsetBytes, lengthBytes }: Finding): FindingReport {
  return { code, text, layer, offsetBytes, lengthBytes };
}

function timestampReport({ kind, time, sound, signer, findings }: InspectedTimestamp): TimestampReport {
  return { kind, time, sound, signer: nameOrNull(signer), findings: findings.map(findingReport) };
}

type TimestampReport = NonNullable<SignatureReport['timestamps']>[number];
type CertificateReport = NonNullable<SignatureReport['certificates']>[number];

function certificateReport(certificate: CertificateDetails): CertificateReport {
  const { keyUsage, extendedKeyUsage } = certificate;
  return {
    ...certificate,
    keyUsage: keyUsage === null ? null : [...keyUsage],
    extendedKeyUsage: extendedKeyUsage === null ? null : [...extendedKeyUsage],
  };
}

function nameReport({ subject, sha256 }: InspectedCertificate): { subject: string; sha256: string } {
  return { subject, sha256 };
}

function nameOrNull(certificate: InspectedCertificate | null): { subject: string; sha256: string } | null {
  return certificate === null ? null : nameReport(certificate);
}

function pairOf([start, end]: ByteRange): [number, number] {
  return [start, end];
}
