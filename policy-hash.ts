import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 of a text in UTF-8, lower-case hex: the content address of a plan. Synchronous everywhere, browsers too. */
export function policyHash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
