import { readSync } from 'node:fs';

/** What nobody can tell the size of may have no end: more than Node reads of a file (`fs.readFile`) is not read of it either. */
export const UNSIZED_LIMIT_BYTES = 2 ** 31;

/**
 * Reads a device, a pipe or a file of the kernel up to its end.
 *
 * @throws Error with the code `ERR_FS_FILE_TOO_LARGE` where it has more than `limitBytes`, and those of `readSync`.
 */
export function readUnsized(file: number, limitBytes: number): Uint8Array {
  const gathered = gathering(limitBytes);
  const room = new Uint8Array(CHUNK_BYTES);
  for (;;) {
    const count = readSync(file, room, 0, room.length, null);
    if (count === 0) return gathered.whole();
    // A copy: a pipe gives far less at a time than there is room for.
    gathered.add(room.slice(0, count));
  }
}

/** The same of a stream. */
export async function readStream(stream: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Uint8Array> {
  const gathered = gathering(limitBytes);
  for await (const chunk of stream) gathered.add(chunk);
  return gathered.whole();
}

const CHUNK_BYTES = 512 * 1024;

function gathering(limitBytes: number): { add: (chunk: Uint8Array) => void; whole: () => Uint8Array } {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    add: (chunk) => {
      size += chunk.length;
      if (size > limitBytes) throw Object.assign(new Error('too large'), { code: 'ERR_FS_FILE_TOO_LARGE' });
      chunks.push(chunk);
    },
    whole: () => plainView(Buffer.concat(chunks)),
  };
}

/** The same memory, not as a Buffer, whose `slice` does not copy. */
export function plainView(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
