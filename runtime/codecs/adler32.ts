const MODULUS = 65_521;
/** As many bytes as can be summed before 32 bits overflow. */
const RUN_BYTES = 5552;

/** Adler-32 (RFC 1950 section 8.2) of the bytes, unsigned. */
export function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + RUN_BYTES, bytes.length);
    for (; at < end; at += 1) {
      a += bytes[at] ?? 0;
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return ((b << 16) | a) >>> 0;
}
