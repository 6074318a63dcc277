import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { alignedBytes, concatBytes, utf8 } from '../../forge/bytes.ts';
import { programBytes } from '../../forge/contents.ts';
import { DEFAULT_LIMITS, inspect, type InspectedLayer, nativeEngine } from '../../index.ts';

// What `cpio -t` and the right decompressor list is what `inspect` must list.

/** Decompressors by the magic that they know; the first that starts the bytes is the right one. */
const DECOMPRESSORS: readonly (readonly [magic: string, command: readonly string[]])[] = [
  ['1f8b', ['gzip', '-dc']],
  ['425a68', ['bzip2', '-dc']],
  ['fd377a585a00', ['xz', '-dc']],
  ['5d0000', ['xz', '-dc', '--format=lzma']],
  ['02214c18', ['lz4', '-dc']],
  ['894c5a4f', ['lzop', '-dc']],
  ['28b52ffd', ['zstd', '-dc']],
];

const folder = mkdtempSync(join(tmpdir(), 'initrd-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const FILES = ['.', 'etc', 'etc/hostname', 'etc/again', 'etc/link', 'etc/f\u00fcnf', 'bin', 'bin/tool', 'empty'];
const archives = { newc: archive('newc', FILES), crc: archive('crc', FILES) };
const COMPRESSORS: readonly (readonly [name: string, command: readonly string[]])[] = [
  ['gzip', ['gzip', '-9']],
  ['bzip2', ['bzip2', '-9']],
  ['xz', ['xz', '--check=crc32']],
  ['lzma', ['xz', '--format=lzma']],
  ['lz4', ['lz4', '-l']],
  ['lzop', ['lzop', '-9']],
  ['zstd', ['zstd', '-19']],
];

describe('archives that cpio made', () => {
  test.each(['newc', 'crc'] as const)('%s, as it is', async (format) => {
    const { root } = await inspected(archives[format]);
    expect(listed(root)).toEqual(tool(archives[format]).names);
    expect(root.findings).toEqual([]);
  });

  test.each(COMPRESSORS)('compressed by %s, alone and behind microcode', async (_, command) => {
    const main = run(command, archives.crc);
    const early = alignedBytes(archive('newc', ['bin', 'bin/tool']), 512);
    for (const file of [main, concatBytes(early, main), concatBytes(early, new Uint8Array(1024), main)]) {
      const { root } = await inspected(file);
      expect(root.fault).toBeNull();
      expect(listed(root).slice(-FILES.length)).toEqual(tool(archives.crc).names);
      expect(listed(root).length - FILES.length).toBe(file === main ? 0 : 2);
    }
  });

  test('carry types, modes, sizes, link targets and contents', async () => {
    const { root } = await inspected(archives.newc);
    const members = root.children[0]?.members ?? [];
    const verbose = run(['cpio', '-tv', '--quiet', '--numeric-uid-gid'], archives.newc).toString('utf8');
    const theirs = verbose
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/));
    const letters = { directory: 'd', file: '-', symlink: 'l' } as const;
    for (const [index, member] of members.entries()) {
      const [mode = '', links, uid, gid, size] = theirs[index] ?? [];
      expect(letters[member.type === 'directory' || member.type === 'symlink' ? member.type : 'file']).toBe(mode[0]);
      expect([member.links, member.uid, member.gid].map(String)).toEqual([links, uid, gid]);
      expect(String(member.sizeBytes)).toBe(size);
    }
    expect(members.find(({ name }) => name === 'etc/link')?.target).toBe('hostname');
    const tools = members.find(({ name }) => name === 'bin/tool');
    const start = tools?.offsetBytes ?? 0;
    expect(archives.newc.subarray(start, start + (tools?.sizeBytes ?? 0)).equals(programBytes(5000, 4))).toBe(true);
    const twins = members.filter(({ type, links }) => type === 'file' && links === 2);
    expect(twins.map(({ name }) => name)).toEqual(['etc/hostname', 'etc/again']);
    expect(new Set(twins.map(({ inode }) => inode)).size).toBe(1);
  });

  test('are refused with a file that does not add up, as cpio does', async () => {
    const damaged = Buffer.from(archives.crc);
    damaged[damaged.indexOf('machine\n')] = 0x4d;
    expect(spawned(['cpio', '-i', '--to-stdout', '--only-verify-crc'], damaged).stderr.toString()).toContain(
      'checksum',
    );
    const { root } = await inspected(damaged);
    expect(root.children[0]?.fault?.code).toBe('cpio-checksum');
  });
});

