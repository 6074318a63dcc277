import type { Engine } from '../bytes/engine.ts';
import { attempt, type Finding } from '../bytes/format-error.ts';
import type { Limits } from '../bytes/limits.ts';
import { identifyCodec } from '../codecs/codec.ts';
import { LAYER_KINDS, type LayerKind } from '../contract/layer-kinds.ts';
import { appearanceOf as appearance, startsLz4Frame } from './appearance.ts';
import { startsCpio } from './cpio-walk.ts';
import { decodeWithin, type FileBudget, type FirstDecoded } from './decode-budget.ts';
import { encodedEnd } from './encoded-end.ts';
import { readDeviceTree, startsDeviceTree } from './device-tree.ts';
import { identifyProgram } from './identify.ts';
import type { Layer } from './layer.ts';
import { peelLayer } from './peel.ts';
import { firstNonZero } from './zero-bytes.ts';

export interface ReadOptions {
  readonly limits: Limits;
  readonly engine: Engine;
  /** What to take the file for when it carries no mark of its own; a marked file is what its marks say. */
  readonly kindHint?: LayerKind;
  /** Path of the outermost layer; default its kind. */
  readonly rootPath?: string;
}

/**
 * Takes a file apart: its outermost layer, from which all others can be opened.
 *
 * Never throws for what the bytes hold: a file that is recognised but malformed has its kind and a `fault`, one that is
 * not recognised has kind `unknown` and the fault `format-unrecognised`, which says what it looks like instead.
 */
export function readFile(bytes: Uint8Array, options: ReadOptions): Layer {
  const found = recognise(bytes, options);
  const path = options.rootPath ?? found.kind;
  const fault = found.fault === null ? null : { ...found.fault, layer: path };
  const source = { kind: found.kind, path, bytes, codec: 'none' as const, depth: 1, origin: null, fault };
  return peelLayer(source, budgetOf(options, found.first ?? null));
}

/** A fresh budget for one file. */
export function budgetOf({ limits, engine }: ReadOptions, first: FirstDecoded | null): FileBudget {
  return {
    limits,
    engine,
    spent: { layers: 1, decodedBytes: first?.bytes.length ?? 0, hasAdjacentStreams: false },
    first,
  };
}

interface Recognised {
  readonly kind: Layer['kind'];
  readonly fault: Finding | null;
  /** Decoded to tell what a compressed file is, and wanted again to read it. */
  readonly first?: FirstDecoded;
}

const LAYER = 'file';

function recognise(bytes: Uint8Array, options: ReadOptions): Recognised {
  const program = identifyProgram(bytes, LAYER);
  if (program !== null) return { kind: program.kind, fault: null };
  if (startsCpio(bytes) || startsLz4Frame(bytes)) return { kind: 'initrd', fault: null };
  const found = recogniseCompressed(bytes, options);
  if (found.kind !== 'unknown') return found;
  const hint = options.kindHint;
  return hint !== undefined && LAYER_KINDS[hint].outermost ? { kind: hint, fault: null } : found;
}

/**
 * A compressed file is what it decodes to. One that does not decode counts as an initrd, the only compressed thing that
 * is loaded as it stands; it has the decoder's fault in any case.
 */
function recogniseCompressed(bytes: Uint8Array, options: ReadOptions): Recognised {
  const codec = identifyCodec(bytes);
  if (codec === null) return unrecognised(`the file holds ${appearanceOf(bytes)}`);
  const place = { layer: LAYER, codec, baseOffsetBytes: 0, statedSizeBytes: null, streams: 'first' } as const;
  const encoded = bytes.subarray(0, encodedEnd(codec, bytes));
  const decoded = attempt(() => decodeWithin(budgetOf(options, null), place, encoded));
  if (!decoded.ok) return { kind: 'initrd', fault: decoded.finding };
  const contents = decoded.value.bytes;
  const first = { ...decoded.value, encoded, codec };
  if (identifyProgram(contents, LAYER)?.kind === 'image') {
    // A kernel is all of its streams: what was decoded serves it when there is no more than one.
    const isAll = firstNonZero(encoded, first.consumedBytes, encoded.length) >= encoded.length;
    return { kind: 'compressed', fault: null, ...(isAll && { first }) };
  }
  const start = firstNonZero(contents, 0, contents.length);
  if (startsCpio(contents, start)) return { kind: 'initrd', fault: null, first };
  return unrecognised(`the file is ${codec}, and decodes to ${appearanceOf(contents)}`);
}

/** A device tree is told with what it is for: people hand it in beside the kernel that it belongs to. */
function appearanceOf(bytes: Uint8Array): string {
  const tree = startsDeviceTree(bytes) ? attempt(() => readDeviceTree(bytes, LAYER)) : null;
  if (tree === null) return appearance(bytes);
  if (!tree.ok) return `a broken device tree (${tree.finding.text})`;
  const { version, totalSize, compatible } = tree.value;
  const purpose = compatible === null ? '' : ` for \`${compatible}\``;
  return `a device tree${purpose} (version ${version}, ${totalSize} bytes), which is judged inside a UKI only`;
}

function unrecognised(text: string): Recognised {
  return {
    kind: 'unknown',
    fault: { code: 'format-unrecognised', text, layer: LAYER, offsetBytes: 0, lengthBytes: 0 },
  };
}
