import type { Finding } from '../bytes/format-error.ts';
import type { InspectedLayer, InspectedSignature, Inspection } from './inspection.ts';
import type { InspectionReport, InspectionReportFile, InspectionReportLayer } from './inspection-schema.ts';

/** One file of a run: what it holds, or why it could not be read. */
export type InspectedFile =
  | { readonly file: string; readonly inspection: Inspection }
  | { readonly file: string; readonly error: string };

/** The whole run as one value of the published schema. */
export function inspectionReport(files: readonly InspectedFile[]): InspectionReport {
  return { version: 1, files: files.map(fileReport) };
}

function fileReport(inspected: InspectedFile): InspectionReportFile {
  if ('error' in inspected) {
    return { file: inspected.file, size: null, sha256: null, error: inspected.error, layers: [] };
  }
  const { size, sha256, root } = inspected.inspection;
  return { file: inspected.file, size, sha256, error: null, layers: [layerReport(root)] };
}

function layerReport(layer: InspectedLayer): InspectionReportLayer {
  return {
    path: layer.path,
    kind: layer.kind,
    arch: layer.arch,
    offsetBytes: layer.offsetBytes,
    sizeBytes: layer.sizeBytes,
    compression: layer.compression,
    codec: layer.codec,
    packedSizeBytes: layer.packedSizeBytes,
    sha256: layer.sha256,
    authenticode: layer.authenticode === null ? null : { ...layer.authenticode },
    signatures: layer.signatures.map(signatureReport),
    fault: layer.fault === null ? null : findingReport(layer.fault),
    findings: layer.findings.map(findingReport),
    regions: layer.regions.map(({ name, role, range }) => ({ name, role, range: [range[0], range[1]] })),
    header: layer.header === null ? null : { ...layer.header },
    children: layer.children.map(layerReport),
  };
}

function signatureReport(signature: InspectedSignature): InspectionReportLayer['signatures'][number] {
  return {
    scheme: signature.scheme,
    digestAlgorithm: signature.digestAlgorithm,
    digest: signature.digest,
    digestMatches: signature.digestMatches,
    intact: signature.intact,
    keyAlgorithm: signature.keyAlgorithm,
    keyBits: signature.keyBits,
    signer: signature.signer === null ? null : { subject: signature.signer.subject, sha256: signature.signer.sha256 },
    chain: signature.chain.map(({ subject, sha256 }) => ({ subject, sha256 })),
    covers: signature.covers.map(([start, end]) => [start, end]),
    findings: signature.findings.map(findingReport),
  };
}

function findingReport(finding: Finding): InspectionReportLayer['findings'][number] {
  const { code, text, layer, offsetBytes, lengthBytes } = finding;
  return { code, text, layer, offsetBytes, lengthBytes };
}
