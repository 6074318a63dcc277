import { attempt, type Finding } from '../bytes/format-error.ts';
import { appearanceOf } from './appearance.ts';
import { faultAt } from './fault-at.ts';
import { EMPTY_READING, type Reading, type ReaderHost } from './reading.ts';
import { drawRegions, wholeRegion } from './regions.ts';

/** What the header and the root node of a flattened device tree say. */
export interface DeviceTree {
  /** Bytes of the whole tree, by its own header. */
  readonly totalSize: number;
  readonly version: number;
  /** The first `compatible` string of the root node, by which stubs choose among trees; null when it has none. */
  readonly compatible: string | null;
  readonly model: string | null;
}

/** Whether the bytes start as a flattened device tree does. */
export function startsDeviceTree(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && viewOf(bytes).getUint32(0) === FDT_MAGIC;
}

/**
 * Reads the header and the root node of a flattened device tree (Devicetree Specification 0.4, chapter 5): as much as
 * systemd-stub reads (src/boot/devicetree.c), bounded by the properties of the root node.
 *
 * @param layer path, for errors; offsets count from the start of the tree.
 * @throws FormatError `dtb-magic`, `dtb-size`, `dtb-block`, `dtb-structure`.
 */
export function readDeviceTree(bytes: Uint8Array, layer: string): DeviceTree {
  const magic = (): string => `no device tree, but ${appearanceOf(bytes)}`;
  if (!startsDeviceTree(bytes)) throw faultAt(layer, ['dtb-magic', magic()], 0);
  if (bytes.length < HEADER_BYTES) throw faultAt(layer, ['dtb-size', 'the device tree ends in its header'], 0);
  const view = viewOf(bytes);
  const [, totalSize = 0, structure = 0, strings = 0, , version = 0, , , stringsSize = 0, structureSize = 0] =
    Array.from({ length: 10 }, (_, index) => view.getUint32(index * 4));
  if (totalSize > bytes.length || totalSize < HEADER_BYTES) {
    throw faultAt(layer, ['dtb-size', `the device tree has ${totalSize} bytes, its place ${bytes.length}`], 4);
  }
  if (structure % 4 !== 0 || structure + structureSize > totalSize || strings + stringsSize > totalSize) {
    throw faultAt(layer, ['dtb-block', 'a block of the device tree lies outside of it'], 8);
  }
  const tree: Blocks = {
    view,
    layer,
    structure: [structure, structure + structureSize],
    strings: [strings, strings + stringsSize],
  };
  const properties = rootProperties(tree);
  return {
    totalSize,
    version,
    compatible: properties.get('compatible') ?? null,
    model: properties.get('model') ?? null,
  };
}

/** A `.dtb` or `.dtbauto` section as a layer: what it is for, or a finding that says what is wrong. */
export function readDeviceTreeSection(bytes: Uint8Array, host: ReaderHost): Reading {
  const read = attempt(() => readDeviceTree(bytes, host.layer));
  if (!read.ok) return { ...EMPTY_READING, regions: wholeRegion(bytes, 'contents'), findings: [read.finding] };
  const { totalSize, version, compatible, model } = read.value;
  const claim = { range: [0, totalSize] as const, role: 'data' as const, name: 'device tree' };
  const regions = drawRegions(bytes, [claim], (_before, _after, range) => [
    { range, role: 'padding', name: 'after the device tree' },
  ]);
  const behind = regions.find(({ role, zero }) => role === 'padding' && zero === false);
  const header = {
    version,
    totalsize: totalSize,
    ...(compatible === null ? {} : { compatible }),
    ...(model === null ? {} : { model }),
  };
  return { ...EMPTY_READING, regions, header, findings: behind === undefined ? [] : [afterTree(host, behind.range)] };
}

function afterTree({ layer }: ReaderHost, [start, end]: readonly [number, number]): Finding {
  const text = `${end - start} bytes follow the device tree that belong to nothing`;
  return { code: 'dtb-trailing-bytes', text, layer, offsetBytes: start, lengthBytes: end - start };
}

const FDT_MAGIC = 0xd00dfeed;
const HEADER_BYTES = 40;
const FDT_BEGIN_NODE = 1;
const FDT_PROP = 3;
const FDT_NOP = 4;

interface Blocks {
  readonly view: DataView;
  readonly layer: string;
  readonly structure: readonly [start: number, end: number];
  readonly strings: readonly [start: number, end: number];
}

/** Longest text that is shown of a property. */
const TEXT_LIMIT = 256;

/** The texts of the root node's properties, up to its first child; the first string of each. */
function rootProperties(tree: Blocks): ReadonlyMap<string, string> {
  const { view, layer, structure } = tree;
  const properties = new Map<string, string>();
  const word = (at: number): number => {
    if (at + 4 > structure[1]) throw faultAt(layer, ['dtb-structure', 'the root node does not end'], at);
    return view.getUint32(at);
  };
  let at = structure[0];
  while (word(at) === FDT_NOP) at += 4;
  // The root node's name is empty: a NUL, padded.
  if (word(at) !== FDT_BEGIN_NODE || word(at + 4) !== 0) {
    throw faultAt(layer, ['dtb-structure', 'the device tree does not start with a root node'], at);
  }
  for (at += 8; ; ) {
    const token = word(at);
    if (token === FDT_NOP) at += 4;
    else if (token !== FDT_PROP) return properties;
    else {
      const size = word(at + 4);
      const value = at + 12;
      if (value + size > structure[1]) throw faultAt(layer, ['dtb-structure', 'a property leaves its block'], at);
      const name = textAt(view, tree.strings[0] + word(at + 8), tree.strings[1]);
      if (name !== null && !properties.has(name)) properties.set(name, textAt(view, value, value + size) ?? '');
      at = value + Math.ceil(size / 4) * 4;
    }
  }
}

/** ASCII up to the first NUL before the end; null when there is none. */
function textAt(view: DataView, start: number, end: number): string | null {
  let text = '';
  for (let at = start; at < end && text.length < TEXT_LIMIT; at += 1) {
    const byte = view.getUint8(at);
    if (byte === 0) return text;
    text += String.fromCharCode(byte);
  }
  return null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
