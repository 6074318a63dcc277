import { FormatError } from '../bytes/format-error.ts';

/** The error for a place of a layer where its bytes are not what the format asks for; the caller throws it. */
export function faultAt(
  layer: string,
  [code, text]: readonly [code: string, text: string],
  offsetBytes: number,
): FormatError {
  return new FormatError({ code, text, layer, offsetBytes, lengthBytes: 0 });
}
