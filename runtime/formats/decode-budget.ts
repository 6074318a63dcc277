import type { Engine } from '../bytes/engine.ts';
import { attempt, type Finding, FormatError } from '../bytes/format-error.ts';
import type { Limits } from '../bytes/limits.ts';
import { decode } from '../codecs/codec.ts';
import type { Codec } from '../contract/vocabulary.ts';
import type { DecodedBytes, DecodePlace } from './reading.ts';

/** What one file may still cost; `spent` grows as layers are opened. */
export interface FileBudget {
  readonly limits: Limits;
  readonly engine: Engine;
  readonly spent: { layers: number; decodedBytes: number };
  /** What recognising the file decoded at its start already; null when nothing. */
  readonly first: FirstDecoded | null;
}

/** The first compressed stretch of a file, decoded. */
export interface FirstDecoded extends DecodedBytes {
  readonly encoded: Uint8Array;
  readonly codec: Codec;
}

/**
 * Decodes within the file's budget: no layer, and not all layers of the file together, may decode to more than
 * `layerSizeLimitBytes`, and none to more than the size that its parent states.
 *
 * @throws FormatError `size-mismatch` when there is more than the stated size, `limit-layer-size`,
 *   `limit-decoded-bytes`, and what the codec throws.
 */
export function decodeWithin(
  budget: FileBudget,
  request: DecodePlace & { readonly layer: string; readonly codec: Codec },
  encoded: Uint8Array,
): DecodedBytes {
  const { layer, codec, baseOffsetBytes, statedSizeBytes } = request;
  if (isFirst(budget.first, codec, encoded)) return budget.first;
  const { layerSizeLimitBytes } = budget.limits;
  const left = Math.max(0, layerSizeLimitBytes - budget.spent.decodedBytes);
  const at = { layer, offsetBytes: baseOffsetBytes, lengthBytes: 0 };
  if (statedSizeBytes !== null && statedSizeBytes > layerSizeLimitBytes) {
    const text = `the ${codec} data are stated to hold ${statedSizeBytes} bytes; the limit is ${layerSizeLimitBytes}`;
    throw new FormatError({ ...at, code: 'limit-layer-size', text });
  }
  const outputLimitBytes = Math.min(left, statedSizeBytes ?? left);
  const decoded = attempt(() =>
    decode(codec, encoded, { layer, baseOffsetBytes, outputLimitBytes, exactSizeBytes: null, engine: budget.engine }),
  );
  if (decoded.ok) {
    budget.spent.decodedBytes += decoded.value.bytes.length;
    return decoded.value;
  }
  // A failed attempt costs a sixteenth of the budget, or a file of many broken parts would cost without end.
  budget.spent.decodedBytes += Math.ceil(layerSizeLimitBytes / FAILURES_ALLOWED);
  if (decoded.finding.code !== 'codec-output-limit') throw new FormatError(decoded.finding);
  throw new FormatError({ ...at, ...explainLimit({ codec, statedSizeBytes, left, limit: layerSizeLimitBytes }) });
}

const FAILURES_ALLOWED = 16;

function isFirst(first: FirstDecoded | null, codec: Codec, encoded: Uint8Array): first is FirstDecoded {
  if (first === null || first.codec !== codec) return false;
  const { buffer, byteOffset, byteLength } = first.encoded;
  return encoded.buffer === buffer && encoded.byteOffset === byteOffset && encoded.byteLength === byteLength;
}

interface Excess {
  readonly codec: Codec;
  readonly statedSizeBytes: number | null;
  readonly left: number;
  readonly limit: number;
}

function explainLimit({ codec, statedSizeBytes, left, limit }: Excess): Pick<Finding, 'code' | 'text'> {
  if (statedSizeBytes !== null && statedSizeBytes <= left) {
    const text = `the ${codec} data hold more than the ${statedSizeBytes} bytes that are stated for them`;
    return { code: 'size-mismatch', text };
  }
  if (left < limit) {
    return { code: 'limit-decoded-bytes', text: `the layers of the file hold more than ${limit} bytes together` };
  }
  return { code: 'limit-layer-size', text: `the ${codec} data hold more than the limit of ${limit} bytes` };
}
