import { i32le, u32be } from './words.ts';

/** Turns absolute branch targets back into relative ones, in place; `startBytes` is the position of the first byte. */
export type BranchFilter = (bytes: Uint8Array, startBytes: number) => void;

/** A filter of the .xz format and the alignment its start position needs. */
export interface BranchFilterEntry {
  readonly name: string;
  readonly alignmentBytes: number;
  readonly undo: BranchFilter;
}

/** By filter id (.xz file format 1.2.1, section 5.3.2). */
export const BRANCH_FILTERS: ReadonlyMap<number, BranchFilterEntry> = new Map([
  [0x04, { name: 'x86', alignmentBytes: 1, undo: undoX86 }],
  [0x05, { name: 'powerpc', alignmentBytes: 4, undo: undoPowerPc }],
  [0x07, { name: 'arm', alignmentBytes: 4, undo: undoArm }],
  [0x08, { name: 'armthumb', alignmentBytes: 2, undo: undoArmThumb }],
  [0x09, { name: 'sparc', alignmentBytes: 4, undo: undoSparc }],
  [0x0a, { name: 'arm64', alignmentBytes: 4, undo: undoArm64 }],
  [0x0b, { name: 'riscv', alignmentBytes: 2, undo: undoRiscV }],
]);

/** Adds to each byte the one `distanceBytes` before it (section 5.3.3). */
export function undoDelta(bytes: Uint8Array, distanceBytes: number): void {
  for (let i = distanceBytes; i < bytes.length; i += 1) bytes[i] = (bytes[i] ?? 0) + (bytes[i - distanceBytes] ?? 0);
}

/**
 * CALL and JMP rel32 (E8, E9) whose target's top byte is 00 or FF.
 *
 * `near` holds which of the three bytes before were opcodes too: after some of them the bytes are operands, not an
 * instruction, and must be left alone.
 */
function undoX86(bytes: Uint8Array, startBytes: number): void {
  let near = 0;
  let last = -1;
  for (let i = 0; i + 4 < bytes.length; i += 1) {
    if (((bytes[i] ?? 0) & 0xfe) !== 0xe8) continue;
    const gap = i - last;
    last = i;
    near = gap > 3 ? 0 : (near << (gap - 1)) & 7;
    if (near !== 0) {
      const suspect = bytes[i + 4 - (X86_OPERAND_BYTE[near] ?? 0)] ?? 0;
      if (X86_SKIP[near] === 1 || isSignByte(suspect)) {
        near = (near << 1) | 1;
        continue;
      }
    }
    if (!isSignByte(bytes[i + 4] ?? 0)) {
      near = (near << 1) | 1;
      continue;
    }
    const target = x86Relative(i32le(bytes, i + 1), startBytes + i + 5, X86_OPERAND_BYTE[near] ?? 0);
    write32le(bytes, i + 1, (target << 7) >> 7);
    near = 0;
    i += 4;
  }
}

/** By the three bits of `near`. */
const X86_SKIP = Uint8Array.of(0, 0, 0, 1, 0, 1, 1, 1);
const X86_OPERAND_BYTE = Uint8Array.of(0, 1, 2, 2, 3, 3, 3, 3);

/** Subtracts the position, again while the byte that an earlier opcode could have changed looks like a sign byte. */
function x86Relative(absolute: number, position: number, operandByte: number): number {
  const shift = operandByte * 8;
  let target = (absolute - position) | 0;
  if (operandByte === 0) return target;
  while (isSignByte((target >>> (24 - shift)) & 255)) {
    target = ((target ^ (2 ** (32 - shift) - 1)) - position) | 0;
  }
  return target;
}

function isSignByte(byte: number): boolean {
  return byte === 0 || byte === 0xff;
}

/** BL with AA = 0, LK = 1. */
function undoPowerPc(bytes: Uint8Array, startBytes: number): void {
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const word = u32be(bytes, i);
    if ((word & 0xfc000003) >>> 0 !== 0x48000001) continue;
    write32be(bytes, i, 0x48000001 | (((word & 0x03fffffc) - (startBytes + i)) & 0x03fffffc));
  }
}

/** BL, always executed. */
function undoArm(bytes: Uint8Array, startBytes: number): void {
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    if (bytes[i + 3] !== 0xeb) continue;
    const target = (((i32le(bytes, i) & 0xffffff) << 2) - (startBytes + i + 8)) >> 2;
    write32le(bytes, i, 0xeb000000 | (target & 0xffffff));
  }
}

