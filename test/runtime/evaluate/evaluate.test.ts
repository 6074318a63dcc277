import { describe, expect, test } from 'vitest';
import { signPe } from '../../../forge/sign.ts';
import { DEFAULT_LIMITS, factsOf, nativeEngine } from '../../../index.ts';
import { judge, newBench, outcomeOf, reasonCodes, signed, ukiOf, zbootOf } from '../../policy-case.ts';

const bench = newBench();

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);

describe('modes of a requirement', () => {
  test.each([
    ['require r: arch in { arm64 }', 'accept'],
    ['require r: arch in { riscv64 }', 'reject'],
    ['forbid r: arch in { riscv64 }', 'accept'],
    ['forbid r: arch in { arm64 }', 'reject'],
  ])('%s: %s', async (requirement, expected) => {
    expect((await judge(`artifact image { ${requirement} }`, bench.image, bench)).verdict).toBe(expected);
  });

  test('a warning warns, and refuses nothing', async () => {
    const policy = 'artifact image { require a: arch in { arm64 }  warn w: size <= 1 KiB }';
    expect((await judge(policy, bench.image, bench)).verdict).toBe('accept-with-warnings');
  });

  test('a requirement with a day is a warning before it and a requirement from it', async () => {
    const policy = 'artifact image { require a: arch in { arm64 }  require s from 2026-06-15: size <= 1 KiB }';
    expect((await judge(policy, bench.image, bench, day('2026-06-14'))).verdict).toBe('accept-with-warnings');
    expect((await judge(policy, bench.image, bench, day('2026-06-15'))).verdict).toBe('reject');
  });
});

