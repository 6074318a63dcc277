import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { type CpioEntry, forgeCpio } from '../../../forge/initrd.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { replacementFindings, unpackMembers } from '../../../runtime/formats/initrd-members.ts';
import { layerAt, open } from './layer-tree.ts';

const DIRECTORY = 0o040755;
const LINK = 0o120777;
const dir = (name: string): CpioEntry => ({ name, mode: DIRECTORY });
const file = (name: string, data = name): CpioEntry => ({ name, data });
const link = (name: string, data: string): CpioEntry => ({ name, data, mode: LINK });
const twin = (name: string, data: string): CpioEntry => ({ name, data, links: 2, inode: 77 });

/** An initrd of archives, one a list of entries. */
const initrd = (...archives: readonly (readonly CpioEntry[])[]): Uint8Array =>
  concatBytes(...archives.map((entries) => forgeCpio(entries, 'newc')));

/** `later < earlier` for each replacement. */
const replaced = (bytes: Uint8Array): readonly string[] =>
  unpackMembers(open(bytes)).replacements.map(
    ({ earlier, later }) => `${later.layer}:${later.entry.name} < ${earlier.layer}:${earlier.entry.name}`,
  );

describe('members that replace earlier ones', () => {
  it.each<readonly [string, Uint8Array, readonly string[]]>([
    ['are found across archives', initrd([file('init')], [file('init')]), ['initrd/cpio#2:init < initrd/cpio:init']],
    ['are found in one archive', initrd([file('init'), file('init')]), ['initrd/cpio:init < initrd/cpio:init']],
    ['are not two different files', initrd([file('init')], [file('inis')]), []],
    ['are found behind a leading slash', initrd([file('a')], [file('/a')]), ['initrd/cpio#2:/a < initrd/cpio:a']],
    ['are found behind `./`', initrd([file('./a')], [file('a')]), ['initrd/cpio#2:a < initrd/cpio:./a']],
    [
      'are found behind doubled slashes',
      initrd([dir('d'), file('d/a')], [file('d//./a')]),
      ['initrd/cpio#2:d//./a < initrd/cpio:d/a'],
    ],
    [
      'are found behind `..`',
      initrd([dir('d'), file('a')], [file('d/../../a')]),
      ['initrd/cpio#2:d/../../a < initrd/cpio:a'],
    ],
    [
      'are found behind a link to a directory',
      initrd([dir('usr'), dir('usr/bin'), link('bin', 'usr/bin'), file('usr/bin/sh')], [file('bin/sh')]),
      ['initrd/cpio#2:bin/sh < initrd/cpio:usr/bin/sh'],
    ],
    [
      'are found behind an absolute link in a directory',
      initrd([dir('usr'), dir('lib'), link('usr/lib', '/lib'), file('lib/x')], [file('usr/lib/x')]),
      ['initrd/cpio#2:usr/lib/x < initrd/cpio:lib/x'],
    ],
    [
      'are links themselves, not what they lead to',
      initrd([file('busybox'), link('sh', 'busybox')], [file('sh')]),
      ['initrd/cpio#2:sh < initrd/cpio:sh'],
    ],
    ['are links in place of files', initrd([file('sh')], [link('sh', 'x')]), ['initrd/cpio#2:sh < initrd/cpio:sh']],
    ['are no directories made twice', initrd([dir('d'), file('d/a')], [dir('d'), file('d/b')]), []],
    ['are files in place of empty directories', initrd([dir('d')], [file('d')]), ['initrd/cpio#2:d < initrd/cpio:d']],
    ['are no files in place of filled directories', initrd([dir('d'), file('d/a')], [file('d')]), []],
    [
      'are removed by a member of no type',
      initrd([file('a')], [{ name: 'a', mode: 0 }]),
      ['initrd/cpio#2:a < initrd/cpio:a'],
    ],
    ['are no hard links that share one body', initrd([twin('a', ''), twin('b', 'body')]), []],
    [
      'are hard links that bring a second body',
      initrd([twin('a', 'one'), twin('b', 'two')]),
      ['initrd/cpio:b < initrd/cpio:a'],
    ],
    ['are no hard links of different archives', initrd([twin('a', 'one')], [twin('b', 'two')]), []],
    [
      'are removed by a hard link of the same name',
      initrd([twin('a', ''), file('b'), twin('b', 'x')]),
      ['initrd/cpio:b < initrd/cpio:b'],
    ],
    ['are no members that cannot be made', initrd([file('a'), file('a/b')], [file('a/b')]), []],
    ['are no members behind a loop of links', initrd([link('l', 'l')], [file('l/a'), file('l/a')]), []],
    ['are no names longer than 255', initrd([file('n'.repeat(256))], [file('n'.repeat(256))]), []],
    [
      'are names of 255 bytes',
      initrd([file('n'.repeat(255))], [file(`./${'n'.repeat(255)}`)]),
      [`initrd/cpio#2:./${'n'.repeat(255)} < initrd/cpio:${'n'.repeat(255)}`],
    ],
  ])('%s', (_name, bytes, expected) => {
    expect(replaced(bytes)).toEqual(expected);
  });

  it('hard links reach over archives that no trailer ends', () => {
    const whole = forgeCpio([twin('a', 'one')], 'newc');
    const bare = whole.subarray(0, String.fromCharCode(...whole).indexOf('TRAILER!!!') - 110);
    const bytes = concatBytes(bare, new Uint8Array(4), forgeCpio([twin('b', 'two')], 'newc'));
    expect(replaced(bytes)).toEqual(['initrd/cpio#2:b < initrd/cpio:a']);
  });

  it('are told with both places, the first 64 of them and the number of the others', () => {
    const root = open(initrd([file('init')], [dir('etc'), file('init')]));
    expect(replacementFindings(root)).toMatchObject([
      {
        code: 'member-replaced',
        layer: 'initrd/cpio#2',
        offsetBytes: 116,
        text: '`init` replaces the earlier member in initrd/cpio at 0x0000000',
      },
    ]);
    const many = Array.from({ length: 100 }, () => file('init'));
    const findings = replacementFindings(open(initrd([file('init')], many)));
    expect(findings).toHaveLength(65);
    expect(findings[64]?.text).toBe('36 more members replace earlier ones');
  });

  it('are found in compressed archives, and not looked for where one cannot be read', () => {
    const one = compress('gzip', forgeCpio([file('init')], 'newc'));
    expect(replaced(concatBytes(one, new Uint8Array(1), one))).toHaveLength(1);
    const broken = compress('gzip', concatBytes(forgeCpio([file('init')], 'newc'), Uint8Array.of(1)));
    const unpacked = attempt(() => unpackMembers(open(concatBytes(one, new Uint8Array(1), broken))));
    expect(unpacked).toMatchObject({ ok: false, finding: { code: 'cpio-magic', layer: 'initrd/cpio#2' } });
  });
});

