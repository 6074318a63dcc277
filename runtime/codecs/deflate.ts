import { Inflate } from 'fflate';

import { corrupt, truncated } from './decode-request.ts';
import type { DecodeRequest } from './decode-request.ts';
import { append } from './output.ts';
import type { Output } from './output.ts';

/** A push expands at most 1032 times before its output can be bounded: 16 MiB. */
const LARGEST_PUSH_BYTES = 16_384;
/** Little for the first, because a file may have very many members of a few bytes. */
const FIRST_PUSH_BYTES = 256;

/**
 * Inflates one raw deflate stream (RFC 1951) to the end of `output`, without a host's help.
 *
 * fflate checks neither bounds nor the end of the input: the stream is fed in small pieces, and its end is read from
 * the decoder's state.
 *
 * @returns offset of the byte after the stream.
 * @throws FormatError `codec-corrupt`, `codec-truncated`, or as `overflow`.
 */
export function inflate(
  encoded: Uint8Array,
  startBytes: number,
  to: { output: Output; request: DecodeRequest },
): number {
  const pieces: Uint8Array[] = [];
  const stream = new Inflate((piece) => pieces.push(piece));
  let pushBytes = FIRST_PUSH_BYTES;
  for (let at = startBytes; at < encoded.length; pushBytes = Math.min(pushBytes * 2, LARGEST_PUSH_BYTES)) {
    const next = Math.min(at + pushBytes, encoded.length);
    try {
      stream.push(encoded.subarray(at, next));
    } catch (error) {
      throw corrupt(
        to.request,
        at,
        `the deflate data is invalid (${error instanceof Error ? error.message : 'fault'})`,
      );
    }
    for (const piece of pieces.splice(0)) append(to.output, piece, to.request);
    const unreadBytes = unreadAfterEnd(stream);
    if (unreadBytes !== null) return next - unreadBytes;
    at = next;
  }
  throw truncated(to.request, encoded, 'the deflate data');
}

/**
 * How many pushed bytes lie after the stream's end; null while the stream goes on.
 *
 * fflate 0.8.3 has no public way to ask. Its state: `s.f` final block begun, `s.l` code table of the block under way,
 * `s.p` bits read of the first unread byte, `p` unread bytes.
 */
function unreadAfterEnd(stream: Inflate): number | null {
  const state: unknown = Reflect.get(stream, 's');
  const unread: unknown = Reflect.get(stream, 'p');
  if (typeof state !== 'object' || state === null || !(unread instanceof Uint8Array)) {
    throw new TypeError('fflate keeps its inflate state in another shape than version 0.8.3 does');
  }
  const ended = 'f' in state && Boolean(state.f) && !('l' in state && Boolean(state.l));
  if (!ended) return null;
  const bitsRead = 'p' in state && typeof state.p === 'number' ? state.p : 0;
  return unread.length - Math.ceil(bitsRead / 8);
}
