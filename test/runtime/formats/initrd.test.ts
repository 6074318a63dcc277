import { describe, expect, it } from 'vitest';
import { alignedBytes, concatBytes, patched, utf8 } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { programBytes } from '../../../forge/contents.ts';
import { type CpioEntry, forgeCpio, forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { cpioEntries } from '../../../runtime/formats/cpio.ts';
import { startsCpio } from '../../../runtime/formats/cpio-walk.ts';
import type { Layer } from '../../../runtime/formats/layer.ts';
import { breaksIn, codesOf, layerAt, layersOf, open } from './layer-tree.ts';

const ARCHIVE = forgeCpio(SMALL_ROOT, 'newc');
const GZIP = compress('gzip', ARCHIVE);
const ZSTD = compress('zstd', ARCHIVE);
const names = (layer: Layer): readonly string[] => Array.from(cpioEntries(layer), ({ entry }) => entry.name);
const ROOT_NAMES = SMALL_ROOT.map(({ name }) => name);
const firstEntryEnd = (archive: Uint8Array): number => {
  const [first] = cpioEntries(layerAt(open(archive), 'initrd/cpio'));
  return first?.entry.range[1] ?? 0;
};

describe('readInitrd', () => {
  it.each(['newc', 'crc'] as const)('reads a plain %s archive', (format) => {
    const root = open(forgeInitrd({ entries: SMALL_ROOT, format }));
    expect(root).toMatchObject({ kind: 'initrd', fault: null, compression: ['none'] });
    expect(names(layerAt(root, 'initrd/cpio'))).toEqual(ROOT_NAMES);
  });

  it('reads archives and compressed archives one after the other, with zeros between', () => {
    const bytes = concatBytes(ARCHIVE, new Uint8Array(4096), GZIP, new Uint8Array(3), ZSTD, new Uint8Array(5));
    const root = open(bytes);
    expect(root).toMatchObject({ kind: 'initrd', fault: null });
    expect(root.compression).toEqual(['none', 'gzip', 'zstd']);
    expect(root.parts.map(({ slot, path }) => [slot, path])).toEqual([
      ['member 0', 'initrd/cpio'],
      ['member 1', 'initrd/cpio#2'],
      ['member 2', 'initrd/cpio#3'],
    ]);
    for (const part of root.parts) expect(names(part.open())).toEqual(ROOT_NAMES);
    expect(root.regions.filter(({ role }) => role === 'padding').every(({ zero }) => zero === true)).toBe(true);
    expect(breaksIn(root)).toEqual([]);
  });

  it('takes a file that starts with a compressed archive for an initrd', () => {
    expect(open(ZSTD)).toMatchObject({ kind: 'initrd', fault: null, compression: ['zstd'] });
  });

  it.each<readonly [string, string, Uint8Array]>([
    ['junk between members', 'initrd-junk', concatBytes(ARCHIVE, utf8('junk'))],
    ['junk after a compressed member', 'initrd-junk', concatBytes(GZIP, utf8('junk'))],
    [
      'an archive that starts between multiples of 4',
      'initrd-misaligned',
      concatBytes(alignedBytes(GZIP, 4), new Uint8Array(2), ARCHIVE),
    ],
    [
      'a compressed member between multiples of 4 after an archive',
      'initrd-misaligned',
      concatBytes(ARCHIVE, new Uint8Array(1), GZIP),
    ],
    ['an archive that is cut short', 'cpio-truncated', ARCHIVE.subarray(0, 200)],
    ['an lz4 frame', 'lz4-frame', Uint8Array.of(4, 0x22, 0x4d, 0x18, 0, 0, 0, 0)],
  ])('has a fault: %s', (_name, code, bytes) => {
    expect(open(bytes)).toMatchObject({ kind: 'initrd', fault: { code } });
    expect(breaksIn(open(bytes))).toEqual([]);
  });

  it('gives the members before one that cannot be read, and names the bytes behind them', () => {
    const root = open(concatBytes(GZIP, utf8('junk')));
    expect(root.fault).toMatchObject({ code: 'initrd-junk', offsetBytes: GZIP.length });
    expect(names(layerAt(root, 'initrd/cpio'))).toEqual(ROOT_NAMES);
    expect(root.regions.map(({ role, name }) => `${role} ${name}`)).toEqual(['payload member 0', 'stray unread']);
  });

  it('has the decoder’s fault when a member is cut short', () => {
    const root = open(GZIP.subarray(0, GZIP.length - 9));
    expect(root.kind).toBe('initrd');
    expect(root.fault?.code).toMatch(/^codec-/);
  });

  describe.each(['gzip', 'zstd', 'xz', 'lzo'] as const)('%s streams without a gap', (codec) => {
    const halves = (at: number): Uint8Array =>
      concatBytes(compress(codec, ARCHIVE.subarray(0, at)), compress(codec, ARCHIVE.subarray(at)));
    const border = firstEntryEnd(ARCHIVE);

    it('are members of their own, which may divide an archive between two entries', () => {
      const root = open(halves(border));
      expect(root).toMatchObject({ kind: 'initrd', fault: null, compression: [codec] });
      expect(root.parts.map((part) => names(part.open()).length)).toEqual([1, ROOT_NAMES.length - 1]);
      expect(breaksIn(root)).toEqual([]);
    });

    it.each([
      ['contents', border - 4],
      ['header', border + 100],
      ['name', border + 112],
    ])('cannot divide an entry in its %s', (_part, at) => {
      const root = open(halves(at));
      const finding = root.fault ?? root.parts.map((part) => part.open().fault).find((fault) => fault !== null);
      expect(finding).toMatchObject({ code: 'cpio-truncated', layer: 'initrd/cpio' });
      expect(breaksIn(root)).toEqual([]);
    });

    it('must not start with an empty one', () => {
      const root = open(concatBytes(compress(codec, new Uint8Array(0)), compress(codec, ARCHIVE)), {}, 'initrd');
      expect(root.fault).toMatchObject({ code: 'initrd-junk', offsetBytes: 0 });
    });
  });

  it('takes adjacent lz4 legacy frames for one member, as Linux does, which may divide an entry', () => {
    const halves = [ARCHIVE.subarray(0, 150), ARCHIVE.subarray(150)].map((half) => compress('lz4', half));
    const root = open(concatBytes(...halves));
    expect(root).toMatchObject({ kind: 'initrd', fault: null, compression: ['lz4'] });
    expect(root.parts.map((part) => names(part.open()))).toEqual([ROOT_NAMES]);
    const gap = open(concatBytes(alignedBytes(halves[0] ?? ARCHIVE, 8), new Uint8Array(8), halves[1] ?? ARCHIVE));
    expect(gap.parts[0]?.open().fault?.code).toBe('cpio-truncated');
  });

  it('refuses a member that starts with a skippable zstd frame, whose magic Linux does not know', () => {
    const skippable = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0);
    expect(open(concatBytes(skippable, ZSTD)).fault).toMatchObject({ code: 'codec-header', offsetBytes: 0 });
    expect(open(concatBytes(ZSTD, skippable)).fault).toMatchObject({ code: 'codec-header', offsetBytes: ZSTD.length });
  });

  it('is well when empty inside a UKI, and may hold zeros alone', () => {
    expect(open(new Uint8Array(8), {}, 'initrd')).toMatchObject({
      kind: 'initrd',
      fault: null,
      parts: [],
      compression: ['none'],
    });
  });

  it.each(['gzip', 'zstd'] as const)('finds the ends of large and of many small %s members', (codec) => {
    const large = forgeCpio([{ name: 'noise', data: programBytes(200_000, 9) }], 'newc');
    const small = Array.from({ length: 300 }, () => [compress(codec, ARCHIVE), new Uint8Array(1)]).flat();
    const root = open(concatBytes(compress(codec, large), new Uint8Array(3), ...small));
    expect(root).toMatchObject({ kind: 'initrd', fault: null, compression: [codec] });
    expect(root.parts).toHaveLength(301);
    expect(root.parts[0]?.open().bytes).toEqual(large);
    expect(root.parts[300]?.open().bytes).toEqual(ARCHIVE);
  });

  it('bounds what all members together decode to', () => {
    const twice = concatBytes(alignedBytes(GZIP, 4), GZIP);
    expect(open(twice, { layerSizeLimitBytes: 2 * ARCHIVE.length }).fault).toBeNull();
    expect(open(twice, { layerSizeLimitBytes: 2 * ARCHIVE.length - 1 }).fault?.code).toBe('limit-decoded-bytes');
  });

  it('bounds the number of members', () => {
    const many = concatBytes(...Array.from({ length: 5 }, () => ARCHIVE));
    expect(open(many, { layerCountLimit: 5 }).fault).toBeNull();
    expect(open(many, { layerCountLimit: 4 }).fault?.code).toBe('limit-layer-count');
  });
});

