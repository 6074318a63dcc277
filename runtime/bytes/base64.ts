const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<string, number> = new Map(Array.from(ALPHABET, (character, value) => [character, value]));

/** Base64 of the bytes (RFC 4648, section 4), padded, on one line. */
export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const group = (first << 16) | (second << 8) | third;
    for (let shift = 18; shift >= 0; shift -= 6) text += ALPHABET[(group >> shift) & 0x3f] ?? '';
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  return text.slice(0, text.length - missing) + '='.repeat(missing);
}

/** The bytes that base64 stands for; null for any other character, wrong padding or bits left over. */
export function bytesOfBase64(text: string): Uint8Array | null {
  const body = text.replace(/={1,2}$/, '');
  if (text.length % 4 !== 0 || body.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  let group = 0;
  let bits = 0;
  let at = 0;
  for (const character of body) {
    const value = VALUES.get(character);
    if (value === undefined) return null;
    group = ((group << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = (group >> bits) & 0xff;
    at += 1;
  }
  return (group & ((1 << bits) - 1)) === 0 ? bytes : null;
}
