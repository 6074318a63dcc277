import { once } from '../bytes/once.ts';
import { i32le } from './words.ts';

/** Low and high halves of eight tables of 256: table k advances a byte over k further zero bytes. */
const tablesOf = once(slicingTables);

/**
 * CRC-64 of ECMA-182 as .xz uses it: reflected polynomial 0xC96C5795D7870F42, initial value and final xor all ones.
 *
 * `add` takes the bytes, in as many pieces as there are; `end` gives the eight bytes as the file stores them,
 * little-endian.
 */
export function startCrc64(): { readonly add: (bytes: Uint8Array) => void; readonly end: () => Uint8Array } {
  const sum = new Int32Array([-1, -1]);
  return { add: (bytes) => addTo(sum, bytes), end: () => stored(sum) };
}

/** The low and the high half of the sum, not yet inverted. */
function addTo(sum: Int32Array, bytes: Uint8Array): void {
  const { low: lows, high: highs } = tablesOf();
  let low = sum[0] ?? 0;
  let high = sum[1] ?? 0;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const a = low ^ i32le(bytes, at);
    const b = high ^ i32le(bytes, at + 4);
    low = eight(lows, a, b);
    high = eight(highs, a, b);
  }
  for (; at < bytes.length; at += 1) {
    const index = (low ^ (bytes[at] ?? 0)) & 255;
    low = ((low >>> 8) | (high << 24)) ^ (lows[index] ?? 0);
    high = (high >>> 8) ^ (highs[index] ?? 0);
  }
  sum[0] = low;
  sum[1] = high;
}

function stored(sum: Int32Array): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, ~(sum[0] ?? 0), true);
  view.setInt32(4, ~(sum[1] ?? 0), true);
  return bytes;
}

function eight(table: Int32Array, a: number, b: number): number {
  return (
    (table[1792 + (a & 255)] ?? 0) ^
    (table[1536 + ((a >>> 8) & 255)] ?? 0) ^
    (table[1280 + ((a >>> 16) & 255)] ?? 0) ^
    (table[1024 + (a >>> 24)] ?? 0) ^
    (table[768 + (b & 255)] ?? 0) ^
    (table[512 + ((b >>> 8) & 255)] ?? 0) ^
    (table[256 + ((b >>> 16) & 255)] ?? 0) ^
    (table[b >>> 24] ?? 0)
  );
}

function slicingTables(): { readonly low: Int32Array; readonly high: Int32Array } {
  const lows = new Int32Array(8 * 256);
  const highs = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit += 1) {
      const odd = low & 1;
      low = (low >>> 1) | (high << 31);
      high = high >>> 1;
      if (odd === 1) {
        low ^= 0xd7870f42;
        high ^= 0xc96c5795;
      }
    }
    lows[byte] = low;
    highs[byte] = high;
  }
  for (let index = 256; index < lows.length; index += 1) {
    const [low, high] = [lows[index - 256] ?? 0, highs[index - 256] ?? 0];
    lows[index] = ((low >>> 8) | (high << 24)) ^ (lows[low & 255] ?? 0);
    highs[index] = (high >>> 8) ^ (highs[low & 255] ?? 0);
  }
  return { low: lows, high: highs };
}
