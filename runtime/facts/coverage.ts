import { grouped } from '../bytes/grouped.ts';
import {
  contains,
  intersect,
  normalise,
  NO_RANGES,
  type RangeSet,
  rebase,
  sizeOf,
  subtract,
  union,
} from '../bytes/ranges.ts';
import type { ByteRange } from '../bytes/ranges.ts';
import type { Judgement, Pending, Reason } from '../contract/judgement.ts';
import { PENDING } from '../contract/judgement.ts';
import type { Layer } from '../formats/layer.ts';
import type { LayerNode } from './node.ts';

/**
 * The coverage relation: which bytes of a layer are covered, in one view, by signatures that one signer set trusts.
 *
 * The rules are numbered (a) to (g) in `docs/language.md`; each has a test.
 */
export interface Coverage {
  readonly ranges: RangeSet;
  /** How the bytes came to be covered, outermost first; for people. */
  readonly how: readonly ('direct' | 'enclosed' | 'derived')[];
  /** Why the layer got nothing from outside, when it did not. */
  readonly obstacles: readonly Reason[];
  /** Bytes of this layer's certificate table that belong to no signature: never exempt. */
  readonly stray: RangeSet;
}

/** What this layer's own signatures contribute. */
export interface DirectCoverage {
  readonly ranges: RangeSet;
  readonly stray: RangeSet;
}

/** What coverage asks of the rest of the view. */
export interface CoverageSource {
  /** The ranges that trusted signatures of this layer itself hashed (rule a). */
  direct(node: LayerNode): DirectCoverage | Pending;
  /** Why the view does not see the parent of this layer; null when it does. */
  hiddenParentOf(node: LayerNode): Reason | null;
  /** Coverage of the parent, from memory. */
  coverageOf(node: LayerNode): Coverage | Pending;
}

/** Coverage of one layer: what its own signatures hash and what it inherits from the layer around it. */
export function coverLayer(node: LayerNode, source: CoverageSource): Coverage | Pending {
  const inherited = inherit(node, source);
  const direct = source.direct(node);
  if (direct === PENDING || inherited === PENDING) return PENDING;
  return {
    ranges: union(direct.ranges, inherited.ranges),
    how: direct.ranges.length > 0 ? [...inherited.how, 'direct'] : inherited.how,
    obstacles: inherited.obstacles,
    stray: direct.stray,
  };
}

/** Bytes of the layer that no rule exempts and that are not covered. */
export function uncoveredBytes(layer: Layer, coverage: Coverage): RangeSet {
  if (layer.bytes.length === 0) return NO_RANGES;
  const open = subtract([[0, layer.bytes.length]], coverage.ranges);
  return subtract(open, subtract(structuralBytes(layer), coverage.stray));
}

/** `covered by S` (rules a to f): true when nothing is left uncovered. */
export function judgeCoverage(layer: Layer, signers: string, coverage: Coverage): Judgement {
  const open = uncoveredBytes(layer, coverage);
  if (open.length === 0) return { outcome: 'true', reasons: [] };
  const total = layer.bytes.length;
  const covered = sizeOf(intersect(coverage.ranges, [[0, total]]));
  const first = open[0] ?? [0, 0];
  return {
    outcome: 'false',
    reasons: [
      ...coverage.obstacles,
      {
        code: 'bytes-uncovered',
        text: `${grouped(covered)} of ${grouped(total)} bytes are covered by ${signers}`,
        layer: layer.path,
        offsetBytes: first[0],
        lengthBytes: first[1] - first[0],
      },
    ],
  };
}

function inherit(node: LayerNode, source: CoverageSource): Coverage | Pending {
  const { parent, part } = node;
  if (parent === null || part === null) return nothing([]);
  const hidden = source.hiddenParentOf(node);
  if (hidden !== null) return nothing([hidden]);
  const outer = source.coverageOf(parent);
  if (outer === PENDING) return PENDING;
  if (outer.ranges.length === 0) return nothing(outer.obstacles);
  const lost = part.locatedBy.find((range) => !contains(outer.ranges, range));
  if (lost !== undefined) return nothing([locatorUncovered(node, lost)]);
  return part.codec === 'none' ? enclosed(part.range, outer) : derived(node, outer);
}

/** Rule c: a child stored as it is keeps the coverage of its bytes in the parent. */
function enclosed(range: ByteRange, outer: Coverage): Coverage {
  const ranges = rebase(outer.ranges, range);
  return {
    ranges,
    how: ranges.length > 0 ? [...outer.how, 'enclosed'] : [],
    obstacles: outer.obstacles,
    stray: NO_RANGES,
  };
}

/** Rule d: a decoded child is covered whole or not at all. */
function derived(node: LayerNode, outer: Coverage): Coverage {
  const { part } = node;
  if (part === null || !contains(outer.ranges, part.range)) {
    return nothing([
      {
        code: 'encoded-bytes-uncovered',
        text: 'the encoded bytes are not wholly covered, so what they decode to is not',
        layer: node.path,
        offsetBytes: 0,
        lengthBytes: 0,
      },
    ]);
  }
  const layer = node.layer();
  const doubt = layer.origin?.doubt ?? null;
  if (doubt !== null) return nothing([doubt]);
  return {
    ranges: normalise([[0, layer.bytes.length]]),
    how: [...outer.how, 'derived'],
    obstacles: [],
    stray: NO_RANGES,
  };
}

/**
 * Rule b: CheckSum, directory entry 4, the entries of the certificate table and an appended signature are outside digests,
 * and exempt.
 */
function structuralBytes(layer: Layer): RangeSet {
  const { pe } = layer;
  const appended = layer.regions.filter(({ role }) => role === 'signature').map(({ range }) => range);
  if (pe === null) return normalise(appended);
  const directory = pe.certificateDirectoryRange;
  const table = layer.regions.filter(({ role }) => role === 'certificate-table').map(({ range }) => range);
  const zeros = layer.regions.filter(({ role, zero }) => (role === 'padding' || role === 'gap') && zero === true);
  return intersect(
    normalise([
      pe.checksumRange,
      ...(directory === null ? [] : [directory]),
      ...table,
      ...appended,
      ...(pe.certificateTable === null ? [] : zeros.map(({ range }) => range)),
    ]),
    [[0, layer.bytes.length]],
  );
}

function locatorUncovered(node: LayerNode, range: ByteRange): Reason {
  return {
    code: 'locator-uncovered',
    text: 'the header fields that say where this layer lies are not covered',
    layer: node.parent?.path ?? node.path,
    offsetBytes: range[0],
    lengthBytes: range[1] - range[0],
  };
}

function nothing(obstacles: readonly Reason[]): Coverage {
  return { ranges: NO_RANGES, how: [], obstacles, stray: NO_RANGES };
}
