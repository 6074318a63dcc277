import type { Layer } from './layer.ts';
import { decodeUtf8 } from './utf8.ts';
import { firstNonZero } from './zero-bytes.ts';

/** Longer texts are not worth a place in a report. */
const TEXT_LIMIT_BYTES = 65_536;

/**
 * The contents of a layer without layers in it that holds nothing but text: UTF-8 without control characters but line
 * ends and tabs, and zeros behind it. Null for any other layer, and for more than 64 KiB of text.
 */
export function contentsText(layer: Layer): string | null {
  const { bytes, fault, pe, parts } = layer;
  if (fault !== null || pe !== null || parts.length > 0) return null;
  const head = bytes.subarray(0, TEXT_LIMIT_BYTES + 1);
  const nul = head.indexOf(0);
  const end = nul < 0 ? bytes.length : nul;
  if (end === 0 || end > TEXT_LIMIT_BYTES || firstNonZero(bytes, end, bytes.length) < bytes.length) return null;
  const decoded = decodeUtf8(bytes.subarray(0, end));
  return decoded.ok && !CONTROLS.test(decoded.text) ? decoded.text : null;
}

/** All control characters but tab, line feed and carriage return. */
const CONTROLS = /(?![\t\n\r])\p{Cc}/u;
