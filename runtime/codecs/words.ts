/** Little-endian 16-bit number; bytes past the end read as zero, so check the length before. */
export function u16le(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

/** Little-endian 24-bit number; bytes past the end read as zero. */
export function u24le(bytes: Uint8Array, at: number): number {
  return u16le(bytes, at) | ((bytes[at + 2] ?? 0) << 16);
}

/** Little-endian 32-bit number as the signed integer that bit operations want; bytes past the end read as zero. */
export function i32le(bytes: Uint8Array, at: number): number {
  return u24le(bytes, at) | ((bytes[at + 3] ?? 0) << 24);
}

/** Little-endian unsigned 32-bit number; bytes past the end read as zero. */
export function u32le(bytes: Uint8Array, at: number): number {
  return i32le(bytes, at) >>> 0;
}

/** Big-endian unsigned 32-bit number; bytes past the end read as zero. */
export function u32be(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | u16be(bytes, at + 2)) >>> 0;
}

/** Big-endian 16-bit number; bytes past the end read as zero. */
export function u16be(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