describe('readCpio', () => {
  const decoded = (archive: Uint8Array): Layer => layerAt(open(compress('gzip', archive)), 'initrd/cpio');

  it('gives each entry with its mode, size and place', () => {
    const layer = decoded(ARCHIVE);
    const entries = Array.from(cpioEntries(layer), ({ entry }) => entry);
    expect(entries[0]).toMatchObject({ name: 'init', mode: 0o100755, uid: 0, gid: 0, links: 1, sizeBytes: 23 });
    expect(entries[0]).toMatchObject({ target: '', checksum: null, oddities: [] });
    expect(entries[3]).toMatchObject({ name: 'etc/mtab', mode: 0o120777, target: '/proc/self/mounts' });
    const start = entries[0]?.offsetBytes ?? 0;
    expect(layer.bytes.subarray(start, start + 23)).toEqual(utf8('#!/bin/sh\nexec /bin/sh\n'));
  });

  it('walks several archives in one member', () => {
    const layer = decoded(concatBytes(ARCHIVE, ARCHIVE));
    expect(names(layer)).toEqual([...ROOT_NAMES, ...ROOT_NAMES]);
    expect(layer.regions.filter(({ role }) => role === 'data')).toHaveLength(2);
  });

  it('needs no trailer, as Linux does not, but all of the last padding when compressed', () => {
    const bare = ARCHIVE.subarray(0, trailerAt(ARCHIVE));
    expect(layersOf(open(bare)).flatMap(codesOf)).toEqual([]);
    expect(decoded(bare)).toMatchObject({ fault: null, findings: [] });
    const cut = bare.subarray(0, bare.length - 1);
    expect(codesOf(decoded(cut))).toEqual(['cpio-padding-cut']);
    expect(layersOf(open(cut)).flatMap(codesOf)).toEqual([]);
  });

  it('takes zeros between the entries, and what follows them for another archive', () => {
    const bare = ARCHIVE.subarray(0, trailerAt(ARCHIVE));
    const layer = decoded(concatBytes(bare, new Uint8Array(8), ARCHIVE));
    expect(names(layer)).toEqual([...ROOT_NAMES, ...ROOT_NAMES]);
    const root = open(concatBytes(bare, new Uint8Array(8), ARCHIVE));
    expect(root.parts).toHaveLength(2);
    expect(open(concatBytes(bare, new Uint8Array(7), ARCHIVE)).fault?.code).toBe('initrd-misaligned');
  });

  it('adds up the bytes of regular files in the crc format, and of nothing else', () => {
    const crc = (check?: number, mode = 0o100644): Layer =>
      decoded(forgeCpio([{ name: 'f', data: 'abc', mode, ...(check === undefined ? {} : { check }) }], 'crc'));
    expect(crc()).toMatchObject({ fault: null });
    expect(crc(294)).toMatchObject({ fault: null });
    expect(crc(293).fault).toMatchObject({ code: 'cpio-checksum', layer: 'initrd/cpio', offsetBytes: 112 });
    expect(crc(7, 0o120777).fault).toBeNull();
    expect(decoded(forgeCpio([{ name: 'f', data: 'abc', check: 293 }], 'newc')).fault).toBeNull();
  });

  it.each<readonly [string, number, Uint8Array]>([
    ['the name', 110 + 5, Uint8Array.of(1)],
    ['the contents', 139, Uint8Array.of(1)],
  ])('notes bytes hidden behind %s', (what, at, patch) => {
    const layer = decoded(patched(ARCHIVE, at, patch));
    expect(layer.findings).toMatchObject([{ code: 'cpio-hidden-bytes', offsetBytes: at }]);
    expect(layer.findings[0]?.text).toContain(what);
  });

  it.each<readonly [string, string, Uint8Array]>([
    ['junk after the trailer', 'cpio-magic', concatBytes(ARCHIVE, utf8('junk'))],
    ['a name without NUL', 'cpio-name', patched(ARCHIVE, 114, utf8('x'))],
    ['a sign in a header field', 'cpio-header', patched(ARCHIVE, 6, utf8('+'))],
    ['a header field of blanks', 'cpio-header', patched(ARCHIVE, 14, utf8(' '))],
    ['a file size of 2^32-1', 'cpio-truncated', patched(ARCHIVE, 6 + 6 * 8, utf8('ffffffff'))],
    ['a name size of 2^32-1', 'cpio-truncated', patched(ARCHIVE, 6 + 11 * 8, utf8('ffffffff'))],
    ['an archive between multiples of 4', 'cpio-misaligned', concatBytes(ARCHIVE, new Uint8Array(2), ARCHIVE)],
  ])('has a fault: %s', (_name, code, archive) => {
    expect(decoded(archive).fault?.code).toBe(code);
    expect(attempt(() => names(decoded(ARCHIVE))).ok).toBe(true);
  });

  it('takes hex digits of either case', () => {
    expect(decoded(patched(ARCHIVE, 6, utf8('ABCDEF0a'))).fault).toBeNull();
  });

  it('notes entries that Linux skips', () => {
    const of = (entry: CpioEntry): readonly string[] => codesOf(decoded(forgeCpio([entry], 'newc')));
    expect(of({ name: 'd', mode: 0o040755, data: 'x' })).toEqual(['cpio-entry-skipped']);
    expect(of({ name: 'd', mode: 0o040755 })).toEqual([]);
    expect(of({ name: 'l', mode: 0o120777, data: 'x'.repeat(4097) })).toEqual(['cpio-entry-skipped']);
    expect(of({ name: 'l', mode: 0o120777, data: 'x'.repeat(4096) })).toEqual([]);
    expect(of({ name: 'n'.repeat(4096) })).toEqual(['cpio-entry-skipped']);
    expect(of({ name: 'n'.repeat(4095) })).toEqual([]);
    expect(of({ name: 'bin/sh', mode: 0 })).toEqual(['cpio-entry-type']);
  });

  it.each<readonly [string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'initrd-junk'],
    ['zeros first', concatBytes(new Uint8Array(4), ARCHIVE), 'initrd-junk'],
  ])('refuses a first compressed member that holds %s, as Linux does', (_name, contents, code) => {
    const hint = 'initrd';
    expect(open(compress('gzip', contents), {}, hint).fault?.code).toBe(code);
    expect(open(concatBytes(GZIP, compress('gzip', contents))).fault).toBeNull();
  });

  it('costs one step an entry', () => {
    const entries = Array.from({ length: 20_000 }, (_, index) => ({ name: `f${index}` }));
    expect(names(decoded(forgeCpio(entries, 'newc')))).toHaveLength(20_000);
  });
});

/** Where the header of the trailer entry starts. */
function trailerAt(archive: Uint8Array): number {
  return String.fromCharCode(...archive).indexOf('TRAILER!!!') - 110;
}

describe('startsCpio', () => {
  it('knows newc and crc, and neither the old format nor half a magic', () => {
    expect(['070701', '070702', '070707', '07070'].map((magic) => startsCpio(utf8(magic)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
