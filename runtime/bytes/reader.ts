import { FormatError } from './format-error.ts';

/**
 * Bounds-checked little-endian view of one layer's bytes.
 *
 * Offsets are plain numbers and never wrap: every read is compared with the size before it happens.
 */
export interface Reader {
  readonly bytes: Uint8Array;
  /** Path of the layer that the bytes belong to, for findings. */
  readonly layer: string;
  u8(offsetBytes: number): number;
  u16(offsetBytes: number): number;
  u32(offsetBytes: number): number;
  /** @throws FormatError `number-too-large` above 2^53 - 1. */
  u64(offsetBytes: number): number;
  /** A view, not a copy. */
  slice(offsetBytes: number, lengthBytes: number): Uint8Array;
}

/**
 * Makes a reader over a layer's bytes.
 *
 * @throws FormatError `truncated` from every method, when the bytes end before the field does.
 */
export function readerOf(bytes: Uint8Array, layer: string): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (offsetBytes: number, lengthBytes: number): void => {
    if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes + lengthBytes > bytes.length) {
      throw new FormatError({
        code: 'truncated',
        text: `${lengthBytes} bytes wanted at ${offsetBytes}, but the layer has ${bytes.length}`,
        layer,
        offsetBytes: Math.max(0, Math.min(offsetBytes, bytes.length)),
        lengthBytes: 0,
      });
    }
  };
  return {
    bytes,
    layer,
    u8: (offsetBytes) => (need(offsetBytes, 1), view.getUint8(offsetBytes)),
    u16: (offsetBytes) => (need(offsetBytes, 2), view.getUint16(offsetBytes, true)),
    u32: (offsetBytes) => (need(offsetBytes, 4), view.getUint32(offsetBytes, true)),
    u64: (offsetBytes) => {
      need(offsetBytes, 8);
      const value = view.getBigUint64(offsetBytes, true);
      if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
      throw new FormatError({
        code: 'number-too-large',
        text: `a 64-bit field holds ${value}, more than any file can have`,
        layer,
        offsetBytes,
        lengthBytes: 8,
      });
    },
    slice: (offsetBytes, lengthBytes) => {
      need(offsetBytes, lengthBytes);
      return bytes.subarray(offsetBytes, offsetBytes + lengthBytes);
    },
  };
}
