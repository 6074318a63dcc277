import type { ByteRange } from '../bytes/ranges.ts';
import { type ByteMap, byteMapOf } from './byte-map.ts';
import type { InspectedLayer, InspectedMember, InspectedTrust, Inspection } from './inspection.ts';
import type { SkippedReport } from './skipped-schema.ts';
import type { InspectionReport, InspectionReportFile, InspectionReportLayer } from './inspection-schema.ts';
import { findingReport, signatureReport } from './signature-json.ts';

/** One file of a run: what it holds, or why it could not be read. */
export type InspectedFile =
  | {
      readonly file: string;
      readonly inspection: Inspection;
      /** The layer that was asked for; everything when null or left out. */
      readonly shown?: InspectedLayer | null;
    }
  | { readonly file: string; readonly error: string };

/** What a report says beyond the layers: with `signers`, every region names the signatures that hash it. */
export interface ReportDetail {
  readonly regions: 'plain' | 'signers';
  /** What was passed over in directories and packages. */
  readonly skipped?: SkippedReport;
}

/** The whole run as one value of the published schema. */
export function inspectionReport(
  files: readonly InspectedFile[],
  detail: ReportDetail = { regions: 'plain' },
): InspectionReport {
  const { skipped } = detail;
  return {
    version: 1,
    files: files.map((file) => fileReport(file, detail)),
    ...(skipped === undefined ? {} : { skipped: { ...skipped } }),
  };
}

function fileReport(inspected: InspectedFile, { regions }: ReportDetail): InspectionReportFile {
  if ('error' in inspected) {
    return { file: inspected.file, size: null, sha256: null, error: inspected.error, layers: [] };
  }
  const { size, sha256, root } = inspected.inspection;
  const map = regions === 'signers' ? byteMapOf(root) : null;
  return { file: inspected.file, size, sha256, error: null, layers: [layerReport(inspected.shown ?? root, map)] };
}

function layerReport(layer: InspectedLayer, map: ByteMap | null): InspectionReportLayer {
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
    regions: regionReports(layer, map),
    header: layer.header === null ? null : { ...layer.header },
    ...factsReport(layer),
    text: layer.text,
    members: layer.members?.map(memberReport) ?? null,
    children: layer.children.map((child) => layerReport(child, map)),
  };
}

function factsReport({ program, sbat, vendor, fields, properties }: InspectedLayer) {
  return {
    program: program === null ? null : { ...program },
    sbat: sbat === null ? null : sbat.map((row) => ({ ...row })),
    vendor:
      vendor === null
        ? null
        : { authorized: trustReport(vendor.authorized), deauthorized: trustReport(vendor.deauthorized) },
    fields: fields === null ? null : { ...fields },
    properties: { ...properties },
  };
}

function trustReport({ certificates, digests }: InspectedTrust) {
  return { certificates: certificates.map(({ subject, sha256 }) => ({ subject, sha256 })), digests: [...digests] };
}

function regionReports(layer: InspectedLayer, map: ByteMap | null): InspectionReportLayer['regions'] {
  const plain = layer.regions.map(({ name, role, range, zero }) => ({ ...{ name, role, zero }, range: pairOf(range) }));
  const signedBy = map?.signersOf(layer);
  if (signedBy === undefined) return plain;
  return plain.map((region, index) => ({
    ...region,
    signedBy: (signedBy[index] ?? []).map(({ signature, extent }) => ({
      layer: signature.layer,
      signature: signature.number,
      extent,
    })),
  }));
}

function pairOf([start, end]: ByteRange): [number, number] {
  return [start, end];
}

function memberReport({ range, ...member }: InspectedMember): NonNullable<InspectionReportLayer['members']>[number] {
  return { ...member, range: pairOf(range) };
}
