import type { Engine, HashName } from '../bytes/engine.ts';

/** Hashing fewer bytes costs less than remembering. */
const LEAST_BYTES = 4096;

/**
 * An engine that hashes the same bytes once, however many policies and views ask: enforcers hash nearly the same ranges
 * of a file, each by its own rules.
 *
 * Bytes are told apart by where they lie in memory, so nothing may write to them meanwhile. For one file; not for longer.
 */
export function sharedDigests(engine: Engine): Engine {
  const buffers = new Map<ArrayBufferLike, number>();
  const known = new Map<string, ReturnType<Engine['digest']>>();
  const digest = (algorithm: HashName, chunks: readonly Uint8Array[]): ReturnType<Engine['digest']> => {
    if (chunks.reduce((sum, { length }) => sum + length, 0) < LEAST_BYTES) return engine.digest(algorithm, chunks);
    const key = `${algorithm} ${stretchesOf(chunks, buffers).join(' ')}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const computed = engine.digest(algorithm, chunks);
    known.set(key, computed);
    return computed;
  };
  return { ...engine, digest };
}

/** Where the bytes lie: buffer, start and end of each stretch, chunks that follow each other as one. */
function stretchesOf(chunks: readonly Uint8Array[], buffers: Map<ArrayBufferLike, number>): readonly string[] {
  const stretches: { readonly buffer: number; readonly start: number; end: number }[] = [];
  for (const { buffer, byteOffset, byteLength } of chunks) {
    if (byteLength === 0) continue;
    const number = buffers.get(buffer) ?? buffers.size;
    buffers.set(buffer, number);
    const last = stretches[stretches.length - 1];
    if (last?.buffer === number && last.end === byteOffset) last.end += byteLength;
    else stretches.push({ buffer: number, start: byteOffset, end: byteOffset + byteLength });
  }
  return stretches.map(({ buffer, start, end }) => `${buffer}:${start}-${end}`);
}
