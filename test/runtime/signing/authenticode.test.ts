import { describe, expect, it } from 'vitest';
import { authenticodeDigest as forgedDigest } from '../../../forge/authenticode-digest.ts';
import { concatBytes, patched, u32le } from '../../../forge/bytes.ts';
import { peFields } from '../../../forge/pe-fields.ts';
import { SMALL_SECTIONS, smallProgram } from '../../../forge/small-program.ts';
import { nativeEngine } from '../../../native-engine.ts';
import type { Engine } from '../../../runtime/bytes/engine.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { hexOf } from '../../../runtime/bytes/hex.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { authenticodeDigest, authenticodeRanges, imageDigests } from '../../../runtime/signing/authenticode.ts';

const ENGINE = nativeEngine();
const PROGRAM = smallProgram({});
const FIELDS = peFields(PROGRAM);

describe('authenticodeDigest', () => {
  it.each([
    ['a small program', PROGRAM],
    ['bytes after the sections', concatBytes(PROGRAM, new Uint8Array(64).fill(7))],
    ['a length that is no multiple of 8, which is not padded', concatBytes(PROGRAM, Uint8Array.of(1, 2, 3))],
    ['a section without raw data', smallProgram({ sections: [...SMALL_SECTIONS, bss()] })],
  ])('agrees with the forge on %s', async (_, bytes) => {
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const) {
      const ours = await authenticodeDigest(readPe(bytes, 'pe'), algorithm, ENGINE);
      expect(hexOf(ours)).toBe(hexOf(forgedDigest(bytes, algorithm, 'specification')));
    }
  });

  it('leaves out CheckSum and the certificate directory, and nothing else of the headers', () => {
    const { covers } = authenticodeRanges(readPe(PROGRAM, 'pe'));
    expect(covers).toEqual([
      [0, FIELDS.checksumOffset],
      [FIELDS.checksumOffset + 4, FIELDS.certificateDirectory],
      [FIELDS.certificateDirectory + 8, PROGRAM.length],
    ]);
  });

  it('hashes sections in the order of the file, whatever the order of the table', () => {
    const [first, second] = FIELDS.sections;
    if (first === undefined || second === undefined) throw new Error('the program has three sections');
    const table = sectionTable();
    const headers = PROGRAM.slice(table, table + 80);
    const swapped = patched(PROGRAM, table, concatBytes(headers.subarray(40), headers.subarray(0, 40)));
    const { hashed } = authenticodeRanges(readPe(swapped, 'pe'));
    expect(hashed.slice(3, 5)).toEqual([
      [first.offset, first.offset + first.size],
      [second.offset, second.offset + second.size],
    ]);
  });

  it('takes the sum for an offset: with a gap the gap stays outside and the end is hashed twice', () => {
    const table = sectionTable() + 40;
    const [, second] = FIELDS.sections;
    const shorter = patched(PROGRAM, table + 16, u32le((second?.size ?? 0) - 0x100));
    const { hashed } = authenticodeRanges(readPe(shorter, 'pe'));
    expect(hashed.at(-1)).toEqual([PROGRAM.length - 0x100, PROGRAM.length]);
  });

  it.each([
    ['SizeOfHeaders before the directories', FIELDS.checksumOffset - 4, 0x80, 'authenticode-headers'],
    ['SizeOfHeaders after the file', FIELDS.checksumOffset - 4, 0x7fffffff, 'authenticode-headers'],
    ['a section that leaves the file', sectionTable() + 80 + 16, 0x10000, 'authenticode-section'],
    ['a section whose end wraps in 32 bits', sectionTable() + 80 + 16, 0xfffffe00, 'authenticode-section'],
  ])('has no digest for %s', (_, offset, value, code) => {
    const bytes = concatBytes(patched(PROGRAM, offset, u32le(value)), new Uint8Array(16));
    const read = attempt(() => authenticodeRanges(readPe(bytes, 'pe')));
    expect(read).toMatchObject({ ok: false, finding: { code } });
  });
});

describe('imageDigests', () => {
  it('computes each digest once, however many ask', async () => {
    let calls = 0;
    const counting: Engine = { ...ENGINE, digest: (...asked) => ((calls += 1), ENGINE.digest(...asked)) };
    const digests = imageDigests(readPe(PROGRAM, 'pe'), counting);
    expect(calls).toBe(0);
    await Promise.all([digests.of('sha256'), digests.of('sha256'), digests.of('sha384')]);
    expect(calls).toBe(2);
  });

  it('has null for an algorithm that the engine lacks', async () => {
    const lacking: Engine = { ...ENGINE, digest: () => Promise.reject(new RangeError('no such digest')) };
    expect(await imageDigests(readPe(PROGRAM, 'pe'), lacking).of('sha256')).toBeNull();
  });
});

function sectionTable(): number {
  return Buffer.from(PROGRAM).indexOf('.text');
}

function bss(): (typeof SMALL_SECTIONS)[number] & { virtualSize: number } {
  return { ...SMALL_SECTIONS[2], name: '.bss', data: new Uint8Array(0), virtualSize: 0x800 };
}
