import { attempt, type Finding, FormatError } from '../bytes/format-error.ts';
import type { ByteRange } from '../bytes/ranges.ts';
import type { LayerKind } from '../contract/layer-kinds.ts';
import type { Codec } from '../contract/vocabulary.ts';
import { readBzimage } from './bzimage.ts';
import { readCompressedKernel } from './compressed-kernel.ts';
import { readCpio } from './cpio.ts';
import { decodeWithin, type FileBudget } from './decode-budget.ts';
import { readEfiProgram } from './efi-program.ts';
import { identifyProgram } from './identify.ts';
import { readInitrd } from './initrd.ts';
import { readKernelImage } from './kernel-image.ts';
import type { Layer, Origin, Part } from './layer.ts';
import { readLinuxSection } from './linux-section.ts';
import { once } from '../bytes/once.ts';
import { readPcrsigSection } from './pcrsig.ts';
import { readDeviceTreeSection } from './device-tree.ts';
import { readHwidsSection } from './hwids.ts';
import { readFirmwareSection, readMicrocodeSection, readPcrKeySection, readSplashSection } from './small-sections.ts';
import { readPlainSection } from './plain-section.ts';
import { appendedTrailerOf, looksLikeSignedData } from './appended-trailer.ts';
import { type DecodedBytes, EMPTY_READING, type FormatReader, type PartPlan, type Reading } from './reading.ts';
import { overlayRegion, wholeRegion } from './regions.ts';
import { judgeTrailer } from './trailer.ts';
import { readUki } from './uki.ts';
import { readVmlinux } from './vmlinux.ts';
import { readZboot } from './zboot.ts';

/** Bytes on their way to becoming a layer. */
export interface LayerSource {
  readonly kind: Layer['kind'];
  readonly path: string;
  readonly bytes: Uint8Array;
  /** The codec that the bytes were encoded by in their parent. */
  readonly codec: Codec;
  /** 1 for the file itself. */
  readonly depth: number;
  readonly origin: Origin | null;
  /** Why the bytes could not be had; they are then empty. */
  readonly fault: Finding | null;
}

/**
 * Makes a layer of a source. It is read when first asked about, and its parts are opened when first opened, once each.
 *
 * Faults of the bytes, and of limits exceeded, become the layer's `fault`; nothing is thrown for them.
 */
export function peelLayer(source: LayerSource, budget: FileBudget): Layer {
  const reading = once(() => readSource(source, budget));
  const parts = once(() => reading().parts.map((plan) => partOf(plan, source, budget)));
  return {
    kind: source.kind,
    path: source.path,
    bytes: source.bytes,
    origin: source.origin,
    get arch() {
      return reading().arch;
    },
    get compression() {
      return reading().compression;
    },
    get fault() {
      return source.fault ?? reading().fault;
    },
    get findings() {
      return reading().findings;
    },
    get regions() {
      return reading().regions;
    },
    get parts() {
      return parts();
    },
    get pe() {
      return reading().pe;
    },
    get header() {
      return reading().header;
    },
  };
}

const READERS: Readonly<Record<LayerKind, FormatReader>> = {
  zboot: program(readZboot),
  uki: program(readUki),
  addon: program(readUki),
  image: readKernelImage,
  bzimage: program(readBzimage),
  pe: program(readEfiProgram),
  compressed: readCompressedKernel,
  vmlinux: readVmlinux,
  linux: readLinuxSection,
  initrd: readInitrd,
  cpio: readCpio,
  cmdline: readPlainSection,
  osrel: readPlainSection,
  uname: readPlainSection,
  splash: unlessEmpty(readSplashSection),
  dtb: unlessEmpty(readDeviceTreeSection),
  dtbauto: unlessEmpty(readDeviceTreeSection),
  hwids: unlessEmpty(readHwidsSection),
  efifw: unlessEmpty(readFirmwareSection),
  ucode: unlessEmpty(readMicrocodeSection),
  sbat: readPlainSection,
  sbom: readPlainSection,
  pcrsig: unlessEmpty(readPcrsigSection),
  pcrpkey: unlessEmpty(readPcrKeySection),
  profile: readPlainSection,
  section: readPlainSection,
};

/** An empty section counts as absent (systemd src/boot/pe.h, `PE_SECTION_VECTOR_IS_SET`). */
function unlessEmpty(read: FormatReader): FormatReader {
  return (bytes, host) => (bytes.length === 0 ? readPlainSection(bytes) : read(bytes, host));
}

/** A reader that refuses bytes which loaders would take for two formats. */
function program(read: FormatReader): FormatReader {
  return (bytes, host) => {
    const fault = identifyProgram(bytes, host.layer)?.fault ?? null;
    if (fault !== null) throw new FormatError(fault);
    return read(bytes, host);
  };
}

function readSource(source: LayerSource, budget: FileBudget): Reading {
  const { kind, path: layer, bytes, codec, fault } = source;
  const unread = { ...EMPTY_READING, fault, regions: wholeRegion(bytes, 'unread') };
  if (fault !== null || kind === 'unknown') return unread;
  const signature = appendedSignature(source, null);
  const body = signature !== null && READ_TO_THEIR_END.includes(kind) ? bytes.subarray(0, signature[0]) : bytes;
  const reading = attempt(() =>
    READERS[kind](body, {
      layer,
      codec,
      limits: budget.limits,
      decode: (member, encoded, place) => decodeWithin(budget, { ...place, layer, codec: member }, encoded),
    }),
  );
  return reading.ok ? withAppendedSignature(reading.value, source) : { ...unread, fault: reading.finding };
}

