import { describe, expect, test } from 'vitest';
import { concatBytes, patched, u32le, utf8 } from '../../../forge/bytes.ts';
import { forgeBzImage, forgeElf32, forgeElf } from '../../../forge/bzimage.ts';
import { compress } from '../../../forge/compress.ts';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { compile } from '../../../index.ts';
import { judge, newBench, outcomeOf, reasonCodes, ukiOf } from '../../policy-case.ts';

const bench = newBench();

const banner = (release: string): Uint8Array =>
  concatBytes(new Uint8Array(64), utf8(`Linux version ${release} (me@home) (gcc 14) #1 SMP\n\0`), new Uint8Array(64));
const imageSaying = (...releases: readonly string[]): Uint8Array =>
  forgeImage({ arch: 'arm64', size: 0x8000, contents: concatBytes(...releases.map(banner)) });
const osrel = (text: string): Uint8Array => ukiOf(bench, { osrel: text });
const profile = (text: string): Uint8Array => ukiOf(bench, { profiles: [{ profile: text }] });
const bzImage = (kernelVersion: string): Uint8Array => forgeBzImage({ kernelVersion });

/** The block that asks one condition of the layer in question, for the artifacts that the cases below have. */
function policyOf(place: string, condition: string): string {
  switch (place) {
    case 'osrel':
    case 'uname':
      return `artifact uki { linux: image, cmdline, osrel${place === 'osrel' ? ` { require r: ${condition} }` : ''}
        uname optional${place === 'uname' ? ` { require r: ${condition} }` : ''} }`;
    case 'profile':
      return `artifact uki { linux: image, cmdline many, osrel, profile { require r: ${condition} } }`;
    case 'vmlinux':
      return `artifact bzimage { vmlinux { require r: ${condition} } }`;
    case 'uki':
      return `artifact uki { require r: ${condition}\n linux: one of { zboot, image }, cmdline, osrel }`;
    default:
      return `artifact ${place} { require r: ${condition}\n otherwise allow }`;
  }
}

async function outcome(place: string, condition: string, bytes: Uint8Array): Promise<string | null> {
  return outcomeOf(await judge(policyOf(place, condition), bytes, bench), 'r');
}

const RELEASE = '6.14.0-forge+1';
const VERSION_LINE = `${RELEASE} (me@home) #1 SMP PREEMPT_DYNAMIC`;

describe('properties hold of one layer and not of its neighbour', () => {
  test.each<readonly [place: string, condition: string, holds: Uint8Array, fails: Uint8Array]>([
    ['osrel', 'field "ID=debian"', osrel('ID=debian\n'), osrel('ID=debiam\n')],
    ['osrel', 'field "ID=debian"', osrel('# x\n\nNAME=a\nID="debian"'), osrel('# ID=debian\nNAME=a')],
    ['osrel', 'field "ID=debian"', osrel("ID='debian'\r\n"), osrel("ID='debian '\r\n")],
    ['osrel', 'field "NAME=a \\"b\\""', osrel('NAME="a \\"b\\""'), osrel('NAME="a b"')],
    ['osrel', 'field "VERSION_ID="', osrel('VERSION_ID=\n'), osrel('ID=debian\n')],
    ['profile', 'field "TITLE=Factory reset"', profile('ID=a\nTITLE=Factory reset\n'), profile('TITLE=Factory\n')],
    ['profile', 'field "TITLE=a b"', profile('TITLE="a b"'), profile('TITLE=a  b')],
    ['osrel', 'field "ID=x"', osrel('ID=x\nID=x\n'), osrel('ID_LIKE=x\n')],
    ['uname', `release "${RELEASE}"`, ukiOf(bench, { uname: `${RELEASE}\n` }), ukiOf(bench, { uname: `${RELEASE}1` })],
    ['image', `release "${RELEASE}"`, imageSaying(RELEASE), imageSaying(`${RELEASE}a`)],
    ['image', `release "${RELEASE}"`, imageSaying(RELEASE, RELEASE), imageSaying('6.14.0')],
    ['bzimage', `release "${RELEASE}"`, bzImage(VERSION_LINE), bzImage(`6${VERSION_LINE}`)],
    [
      'image',
      'image-size <= 64 KiB',
      forgeImage({ arch: 'arm64', size: 0x8000, imageSize: 0x10000 }),
      forgeImage({ arch: 'arm64', size: 0x8000, imageSize: 0x10001 }),
    ],
    ['bzimage', 'image-size <= 1 MiB', forgeBzImage({}), patched(forgeBzImage({}), 0x260, u32le(0x100001))],
    ['pe', 'section-alignment >= 4 KiB', smallProgram({}), smallProgram({ sectionAlignment: 2048 })],
    ['pe', 'entry-in-code', smallProgram({ entryPoint: 0x1000 }), smallProgram({ entryPoint: 0xfff })],
    ['pe', 'entry-in-code', smallProgram({ entryPoint: 0x11ff }), smallProgram({ entryPoint: 0x1200 })],
    ['zboot', 'arch-agrees', forgeZboot({ image: bench.image, compression: 'gzip' }), zbootOfRiscv()],
    ['uki', 'arch-agrees', ukiOf(bench, {}), ukiOf(bench, { linux: forgeImage({ arch: 'riscv64', size: 0x8000 }) })],
    [
      'uki',
      'arch-agrees',
      ukiOf(bench, { linux: forgeZboot({ image: bench.image, compression: 'gzip' }) }),
      ukiOf(bench, { linux: zbootOfRiscv() }),
    ],
    ['bzimage', 'arch-agrees', forgeBzImage({}), forgeBzImage({ vmlinux: forgeElf32(0x3000, 1) })],
    [
      'bzimage',
      'arch-agrees',
      forgeBzImage({ arch: 'ia32', vmlinux: forgeElf32(0x3000, 1) }),
      forgeBzImage({ arch: 'ia32' }),
    ],
    [
      'zboot',
      'compression-ratio <= 100',
      forgeZboot({ image: bench.image, compression: 'zstd' }),
      forgeZboot({ image: zeros(), compression: 'gzip' }),
    ],
    [
      'initrd',
      'compression-ratio <= 1',
      forgeInitrd({ entries: SMALL_ROOT }),
      forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' }),
    ],
    ['compressed', 'compression-ratio >= 2', compress('gzip', zeros()), compress('xz', zeros())],
  ])('%s %s', async (place, condition, holds, fails) => {
    expect(await outcome(place, condition, holds)).toBe('satisfied');
    expect(await outcome(place, condition, fails)).toBe('violated');
  });
});

