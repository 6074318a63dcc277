/**
 * LZMA's model and range decoder, as the LZMA specification (lzma-specification.txt of the LZMA SDK) describes them.
 *
 * One run may be followed by another that continues it: LZMA2 chunks do, and outputs that grow.
 */
export interface LzmaCoder {
  /** Probabilities in 11 bits, laid out as the offsets below say. */
  readonly probabilities: Uint16Array;
  readonly registers: Int32Array;
  readonly source: Uint8Array;
  /** Set anew by `setProperties`. */
  properties: LzmaProperties;
  /** Distances must be smaller than this. */
  dictionaryBytes: number;
}

/** Literal context bits, literal position bits, position bits. */
export interface LzmaProperties {
  readonly lc: number;
  readonly lp: number;
  readonly pb: number;
}

/** Where a run writes, and where it stops. */
export interface LzmaTarget {
  readonly bytes: Uint8Array;
  /** Position of the next byte to write. */
  readonly at: number;
  /** Start of the dictionary: positions count from here, matches reach back to here. */
  readonly origin: number;
  /** No symbol is begun at or after this position. */
  readonly stopAt: number;
  /** No byte is ever written at or after this position. */
  readonly hardEnd: number;
  /** Reading past this offset of the source ends the run. */
  readonly sourceEnd: number;
}

/** Why a run ended, and where the next byte would be written. */
export interface LzmaStop {
  readonly reason: 'stop-reached' | 'end-mark' | 'source-used-up' | 'output-full' | 'bad-distance';
  readonly at: number;
}

const RANGE = 0;
const CODE = 1;
const SOURCE_AT = 2;
const STATE = 3;
const REP0 = 4;

const IS_MATCH = 0;
const IS_REP = 192;
const IS_REP_G0 = 204;
const IS_REP_G1 = 216;
const IS_REP_G2 = 228;
const IS_REP0_LONG = 240;
const POSITION_SLOT = 432;
const POSITION_SPECIAL = 688;
const POSITION_ALIGN = 816;
const MATCH_LENGTH = 832;
const REP_LENGTH = 1346;
const LITERAL = 1860;

const LENGTH_LOW = 2;
const LENGTH_MIDDLE = 130;
const LENGTH_HIGH = 258;
const EVEN_ODDS = 1024;
const RANGE_INIT_BYTES = 5;

/** A coder for streams with at most `literalBits` = lc + lp. */
export function newLzmaCoder(
  source: Uint8Array,
  bounds: { readonly dictionaryBytes: number; readonly literalBits: number },
): LzmaCoder {
  return {
    probabilities: new Uint16Array(LITERAL + (0x300 << bounds.literalBits)),
    registers: new Int32Array(8),
    source,
    properties: { lc: 0, lp: 0, pb: 0 },
    dictionaryBytes: bounds.dictionaryBytes,
  };
}

/** Splits a properties byte: (pb * 5 + lp) * 9 + lc; null from 225 on. */
export function propertiesOf(byte: number): LzmaProperties | null {
  if (byte >= 225) return null;
  return { lc: byte % 9, lp: Math.floor(byte / 9) % 5, pb: Math.floor(byte / 45) };
}

/** Forgets everything learnt, and the last distances. */
export function resetState(coder: LzmaCoder): void {
  const { lc, lp } = coder.properties;
  coder.probabilities.fill(EVEN_ODDS, 0, LITERAL + (0x300 << (lc + lp)));
  coder.registers.fill(0, STATE);
}

/**
 * Starts the range decoder at `offsetBytes` of the source.
 *
 * @returns whether its first byte is zero, as it must be.
 */
export function startRange(coder: LzmaCoder, offsetBytes: number): boolean {
  const { registers, source } = coder;
  let code = 0;
  for (let i = 1; i < RANGE_INIT_BYTES; i += 1) code = (code << 8) | (source[offsetBytes + i] ?? 0);
  registers[RANGE] = -1;
  registers[CODE] = code;
  registers[SOURCE_AT] = offsetBytes + RANGE_INIT_BYTES;
  return source[offsetBytes] === 0;
}

/** Takes the last byte that is due; whether the range decoder then stands at zero, as it does at the end of a stream. */
export function finishRange(coder: LzmaCoder): boolean {
  normalise(coder);
  return coder.registers[CODE] === 0;
}

/** Offset of the next byte of the source. */
export function sourceOffset(coder: LzmaCoder): number {
  return coder.registers[SOURCE_AT] ?? 0;
}

