/**
 * Joins byte strings into one.
 *
 * The result is a plain `Uint8Array`, also when the parts are Node buffers.
 */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return joinBytes(parts);
}

/** As `concatBytes`, for more parts than a call has room for. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offsetBytes = 0;
  for (const part of parts) {
    joined.set(part, offsetBytes);
    offsetBytes += part.length;
  }
  return joined;
}

/** Encodes text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** One unsigned 16-bit number, little-endian. */
export function u16le(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value, true);
  return bytes;
}

/** One unsigned 32-bit number, little-endian. */
export function u32le(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** One unsigned 32-bit number, big-endian. */
export function u32be(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, false);
  return bytes;
}

/** One unsigned 64-bit number, little-endian. */
export function u64le(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

/** Reads an unsigned 16-bit little-endian number. */
export function readU16le(bytes: Uint8Array, offsetBytes: number): number {
  return viewOf(bytes).getUint16(offsetBytes, true);
}

/** Reads an unsigned 32-bit little-endian number. */
export function readU32le(bytes: Uint8Array, offsetBytes: number): number {
  return viewOf(bytes).getUint32(offsetBytes, true);
}

/** The smallest multiple of `alignment` that is not below `value`. */
export function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

/** The bytes followed by zeros up to `sizeBytes`; unchanged when they are longer already. */
export function zeroPadded(bytes: Uint8Array, sizeBytes: number): Uint8Array {
  return bytes.length >= sizeBytes ? bytes : concatBytes(bytes, new Uint8Array(sizeBytes - bytes.length));
}

/** The bytes followed by zeros up to the next multiple of `alignment`. */
export function alignedBytes(bytes: Uint8Array, alignment: number): Uint8Array {
  return zeroPadded(bytes, alignUp(bytes.length, alignment));
}

/** A copy of `bytes` with `patch` written over it at `offsetBytes`; the patch must lie inside. */
export function patched(bytes: Uint8Array, offsetBytes: number, patch: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(patch, offsetBytes);
  return copy;
}

/** A copy of `bytes` with the lowest bit of one byte inverted. */
export function flipped(bytes: Uint8Array, offsetBytes: number): Uint8Array {
  return patched(bytes, offsetBytes, Uint8Array.of((bytes[offsetBytes] ?? 0) ^ 1));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