describe('presenceOf', () => {
  const members = unpackMembers(
    open(
      initrd([
        dir('usr'),
        dir('usr/bin'),
        file('usr/bin/sh'),
        link('bin', 'usr/bin'),
        file('var/log'),
        file('b\u00fc\\n'),
      ]),
    ),
  );
  it.each([
    ['usr/bin/sh', 'present'],
    ['/usr//bin/./sh', 'present'],
    ['bin/sh', 'present'],
    ['bin', 'present'],
    ['usr/bin/sh/', 'present'],
    ['usr/bin/s', 'absent'],
    ['usr/bin/sh/x', 'absent'],
    ['b\u00fc\\n', 'present'],
    ['b\u00fcn', 'absent'],
    ['var/log', 'unsure'],
    ['var', 'unsure'],
    ['', 'present'],
  ] as const)('%j is %s', (path, presence) => {
    expect(members.presenceOf(path)).toBe(presence);
  });

  it('is sure of a directory that a later member makes, but not of what was put there before', () => {
    const later = unpackMembers(open(initrd([file('var/log'), dir('var'), file('var/run')])));
    expect(['var', 'var/run'].map((path) => later.presenceOf(path))).toEqual(['present', 'present']);
    expect(later.presenceOf('var/log')).toBe('unsure');
  });
});

describe('hostile archives', () => {
  it('end at a limit on files and directories', () => {
    const name = (index: number): string => `${index}/${'a/'.repeat(1000)}f`;
    const entries = (count: number): readonly CpioEntry[] =>
      Array.from({ length: count }, (_, at) => file(name(at), ''));
    const of = (count: number) => attempt(() => unpackMembers(layerAt(open(initrd(entries(count))), 'initrd/cpio')));
    expect(of(250).ok).toBe(true);
    expect(of(270)).toMatchObject({ ok: false, finding: { code: 'limit-members', layer: 'initrd/cpio' } });
  });

  it('end at a limit on links that are followed', () => {
    const long = `${'./'.repeat(2000)}l`;
    const chain = Array.from({ length: 39 }, (_, at) => link(`l${at}`, `${long}${at + 1}`));
    const uses = (count: number): readonly CpioEntry[] =>
      Array.from({ length: count }, (_, at) => file(`l0/${at}`, ''));
    const of = (count: number) => attempt(() => unpackMembers(open(initrd([...chain, dir('l39'), ...uses(count)]))));
    expect(of(100).ok).toBe(true);
    expect(of(500)).toMatchObject({ ok: false, finding: { code: 'limit-link-steps', layer: 'initrd/cpio' } });
  });
});
