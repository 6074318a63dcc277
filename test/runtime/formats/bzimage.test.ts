import { describe, expect, it } from 'vitest';
import { concatBytes, patched, u16le, u32le, u64le } from '../../../forge/bytes.ts';
import { forgeBzImage, forgeElf, forgeElf32 } from '../../../forge/bzimage.ts';
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

  it.each(['gzip', 'zstd', 'xz', 'lz4', 'lzo', 'none'] as const)('unpacks a relocatable kernel, %s', (compression) => {
    const relocations = concatBytes(u32le(0), u32le(0x81000010), u32le(0), u32le(0x81000020));
    const vmlinux = concatBytes(ELF, relocations);
    const encoded = compression === 'none' ? vmlinux : undefined;
    const root = open(forgeBzImage({ vmlinux, ...(encoded === undefined ? { compression } : { encoded }) }));
    const layer = layerAt(root, 'bzimage/vmlinux');
    expect(layer).toMatchObject({ arch: 'x86-64', fault: null, header: { format: 'ELF64', relocation_bytes: 16 } });
    expect(layer.bytes).toEqual(vmlinux);
    expect(layer.regions.map(({ name, range }) => [name, ...range])).toEqual([
      ['ELF kernel', 0, ELF.length],
      ['relocations', ELF.length, vmlinux.length],
    ]);
  });

  it('reads a 32-bit kernel', () => {
    const root = open(forgeBzImage({ arch: 'ia32', vmlinux: forgeElf32(0x3000, 5) }));
    expect(root).toMatchObject({ kind: 'bzimage', arch: 'ia32', fault: null });
    const header = { format: 'ELF32', relocation_bytes: 0 };
    expect(layerAt(root, 'bzimage/vmlinux')).toMatchObject({ arch: 'ia32', fault: null, header });
  });

  it.each<readonly [string, string, Uint8Array]>([
    ['a segment behind its end', 'elf-out-of-file', patched(ELF, 0x60, u64le(0x3001))],
    ['segment headers behind its end', 'truncated', patched(ELF, 0x20, u64le(ELF.length - 55))],
    ['a segment at 2^64 - 1', 'number-too-large', patched(ELF, 0x48, u64le(2n ** 64n - 1n))],
    ['section headers behind its end', 'truncated', patched(patched(ELF, 0x28, u64le(64)), 0x3c, u16le(0xffff))],
    ['no class', 'elf-class', patched(ELF, 4, Uint8Array.of(3))],
    ['the other byte order', 'elf-class', patched(ELF, 5, Uint8Array.of(2))],
  ])('gives the kernel a fault when it has %s', (_name, code, vmlinux) => {
    expect(layerAt(open(forgeBzImage({ vmlinux })), 'bzimage/vmlinux').fault?.code).toBe(code);
    expect(layerAt(open(forgeBzImage({ vmlinux: ELF })), 'bzimage/vmlinux').fault).toBeNull();
  });

  it('shows the version text that its header points to, when it points into the setup code', () => {
    const file = forgeBzImage({ kernelVersion: '6.14.0 (me@home) #1' });
    expect(open(file).header).toMatchObject({
      kernel_version: '6.14.0 (me@home) #1',
      init_size: 2 * (0x1000 + 0x6000),
    });
    expect(open(patched(file, 0x20e, u16le(0))).header).not.toHaveProperty('kernel_version');
    expect(open(patched(file, 0x20e, u16le(0x3e00 - 1))).header).not.toHaveProperty('kernel_version');
    expect(open(patched(file, 0x20e, u16le(0x3e00))).header).not.toHaveProperty('kernel_version');
    expect(open(patched(file, 0x3000, Uint8Array.of(7))).header).not.toHaveProperty('kernel_version');
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
