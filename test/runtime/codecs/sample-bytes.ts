/** Sentences of a few words, one a line: what text compressors are good at. */
export function textBytes(sizeBytes: number, seed: number): Uint8Array {
  const next = numbers(seed);
  const lines: string[] = [];
  for (let size = 0; size < sizeBytes; ) {
    const words = Array.from({ length: 3 + (next() % 9) }, () => WORDS[next() % WORDS.length] ?? '');
    const line = `${String(lines.length)} ${words.join(' ')}\n`;
    lines.push(line);
    size += line.length;
  }
  return new TextEncoder().encode(lines.join('')).subarray(0, sizeBytes);
}

/**
 * Bytes with every kind of repetition: copies from near and far, long and short, runs of one byte, and noise between
 * them. They compress to about a thirtieth.
 */
export function mixedBytes(sizeBytes: number, seed: number): Uint8Array {
  const next = numbers(seed);
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; ) {
    const kind = next() % 8;
    const length = Math.min(sizeBytes - at, 1 + (next() % (kind < 2 ? 24 : 2 ** (4 + (next() % 8)))));
    if (kind === 7) bytes.fill(next(), at, at + length);
    else if (kind < 2 || at === 0) for (let i = 0; i < length; i += 1) bytes[at + i] = next() & (kind === 0 ? 255 : 15);
    else {
      const distance = 1 + (next() % Math.min(at, 2 ** (3 + (next() % 17))));
      for (let i = 0; i < length; i += 1) bytes[at + i] = bytes[at + i - distance] ?? 0;
    }
    at += length;
  }
  return bytes;
}

/** Bytes without any order: nothing makes them shorter. */
export function noiseBytes(sizeBytes: number, seed: number): Uint8Array {
  const next = numbers(seed);
  return Uint8Array.from({ length: sizeBytes }, () => next());
}

/**
 * Words that the branch filters of .xz change, or only just leave alone, on every architecture they know; targets of
 * every size, overlapping x86 opcodes, RISC-V pairs that match and pairs that do not.
 */
export function branchBytes(sizeBytes: number, seed: number): Uint8Array {
  const next = numbers(seed);
  const bytes = new Uint8Array(sizeBytes + 16);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < sizeBytes; ) {
    const wild = (next() * 65_536 + next() * 3) >>> 0;
    const target = wild >>> (next() % 32);
    const template = BRANCHES[next() % BRANCHES.length];
    if (template === undefined) break;
    const word = ((template.bits | (target & ~template.mask)) ^ (next() % 16 === 0 ? 1 << (next() % 32) : 0)) >>> 0;
    view.setUint32(at, word, template.order === 'little');
    at += 4;
    if (template.follow === undefined) continue;
    view.setUint32(at, (template.follow(word) | (wild & 0xfff07000)) >>> 0, true);
    at += 4;
  }
  // Opcodes of x86 at any distance from each other, with operands that end in 00 or ff more often than not.
  for (let at = 0; at + 5 < sizeBytes; at += 1 + (next() % 96)) {
    for (let i = 0; i < 1 + (next() % 6); i += 1) bytes[at + i] = 0xe8 | (next() & 1);
    bytes[at + 1 + (next() % 4)] = [0x00, 0xff, 0xe8, 0x7f][next() % 4] ?? 0;
  }
  return bytes.subarray(0, sizeBytes);
}

interface BranchTemplate {
  readonly bits: number;
  /** Bits that the template fixes. */
  readonly mask: number;
  readonly order: 'little' | 'big';
  /** The instruction after it, when both belong together. */
  readonly follow?: (word: number) => number;
}

const BRANCHES: readonly BranchTemplate[] = [
  { bits: 0xeb000000, mask: 0xff000000, order: 'little' }, // arm BL
  { bits: 0xf800f000, mask: 0xf800f800, order: 'little' }, // armthumb BL
  { bits: 0x94000000, mask: 0xfc000000, order: 'little' }, // arm64 BL
  { bits: 0x90000000, mask: 0x9f000000, order: 'little' }, // arm64 ADRP
  { bits: 0x90e00000, mask: 0x9fe00000, order: 'little' }, // arm64 ADRP, backwards
  { bits: 0x48000001, mask: 0xfc000003, order: 'big' }, // powerpc BL
  { bits: 0x40000000, mask: 0xffc00000, order: 'big' }, // sparc CALL, forwards
  { bits: 0x7fc00000, mask: 0xffc00000, order: 'big' }, // sparc CALL, backwards
  { bits: 0x000000ef, mask: 0x00000fff, order: 'little' }, // riscv JAL x1
  { bits: 0x000002ef, mask: 0x00000fff, order: 'little' }, // riscv JAL x5
  { bits: 0x00000097, mask: 0x00000fff, order: 'little', follow: (word) => ((word >>> 7) & 31) * 0x8080 + 0x67 }, // AUIPC, JALR
  { bits: 0x00000017, mask: 0x0000007f, order: 'little', follow: (word) => (((word >>> 7) & 31) << 15) | 0x3003 }, // AUIPC, LD
  { bits: 0x00000117, mask: 0x00000fff, order: 'little' }, // AUIPC x2
];

const WORDS = [
  'kernel',
  'image',
  'initrd',
  'of',
  'the',
  'boot',
  'loader',
  'signed',
  'section',
  'and',
  'offset',
  'zero',
];

/** Numbers of 16 bits that follow from the seed alone (Numerical Recipes' linear congruential generator). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 16;
  };
}
