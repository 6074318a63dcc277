import { describe, expect, it } from 'vitest';
import { concatBytes, patched, u32le, u64le, utf8 } from '../../../forge/bytes.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { codesOf, open } from './layer-tree.ts';

const ARM64 = forgeImage({ arch: 'arm64', size: 0x6000, imageSize: 0x8000 });

describe('readKernelImage', () => {
  it.each(['arm64', 'riscv64', 'loongarch64'] as const)('reads an Image of %s', (arch) => {
    const root = open(forgeImage({ arch, size: 0x6000, imageSize: 0x8000 }));
    expect(root).toMatchObject({ kind: 'image', arch, fault: null, findings: [], compression: null });
    expect(root.header?.['image_size']).toBe(0x8000);
    expect(root.pe?.arch).toBe(arch);
  });

  it('shows the flags of the header', () => {
    expect(open(ARM64).header).toMatchObject({ format: 'arm64', endianness: 'little', page_size: '4K', flags: '0xa' });
    expect(open(patched(ARM64, 24, u64le(7))).header).toMatchObject({ endianness: 'big', page_size: '64K' });
    expect(open(patched(ARM64, 8, u64le(0x123456789abcn))).header).toMatchObject({ text_offset: '0x123456789abc' });
    expect(open(forgeImage({ arch: 'riscv64', size: 0x6000 })).header).toMatchObject({ version: '0.2' });
  });

  it('reads an Image without PE headers, and says that it has none', () => {
    const bare = patched(ARM64, 0, utf8('\0\0'));
    expect(open(bare)).toMatchObject({ kind: 'image', arch: 'arm64', pe: null, fault: null });
    expect(open(bare).regions.map(({ role }) => role)).toEqual(['header', 'data']);
  });

  it('has a fault when it says MZ and its PE headers cannot be read', () => {
    expect(open(patched(ARM64, 0x3c, u32le(0)))).toMatchObject({ kind: 'image', fault: { code: 'pe-no-signature' } });
  });

  it('has a fault when header and PE machine disagree', () => {
    expect(open(patched(ARM64, 0x38, utf8('RSC\x05'))).fault?.code).toBe('image-machine-mismatch');
  });

  it('names zeros up to image_size as padding, and anything else behind the sections as stray', () => {
    const padded = open(concatBytes(ARM64, new Uint8Array(0x8000 - ARM64.length)));
    expect(padded.regions.at(-1)).toMatchObject({ role: 'padding', zero: true, range: [ARM64.length, 0x8000] });
    expect(padded.findings).toEqual([]);
    expect(open(concatBytes(ARM64, Uint8Array.of(1))).regions.at(-1)).toMatchObject({ role: 'stray', zero: false });
  });

  it('notes a file that is a byte larger than image_size, and an image_size of 0', () => {
    const padded = concatBytes(ARM64, new Uint8Array(0x8000 - ARM64.length));
    expect(codesOf(open(concatBytes(padded, Uint8Array.of(0))))).toContain('image-larger-than-image-size');
    expect(codesOf(open(padded))).toEqual([]);
    expect(codesOf(open(patched(ARM64, 16, u64le(0))))).toContain('image-size-zero');
  });

  it('has a fault when image_size is above 2^53', () => {
    expect(open(patched(ARM64, 16, u64le(2n ** 53n))).fault?.code).toBe('number-too-large');
    expect(open(patched(ARM64, 16, u64le(2n ** 53n - 1n))).fault).toBeNull();
  });
});
