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
  type Inspection,
  nativeEngine,
  plainPaint,
  renderInspectionText,
} from '../../index.ts';
import { type Anchor, type Verdict, type Verifier } from '../../index.ts';
import { type Bench, anchorsOf, newBench, signed } from '../policy-case.ts';

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

interface Cost {
  readonly microseconds: number;
  readonly inspection: Inspection;
  readonly verdict: Verdict;
}

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
  const once = async (bytes: Uint8Array): Promise<Cost> => {
    const start = process.cpuUsage();
    const inspection = await inspect(bytes, OPTIONS);
    const parts = ['tree', 'details', 'findings', 'coverage', 'bytes'] as const;
    renderInspectionText('file', inspection, { paint: plainPaint, parts, layer: null });
    const verdict = await verifier.judge(factsOf(bytes, OPTIONS), { trust: { us }, at: new Date('2026-06-15') });
    const { user, system } = process.cpuUsage(start);
    return { microseconds: user + system, inspection, verdict };
  };

  const cheapest = async (bytes: Uint8Array): Promise<Cost> => {
    const costs = [await once(bytes), await once(bytes)];
    return costs.sort((a, b) => a.microseconds - b.microseconds)[0] ?? (await once(bytes));
  };

  /** Cost at 4n over cost at n, measured again when it looks bad: other work on the machine must not fail the test. */
  const growth = async (build: (n: number) => Uint8Array, n: number): Promise<{ ratio: number; large: Cost }> => {
    const [few, many] = [build(n), build(FACTOR * n)];
    let best = { ratio: Infinity, large: await cheapest(many) };
    for (let round = 0; round < 3 && best.ratio > MOST; round += 1) {
      const large = round === 0 ? best.large : await cheapest(many);
      const small = await cheapest(few);
      best = { ratio: Math.min(best.ratio, large.microseconds / small.microseconds), large };
    }
    return best;
  };

  const CASES: readonly (readonly [string, number, (n: number) => Uint8Array])[] = [
    ['sections of a program', 16_000, (n) => program(n, {})],
    [
      'signed sections with gaps between them',
      16_000,
      (n) => signed(program(n, { gapBefore: Uint8Array.of(0) }), bench.us),
    ],
    [
      'sections that all hold the same bytes',
      16_000,
      (n) => program(n, { pointerToRawData: 0x280000, sizeOfRawData: 512 }),
    ],
    ['signed layers of a UKI, with gaps between them', 12_000, (n) => signed(uki('.a', n, bench), bench.us)],
    ['device trees that a point sees alone', 12_000, (n) => signed(uki('.dtbauto', n, bench), bench.us)],
    ['profiles', 4_000, (n) => signed(uki('.profile', n, bench), bench.us)],
    ['SBAT rows', 10_000, (n) => signed(withSbat(n), bench.us)],
    ['certificate table entries', 5_000, (n) => signPe(program(1, {}), { signers: [], tableTrailer: entries(n) })],
    [
      'members of an archive',
      25_000,
      (n) =>
        forgeCpio(
          files(n, (at) => `d${at % 100}/f${at}`),
          'newc',
        ),
    ],
    [
      'members of one name',
      25_000,
      (n) =>
        forgeCpio(
          files(n, () => 'init'),
          'crc',
        ),
    ],
    ['members behind links', 10_000, (n) => forgeCpio([...LINKS, ...files(n, (at) => `a/f${at}`)], 'newc')],
    [
      'hard links',
      10_000,
      (n) =>
        forgeCpio(
          files(n, (at) => `f${at}`).map((entry) => ({ ...entry, links: n, inode: 1 })),
          'newc',
        ),
    ],
    ['archives', 8_000, (n) => repeated(forgeCpio([{ name: 'f' }], 'newc').subarray(0, 240), n)],
    ['compressed archives', 2_000, (n) => repeated(concatBytes(TINY, new Uint8Array(1)), n)],
    [
      'archives in one compressed member',
      8_000,
      (n) => compress('gzip', repeated(forgeCpio([{ name: 'f' }], 'newc').subarray(0, 240), n)),
    ],
    [
      'runs of zeros',
      8_000,
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
      const { ratio, large } = await growth(build, n);
      if (process.env['SHOW'] !== undefined)
        console.log(
          _,
          ratio.toFixed(1),
          (large.microseconds / 1000).toFixed(0),
          large.verdict.views
            .map(
              (v) =>
                [...new Set(v.requirements.map((r) => `${r.name}:${r.outcome}`))].join(' ') +
                v.reasons.map((r) => r.code).join(),
            )
            .join(' | '),
          large.inspection.root.kind,
          large.inspection.root.fault?.code,
        );
      expect(ratio).toBeLessThan(MOST);
    },
    120_000,
  );
});

describe('limits answer', () => {
  const faults = ({ root }: Inspection): readonly string[] => {
    const visit = (layer: Inspection['root']): readonly string[] => [
      ...(layer.fault === null ? [] : [layer.fault.code]),
      ...layer.findings.map(({ code }) => code),
      ...layer.children.flatMap(visit),
    ];
    return visit(root);
  };

  test('where UKIs are nested a thousand deep', async () => {
    const nested = (depth: number): Uint8Array => {
      let file: Uint8Array = newBench().image;
      for (let level = 0; level < depth; level += 1) file = forgeUki({ arch: 'arm64', linux: file, stubBytes: 16 });
      return file;
    };
    expect(faults(await inspect(nested(1000), OPTIONS))).toContain('limit-depth');
    expect(faults(await inspect(nested(7), OPTIONS))).toEqual([]);
  }, 120_000);

  test('where there are more than 65,536 archives', async () => {
    const archive = forgeCpio([{ name: 'f' }], 'newc').subarray(0, 240);
    expect(faults(await inspect(repeated(archive, 65_535), OPTIONS))).not.toContain('limit-layer-count');
    expect(faults(await inspect(repeated(archive, 65_537), OPTIONS))).toContain('limit-layer-count');
    expect(faults(await inspect(compress('gzip', repeated(archive, 65_537)), OPTIONS))).toContain('limit-layer-count');
  }, 120_000);

  test('where there are more than 256 profiles', async () => {
    const bench = newBench();
    const codes = async (count: number) => faults(await inspect(uki('.profile', count, bench), OPTIONS));
    expect(await codes(256)).not.toContain('uki-too-many-profiles');
    expect(await codes(257)).toContain('uki-too-many-profiles');
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