const IMAGES = process.env['BOOTPOL_IMAGES'] ?? '';
const CASES = IMAGES === '' ? [] : readdirSync(join(IMAGES, 'initrd')).sort();

describe.skipIf(IMAGES === '')('real initrds (needs BOOTPOL_IMAGES)', () => {
  test.each(CASES)('%s lists what the tools list, and has a fault where one of them finds fault', async (name) => {
    const bytes = readFileSync(join(IMAGES, 'initrd', name));
    const { root } = await inspected(bytes);
    const { names, isSound } = tool(bytes);
    expect([root, ...root.children].every(({ fault }) => fault === null)).toBe(isSound);
    // Of a stream that is cut short the tools show the start; bootpol shows nothing that no checksum vouches for.
    if (isSound || root.children.length > 0) expect(listed(root)).toEqual(names);
  });
});

async function inspected(bytes: Uint8Array): Promise<{ readonly root: InspectedLayer }> {
  return inspect(Uint8Array.from(bytes), { limits: DEFAULT_LIMITS, engine: nativeEngine() });
}

/** Names in all archives, in order. */
function listed(root: InspectedLayer): readonly string[] {
  return root.children.flatMap(({ members }) => (members ?? []).map(({ name }) => name));
}

interface Listing {
  readonly names: readonly string[];
  /** Whether no tool complained, and each part had one. */
  readonly isSound: boolean;
}

/**
 * What other people's tools list: archives up to their trailers, then zeros, then the next archive, or what the
 * decompressor for it makes. An lz4 frame has none: Linux does not know it.
 */
function tool(bytes: Uint8Array): Listing {
  const start = bytes.findIndex((byte) => byte !== 0);
  if (start < 0) return { names: [], isSound: true };
  const rest = Buffer.from(bytes.subarray(start));
  if (rest.subarray(0, 5).equals(utf8('07070'))) {
    const first = cpioList(rest);
    const next = tool(rest.subarray(rest.indexOf('TRAILER!!!') + 11));
    return { names: [...first.names, ...next.names], isSound: first.isSound && next.isSound };
  }
  const command = DECOMPRESSORS.find(([magic]) => rest.toString('hex', 0, magic.length / 2) === magic)?.[1];
  if (command === undefined) return { names: [], isSound: false };
  const { stdout, status } = spawned(command, rest);
  const listing = cpioList(stdout);
  return { ...listing, isSound: listing.isSound && status === 0 };
}

function cpioList(bytes: Uint8Array): Listing {
  const { stdout, status } = spawned(['cpio', '-t', '--quiet'], bytes);
  return { names: stdout.toString('utf8').trim().split('\n'), isSound: status === 0 };
}

/** Makes a small tree of files and archives it. */
function archive(format: 'newc' | 'crc', names: readonly string[]): Buffer {
  const root = join(folder, 'root');
  rmSync(root, { recursive: true, force: true });
  for (const each of ['etc', 'bin']) mkdirSync(join(root, each), { recursive: true });
  writeFileSync(join(root, 'etc/hostname'), 'machine\n');
  linkSync(join(root, 'etc/hostname'), join(root, 'etc/again'));
  symlinkSync('hostname', join(root, 'etc/link'));
  writeFileSync(join(root, 'etc/f\u00fcnf'), '5\n');
  writeFileSync(join(root, 'bin/tool'), programBytes(5000, 4), { mode: 0o755 });
  writeFileSync(join(root, 'empty'), '');
  return run(['cpio', '-o', '--quiet', '-H', format, '-D', root], utf8(`${names.join('\n')}\n`));
}

/** What a tool writes, if it has no complaint. */
function run(command: readonly string[], input: Uint8Array): Buffer {
  const { stdout, stderr, status } = spawned(command, input);
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr.toString()}`);
  return stdout;
}

function spawned([program = '', ...words]: readonly string[], input: Uint8Array): SpawnSyncReturns<Buffer> {
  const result = spawnSync(program, words, { input, maxBuffer: 2 ** 26 });
  if (result.error !== undefined && 'code' in result.error && result.error.code === 'ENOENT') {
    throw new Error(`the tool ${program} is not installed`);
  }
  return result;
}