/** Kinds whose contents end with the bytes: an appended signature is not part of them. */
const READ_TO_THEIR_END: readonly Layer['kind'][] = ['initrd', 'compressed'];

/** Where an appended signature lies, when it is one by its form: anything else stays what it was, stray bytes as a rule. */
function appendedSignature({ bytes, path: layer }: LayerSource, pe: Reading['pe']): ByteRange | null {
  const trailer = appendedTrailerOf({ bytes, layer, pe });
  if (trailer === null || trailer.cms === null || trailer.findings.length > 0) return null;
  return looksLikeSignedData(bytes.subarray(...trailer.cms)) ? trailer.range : null;
}

function withAppendedSignature(reading: Reading, source: LayerSource): Reading {
  const range = appendedSignature(source, reading.pe);
  if (range === null) return reading;
  const name = 'appended signature';
  const drawn = reading.regions.filter(({ range: [start] }) => start < range[0] || start >= range[1]);
  const isBehind = drawn.every(({ range: [, end] }) => end <= range[0]);
  if (isBehind) return { ...reading, regions: [...drawn, { range, role: 'signature', name, zero: null }] };
  return { ...reading, regions: overlayRegion(source.bytes, reading.regions, { range, role: 'signature', name }) };
}

function partOf(plan: PartPlan, parent: LayerSource, budget: FileBudget): Part {
  const { slot, kind, profile, range, locatedBy, codec } = plan;
  const path = `${parent.path}/${plan.segment}`;
  const open = once((): Layer => openPart(part, plan, { parent, budget }));
  const part: Part = { slot, path, kind, profile, range, locatedBy, codec, open };
  return part;
}

interface Surroundings {
  readonly parent: LayerSource;
  readonly budget: FileBudget;
}

function openPart(part: Part, plan: PartPlan, { parent, budget }: Surroundings): Layer {
  const { path } = part;
  const decoded = attempt(() => {
    checkLimits(path, parent.depth + 1, budget);
    if (plan.fault !== null) throw new FormatError(plan.fault);
    return plan.decoded ?? decodePart(plan, parent, budget);
  });
  const common = { kind: plan.kind, path, codec: plan.codec, depth: parent.depth + 1 };
  if (decoded.ok) {
    const origin = originOf(part, plan, { parent, decoded: decoded.value });
    return peelLayer({ ...common, bytes: decoded.value.bytes, origin, fault: null }, budget);
  }
  const origin: Origin = { part, codec: plan.codec, consumedBytes: 0, doubt: plan.doubt };
  return peelLayer({ ...common, bytes: new Uint8Array(0), origin, fault: decoded.finding }, budget);
}

function checkLimits(path: string, depth: number, budget: FileBudget): void {
  const { depthLimit, layerCountLimit } = budget.limits;
  const at = { layer: path, offsetBytes: 0, lengthBytes: 0 };
  if (depth > depthLimit) {
    throw new FormatError({ ...at, code: 'limit-depth', text: `layers are nested more than ${depthLimit} deep` });
  }
  budget.spent.layers += 1;
  if (budget.spent.layers > layerCountLimit) {
    throw new FormatError({ ...at, code: 'limit-layer-count', text: `there are more than ${layerCountLimit} layers` });
  }
}

function decodePart(plan: PartPlan, parent: LayerSource, budget: FileBudget): DecodedBytes {
  const [start, end] = plan.range;
  const encoded = parent.bytes.subarray(start, end);
  if (plan.codec === 'none') return { bytes: encoded, consumedBytes: encoded.length };
  const statedSizeBytes = plan.statedSize?.bytes ?? null;
  const request = {
    layer: parent.path,
    codec: plan.codec,
    baseOffsetBytes: start,
    statedSizeBytes,
    streams: 'all',
  } as const;
  return decodeWithin(budget, request, encoded);
}

interface Decoding {
  readonly parent: LayerSource;
  readonly decoded: DecodedBytes;
}

function originOf(part: Part, plan: PartPlan, { parent, decoded }: Decoding): Origin {
  const { codec } = plan;
  const start = plan.range[0] + decoded.consumedBytes;
  const trailer = { start, codec, decoded: decoded.bytes, layer: parent.path };
  const { doubt } = judgeTrailer(parent.bytes.subarray(0, plan.range[1]), trailer);
  const firstDoubt = plan.doubt ?? sizeDoubt(plan, parent.path, decoded) ?? doubt;
  return { part, codec, consumedBytes: decoded.consumedBytes, doubt: firstDoubt };
}

function sizeDoubt({ statedSize }: PartPlan, layer: string, { bytes }: DecodedBytes): Finding | null {
  if (statedSize === null || statedSize.bytes === bytes.length) return null;
  const text = `the size is stated as ${statedSize.bytes} bytes, but ${bytes.length} were decoded`;
  return { code: 'size-mismatch', text, layer, offsetBytes: statedSize.offsetBytes, lengthBytes: 4 };
}
