import { describe, expect, it } from 'vitest';
import { concatBytes, patched, utf8 } from '../../../forge/bytes.ts';
import { forgeShim } from '../../../forge/boot-programs.ts';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { compress } from '../../../forge/compress.ts';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import type { Layer } from '../../../runtime/formats/layer.ts';
import { breaksIn, layerAt, layersOf, open } from './layer-tree.ts';

const IMAGE = forgeImage({ arch: 'arm64', size: 0x6000 });
const ZBOOT = forgeZboot({ image: IMAGE, compression: 'gzip' });
const INITRD = forgeInitrd({ entries: SMALL_ROOT, compression: 'zstd' }, { entries: SMALL_ROOT });
const SAMPLES: Readonly<Record<string, Uint8Array>> = {
  image: IMAGE,
  zboot: ZBOOT,
  bzimage: forgeBzImage({ compression: 'zstd' }),
  uki: forgeUki({ arch: 'arm64', linux: ZBOOT, initrd: INITRD, cmdline: 'quiet', profiles: [{ profile: 'ID=a' }] }),
  initrd: INITRD,
  compressed: compress('gzip', IMAGE),
  pe: forgeShim({ vendorDb: new Uint8Array(64).fill(0x30), vendorDbx: new Uint8Array(64).fill(0x31) }),
};

describe('readFile', () => {
  it.each(Object.keys(SAMPLES))('recognises %s', (kind) => {
    expect(open(SAMPLES[kind] ?? IMAGE)).toMatchObject({ kind, path: kind, fault: null, origin: null });
  });

  it.each<readonly [string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'nothing'],
    ['a text', utf8('language 1\npolicy x\n'), 'text'],
    ['an ELF file', utf8('\x7fELF\x02\x01\x01'), 'ELF'],
    ['zeros', new Uint8Array(4096), '4096 zero bytes'],
    ['random bytes', Uint8Array.from({ length: 99 }, (_, index) => (index * 197 + 131) % 256), 'no known format'],
    ['an old cpio archive', utf8(`070707${'0'.repeat(80)}`), 'old kind'],
    ['a compressed text', compress('gzip', utf8('hello')), 'gzip, and decodes to text'],
    ['a compressed zboot', compress('gzip', ZBOOT), 'gzip, and decodes to a DOS or EFI program'],
  ])('says what %s looks like', (_name, bytes, words) => {
    const root = open(bytes);
    expect(root).toMatchObject({ kind: 'unknown', path: 'unknown', fault: { code: 'format-unrecognised' }, parts: [] });
    expect(root.fault?.text).toContain(words);
  });

  it('takes an unmarked file for what it is said to be, and a marked one for what it is', () => {
    expect(open(new Uint8Array(512), {}, 'initrd').kind).toBe('initrd');
    expect(open(new Uint8Array(512), {}, 'cmdline').kind).toBe('unknown');
    expect(open(new Uint8Array(512), {}, 'zboot')).toMatchObject({
      kind: 'zboot',
      fault: { code: 'zboot-magic-missing' },
    });
    expect(open(IMAGE, {}, 'initrd').kind).toBe('image');
  });

  it('opens a bare compressed kernel', () => {
    const root = open(compress('zstd', IMAGE));
    expect(root).toMatchObject({ kind: 'compressed', arch: 'arm64', compression: ['zstd'] });
    expect(layerAt(root, 'compressed/image').bytes).toEqual(IMAGE);
  });

  it.each(
    (['gzip', 'zstd', 'xz', 'lz4', 'lzo'] as const).flatMap((codec) =>
      (['arm64', 'riscv64', 'loongarch64'] as const).map((arch) => [codec, arch] as const),
    ),
  )('opens a bare kernel compressed by %s for %s, with its size behind it or not', (codec, arch) => {
    const image = forgeImage({ arch, size: 0x8000 });
    const tail = new Uint8Array(new Uint32Array([image.length]).buffer);
    const encoded = compress(codec, image);
    for (const bytes of codec === 'gzip' ? [encoded] : [encoded, concatBytes(encoded, tail)]) {
      const root = open(bytes);
      expect(root).toMatchObject({ kind: 'compressed', arch, compression: [codec], fault: null, findings: [] });
      const inner = layerAt(root, 'compressed/image');
      expect(inner.bytes).toEqual(image);
      expect(inner.origin?.doubt).toBeNull();
      expect(breaksIn(root)).toEqual([]);
    }
  });

  it('accepts the decoded size or zeros behind a compressed kernel, and doubts anything else', () => {
    const doubt = (tail: Uint8Array): string | undefined =>
      layerAt(open(concatBytes(compress('zstd', IMAGE), tail)), 'compressed/image').origin?.doubt?.code;
    const size = new Uint8Array(new Uint32Array([IMAGE.length]).buffer);
    expect(doubt(size)).toBeUndefined();
    expect(doubt(new Uint8Array(9))).toBeUndefined();
    expect(doubt(concatBytes(size, Uint8Array.of(1)))).toBe('trailing-bytes');
    expect(doubt(Uint8Array.of(1, 2, 3, 4))).toBe('trailing-bytes');
  });

  it('keeps the kind of a marked file that is cut short', () => {
    expect(open(ZBOOT.subarray(0, 64))).toMatchObject({ kind: 'zboot', fault: { code: 'pe-header-out-of-file' } });
    expect(open(IMAGE.subarray(0, 64))).toMatchObject({ kind: 'image', fault: { code: 'pe-header-out-of-file' } });
    expect(open(utf8('MZ'))).toMatchObject({ kind: 'pe', fault: { code: 'truncated' } });
  });

  it('calls a program that is compressed inside a zboot instead of an Image a fault', () => {
    const nested = forgeZboot({ image: IMAGE, compression: 'gzip', encoded: compress('gzip', ZBOOT) });
    expect(layerAt(open(nested), 'zboot/image').fault?.text).toContain('`zboot`');
  });
});

/** Everything that a reader of the tree may touch. */
function touch(root: Layer): number {
  const layers = layersOf(root);
  for (const layer of layers) {
    expect(breaksIn(layer)).toEqual([]);
    // An initrd shows the members before the one that cannot be read; nothing else has parts and a fault.
    expect(layer.fault === null || layer.kind === 'initrd' || layer.parts.length === 0).toBe(true);
  }
  return layers.length;
}

describe('hostile bytes', () => {
  it.each(Object.keys(SAMPLES))('never throw when %s is cut short at a multiple of 64', (kind) => {
    const whole = SAMPLES[kind] ?? IMAGE;
    for (let length = 0; length < whole.length; length += 64) touch(open(whole.subarray(0, length)));
  });

  it.each(Object.keys(SAMPLES))('never throw when bits of %s are flipped', (kind) => {
    const whole = SAMPLES[kind] ?? IMAGE;
    let seed = 12345;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < 150; round += 1) {
      // Half of the flips go where the headers are.
      const at = round % 2 === 0 ? next(Math.min(whole.length, 0x600)) : next(whole.length);
      touch(open(patched(whole, at, Uint8Array.of((whole[at] ?? 0) ^ (1 << next(8))))));
    }
  });

  it.each(Object.keys(SAMPLES))('never throw when 32-bit fields in the headers of %s are all ones', (kind) => {
    const whole = SAMPLES[kind] ?? IMAGE;
    for (let at = 0; at < Math.min(whole.length - 4, 0x400); at += 4) {
      touch(open(patched(whole, at, Uint8Array.of(255, 255, 255, 255))));
    }
  });
});