/** BL as a pair of half words. */
function undoArmThumb(bytes: Uint8Array, startBytes: number): void {
  for (let i = 0; i + 4 <= bytes.length; i += 2) {
    const word = i32le(bytes, i);
    if ((word & 0xf800f800) >>> 0 !== 0xf800f000) continue;
    const absolute = (((word & 0x7ff) << 11) | ((word >>> 16) & 0x7ff)) << 1;
    const target = (absolute - (startBytes + i + 4)) >> 1;
    write32le(bytes, i, 0xf800f000 | ((target >>> 11) & 0x7ff) | ((target & 0x7ff) << 16) | 0);
    i += 2;
  }
}

/** CALL whose displacement fits 23 bits. */
function undoSparc(bytes: Uint8Array, startBytes: number): void {
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const word = u32be(bytes, i);
    const head = word >>> 22;
    if (head !== 0x100 && head !== 0x1ff) continue;
    const target = ((word << 2) - (startBytes + i)) >>> 2;
    write32be(bytes, i, (0x40000000 - (target & 0x400000)) | 0x40000000 | (target & 0x3fffff));
  }
}

/** BL, and ADRP within 512 MiB. */
function undoArm64(bytes: Uint8Array, startBytes: number): void {
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const word = i32le(bytes, i);
    const position = startBytes + i;
    if (word >>> 26 === 0x25) write32le(bytes, i, 0x94000000 | ((word - (position >>> 2)) & 0x03ffffff));
    else if ((word & 0x9f000000) >>> 0 === 0x90000000) {
      const page = ((word >>> 29) & 3) | ((word >>> 3) & 0x1ffffc);
      if (((page + 0x020000) & 0x1c0000) !== 0) continue;
      const target = page - (position >>> 12);
      const immediate = ((target & 3) << 29) | ((target & 0x03fffc) << 3) | (-(target & 0x020000) & 0xe00000);
      write32le(bytes, i, (word & 0x9000001f) | immediate);
    }
  }
}

/** JAL with rd x1 or x5, and AUIPC with the instruction after it. */
function undoRiscV(bytes: Uint8Array, startBytes: number): void {
  for (let i = 0; i + 8 <= bytes.length; ) {
    const opcode = bytes[i] ?? 0;
    if (opcode === 0xef) i += undoJal(bytes, i, startBytes + i);
    else if ((opcode & 0x7f) === 0x17) i += undoAuipc(bytes, i, startBytes + i);
    else i += 2;
  }
}

/**
 * The filtered target is big endian above the four bits of rd: 20 bits, bit 0 left out.
 *
 * @returns how many bytes are done.
 */
function undoJal(bytes: Uint8Array, at: number, position: number): number {
  const first = bytes[at + 1] ?? 0;
  if ((first & 0x0d) !== 0) return 2;
  const absolute = ((first & 0xf0) << 13) | ((bytes[at + 2] ?? 0) << 9) | ((bytes[at + 3] ?? 0) << 1);
  const target = absolute - position;
  bytes[at + 1] = (first & 0x0f) | ((target >> 8) & 0xf0);
  bytes[at + 2] = ((target >> 16) & 0x0f) | ((target >> 7) & 0x10) | ((target << 4) & 0xe0);
  bytes[at + 3] = ((target >> 4) & 0x7f) | ((target >> 13) & 0x80);
  return 4;
}

/**
 * A filtered pair has rd x2 and the second instruction's low 20 bits where AUIPC has its immediate; its address follows
 * big endian. A pair that merely looked filtered before encoding was turned round, and is turned back.
 *
 * @returns how many bytes are done.
 */
function undoAuipc(bytes: Uint8Array, at: number, position: number): number {
  const first = i32le(bytes, at);
  const second = i32le(bytes, at + 4);
  if ((first & 0xe80) !== 0) {
    if ((((first << 8) ^ (second - 3)) & 0xf8003) !== 0) return 6;
    write32le(bytes, at, 0x117 | (second << 12));
    write32le(bytes, at + 4, (first & 0xfffff000) + (second >>> 20));
    return 8;
  }
  const register = first >>> 27;
  if (((first - 0x3117) << 18) >>> 0 >= (register & 0x1d)) return 4;
  const target = (u32be(bytes, at + 4) - position) | 0;
  write32le(bytes, at, 0x17 | (register << 7) | ((target + 0x800) & 0xfffff000));
  write32le(bytes, at + 4, (first >>> 12) | (target << 20));
  return 8;
}

function write32le(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word;
  bytes[at + 1] = word >>> 8;
  bytes[at + 2] = word >>> 16;
  bytes[at + 3] = word >>> 24;
}

function write32be(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}
