import { describe, expect, it } from 'vitest';
import { patched, u32le, utf8 } from '../../../forge/bytes.ts';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgePcr11, type PcrChoice } from '../../../forge/pcr.ts';
import { forgeAddon, forgeUki, type UkiSpec } from '../../../forge/uki.ts';
import {
  DEFAULT_LIMITS,
  DEFAULT_PHASES,
  nativeEngine,
  PCR_BANKS,
  type PcrPrediction,
  portableEngine,
  predictPcr11,
} from '../../../index.ts';
import { open } from '../formats/layer-tree.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const FULL: UkiSpec = {
  linux: forgeBzImage({}),
  osrel: 'ID=forge\n',
  cmdline: 'root=/dev/vda2 quiet',
  initrd: forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' }),
  ucode: forgeInitrd({ entries: SMALL_ROOT }),
  splash: 'BM picture',
  dtb: 'a device tree',
  uname: '6.12.0-forge',
  sbat: 'sbat,1,SBAT Version,sbat,1,https://example.org\n',
  pcrpkey: 'a key',
  pcrsig: '{}',
  hwids: 'a table',
  sbom: '{}',
};

/** Empty parts are not measured. */
const withoutCmdline: UkiSpec = { ...FULL, cmdline: '' };

interface Asked {
  readonly profile?: number;
  readonly phases?: readonly string[];
  readonly layerSizeLimitBytes?: number;
}

async function predict(bytes: Uint8Array, asked: Asked = {}): Promise<PcrPrediction> {
  const answer = await ask(bytes, asked);
  if (!answer.ok) throw new Error(answer.finding.text);
  return answer.prediction;
}

function ask(bytes: Uint8Array, { profile, phases, ...limits }: Asked = {}): ReturnType<typeof predictPcr11> {
  const common = { limits: { ...DEFAULT_LIMITS, ...limits }, engine: nativeEngine(), banks: PCR_BANKS };
  return predictPcr11(bytes, { ...common, phases: phases ?? [''], profile: profile ?? null });
}

/** `bank phase hash` of each value. */
function lines({ images }: PcrPrediction, image = 0): readonly string[] {
  return (images[image]?.values ?? []).map(({ bank, phase, hash }) => `${bank} ${phase} ${hash}`);
}

function expected(spec: UkiSpec, choice: PcrChoice = {}, phases: readonly string[] = ['']): readonly string[] {
  return PCR_BANKS.flatMap((bank) =>
    phases.map((phase) => `${bank} ${phase} ${hex(forgePcr11(spec, bank, { ...choice, phase }))}`),
  );
}