describe('three values', () => {
  const broken = (): Uint8Array => {
    const bytes = zbootOf(bench);
    bytes.fill(0xff, 0x1000 + 960, 0x1000 + 1400); // inside the compressed payload
    return bytes;
  };

  test.each(['require', 'forbid'])('%s is not satisfied by a layer that does not decode', async (mode) => {
    const verdict = await judge(`artifact zboot { image { ${mode} s: size <= 1 KiB } }`, broken(), bench);
    expect(verdict.verdict).toBe('undecided');
    expect(outcomeOf(verdict, 's')).toBe('undecided');
  });

  test('an undecided branch does not spoil an `any of` that another one makes true', async () => {
    const policy = 'artifact zboot { require r: any of { sbat linux >= 1, arch in { arm64 } }  image }';
    expect((await judge(policy, zbootOf(bench), bench)).verdict).toBe('accept');
  });

  test('a waiver lifts a violation until the end of its last day, and never an undecided', async () => {
    const lifted = 'artifact image { require s: size <= 1 KiB }\nwaive s until 2026-06-15 because "test"';
    expect((await judge(lifted, bench.image, bench, day('2026-06-15'))).verdict).toBe('accept-waived');
    expect((await judge(lifted, bench.image, bench, day('2026-06-16'))).verdict).toBe('reject');
    const undecided = 'artifact zboot { image { require s: size <= 1 KiB } }\nwaive s until 2026-06-15 because "test"';
    expect((await judge(undecided, broken(), bench)).verdict).toBe('undecided');
  });

  test('a waiver for one digest lifts that file’s violation only', async () => {
    const file = factsOf(bench.image, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
    file.sha256Of(file.root.layer());
    await file.work.settle();
    const digest = file.sha256Of(file.root.layer());
    if (typeof digest === 'symbol') throw new Error('the digest is still pending');
    const waiver = (hex: string): string =>
      `artifact image { require s: size <= 1 KiB }\nwaive s until 2026-12-31 for sha256:${hex} because "test"`;
    expect((await judge(waiver(digest.hex), bench.image, bench)).verdict).toBe('accept-waived');
    expect((await judge(waiver('00'.repeat(32)), bench.image, bench)).verdict).toBe('reject');
  });
});

describe('the closed world', () => {
  test('refuses an artifact that is not declared', async () => {
    const verdict = await judge('artifact image { require a: arch in { arm64 } }', zbootOf(bench), bench);
    expect(verdict.verdict).toBe('reject');
    expect(reasonCodes(verdict)).toContain('artifact-undeclared');
  });

  test.each([
    ['', 'reject', 'layer-undeclared'],
    ['otherwise warn', 'accept-with-warnings', 'layer-undeclared'],
    ['otherwise allow', 'accept', null],
  ])('an undeclared layer under `%s`: %s', async (otherwise, expected, code) => {
    const policy = `artifact uki { require a: arch in { arm64 }  linux: image, osrel\n${otherwise} }`;
    const verdict = await judge(policy, ukiOf(bench), bench);
    expect(verdict.verdict).toBe(expected);
    if (code !== null) expect(reasonCodes(verdict)).toContain(code);
  });

  test.each([
    ['cmdline', {}, 'accept'],
    ['cmdline', { cmdline: [] }, 'reject'],
    ['cmdline optional', { cmdline: [] }, 'accept'],
    ['cmdline absent', {}, 'reject'],
    ['cmdline absent', { cmdline: [] }, 'accept'],
    ['cmdline', { cmdline: ['a', 'b'] }, 'reject'],
  ] as const)('`%s` with %j: %s', async (declaration, more, expected) => {
    const policy = `artifact uki { require a: arch in { arm64 }  linux: image, osrel, ${declaration} }`;
    expect((await judge(policy, ukiOf(bench, more), bench)).verdict).toBe(expected);
  });

  test('`many` admits several, and each must satisfy what is required of it', async () => {
    const policy = (size: string): string =>
      `artifact uki { require a: arch in { arm64 }  linux: image, osrel, cmdline, dtbauto many { require s: size <= ${size} } }`;
    const uki = ukiOf(bench, { dtbauto: ['a'.repeat(100), 'b'.repeat(3000)] });
    expect(outcomeOf(await judge(policy('1 MiB'), uki, bench), 's')).toBe('satisfied');
    expect(outcomeOf(await judge(policy('1 KiB'), uki, bench), 's')).toBe('violated');
  });

  test('requirements of an absent optional layer do not apply', async () => {
    const policy =
      'artifact uki { require a: arch in { arm64 }  linux: image, osrel, cmdline, initrd optional { require rd: size <= 1 } }';
    const verdict = await judge(policy, ukiOf(bench), bench);
    expect(verdict.verdict).toBe('accept');
    expect(outcomeOf(verdict, 'rd')).toBeNull();
  });

  test('a view in which nothing that it enforces applies refuses the file', async () => {
    const policy = `artifact image { require a: arch in { arm64 } }
      artifact zboot { require b: arch in { arm64 }  image { } }
      at firmware sees file enforce { a }
      at other sees file enforce { b }`;
    const verdict = await judge(policy, bench.image, bench);
    expect(verdict.views.map((view) => view.verdict)).toEqual(['accept', 'reject']);
    expect(reasonCodes(verdict)).toContain('nothing-enforced');
  });
});

describe('views', () => {
  const policy = (view: string): string => `param signers us
    artifact zboot { image { require k: signed by us } }
    artifact image { require k: signed by us }
    artifact uki { linux: one of { zboot, image }, osrel, cmdline }
    at kexec ${view} enforce { k }`;

  test('an Image signed before packing verifies only when its padding is cut off', async () => {
    const packed = zbootOf(bench, { image: signed(bench.image, bench.us) });
    expect((await judge(policy('sees image'), packed, bench)).verdict).toBe('reject');
    expect((await judge(policy('sees image trimmed'), packed, bench)).verdict).toBe('accept');
  });

  test('a point that loads Images alone refuses a zboot image before looking at signatures', async () => {
    const verdict = await judge(policy('sees file loads { image }'), signed(zbootOf(bench), bench.us), bench);
    expect(verdict.verdict).toBe('reject');
    expect(verdict.views[0]?.requirements).toEqual([]);
    expect(reasonCodes(verdict)).toEqual(['no-loader']);
  });

  test('an Image that is larger than its image_size is not loaded, though its signature is good', async () => {
    const padded = new Uint8Array(bench.image.length + 300_000);
    padded.set(bench.image);
    const verdict = await judge(policy('sees image loads { image }'), signed(padded, bench.us), bench);
    expect(reasonCodes(verdict)).toEqual(['image-larger-than-image-size']);
    expect((await judge(policy('sees image loads { image }'), signed(bench.image, bench.us), bench)).verdict).toBe(
      'accept',
    );
  });

  test('a file without the layer that the view sees is refused', async () => {
    const verdict = await judge(
      'artifact pe { require a: arch in { arm64 } }\nartifact zboot { image { require z: arch in { arm64 } } }\nat kexec sees image enforce { z }',
      zbootOf(bench).slice(0, 64),
      bench,
    );
    expect(['reject', 'undecided']).toContain(verdict.verdict);
  });

  test('every effective profile’s kernel is handed over, and the worst counts', async () => {
    const good = signed(bench.image, bench.us);
    const uki = (second: Uint8Array): Uint8Array =>
      ukiOf(bench, {
        linux: good,
        profiles: [{ profile: 'ID=main\n' }, { profile: 'ID=other\n', linux: second }],
      });
    const profiles = `param signers us
      artifact image { require k: signed by us }
      artifact uki { linux many { image }, osrel, cmdline, profile many }
      at kexec sees image enforce { k }`;
    expect((await judge(profiles, uki(good), bench)).verdict).toBe('accept');
    expect((await judge(profiles, uki(signed(bench.image, bench.them)), bench)).verdict).toBe('reject');
  });

  test('a base kernel that every profile replaces is judged all the same: not every reader knows profiles', async () => {
    const uki = (base: Uint8Array): Uint8Array => {
      const linux = signed(bench.image, bench.us);
      return ukiOf(bench, {
        linux: base,
        profiles: [
          { profile: 'ID=a', linux },
          { profile: 'ID=b', linux },
        ],
      });
    };
    const policy = `param signers us
      artifact image { require k: signed by us }
      artifact uki { linux { image }, osrel, cmdline, profile }
      at kexec sees image enforce { k }`;
    expect((await judge(policy, uki(signed(bench.image, bench.us)), bench)).verdict).toBe('accept');
    expect((await judge(policy, uki(bench.image), bench)).verdict).toBe('reject');
  });

  test('`enforce nothing` accepts what the point can load, on purpose', async () => {
    const nothing = 'artifact image { require a: arch in { riscv64 } }\nat emulator sees file enforce nothing';
    expect((await judge(nothing, bench.image, bench)).verdict).toBe('accept');
  });

  test('`revoked by` refuses in its own view only', async () => {
    const revoking = `param signers us
      artifact image { require k: signed by us }
      at firmware sees file enforce { k }
      at strictly sees file revoked by us enforce { k }`;
    const verdict = await judge(revoking, signed(bench.image, bench.us), bench);
    expect(verdict.views.map((view) => view.verdict)).toEqual(['accept', 'reject']);
  });
});

describe('signature constraints', () => {
  const policy = (constraints: string): string =>
    `param signers us\nparam signers them\nsigners both = { us, them }\nartifact image { require k: signed by both { ${constraints} } }`;

  test.each([
    ['digest in { sha256 }', 'accept'],
    ['digest in { sha384 }', 'reject'],
    ['key ec >= 256', 'accept'],
    ['key ec >= 384', 'reject'],
    ['key rsa >= 2048', 'reject'],
    ['count >= 2', 'reject'],
  ])('one P-256 signature with SHA-256 under `%s`: %s', async (constraints, expected) => {
    expect((await judge(policy(constraints), signed(bench.image, bench.us), bench)).verdict).toBe(expected);
  });

  test('`count >= 2` counts signers, not signatures', async () => {
    const twice = signPe(bench.image, { signers: [{ signer: bench.us }, { signer: bench.us }] });
    const two = signPe(bench.image, { signers: [{ signer: bench.us }, { signer: bench.them }] });
    expect((await judge(policy('count >= 2'), twice, bench)).verdict).toBe('reject');
    expect((await judge(policy('count >= 2'), two, bench)).verdict).toBe('accept');
  });
});
