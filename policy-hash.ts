import { hexOf } from './runtime/bytes/hex.ts';
import { sha256 } from './runtime/codecs/sha256.ts';

/** SHA-256 of a text in UTF-8, lower-case hex: the content address of a plan. Synchronous everywhere, browsers too. */
export function policyHash(text: string): string {
  return hexOf(sha256(Uint8Array.from(Array.from(text).flatMap(utf8Of))));
}

/** One character in UTF-8 (RFC 3629, section 3); half a surrogate pair becomes U+FFFD. */
function utf8Of(character: string): readonly number[] {
  const code = character.codePointAt(0) ?? 0xfffd;
  const point = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
  if (point < 0x80) return [point];
  const last = 0x80 | (point & 0x3f);
  if (point < 0x800) return [0xc0 | (point >> 6), last];
  const third = 0x80 | ((point >> 6) & 0x3f);
  if (point < 0x10000) return [0xe0 | (point >> 12), third, last];
  return [0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), third, last];
}
