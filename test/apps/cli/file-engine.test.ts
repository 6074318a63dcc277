import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fileEngine } from '../../../apps/cli/file-engine.ts';

const LARGE = 2 ** 21;

describe('the engine for one file after the other', () => {
  const decoded = (sizeBytes: number) => {
    const { engine, release } = fileEngine();
    const answer = engine.gunzip?.(gzipSync(new Uint8Array(sizeBytes).fill(7)), sizeBytes);
    if (answer?.kind !== 'decoded') throw new Error('not decoded');
    return { bytes: answer.bytes, release };
  };

  test('gives large buffers back when it is told, and not before', () => {
    const { bytes, release } = decoded(LARGE);
    expect(Buffer.from(bytes).equals(Buffer.alloc(LARGE, 7))).toBe(true);
    release();
    expect(bytes.length).toBe(0);
    release();
  });

  test('leaves small buffers, which may share their memory, alone', () => {
    const { bytes, release } = decoded(1000);
    release();
    expect(Buffer.from(bytes).equals(Buffer.alloc(1000, 7))).toBe(true);
  });

  test('refuses what Node refuses', () => {
    expect(fileEngine().engine.gunzip?.(Uint8Array.of(1, 2, 3), 100)).toEqual({ kind: 'refused' });
  });
});
