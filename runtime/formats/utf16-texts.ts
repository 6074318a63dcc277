/**
 * The UTF-16 texts in a program, in order: printable ASCII characters between anything else, at even offsets, where
 * compilers put them (UEFI 2.11, section 2.3.1: CHAR16). Linear; a text is cut after 256 characters.
 */
export function* utf16Texts(bytes: Uint8Array): Generator<string, void> {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const low = bytes[at] ?? 0;
    if (bytes[at + 1] === 0 && low >= 0x20 && low < 0x7f) {
      if (text.length < TEXT_LIMIT) text += String.fromCharCode(low);
      continue;
    }
    if (text.length >= TEXT_LEAST) yield text;
    text = '';
  }
  if (text.length >= TEXT_LEAST) yield text;
}

const TEXT_LIMIT = 256;
const TEXT_LEAST = 4;
