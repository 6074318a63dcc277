import { u32be } from './words.ts';

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4 section 4.2.2). */
const ROUND_CONSTANTS = rootFractions(64, Math.cbrt);
/** Likewise of the square roots of the first eight (section 5.3.3). */
const START = rootFractions(8, Math.sqrt);

const BLOCK_BYTES = 64;

/**
 * SHA-256 (FIPS 180-4), for the check that .xz streams may carry.
 *
 * Everything else asks the engine; but decoders are synchronous, and WebCrypto is not.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const running = startSha256();
  running.add(bytes);
  return running.end();
}

/** The same in pieces: `add` takes the bytes, `end` gives the digest, once. */
export function startSha256(): { readonly add: (bytes: Uint8Array) => void; readonly end: () => Uint8Array } {
  const work: Work = { state: Int32Array.from(START), schedule: new Int32Array(64) };
  const rest = new Uint8Array(BLOCK_BYTES);
  let count = 0;
  return {
    add: (bytes) => {
      const waiting = count % BLOCK_BYTES;
      count += bytes.length;
      let at = 0;
      if (waiting > 0) {
        at = Math.min(bytes.length, BLOCK_BYTES - waiting);
        rest.set(bytes.subarray(0, at), waiting);
        if (waiting + at < BLOCK_BYTES) return;
        compress(rest, 0, work);
      }
      for (; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) compress(bytes, at, work);
      rest.set(bytes.subarray(at));
    },
    end: () => finish(rest.subarray(0, count % BLOCK_BYTES), count, work),
  };
}

interface Work {
  readonly state: Int32Array;
  readonly schedule: Int32Array;
}

/** Section 5.1.1: a one bit, zeros, and the count of bits. */
function finish(rest: Uint8Array, count: number, { state, schedule }: Work): Uint8Array {
  const tail = new Uint8Array(rest.length < 56 ? BLOCK_BYTES : 2 * BLOCK_BYTES);
  tail.set(rest);
  tail[rest.length] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(count / 2 ** 29));
  view.setUint32(tail.length - 4, (count << 3) >>> 0);
  for (let at = 0; at < tail.length; at += BLOCK_BYTES) compress(tail, at, { state, schedule });
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  state.forEach((word, index) => out.setInt32(index * 4, word));
  return digest;
}

/** Section 6.2.2, steps 1 to 4. */
function compress(bytes: Uint8Array, at: number, into: Work): void {
  const { state, schedule } = into;
  expand(bytes, at, schedule);
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let f = state[5] ?? 0;
  let g = state[6] ?? 0;
  let h = state[7] ?? 0;
  for (let t = 0; t < 64; t += 1) {
    const sum1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + (ROUND_CONSTANTS[t] ?? 0) + (schedule[t] ?? 0)) | 0;
    const sum0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = (state[index] ?? 0) + word;
  });
}

function expand(bytes: Uint8Array, at: number, schedule: Int32Array): void {
  for (let t = 0; t < 16; t += 1) schedule[t] = u32be(bytes, at + t * 4);
  for (let t = 16; t < 64; t += 1) {
    const early = schedule[t - 15] ?? 0;
    const late = schedule[t - 2] ?? 0;
    const sigma0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const sigma1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    schedule[t] = sigma1 + (schedule[t - 7] ?? 0) + sigma0 + (schedule[t - 16] ?? 0);
  }
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function rootFractions(count: number, root: (prime: number) => number): readonly number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => ((root(prime) % 1) * 2 ** 32) | 0);
}
