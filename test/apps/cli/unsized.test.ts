import { closeSync, openSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readStream, readUnsized } from '../../../apps/cli/unsized.ts';

const MEBIBYTE = 1024 * 1024;

describe('what has no size', () => {
  test('is read to its end', async () => {
    const file = openSync('/dev/null', 'r');
    expect(readUnsized(file, 0)).toEqual(new Uint8Array(0));
    closeSync(file);
    const chunks = [Buffer.from('in '), Buffer.from('pieces')];
    expect(Buffer.from(await readStream(Readable.from(chunks), 9)).toString()).toBe('in pieces');
  });

  test('is refused where it does not end below the limit, be it a device or a stream', async () => {
    const file = openSync('/dev/zero', 'r');
    expect(() => readUnsized(file, MEBIBYTE)).toThrow(expect.objectContaining({ code: 'ERR_FS_FILE_TOO_LARGE' }));
    closeSync(file);
    const endless = (function* () {
      for (;;) yield Buffer.alloc(1000);
    })();
    await expect(readStream(Readable.from(endless), MEBIBYTE)).rejects.toThrow('too large');
  });
});
