import { describe, expect, test } from 'vitest';
import { compress } from '../../forge/compress.ts';
import { concatBytes, patched, readU32le, u32le, zeroPadded } from '../../forge/bytes.ts';
import { forgeImage } from '../../forge/kernel-image.ts';
import { newSigner } from '../../forge/x509.ts';
import { repackUki } from '../../forge/repack-uki.ts';
import { repackZboot } from '../../forge/repack-zboot.ts';
import { signPe } from '../../forge/sign.ts';
import { forgeUki } from '../../forge/uki.ts';
import { bareKernel, paddedKernel, trimmedKernel, unsignedProgram } from '../../forge/unsigned-program.ts';
import { forgeZboot } from '../../forge/zboot.ts';
import { codesOf, layerAt, open } from '../runtime/formats/layer-tree.ts';

const IMAGE = forgeImage({ arch: 'arm64', size: 0x8000, imageSize: 0x10000 });
const OTHER = forgeImage({ arch: 'arm64', size: 0xa000, imageSize: 0x12000, seed: 9 });
const SIGNER = newSigner({ subject: 'Signer', key: 'p256' });

function packed(image: Uint8Array, codec: 'gzip' | 'xz'): Uint8Array {
  return compress(codec, paddedKernel(image));
}

/** Much faster than the comparison of the test runner, which would show the difference. */
function same(bytes: Uint8Array, others: Uint8Array): boolean {
  return Buffer.compare(bytes, others) === 0;
}

/** Where the payload of a zboot image stands, with its size tail. */
function placeOf(zboot: Uint8Array, tail: 0 | 4): { start: number; end: number } {
  const start = readU32le(zboot, 8);
  return { start, end: start + readU32le(zboot, 12) + tail };
}

describe('repackZboot', () => {
  const gzip = forgeZboot({ image: IMAGE, compression: 'gzip', sbat: 'sbat,1\n' });

  test('gives the same file for the same payload', () => {
    const encoded = packed(IMAGE, 'gzip');
    const how = { compression: 'gzip', name: 'gzip', isSameCompression: true } as const;
    const again = repackZboot(gzip, { encoded, decodedBytes: 0x10000, place: placeOf(gzip, 0), ...how });
    expect(again.stub).toBe('fits');
    expect(same(again.bytes, gzip)).toBe(true);
  });

  test('moves nothing for a smaller payload, and writes the size where the stub reads it too', () => {
    const encoded = compress('gzip', new Uint8Array(0x10000));
    const place = placeOf(gzip, 0);
    const how = { compression: 'gzip', name: 'gzip', isSameCompression: true } as const;
    const { bytes, stub } = repackZboot(gzip, { encoded, decodedBytes: 0x10000, place, ...how });
    expect([stub, bytes.length]).toEqual(['fits', gzip.length]);
    expect(readU32le(bytes, place.end - 4)).toBe(0x10000);
    expect(readU32le(bytes, 12)).toBe(encoded.length);
    expect(bytes.subarray(place.end)).toEqual(gzip.subarray(place.end));
  });

  test.each([1, 2, 3])('takes no payload in place that leaves %i bytes, too few for a second size', (left) => {
    const { start, end } = placeOf(gzip, 0);
    const encoded = packed(IMAGE, 'gzip');
    const how = { compression: 'gzip', name: 'gzip', isSameCompression: true } as const;
    const place = { start, end: end + left };
    expect(repackZboot(gzip, { encoded, decodedBytes: 0x10000, place, ...how }).stub).toBe('outgrown');
    const roomy = { start, end: end + 4 };
    expect(repackZboot(gzip, { encoded, decodedBytes: 0x10000, place: roomy, ...how }).stub).toBe('fits');
  });

  test('packs another compression as the kernel does: name, tail, and later sections moved', () => {
    const encoded = packed(OTHER, 'xz');
    const how = { compression: 'xz', name: 'xzkern', isSameCompression: false } as const;
    const { bytes, stub } = repackZboot(gzip, { encoded, decodedBytes: 0x12000, place: placeOf(gzip, 0), ...how });
    const root = open(bytes);
    expect(stub).toBe('outgrown');
    expect(codesOf(root)).toEqual([]);
    expect(root.header).toMatchObject({ comp_type: 'xzkern' });
    expect(same(layerAt(root, 'zboot/image').bytes, paddedKernel(OTHER))).toBe(true);
    const before = open(gzip).pe?.sections.map(({ name }) => name);
    expect(root.pe?.sections.map(({ name }) => name)).toEqual(before);
    expect((root.pe?.sizeOfImage ?? 0) % 0x1000).toBe(0);
  });

  test('drops signatures, but nothing that stands behind them', () => {
    const signed = signPe(gzip, { signers: [{ signer: SIGNER }] });
    expect(unsignedProgram(signed).length).toBeLessThanOrEqual(gzip.length + 7);
    expect(() => unsignedProgram(concatBytes(signed, new Uint8Array(8)))).toThrow('not at the end');
  });
});

