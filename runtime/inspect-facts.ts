import { attempt, type Finding } from './bytes/format-error.ts';
import type { ByteRange } from './bytes/ranges.ts';
import type { Anchor } from './contract/anchor.ts';
import type { PropertyName, PropertyValue } from './contract/properties.ts';
import type { FileFacts } from './facts/file-facts.ts';
import { strangersIn } from './facts/nested-programs.ts';
import type { LayerNode } from './facts/node.ts';
import { propertyOf } from './facts/property.ts';
import { ready } from './facts/ready.ts';
import type { Layer } from './formats/layer.ts';
import { readOsRelease } from './formats/os-release.ts';
import type { PeImage } from './formats/pe.ts';
import { readPeSbat, readSbat, type SbatEntry } from './formats/sbat.ts';
import { readVendorTables } from './formats/shim.ts';
import type { InspectedLayer, InspectedTrust } from './report/inspection.ts';
import { readAnchorFile } from './trust/anchor-file.ts';

/** What a layer's contents say beyond its form, and what is wrong with it. */
export interface ToldFacts {
  readonly facts: Pick<InspectedLayer, 'sbat' | 'vendor' | 'fields' | 'properties'>;
  readonly findings: readonly Finding[];
}

/** Collects the facts that policies can ask for and those that tell people what they have before them. */
export async function inspectFacts(node: LayerNode, file: FileFacts): Promise<ToldFacts> {
  const layer = node.layer();
  const sbat = sbatOf(layer);
  const fields = fieldsOf(layer);
  const vendor = layer.pe === null || layer.kind !== 'pe' ? NO_VENDOR : vendorOf(layer.pe);
  const facts = { sbat: sbat.value, fields: fields.value, vendor: vendor.value };
  const findings = [...sbat.findings, ...fields.findings, ...vendor.findings, ...strangers(node)];
  return { facts: { ...facts, properties: await propertiesOf(node, file) }, findings };
}

interface Told<T> {
  readonly value: T | null;
  readonly findings: readonly Finding[];
}

const NO_VENDOR: Told<NonNullable<InspectedLayer['vendor']>> = { value: null, findings: [] };

/** What a reader says, or its finding. */
function told<T>(read: () => T | null): Told<T> {
  const result = attempt(read);
  return result.ok ? { value: result.value, findings: [] } : { value: null, findings: [result.finding] };
}

function sbatOf(layer: Layer): Told<NonNullable<InspectedLayer['sbat']>> {
  const { pe, kind, bytes, path } = layer;
  if (layer.fault !== null || (pe === null && kind !== 'sbat')) return { value: null, findings: [] };
  const row = ({ component, generation, version }: SbatEntry) => ({ component, generation, version });
  return told(() => (pe === null ? readSbat(bytes, path) : readPeSbat(pe))?.map(row) ?? null);
}

function fieldsOf(layer: Layer): Told<NonNullable<InspectedLayer['fields']>> {
  if (layer.fault !== null || (layer.kind !== 'osrel' && layer.kind !== 'profile'))
    return { value: null, findings: [] };
  return told(() => Object.fromEntries(readOsRelease(layer)));
}

function vendorOf(pe: PeImage): Told<NonNullable<InspectedLayer['vendor']>> {
  const tables = readVendorTables(pe);
  if (tables === null) return NO_VENDOR;
  const lists = [tables.authorized, tables.deauthorized].map((range) => trustAt(pe, range));
  const [authorized = NOBODY, deauthorized = NOBODY] = lists.map(({ value }) => value ?? NOBODY);
  return { value: { authorized, deauthorized }, findings: lists.flatMap(({ findings }) => findings) };
}

const NOBODY: InspectedTrust = { certificates: [], digests: [] };

function trustAt(pe: PeImage, range: ByteRange | null): Told<InspectedTrust> {
  if (range === null) return { value: NOBODY, findings: [] };
  const [start, end] = range;
  const list = readAnchorFile(pe.bytes.subarray(start, end), pe.layer);
  if (list.ok) return { value: trustOf(list.anchors), findings: [] };
  const at = { layer: pe.layer, offsetBytes: start + list.offsetBytes, lengthBytes: 0 };
  return { value: null, findings: [{ ...at, code: 'shim-vendor-list', text: `vendor list of shim: ${list.text}` }] };
}

function trustOf(anchors: readonly Anchor[]): InspectedTrust {
  return {
    certificates: anchors.flatMap((anchor) =>
      anchor.kind === 'certificate' ? [{ subject: anchor.subject, sha256: anchor.sha256 }] : [],
    ),
    digests: anchors.flatMap((anchor) => ('hex' in anchor ? [`${anchor.algorithm}:${anchor.hex}`] : [])),
  };
}

/** Programs of another architecture, told once, for the outermost layer that could start them. */
function strangers(node: LayerNode): readonly Finding[] {
  if (node.layer().fault !== null || node.layer().pe === null || isNested(node)) return [];
  const found = attempt(() => strangersIn(node));
  return found.ok ? found.value : [];
}

function isNested({ parent }: LayerNode): boolean {
  return parent !== null && (parent.layer().pe !== null || isNested(parent));
}

/** Digests, sizes, texts and SBAT have places of their own in an inspection. */
const SHOWN: readonly PropertyName[] = [
  'release',
  'image-size',
  'compression-ratio',
  'nx-compat',
  'writable-code',
  'entry-in-code',
  'section-alignment',
  'arch-agrees',
  'replaced-members',
  'bytes-after-signature',
  'bytes-in-certificate-table',
  'bytes-in-section-gaps',
];

async function propertiesOf(node: LayerNode, file: FileFacts): Promise<InspectedLayer['properties']> {
  const properties: Record<string, string | number | boolean> = {};
  for (const name of SHOWN) {
    const value = await ready(file, () => propertyOf(node, name, file));
    const plain = value === null ? null : plainValue(value);
    if (plain !== null) properties[name] = plain;
  }
  return properties;
}

function plainValue(value: PropertyValue): string | number | boolean | null {
  switch (value.kind) {
    case 'flag':
      return value.value;
    case 'size':
      return value.bytes;
    case 'number':
      return Number(value.value.toFixed(3));
    case 'text':
      return value.text;
    case 'words':
    case 'digest':
    case 'digests':
    case 'generation':
    case 'presence':
      return null;
  }
}
