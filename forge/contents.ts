/**
 * Bytes that look like a program: the same for the same seed, compressible to about a half, never all zero.
 *
 * Instructions are drawn from a small table by a 32-bit linear congruential generator (Numerical Recipes' constants),
 * so that compressors find repetitions as they do in machine code.
 */
export function programBytes(sizeBytes: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  const table = new Uint8Array(INSTRUCTIONS * 4);
  const next = halfWords(seed);
  for (let i = 0; i < table.length; i++) table[i] = next();
  for (let offset = 0; offset < sizeBytes; offset += 4) {
    const entry = (next() % INSTRUCTIONS) * 4;
    bytes.set(table.subarray(entry, entry + Math.min(4, sizeBytes - offset)), offset);
  }
  return bytes;
}

const INSTRUCTIONS = 200;

/** Bytes that no compressor makes smaller, the same for the same seed. */
export function noiseBytes(sizeBytes: number, seed: number): Uint8Array {
  const next = halfWords(seed);
  return new Uint8Array(sizeBytes).map(() => next() >>> 8);
}

/** Draws the upper 16 bits of each state of the generator. */
function halfWords(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 16;
  };
}