describe('properties are undecided when the bytes do not say', () => {
  test.each<readonly [place: string, condition: string, bytes: Uint8Array, code: string]>([
    ['osrel', 'field "ID=a"', osrel('ID=a\nID=b\n'), 'os-release-duplicate'],
    ['osrel', 'field "ID=a"', osrel('ID=a\nNAME=$(x)\n'), 'os-release-line'],
    ['osrel', 'field "ID=a"', osrel('ID=a\nNAME=b c\n'), 'os-release-line'],
    ['osrel', 'field "ID=a"', osrel('ID=a\nNAME="b"c\n'), 'os-release-line'],
    ['osrel', 'field "ID=a"', osrel('ID=a\nNAME="$x"\n'), 'os-release-line'],
    ['osrel', 'field "ID=a"', osrel('ID=a\n=b\n'), 'os-release-line'],
    ['image', 'release "6.1"', imageSaying('6.1', '6.2'), 'property-unknown'],
    ['image', 'release "6.1"', imageSaying(), 'property-unknown'],
    ['bzimage', 'release "6.1"', bzImage('Memtest86+ v8.10'), 'property-unknown'],
    ['bzimage', 'release "6.1"', forgeBzImage({}), 'property-unknown'],
    ['bzimage', 'image-size <= 1', patched(forgeBzImage({}), 0x206, Uint8Array.of(9)), 'property-unknown'],
    [
      'zboot',
      'compression-ratio <= 9',
      forgeZboot({ image: bench.image, compression: 'gzip', encoded: brokenGzip() }),
      'codec-corrupt',
    ],
    [
      'zboot',
      'arch-agrees',
      forgeZboot({ image: bench.image, compression: 'gzip', encoded: brokenGzip() }),
      'codec-corrupt',
    ],
    ['bzimage', 'compression-ratio <= 9', forgeBzImage({ payloadLength: 0 }), 'property-unknown'],
  ])('%s %s', async (place, condition, bytes, code) => {
    const verdict = await judge(policyOf(place, condition), bytes, bench);
    expect(outcomeOf(verdict, 'r')).toBe('undecided');
    expect(reasonCodes(verdict)).toContain(code);
  });
});

test('the release of a vmlinux is in its banner, and relocations behind the ELF file change nothing', async () => {
  const vmlinux = concatBytes(patched(forgeElf(0x3000, 5), 0x2000, banner(RELEASE)), new Uint8Array(12), u32le(0x1000));
  expect(await outcome('vmlinux', `release "${RELEASE}"`, forgeBzImage({ vmlinux }))).toBe('satisfied');
});

describe('conditions that say nothing do not compile', () => {
  test.each([
    ['osrel', 'field "debian"', 'BP0216'],
    ['osrel', 'field "id=debian"', 'BP0216'],
    ['osrel', 'field "=debian"', 'BP0216'],
    ['uname', 'release ""', 'BP0216'],
    ['uname', 'release "6.12 "', 'BP0216'],
    ['zboot', 'compression-ratio <= 0', 'BP0217'],
    ['zboot', 'compression-ratio <= 2 KiB', 'BP0203'],
    ['zboot', 'compression-ratio', 'BP0203'],
    ['pe', 'arch-agrees', 'BP0202'],
    ['pe', 'section-alignment', 'BP0203'],
    ['pe', 'entry-in-code >= 1', 'BP0203'],
    ['uname', 'all of { release "6.1" release "6.2" }', 'BP0210'],
    ['osrel', 'all of { field "ID=a" field "ID=b" }', 'BP0210'],
    ['osrel', 'all of { field "ID=a" field "NAME=b" }', null],
    ['zboot', 'all of { compression-ratio >= 2, compression-ratio <= 1 }', 'BP0210'],
    ['bzimage', 'compression in { none }', null],
  ])('%s { %s }', (place, condition, code) => {
    const { diagnostics } = compile(`language 1\npolicy test\n${policyOf(place, condition)}\n`);
    const errors = diagnostics.filter(({ severity }) => severity === 'error').map((each) => each.code);
    expect(errors).toEqual(code === null ? [] : [code]);
  });
});

/** An arm64 zboot whose payload is a riscv64 Image. */
function zbootOfRiscv(): Uint8Array {
  const encoded = compress('gzip', forgeImage({ arch: 'riscv64', size: 0x8000 }));
  return forgeZboot({ image: bench.image, compression: 'gzip', encoded });
}

/** An Image that compresses well. */
function zeros(): Uint8Array {
  return forgeImage({ arch: 'arm64', size: 0x80000, contents: new Uint8Array(0) });
}

function brokenGzip(): Uint8Array {
  const encoded = compress('gzip', bench.image);
  return patched(
    encoded,
    100,
    Uint8Array.of(...encoded.subarray(100, 164)).map((byte) => byte ^ 0xff),
  );
}