describe('the predicted PCR 11', () => {
  it('is that of every measured section, in systemd’s order, for each bank and phase', async () => {
    const phases = ['', ...DEFAULT_PHASES];
    expect(lines(await predict(forgeUki(FULL), { phases }))).toEqual(expected(FULL, {}, phases));
  });

  it.each(Object.keys(FULL).filter((name) => !['pcrsig', 'sbom', 'linux'].includes(name)))(
    'changes when `.%s` is left out',
    async (name) => {
      const spec = { ...FULL, [name]: undefined };
      const values = lines(await predict(forgeUki(spec)));
      expect(values).toEqual(expected(spec));
      expect(values).not.toEqual(expected(FULL));
    },
  );

  it('stays the same when `.pcrsig`, `.sbom` or an unknown section changes: they are not measured', async () => {
    const spec = { ...FULL, pcrsig: '{"x":[]}', sbom: 'other', extra: [{ name: '.other', data: utf8('x') }] };
    expect(lines(await predict(forgeUki(spec)))).toEqual(expected(FULL));
  });

  it('is the same in engines of the web alone', async () => {
    const asked = { limits: DEFAULT_LIMITS, banks: PCR_BANKS, phases: DEFAULT_PHASES, profile: null };
    const portable = await predictPcr11(forgeUki(FULL), { ...asked, engine: portableEngine() });
    expect(portable).toEqual(await predictPcr11(forgeUki(FULL), { ...asked, engine: nativeEngine() }));
  });

  it('measures VirtualSize bytes: zeros follow what the file holds, and the file’s padding is left out', async () => {
    const extra = (virtualSize: number) => [{ name: '.cmdline', data: utf8('quiet'), virtualSize }];
    const larger = forgeUki({ linux: FULL.linux ?? '', extra: extra(700) });
    const parts = { linux: FULL.linux ?? '', cmdline: 'quiet' };
    expect(lines(await predict(larger))).toEqual(expected(parts, { memoryBytes: { cmdline: 700 } }));
    const smaller = forgeUki({ linux: FULL.linux ?? '', extra: extra(3) });
    expect(lines(await predict(smaller))).toEqual(expected({ ...parts, cmdline: 'qui' }));
  });

  it('leaves out a section without bytes, as the stub does', async () => {
    expect(lines(await predict(forgeUki({ ...FULL, cmdline: '' })))).toEqual(expected(withoutCmdline));
  });

  it('takes each profile’s own sections before those of the base, and never those of another profile', async () => {
    const profiles = [
      { profile: 'ID=a\nTITLE="Boot A"\n' },
      { profile: 'ID=b', cmdline: 'rescue' },
      { profile: '', cmdline: '' },
    ];
    const prediction = await predict(forgeUki({ ...FULL, profiles }));
    expect(prediction.images.map(({ profile, id, title }) => [profile, id, title])).toEqual([
      [0, 'a', 'Boot A'],
      [1, 'b', null],
      [2, null, null],
    ]);
    expect(lines(prediction, 0)).toEqual(expected({ ...FULL, ...profiles[0] }));
    expect(lines(prediction, 1)).toEqual(expected({ ...FULL, ...profiles[1] }));
    // An empty section of a profile hides the base's.
    expect(lines(prediction, 2)).toEqual(expected(withoutCmdline));
    const [only] = (await predict(forgeUki({ ...FULL, profiles }), { profile: 1 })).images;
    expect(only).toEqual(prediction.images[1]);
  });

  it('is one for each device tree and firmware that hardware may select, and for none', async () => {
    const spec = { ...FULL, dtbauto: ['tree 1', 'tree 2'], efifw: ['firmware'] };
    const prediction = await predict(forgeUki(spec));
    expect(prediction.images.map(({ dtbauto, efifw }) => [dtbauto, efifw])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
    expect(lines(prediction, 0)).toEqual(expected(FULL));
    expect(lines(prediction, 5)).toEqual(expected(spec, { dtbauto: 1, efifw: 0 }));
    expect(lines(prediction, 2)).toEqual(expected(spec, { dtbauto: 0 }));
  });

  it('takes the first of two sections that must be single, as the stub does, and says so', async () => {
    const prediction = await predict(forgeUki({ ...FULL, cmdline: ['one', 'two'] }));
    expect(lines(prediction)).toEqual(expected({ ...FULL, cmdline: 'one' }));
    expect(prediction.findings.map(({ code }) => code)).toEqual(['uki-duplicate-section']);
  });
});

describe('no PCR 11 is predicted', () => {
  it.each([
    ['an addon', forgeAddon({ cmdline: 'x' }), 'pcr-no-uki'],
    ['a bzImage', forgeBzImage({}), 'pcr-no-uki'],
    ['a text file', utf8('hello'), 'format-unrecognised'],
  ])('for %s', async (_, bytes, code) => {
    expect(await ask(bytes)).toMatchObject({ ok: false, finding: { code } });
  });

  it('for a profile that is not there; profile 0 of a UKI without profiles is its base', async () => {
    expect(await ask(forgeUki(FULL), { profile: 1 })).toMatchObject({ ok: false, finding: { code: 'pcr-no-profile' } });
    expect(lines(await predict(forgeUki(FULL), { profile: 0 }))).toEqual(expected(FULL));
  });

  it('for sections that are loaded over each other: memory is not what the file says', async () => {
    const bytes = forgeUki(FULL);
    const pe = open(bytes).pe;
    const osrel = pe?.sections.find(({ name }) => name === '.osrel');
    const before = pe?.sections.find(({ name }) => name === '.sdmagic');
    const at = (osrel?.headerRange[0] ?? 0) + 12;
    const moved = (address: number): Uint8Array => patched(bytes, at, u32le(address));
    const end = (before?.virtualAddress ?? 0) + (before?.virtualSize ?? 0);
    const answer = await ask(moved(end - 1));
    expect(answer).toMatchObject({ ok: false, finding: { code: 'pcr-image-not-loadable' } });
    expect((await ask(moved(end))).ok).toBe(true);
  });

  it('for more zeros than the limit lets be measured', async () => {
    const zeros = (virtualSize: number) =>
      forgeUki({ linux: FULL.linux ?? '', extra: [{ name: '.cmdline', data: utf8('x'), virtualSize }] });
    const limit = { layerSizeLimitBytes: 1024 * 1024 };
    expect((await ask(zeros(512 + 1024 * 1024), limit)).ok).toBe(true);
    expect(await ask(zeros(513 + 1024 * 1024), limit)).toMatchObject({
      ok: false,
      finding: { code: 'limit-zero-fill' },
    });
  });

  it('for more ways to boot than the limit lets be counted', async () => {
    const trees = (count: number) => Array.from({ length: count }, (_, index) => `tree ${index}`);
    expect((await ask(forgeUki({ linux: FULL.linux ?? '', dtbauto: trees(63), efifw: trees(63) }))).ok).toBe(true);
    expect(await ask(forgeUki({ linux: FULL.linux ?? '', dtbauto: trees(64), efifw: trees(63) }))).toMatchObject({
      ok: false,
      finding: { code: 'limit-pcr-variants' },
    });
  });
});