describe('repackUki', () => {
  const uki = forgeUki({ arch: 'arm64', linux: IMAGE, initrd: 'an initrd', cmdline: 'quiet' });

  test.each([
    ['larger', OTHER],
    ['smaller', IMAGE.subarray(0, 0x3000)],
  ])('keeps the other sections around a %s kernel', (_, kernel) => {
    const root = open(repackUki(uki, '.linux', kernel));
    const pe = root.pe;
    expect(codesOf(root).filter((code) => code.startsWith('pe-') || code.startsWith('section-'))).toEqual([]);
    expect(same(layerAt(root, 'uki/.linux').bytes, kernel)).toBe(true);
    expect(layerAt(root, 'uki/.cmdline').bytes).toEqual(layerAt(open(uki), 'uki/.cmdline').bytes);
    expect(layerAt(root, 'uki/.initrd').bytes).toEqual(layerAt(open(uki), 'uki/.initrd').bytes);
    for (const { virtualAddress, pointerToRawData } of pe?.sections ?? []) {
      expect([virtualAddress % 0x1000, pointerToRawData % 512]).toEqual([0, 0]);
    }
  });

  test('gives the same file for the same kernel', () => {
    expect(same(repackUki(uki, '.linux', IMAGE), uki)).toBe(true);
  });

  test('refuses to move code, and sections that overlap', () => {
    const code = { name: '.code', data: new Uint8Array(16), characteristics: 0x60000020 };
    const odd = forgeUki({ arch: 'arm64', linux: IMAGE, extra: [code] });
    expect(() => repackUki(odd, '.linux', OTHER)).toThrow('`.code`, which is code, stands behind `.linux`');
    const overlapping = forgeUki({ arch: 'arm64', linux: IMAGE, extra: [{ ...code, pointerToRawData: 0x2000 }] });
    expect(() => repackUki(overlapping, '.linux', OTHER)).toThrow('overlap');
  });
});

describe('a kernel out of a payload', () => {
  const signed = signPe(IMAGE, { signers: [{ signer: SIGNER }] });

  test('is what its build wrote, signed or not', () => {
    expect(same(bareKernel(zeroPadded(IMAGE, 0x10000)), IMAGE)).toBe(true);
    expect(bareKernel(zeroPadded(signed, 0x10000))).toHaveLength(IMAGE.length);
  });

  test('keeps bytes behind its last section that are not zero', () => {
    const appended = concatBytes(IMAGE, Uint8Array.of(1));
    expect(bareKernel(zeroPadded(appended, 0x10000))).toHaveLength(0x10000);
    expect(() => bareKernel(concatBytes(signed, Uint8Array.of(1)))).toThrow('behind the certificate table');
  });

  test('is trimmed to the end of its certificate table', () => {
    expect(same(trimmedKernel(zeroPadded(signed, 0x10000)), signed)).toBe(true);
    expect(same(trimmedKernel(zeroPadded(IMAGE, 0x10000)), IMAGE)).toBe(true);
  });

  test('is padded to the size that it states', () => {
    expect(paddedKernel(patched(IMAGE, 16, u32le(0x9000)))).toHaveLength(0x9000);
  });
});
