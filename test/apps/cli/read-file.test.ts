import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileReader, readFileNow } from '../../../apps/cli/read-file.ts';

describe('reading files one after the other', () => {
  let folder = '';
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'bootpol-reader-'))));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };

  test('gives each file whole, and the same memory to the next', () => {
    const read = fileReader();
    const large = bytesOf(read(file('large', new Uint8Array(3000).fill(1))));
    expect(Buffer.from(large).equals(Buffer.alloc(3000, 1))).toBe(true);
    const small = bytesOf(read(file('small', Uint8Array.of(2, 3))));
    expect([...small]).toEqual([2, 3]);
    expect(small.buffer).toBe(large.buffer);
    expect([...large.subarray(0, 3)]).toEqual([2, 3, 1]);
    const larger = bytesOf(read(file('larger', new Uint8Array(100_000).fill(4))));
    expect(Buffer.from(larger).equals(Buffer.alloc(100_000, 4))).toBe(true);
  });

  test('sees a file as it is when it is opened', () => {
    const read = fileReader();
    const path = file('shorter', new Uint8Array(100).fill(5));
    expect(bytesOf(read(path)).length).toBe(100);
    truncateSync(path, 7);
    expect(bytesOf(read(path)).length).toBe(7);
    truncateSync(path, 0);
    expect(bytesOf(read(path)).length).toBe(0);
  });

  test.each(['missing', '.'])('says why `%s` cannot be read, as reading one file does', (name) => {
    const path = join(folder, name);
    expect(fileReader()(path).ok).toBe(false);
    expect(fileReader()(path)).toEqual(readFileNow(path));
  });

  test('opens a pipe once, and reads it to its end', () => {
    const pipe = join(folder, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const writer = spawn('sh', ['-c', `printf 'from a pipe' > ${pipe}`]);
    expect(Buffer.from(bytesOf(fileReader()(pipe))).toString()).toBe('from a pipe');
    writer.unref();
  });
});

function bytesOf(read: ReturnType<typeof readFileNow>): Uint8Array {
  if (!read.ok) throw new Error(read.text);
  return read.bytes;
}
