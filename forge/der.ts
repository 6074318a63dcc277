import { concatBytes, utf8 } from './bytes.ts';

/** One DER element (ITU-T X.690, section 8.1): identifier, shortest length, contents. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...contents);
  return concatBytes(Uint8Array.of(tag), lengthOctets(body.length), body);
}

/** SEQUENCE of the given elements. */
export function sequence(...elements: readonly Uint8Array[]): Uint8Array {
  return element(0x30, ...elements);
}

/** SET OF the given elements, sorted as DER demands (X.690, section 11.6). */
export function setOf(...elements: readonly Uint8Array[]): Uint8Array {
  return element(0x31, ...[...elements].sort((a, b) => Buffer.compare(a, b)));
}

/** SET with the elements in the given order: DER only when they are sorted already. */
export function setInOrder(...elements: readonly Uint8Array[]): Uint8Array {
  return element(0x31, ...elements);
}

/** Constructed context-specific element `[number]`. */
export function context(number: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return element(0xa0 | number, ...contents);
}

/** Primitive context-specific element `[number]`. */
export function contextPrimitive(number: number, contents: Uint8Array): Uint8Array {
  return element(0x80 | number, contents);
}

/** INTEGER of a non-negative number in the fewest octets. */
export function integer(value: number | bigint): Uint8Array {
  const digits = BigInt(value).toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return unsignedInteger(Uint8Array.from(Buffer.from(even, 'hex')));
}

/** INTEGER of big-endian octets taken as a non-negative number. */
export function unsignedInteger(octets: Uint8Array): Uint8Array {
  const start = octets.findIndex((octet) => octet !== 0);
  const shortest = start === -1 ? Uint8Array.of(0) : octets.subarray(start);
  return element(0x02, (shortest[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), shortest) : shortest);
}

/** OBJECT IDENTIFIER from dotted decimals. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(baseBytes)));
}

/** NULL. */
export function nullValue(): Uint8Array {
  return element(0x05);
}

/** BOOLEAN TRUE; DER never writes a default FALSE. */
export function trueValue(): Uint8Array {
  return element(0x01, Uint8Array.of(0xff));
}

/** OCTET STRING. */
export function octetString(contents: Uint8Array): Uint8Array {
  return element(0x04, contents);
}

/** BIT STRING of whole octets. */
export function bitString(contents: Uint8Array): Uint8Array {
  return element(0x03, Uint8Array.of(0), contents);
}

/** BIT STRING of named bits, without zero bits at the end (X.690, section 11.2.2). */
export function namedBits(bits: readonly number[]): Uint8Array {
  const highest = Math.max(-1, ...bits);
  const octets = new Uint8Array(Math.floor(highest / 8) + 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return element(0x03, Uint8Array.of(highest < 0 ? 0 : 7 - (highest & 7)), octets);
}

/** UTF8String. */
export function utf8String(text: string): Uint8Array {
  return element(0x0c, utf8(text));
}

/** Time as RFC 5280, section 4.1.2.5 has it: UTCTime until 2049, GeneralizedTime from 2050; whole seconds, UTC. */
export function time(date: Date): Uint8Array {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050 ? element(0x17, utf8(digits.slice(2))) : element(0x18, utf8(digits));
}

/** GeneralizedTime with a fraction of a second where there is one (RFC 3161, section 2.4.2). */
export function preciseTime(date: Date): Uint8Array {
  const [whole = '', fraction = ''] = date
    .toISOString()
    .replace(/[-:TZ]/g, '')
    .split('.');
  const digits = fraction.replace(/0+$/, '');
  return element(0x18, utf8(`${whole}${digits === '' ? '' : `.${digits}`}Z`));
}

function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.from([0x80 | octets.length, ...octets]);
}

function baseBytes(arc: number): number[] {
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift((rest % 128) | 0x80);
  return octets;
}