/**
 * Decodes symbols until the target says stop.
 *
 * The literal's path keeps the range decoder in local variables; all others go through the registers.
 */
export function decodeSymbols(coder: LzmaCoder, target: LzmaTarget): LzmaStop {
  const { probabilities, registers, source, dictionaryBytes } = coder;
  const { bytes, origin, stopAt, hardEnd, sourceEnd } = target;
  const { lc, lp, pb } = coder.properties;
  const literalMask = (1 << lp) - 1;
  const positionMask = (1 << pb) - 1;
  const contextShift = 8 - lc;
  let at = target.at;
  let range = registers[RANGE] ?? 0;
  let code = registers[CODE] ?? 0;
  let sourceAt = registers[SOURCE_AT] ?? 0;
  let state = registers[STATE] ?? 0;
  let reason: LzmaStop['reason'] = 'stop-reached';
  while (at < stopAt) {
    if (sourceAt > sourceEnd) {
      reason = 'source-used-up';
      break;
    }
    const position = at - origin;
    const isMatch = IS_MATCH + (state << 4) + (position & positionMask);
    if (range >>> 24 === 0) {
      range <<= 8;
      code = (code << 8) | (source[sourceAt] ?? 0);
      sourceAt += 1;
    }
    const odds = probabilities[isMatch] ?? 0;
    const bound = Math.imul(range >>> 11, odds);
    if (code >>> 0 < bound >>> 0) {
      probabilities[isMatch] = odds + ((2048 - odds) >> 5);
      range = bound;
      if (at >= hardEnd) {
        reason = 'output-full';
        break;
      }
      const before = position > 0 ? (bytes[at - 1] ?? 0) : 0;
      const tree = LITERAL + 0x300 * (((position & literalMask) << lc) + (before >> contextShift));
      // After a match, the byte that the last distance points at guides the literal as long as they agree.
      let expected = state < 7 ? 0 : (bytes[at - (registers[REP0] ?? 0) - 1] ?? 0);
      let guided = state < 7 ? 0 : 0x100;
      let symbol = 1;
      do {
        expected <<= 1;
        const index = tree + guided + (expected & guided) + symbol;
        if (range >>> 24 === 0) {
          range <<= 8;
          code = (code << 8) | (source[sourceAt] ?? 0);
          sourceAt += 1;
        }
        const literalOdds = probabilities[index] ?? 0;
        const literalBound = Math.imul(range >>> 11, literalOdds);
        if (code >>> 0 < literalBound >>> 0) {
          range = literalBound;
          probabilities[index] = literalOdds + ((2048 - literalOdds) >> 5);
          symbol <<= 1;
          guided &= ~expected;
        } else {
          range = (range - literalBound) | 0;
          code = (code - literalBound) | 0;
          probabilities[index] = literalOdds - (literalOdds >> 5);
          symbol = (symbol << 1) | 1;
          guided &= expected;
        }
      } while (symbol < 0x100);
      bytes[at] = symbol;
      at += 1;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    probabilities[isMatch] = odds - (odds >> 5);
    registers[RANGE] = range - bound;
    registers[CODE] = code - bound;
    registers[SOURCE_AT] = sourceAt;
    registers[STATE] = state;
    const length = decodeMatch(coder, position & positionMask);
    range = registers[RANGE];
    code = registers[CODE];
    sourceAt = registers[SOURCE_AT];
    state = registers[STATE];
    const distance = (registers[REP0] ?? 0) >>> 0;
    if (distance === 0xffffffff) {
      reason = 'end-mark';
      break;
    }
    if (distance >= position || distance >= dictionaryBytes) {
      reason = 'bad-distance';
      break;
    }
    if (at + length > hardEnd) {
      reason = 'output-full';
      break;
    }
    const from = at - distance - 1;
    if (length > 32 && distance >= length) bytes.copyWithin(at, from, from + length);
    else for (let i = 0; i < length; i += 1) bytes[at + i] = bytes[from + i] ?? 0;
    at += length;
  }
  registers[RANGE] = range;
  registers[CODE] = code;
  registers[SOURCE_AT] = sourceAt;
  registers[STATE] = state;
  return { reason, at };
}

/** Reads a match or a repeated match: sets the last distances and the state, and gives the length. */
function decodeMatch(coder: LzmaCoder, positionState: number): number {
  const { registers } = coder;
  const state = registers[STATE] ?? 0;
  if (decodeBit(coder, IS_REP + state) === 0) {
    registers.copyWithin(REP0 + 1, REP0, REP0 + 3);
    registers[STATE] = state < 7 ? 7 : 10;
    const length = decodeLength(coder, MATCH_LENGTH, positionState);
    registers[REP0] = decodeDistance(coder, length);
    return length;
  }
  if (decodeBit(coder, IS_REP_G0 + state) === 0) {
    if (decodeBit(coder, IS_REP0_LONG + (state << 4) + positionState) === 0) {
      registers[STATE] = state < 7 ? 9 : 11;
      return 1;
    }
  } else {
    const turn = decodeBit(coder, IS_REP_G1 + state) === 0 ? 1 : 2 + decodeBit(coder, IS_REP_G2 + state);
    const distance = registers[REP0 + turn] ?? 0;
    registers.copyWithin(REP0 + 1, REP0, REP0 + turn);
    registers[REP0] = distance;
  }
  registers[STATE] = state < 7 ? 8 : 11;
  return decodeLength(coder, REP_LENGTH, positionState);
}

/** 2 to 273, in three ranges. */
function decodeLength(coder: LzmaCoder, model: number, positionState: number): number {
  if (decodeBit(coder, model) === 0) return 2 + decodeTree(coder, model + LENGTH_LOW + (positionState << 3), 3);
  if (decodeBit(coder, model + 1) === 0) return 10 + decodeTree(coder, model + LENGTH_MIDDLE + (positionState << 3), 3);
  return 18 + decodeTree(coder, model + LENGTH_HIGH, 8);
}

/** Distance less one, in 32 bits; -1 is the end mark. */
function decodeDistance(coder: LzmaCoder, length: number): number {
  const slot = decodeTree(coder, POSITION_SLOT + (Math.min(length - 2, 3) << 6), 6);
  if (slot < 4) return slot;
  const lowBits = (slot >> 1) - 1;
  const base = (2 | (slot & 1)) << lowBits;
  if (slot < 14) return base + decodeReverseTree(coder, POSITION_SPECIAL + base - slot, lowBits);
  const direct = decodeDirectBits(coder, lowBits - 4);
  return (base + (direct << 4) + decodeReverseTree(coder, POSITION_ALIGN, 4)) | 0;
}

function decodeTree(coder: LzmaCoder, tree: number, bits: number): number {
  let symbol = 1;
  for (let i = 0; i < bits; i += 1) symbol = (symbol << 1) | decodeBit(coder, tree + symbol);
  return symbol - (1 << bits);
}

function decodeReverseTree(coder: LzmaCoder, tree: number, bits: number): number {
  let node = 1;
  let value = 0;
  for (let i = 0; i < bits; i += 1) {
    const bit = decodeBit(coder, tree + node);
    node = (node << 1) | bit;
    value |= bit << i;
  }
  return value;
}

function decodeBit(coder: LzmaCoder, index: number): number {
  const { registers, probabilities } = coder;
  normalise(coder);
  const range = registers[RANGE] ?? 0;
  const code = registers[CODE] ?? 0;
  const odds = probabilities[index] ?? 0;
  const bound = Math.imul(range >>> 11, odds);
  if (code >>> 0 < bound >>> 0) {
    registers[RANGE] = bound;
    probabilities[index] = odds + ((2048 - odds) >> 5);
    return 0;
  }
  registers[RANGE] = range - bound;
  registers[CODE] = code - bound;
  probabilities[index] = odds - (odds >> 5);
  return 1;
}

function decodeDirectBits(coder: LzmaCoder, bits: number): number {
  const { registers } = coder;
  let value = 0;
  for (let i = 0; i < bits; i += 1) {
    normalise(coder);
    const range = (registers[RANGE] ?? 0) >>> 1;
    const code = (registers[CODE] ?? 0) >>> 0;
    const bit = code >= range ? 1 : 0;
    registers[RANGE] = range;
    registers[CODE] = bit === 1 ? code - range : code;
    value = (value << 1) | bit;
  }
  return value;
}

function normalise(coder: LzmaCoder): void {
  const { registers } = coder;
  const range = registers[RANGE] ?? 0;
  if (range >>> 24 !== 0) return;
  const sourceAt = registers[SOURCE_AT] ?? 0;
  registers[RANGE] = range << 8;
  registers[CODE] = ((registers[CODE] ?? 0) << 8) | (coder.source[sourceAt] ?? 0);
  registers[SOURCE_AT] = sourceAt + 1;
}
