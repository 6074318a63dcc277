import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, utf8 } from '../../forge/bytes.ts';
import { compress } from '../../forge/compress.ts';
import { type CpioEntry, forgeCpio } from '../../forge/initrd.ts';
import { forgePe, type PeSectionSpec } from '../../forge/pe.ts';
import { signPe } from '../../forge/sign.ts';
import { forgeUki } from '../../forge/uki.ts';
import {
  compile,
  DEFAULT_LIMITS,
  factsOf,
  inspect,
  nativeEngine,
  plainPaint,
  renderInspectionText,
} from '../../index.ts';
import { type Anchor, type Verifier } from '../../index.ts';
import { growthOf } from '../growth.ts';
import { type Bench, anchorsOf, newBench, signed } from '../policy-case.ts';
import { codesOf, layersOf, open } from '../runtime/formats/layer-tree.ts';

// Cost at n and at 4n: four times, for work that is linear; sixteen times for work that is quadratic.
const FACTOR = 4;
const MOST = 9;

const OPTIONS = { limits: DEFAULT_LIMITS, engine: nativeEngine() };

const POLICY = `language 1
policy growth
param signers us
artifact pe { require c: any of { signed by us, covered by us }  require g: sbat linux >= 1  otherwise allow }
artifact uki {
  require c: covered by us
  require g: sbat linux >= 1
  linux optional
  dtbauto many { require d: covered by us }
  section ".a" many { require a: covered by us }
  profile many { require p: covered by us }
  cmdline optional { forbid w: word "evil" }
  otherwise allow
}
artifact initrd {
  require c: covered by us
  forbid r: replaced-members
  require m: contains-member "init"
  cpio many { require a: covered by us }
}
at firmware sees file enforce { c, g, d, a, p, w, r, m }
at loader sees { dtbauto, cpio, image } enforce { d, a }
`;

describe('cost grows no faster than the file', () => {
  let bench: Bench;
  let verifier: Verifier;
  let us: readonly Anchor[];
  beforeAll(() => {
    bench = newBench();
    const compiled = compile(POLICY);
    if (compiled.verifier === null) throw new Error(compiled.diagnostics.map(({ title }) => title).join('\n'));
    verifier = compiled.verifier;
    us = anchorsOf(bench.us);
  });

  /** Takes a file apart, shows all of it, and judges it. */
  const work = async (bytes: Uint8Array): Promise<void> => {
    const inspection = await inspect(bytes, OPTIONS);
    const parts = ['tree', 'details', 'findings', 'coverage', 'bytes'] as const;
    renderInspectionText('file', inspection, { paint: plainPaint, parts, layer: null });
    await verifier.judge(factsOf(bytes, OPTIONS), { trust: { us }, at: new Date('2026-06-15') });
  };

  /** Cost at 4n over cost at n. */
  const growth = (build: (n: number) => Uint8Array, n: number): Promise<number> =>
    growthOf(work, { few: build(n), many: build(FACTOR * n), most: MOST });

  const CASES: readonly (readonly [string, number, (n: number) => Uint8Array])[] = [
    ['sections of a program', 4_000, (n) => program(n, {})],
    [
      'signed sections with gaps between them',
      2_000,
      (n) => signed(program(n, { gapBefore: Uint8Array.of(0) }), bench.us),
    ],
    [
      'sections that all hold the same bytes',
      2_000,
      (n) => program(n, { pointerToRawData: 0xa0000, sizeOfRawData: 512 }),
    ],
    ['signed layers of a UKI, with gaps between them', 1_000, (n) => signed(uki('.a', n, bench), bench.us)],
    ['device trees that a point sees alone', 1_000, (n) => signed(uki('.dtbauto', n, bench), bench.us)],
    ['profiles', 1_000, (n) => signed(uki('.profile', n, bench), bench.us)],
    ['SBAT rows', 10_000, (n) => signed(withSbat(n), bench.us)],
    ['certificate table entries', 2_000, (n) => signPe(program(1, {}), { signers: [], tableTrailer: entries(n) })],
    [
      'members of an archive',
      5_000,
      (n) =>
        forgeCpio(
          files(n, (at) => `d${at % 100}/f${at}`),
          'newc',
        ),
    ],
    [
      'members of one name',
      5_000,
      (n) =>
        forgeCpio(
          files(n, () => 'init'),
          'crc',
        ),
    ],
    ['members behind links', 2_000, (n) => forgeCpio([...LINKS, ...files(n, (at) => `a/f${at}`)], 'newc')],
    [
      'hard links',
      2_000,
      (n) =>
        forgeCpio(
          files(n, (at) => `f${at}`).map((entry) => ({ ...entry, links: n, inode: 1 })),
          'newc',
        ),
    ],
    ['archives', 1_000, (n) => repeated(forgeCpio([{ name: 'f' }], 'newc').subarray(0, 240), n)],
    ['compressed archives', 500, (n) => repeated(concatBytes(TINY, new Uint8Array(1)), n)],
    [
      'archives in one compressed member',
      1_000,
      (n) => compress('gzip', repeated(forgeCpio([{ name: 'f' }], 'newc').subarray(0, 240), n)),
    ],
    [
      'runs of zeros',
      1_000,
      (n) => repeated(concatBytes(forgeCpio([{ name: 'f' }], 'newc').subarray(0, 240), new Uint8Array(2000)), n),
    ],
    [
      'words of a command line',
      20_000,
      (n) => signed(forgeUki({ linux: bench.image, arch: 'arm64', cmdline: 'a=b '.repeat(n) }), bench.us),
    ],
  ];
  test.each(CASES)(
    'with the number of %s',
    async (_, n, build) => {
      expect(await growth(build, n)).toBeLessThan(MOST);
    },
    600_000,
  );
});

