import { factsOf, type FileFacts, type ReadingOptions } from './facts/file-facts.ts';
import { inspectSignature, strayOf } from './inspect-signature.ts';
import type { LayerNode } from './facts/node.ts';
import { ready } from './facts/ready.ts';
import { lostToPadding } from './lost-to-padding.ts';
import { bootProgramOf } from './formats/boot-program.ts';
import { contentsText } from './formats/contents-text.ts';
import { listMembers, replacementFindings } from './formats/initrd-members.ts';
import type { Layer } from './formats/layer.ts';
import { inspectMember } from './inspect-member.ts';
import type { PeImage } from './formats/pe.ts';
import { isZero } from './formats/zero-bytes.ts';
import { inspectFacts } from './inspect-facts.ts';
import type { InspectedLayer, Inspection } from './report/inspection.ts';
import { imageDigests as storeOf } from './signing/authenticode.ts';
import { hexOf } from './bytes/hex.ts';

/** Takes a file apart to the last layer, without a policy. Never throws for what the file holds. */
export async function inspect(bytes: Uint8Array, options: ReadingOptions): Promise<Inspection> {
  const file = factsOf(bytes, options);
  const root = await inspectLayer(file.root, file);
  return { size: bytes.length, sha256: root.sha256, root };
}

async function inspectLayer(node: LayerNode, file: FileFacts): Promise<InspectedLayer> {
  const layer = node.layer();
  const digest = await ready(file, () => file.sha256Of(layer));
  const children: InspectedLayer[] = [];
  for (const child of node.children()) children.push(await inspectLayer(child, file));
  const collected = await signaturesOf(layer, file);
  const told = await inspectFacts(node, file);
  return {
    path: layer.path,
    kind: layer.kind,
    arch: layer.arch,
    offsetBytes: node.part?.range[0] ?? 0,
    sizeBytes: layer.bytes.length,
    compression: layer.compression === null || layer.compression.length === 0 ? null : layer.compression.join('+'),
    codec: node.part?.codec ?? null,
    packedSizeBytes: node.part === null ? layer.bytes.length : node.part.range[1] - node.part.range[0],
    locatedBy: node.part?.locatedBy ?? [],
    isDoubtful: layer.fault !== null || (layer.origin?.doubt ?? null) !== null,
    sha256: digest.hex,
    authenticode: layer.pe === null ? null : await imageDigests(layer.pe, file),
    signatures: collected.signatures,
    fault: layer.fault,
    findings: [
      ...layer.findings,
      ...collected.findings,
      ...(await lostToPadding(node, file)),
      ...told.findings,
      ...doubtOf(layer),
      ...memberFindings(layer),
    ],
    regions: layer.regions.map(({ name, role, range, zero }) => ({
      ...{ name, role, range },
      zero: zero ?? isZero(layer.bytes, range),
    })),
    header: layer.header,
    program: bootProgramOf(layer),
    ...told.facts,
    text: contentsText(layer),
    members: layer.kind === 'cpio' ? listMembers(layer).entries.map(inspectMember) : null,
    children,
  };
}

/** What the archives of an initrd do to each other, and members that are too many to list. */
function memberFindings(layer: Layer): InspectedLayer['findings'] {
  if (layer.kind === 'initrd') return replacementFindings(layer);
  if (layer.kind !== 'cpio') return [];
  const { left } = listMembers(layer);
  if (left === 0) return [];
  const text = `${left} more members are not listed`;
  return [{ code: 'members-left-out', text, layer: layer.path, offsetBytes: 0, lengthBytes: 0 }];
}

function doubtOf(layer: Layer): InspectedLayer['findings'] {
  const doubt = layer.origin?.doubt ?? null;
  return doubt === null ? [] : [doubt];
}

async function signaturesOf(layer: Layer, file: FileFacts): Promise<Pick<InspectedLayer, 'signatures' | 'findings'>> {
  const { pe, kind, fault } = layer;
  const appended = await ready(file, () => file.appendedOf(layer));
  const table = pe === null ? NO_TABLE : await ready(file, () => file.signaturesOf(pe));
  const isUki = pe !== null && kind === 'uki' && fault === null;
  const measured = isUki ? await ready(file, () => file.pcrSignaturesOf(pe)) : NO_TABLE;
  const around = { layer, stray: strayOf(table, appended) };
  const signatures = [...table.signatures, ...appended.signatures, ...measured.signatures];
  return {
    signatures: signatures.map((signature) => inspectSignature(signature, around)),
    findings: [...table.findings, ...measured.findings],
  };
}

const NO_TABLE = { signatures: [], findings: [], strayRanges: [] } as const;

async function imageDigests(pe: PeImage, file: FileFacts): Promise<InspectedLayer['authenticode']> {
  const digests = storeOf(pe, file.engine);
  const [sha256, sha384, sha512] = await Promise.all([
    digests.of('sha256'),
    digests.of('sha384'),
    digests.of('sha512'),
  ]);
  if (sha256 === null || sha384 === null || sha512 === null) return null;
  return { sha256: hexOf(sha256), sha384: hexOf(sha384), sha512: hexOf(sha512) };
}
