import type { InspectedLayer, InspectedSignature } from '../../../runtime/report/inspection.ts';

export const SIGNER = { subject: 'CN=Debian Secure Boot Signer 2022 - linux', sha256: 'a'.repeat(64) };

/** A sound signature of RSA 2048 over SHA-256. */
export function inspectedSignature(given: Partial<InspectedSignature>): InspectedSignature {
  return {
    scheme: 'authenticode',
    digestAlgorithm: 'sha256',
    digest: 'b'.repeat(64),
    digestMatches: true,
    intact: true,
    keyAlgorithm: 'rsa',
    keyBits: 2048,
    signer: SIGNER,
    chain: [SIGNER],
    covers: [[0, 3000]],
    pcr: null,
    details: null,
    findings: [],
    ...given,
  };
}

/** An empty UKI without signatures. */
export function inspectedLayer(given: Partial<InspectedLayer>): InspectedLayer {
  return {
    path: 'uki',
    kind: 'uki',
    arch: null,
    offsetBytes: 0,
    sizeBytes: 0,
    compression: null,
    codec: null,
    packedSizeBytes: given.sizeBytes ?? 0,
    locatedBy: [],
    isDoubtful: false,
    sha256: '0'.repeat(64),
    authenticode: { sha256: 'd'.repeat(64), sha384: 'd'.repeat(96), sha512: 'd'.repeat(128) },
    signatures: [],
    fault: null,
    findings: [],
    regions: [],
    header: null,
    program: null,
    sbat: null,
    vendor: null,
    fields: null,
    properties: {},
    text: null,
    members: null,
    children: [],
    ...given,
  };
}