describe('limits answer', () => {
  const faults = (bytes: Uint8Array): readonly string[] =>
    layersOf(open(bytes)).flatMap((layer) => [...(layer.fault === null ? [] : [layer.fault.code]), ...codesOf(layer)]);

  test('where UKIs are nested a thousand deep', () => {
    const nested = (depth: number): Uint8Array => {
      let file: Uint8Array = newBench().image;
      for (let level = 0; level < depth; level += 1) {
        file = forgePe({ machine: 'arm64', fileAlignment: 8, sections: [{ name: '.linux', data: file }] });
      }
      return file;
    };
    expect(faults(nested(1000))).toContain('limit-depth');
    expect(faults(nested(7))).toEqual([]);
  }, 600_000);

  test('where there are more than 65,536 archives', () => {
    const archive = forgeCpio([{ name: 'f' }], 'newc').subarray(0, 240);
    expect(faults(repeated(archive, 65_535))).not.toContain('limit-layer-count');
    expect(faults(repeated(archive, 65_537))).toContain('limit-layer-count');
    expect(faults(compress('gzip', repeated(archive, 65_537)))).toContain('limit-layer-count');
  }, 600_000);

  test('for the 65,535 sections that a table has room for', async () => {
    const { root } = await inspect(program(65_535, {}), OPTIONS);
    expect(root).toMatchObject({ kind: 'pe', fault: null });
    expect(root.regions).toHaveLength(65_536);
  }, 600_000);

  test('for 100,000 members of an archive', async () => {
    const { root } = await inspect(
      forgeCpio(
        files(100_000, (at) => `f${at}`),
        'newc',
      ),
      OPTIONS,
    );
    expect(root.fault).toBeNull();
    expect(root.children[0]?.members).toHaveLength(100_000);
  }, 600_000);

  test('where there are more than 256 profiles', () => {
    const bench = newBench();
    const codes = (count: number): readonly string[] => faults(uki('.profile', count, bench));
    expect(codes(256)).not.toContain('uki-too-many-profiles');
    expect(codes(257)).toContain('uki-too-many-profiles');
  });
});

const TINY = compress('gzip', forgeCpio([{ name: 'f' }], 'newc').subarray(0, 240));

/** Forty links, one behind the other, to a directory. */
const LINKS: readonly CpioEntry[] = [
  ...Array.from({ length: 38 }, (_, at) => ({ name: at === 0 ? 'a' : `l${at}`, data: `l${at + 1}`, mode: 0o120777 })),
  { name: 'l38', mode: 0o040755 },
];

function files(count: number, name: (at: number) => string): readonly CpioEntry[] {
  return Array.from({ length: count }, (_, at) => ({ name: name(at), data: 'x' }));
}

function program(count: number, more: Partial<PeSectionSpec>): Uint8Array {
  const section = { name: '.x', data: new Uint8Array(16).fill(1), characteristics: 0x40000040, ...more };
  return forgePe({ machine: 'x64', fileAlignment: 1, sections: Array.from({ length: count }, () => section) });
}

function uki(name: string, count: number, { image }: Bench): Uint8Array {
  const section = { name, data: utf8('ID=x\n'), gapBefore: Uint8Array.of(0) };
  const sections = Array.from({ length: count }, () => section);
  return forgePe({ machine: 'arm64', fileAlignment: 1, sections: [{ name: '.linux', data: image }, ...sections] });
}

function withSbat(rows: number): Uint8Array {
  const text = Array.from({ length: rows }, (_, at) => `component${at},1,vendor,package,version,url\n`).join('');
  return forgePe({ machine: 'x64', sections: [{ name: '.sbat', data: utf8(text) }] });
}

/** Certificate table entries of eight bytes: nothing but their own header. */
function entries(count: number): Uint8Array {
  return repeated(Uint8Array.of(8, 0, 0, 0, 0, 2, 2, 0), count);
}

function repeated(bytes: Uint8Array, count: number): Uint8Array {
  const whole = new Uint8Array(bytes.length * count);
  for (let at = 0; at < count; at += 1) whole.set(bytes, at * bytes.length);
  return whole;
}
