import { describe, expect, it } from 'vitest';
import { concatBytes, patched, u16le, u32le } from '../../../forge/bytes.ts';
import { forgeBzImage, forgeElf } from '../../../forge/bzimage.ts';
import { compress } from '../../../forge/compress.ts';
import { layerAt, open } from './layer-tree.ts';

const ELF = forgeElf(0x3000, 5);

describe('readBzimage', () => {
  it.each(['gzip', 'zstd'] as const)('unpacks the ELF kernel of a %s bzImage', (compression) => {
    const root = open(forgeBzImage({ vmlinux: ELF, compression }));
    expect(root).toMatchObject({
      kind: 'bzimage',
      arch: 'x86-64',
      fault: null,
      findings: [],
      compression: [compression],
    });
    expect(root.header).toMatchObject({ version: '2.15' });
    const vmlinux = layerAt(root, 'bzimage/vmlinux');
    expect(vmlinux).toMatchObject({ kind: 'vmlinux', arch: 'x86-64', fault: null });
    expect(vmlinux.bytes).toEqual(ELF);
    expect(vmlinux.origin?.doubt).toBeNull();
  });

  it('counts the size tail in payload_length, unless the compression is gzip', () => {
    const [zstd, gzip] = [open(forgeBzImage({ compression: 'zstd' })), open(forgeBzImage({ compression: 'gzip' }))];
    const length = Number(zstd.header?.['payload_length']);
    expect(zstd.parts[0]?.range[1]).toBe(Number(zstd.header?.['payload_offset']) + length - 4);
    expect(zstd.regions.some(({ role }) => role === 'size-tail')).toBe(true);
    expect(gzip.parts[0]?.range[1]).toBe(
      Number(gzip.header?.['payload_offset']) + Number(gzip.header?.['payload_length']),
    );
  });

  it('has no kernel layer when payload_length is 0, as in memtest86+', () => {
    expect(open(forgeBzImage({ payloadLength: 0 }))).toMatchObject({
      kind: 'bzimage',
      fault: null,
      parts: [],
      compression: ['none'],
    });
  });

  it('reads a kernel that is not an EFI program', () => {
    const root = open(patched(forgeBzImage({ vmlinux: ELF }), 0, Uint8Array.of(0xea, 5)));
    expect(root).toMatchObject({ kind: 'bzimage', pe: null, arch: 'x86-64', fault: null });
    expect(layerAt(root, 'bzimage/vmlinux').bytes).toEqual(ELF);
  });

  it.each<readonly [string, string, Uint8Array]>([
    ['protocol 2.07', 'bzimage-version', patched(forgeBzImage({}), 0x206, u16le(0x0207))],
    ['a payload behind the file', 'bzimage-payload-out-of-file', forgeBzImage({ payloadOffset: 0xffffffff })],
    ['a payload of 2^32-1 bytes', 'bzimage-payload-out-of-file', forgeBzImage({ payloadLength: 0xffffffff })],
    ['a payload of 4 bytes', 'bzimage-payload-out-of-file', forgeBzImage({ payloadLength: 4 })],
    [
      'more setup sectors than the file has',
      'bzimage-setup-out-of-file',
      patched(forgeBzImage({}).subarray(0, 0x8000), 0x1f1, Uint8Array.of(255)),
    ],
    [
      'a payload of no known compression',
      'bzimage-payload-unknown',
      forgeBzImage({ encoded: new Uint8Array(64).fill(0x33) }),
    ],
  ])('is a bzImage with a fault: %s', (_name, code, bytes) => {
    expect(open(bytes)).toMatchObject({ kind: 'bzimage', fault: { code }, parts: [] });
  });

  it('reads a setup_sects of 0 as 4', () => {
    const fault = open(patched(forgeBzImage({}).subarray(0, 0x9ff), 0x1f1, Uint8Array.of(0))).fault;
    expect(fault?.code).toBe('bzimage-setup-out-of-file');
    expect(fault?.text).toContain('2560');
  });

  it('doubts a size tail that is wrong', () => {
    const encoded = concatBytes(compress('zstd', ELF), u32le(ELF.length + 1));
    const vmlinux = layerAt(open(forgeBzImage({ encoded })), 'bzimage/vmlinux');
    expect(vmlinux.origin?.doubt?.code).toBe('size-mismatch');
  });

  it('gives the child a fault when the payload is no ELF file', () => {
    const encoded = compress('gzip', new Uint8Array(4096));
    expect(layerAt(open(forgeBzImage({ encoded })), 'bzimage/vmlinux').fault?.code).toBe('vmlinux-not-elf');
  });
});
