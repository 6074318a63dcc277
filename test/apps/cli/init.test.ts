import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BLANK_STARTER, formatPolicy } from '../../../compiler/index.ts';
import { type GivenSpec, forgeGiven, newGivenCast } from '../../../forge/index.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

const CAST = newGivenCast({ distro: ['distro'], kernel: ['kernel'] });

/** An image as a description gives it; what is left out is filled in with sound parts. */
function given(kind: string, said: Partial<Omit<GivenSpec, 'kind'>> = {}): GivenSpec {
  return { kind, section: null, text: null, absent: false, signedBy: [], properties: {}, children: [], ...said };
}

const linux = (inner: GivenSpec): GivenSpec => given('linux', { children: [inner] });
const byDistro = { signedBy: ['distro'] } as const;
const byStranger = { signedBy: ['stranger'] } as const;
const uki = (said: Partial<GivenSpec>): GivenSpec =>
  given('uki', { children: [linux(given('zboot')), given('cmdline', { text: 'ro quiet' })], ...said });

/** What `init` leaves behind: its answer, and the files beside it. */
async function started(files: MemoryFiles, words: readonly string[] = ['--keys', 'keys', '-o', 'policy.bootpol']) {
  const written: Record<string, Uint8Array> = {};
  const write = (path: string, bytes: Uint8Array): null => {
    written[path] = bytes;
    return null;
  };
  const answer = await run(['init', ...Object.keys(files), ...words], files, { write });
  return { ...answer, written, policy: new TextDecoder().decode(written['policy.bootpol'] ?? new Uint8Array()) };
}

/** The exit code of `verify` for another file, by the policy that was written. */
async function verdictOn(bytes: Uint8Array, written: MemoryFiles): Promise<number> {
  return (await run(['verify', '-p', 'policy.bootpol', 'other.efi'], { ...written, 'other.efi': bytes })).code;
}

async function expectGood(bytes: Uint8Array): Promise<Awaited<ReturnType<typeof started>>> {
  const made = await started({ 'file.efi': bytes });
  expect(made.code, made.err).toBe(0);
  expect(formatPolicy(made.policy)).toEqual({ text: made.policy, leftAlone: [] });
  const checked = await run(['check', 'policy.bootpol'], made.written);
  expect(checked.out).toContain('1 policy: 0 errors, 0 warnings');
  expect(await verdictOn(bytes, made.written)).toBe(0);
  return made;
}

const SIGNED: readonly (readonly [title: string, spec: GivenSpec, neighbours: Readonly<Record<string, GivenSpec>>])[] =
  [
    [
      'a zboot',
      given('zboot', byDistro),
      {
        'another compression': given('zboot', { ...byDistro, properties: { compression: 'zstd' } }),
        'a smaller digest': given('zboot', { ...byDistro, properties: { digest: 'sha1' } }),
        'another architecture': given('zboot', { ...byDistro, properties: { arch: 'riscv64' } }),
      },
    ],
    [
      'a UKI with an initrd',
      given('uki', { ...byDistro, children: [linux(given('zboot')), given('initrd')] }),
      {
        'no initrd': given('uki', { ...byDistro, children: [linux(given('zboot'))] }),
        'an initrd of another compression': given('uki', {
          ...byDistro,
          children: [linux(given('zboot')), given('initrd', { properties: { compression: 'zstd' } })],
        }),
        'a section more': given('uki', {
          ...byDistro,
          children: [linux(given('zboot')), given('initrd'), given('cmdline', { text: 'init=/bin/sh' })],
        }),
        'another kind of kernel': given('uki', { ...byDistro, children: [linux(given('image')), given('initrd')] }),
      },
    ],
    [
      'a UKI with a command line',
      uki(byDistro),
      { 'no command line': given('uki', { ...byDistro, children: [linux(given('zboot'))] }) },
    ],
    [
      'a UKI with a kernel that is signed too',
      given('uki', { ...byDistro, children: [linux(given('image', { signedBy: ['kernel'] }))] }),
      { 'a kernel that is not': given('uki', { ...byDistro, children: [linux(given('image'))] }) },
    ],
    [
      'an addon',
      given('addon', { ...byDistro, children: [given('cmdline', { text: 'debug' })] }),
      {
        'a section more': given('addon', {
          ...byDistro,
          children: [given('cmdline', { text: 'debug' }), given('dtb')],
        }),
      },
    ],
    [
      'an Image',
      given('image', byDistro),
      { 'another architecture': given('image', { ...byDistro, properties: { arch: 'riscv64' } }) },
    ],
    [
      'a bzImage',
      given('bzimage', byDistro),
      { 'another compression': given('bzimage', { ...byDistro, properties: { compression: 'xz' } }) },
    ],
    [
      'an EFI program',
      given('pe', byDistro),
      { 'no promise of NX': given('pe', { ...byDistro, properties: { 'nx-compat': 'absent' } }) },
    ],
    [
      'an initrd with a signature behind it',
      given('initrd', { ...byDistro, properties: { scheme: 'appended' } }),
      {
        'another compression': given('initrd', {
          ...byDistro,
          properties: { scheme: 'appended', compression: 'zstd' },
        }),
      },
    ],
  ];

describe('bootpol init FILE', () => {
  test.each(SIGNED)('describes %s, whoever signed it', async (_title, spec, neighbours) => {
    const { written } = await expectGood(forgeGiven(spec, CAST));
    const refused = {
      'nobody signed it': { ...spec, signedBy: [], properties: { ...spec.properties, scheme: undefined } },
      'a stranger signed it': { ...spec, ...byStranger },
      'a byte was altered': { ...spec, properties: { ...spec.properties, altered: null } },
      ...neighbours,
    };
    for (const [what, other] of Object.entries(refused)) {
      const properties = Object.fromEntries(
        Object.entries(other.properties).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      );
      const code = await verdictOn(forgeGiven({ ...other, properties }, CAST), written);
      expect([1, 3], what).toContain(code);
    }
  });

  test.each(['zboot', 'uki', 'addon', 'image', 'bzimage', 'pe', 'initrd', 'compressed'])(
    'accepts a %s that nobody signed by its digest alone',
    async (kind) => {
      const bytes = forgeGiven(given(kind), CAST);
      const { policy, written } = await expectGood(bytes);
      expect(policy).toContain('require pinned: sha256 in');
      const altered = bytes.slice();
      const at = altered.length - 9;
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect([1, 3]).toContain(await verdictOn(altered, written));
    },
  );

  test('accepts all of several files, and each of their compressions', async () => {
    const files = {
      'a.efi': forgeGiven(given('zboot', byDistro), CAST),
      'b.efi': forgeGiven(given('zboot', { signedBy: ['kernel'], properties: { compression: 'zstd' } }), CAST),
      'c.efi': forgeGiven(uki(byDistro), CAST),
      'd.efi': forgeGiven(given('zboot'), CAST),
    };
    const { code, written, policy } = await started(files);
    expect(code).toBe(0);
    expect((await run(['verify', '-p', 'policy.bootpol', ...Object.keys(files)], { ...written, ...files })).code).toBe(
      0,
    );
    expect(policy).toContain('signers zboot-signers');
    const other = forgeGiven(given('zboot', { ...byDistro, properties: { compression: 'xz' } }), CAST);
    expect(await verdictOn(other, written)).toBe(1);
    const reversed = Object.fromEntries(Object.entries(files).reverse());
    expect((await started(reversed)).policy).toBe(policy);
  });

  test('leaves the signers to the caller where no folder for certificates is given', async () => {
    const files = { 'file.efi': forgeGiven(given('zboot', byDistro), CAST) };
    const { code, policy, written } = await started(files, ['-o', 'policy.bootpol']);
    expect(code).toBe(0);
    expect(Object.keys(written)).toEqual(['policy.bootpol']);
    expect(policy).toMatch(/# .*--bind distro-test=FILE.*\nparam signers distro-test\n/);
  });

  test('writes certificates where the policy looks for them', async () => {
    const files = { 'file.efi': forgeGiven(given('zboot', byDistro), CAST) };
    const made = await started(files, ['--keys', 'trust/keys', '-o', 'rules/policy.bootpol']);
    expect(Object.keys(made.written)).toEqual(['trust/keys/distro-test.pem', 'rules/policy.bootpol']);
    expect((await run(['verify', '-p', 'rules/policy.bootpol', 'file.efi'], { ...made.written, ...files })).code).toBe(
      0,
    );
  });

  test('never lets text of a file out of its comment or quotes', async () => {
    const hostile = 'x"\nartifact pe { }\u202e # \\" }\u0000';
    const sections = [
      linux(given('zboot')),
      given('cmdline', { text: hostile }),
      given('osrel', { text: `ID='a" } artifact pe { require x: nx-compat } #'\nNAME="b"\n` }),
      given('uname', { text: `6.14\r\notherwise allow` }),
    ];
    const bytes = forgeGiven(given('uki', { ...byDistro, children: sections }), CAST);
    const { policy } = await expectGood(bytes);
    expect(policy.split('\n').filter((line) => /^\s*(artifact|otherwise)/.test(line))).toEqual(['artifact uki {']);
    const name = 'a\nartifact pe { }\u001b[2J.efi';
    const named = await started({ [name]: bytes });
    expect(named.policy).not.toMatch(/^artifact pe/m);
    expect(named.policy).not.toContain('\u001b');
    expect(named.err).not.toContain('\u001b');
  });

  test.each([
    ['a byte changed after signing', { ...byDistro, properties: { altered: null } }],
    ['contents that cannot be decoded', { ...byDistro, properties: { damaged: null } }],
  ])('writes nothing for a zboot with %s', async (_what, said) => {
    const good = forgeGiven(given('zboot', byDistro), CAST);
    const bad = forgeGiven(given('zboot', said), CAST);
    const { code, written, err } = await started({ 'good.efi': good, 'bad.efi': bad });
    expect({ code, written }).toEqual({ code: 3, written: {} });
    expect(err).toMatch(/^bootpol: `bad\.efi`: `zboot/m);
    expect(err).not.toContain('good.efi');
  });

  test('writes nothing for what no loader knows, nor for a file that is not there', async () => {
    expect(await started({ 'notes.txt': text('hello, world\n'.repeat(99)) })).toMatchObject({ code: 3, written: {} });
    const missing = await started({ 'gone.efi': { unreadable: 'no such file' } });
    expect(missing).toMatchObject({ code: 3, written: {}, err: 'bootpol: cannot read `gone.efi`: no such file\n' });
  });
});

describe('bootpol init', () => {
  test('writes a policy with every kind of statement, formatted, without a fault, its tests shown to pass', async () => {
    const { code, out } = await run(['init']);
    expect({ code, out }).toEqual({ code: 0, out: BLANK_STARTER });
    expect(formatPolicy(out)).toEqual({ text: out, leftAlone: [] });
    const files = { 'policy.bootpol': text(out) };
    expect((await run(['check', 'policy.bootpol'], files)).out).toContain('1 policy: 0 errors, 0 warnings');
    expect(await run(['test', 'policy.bootpol', '--min-coverage', '100'], files)).toMatchObject({ code: 0 });
  });

  test('has no certificates to write where no file is given', async () => {
    expect(await run(['init', '--keys', 'keys'])).toMatchObject({
      code: 2,
      err: 'bootpol: `--keys` needs a FILE whose signers it can write\n',
    });
  });
});

const FOLDER = process.env['BOOTPOL_IMAGES'] ?? '';
/** Broken on purpose, by their names and by what made them. */
const BROKEN = /tampered|truncated|trailing-junk|lz4frame|\.(?:pem|der|crt|key|json|md|txt)$/;
const REAL =
  FOLDER === '' ? [] : ['kernel', 'uki', 'real', 'initrd'].flatMap((folder) => filesIn(join(FOLDER, folder)));

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesIn(path);
    return BROKEN.test(name) ? [] : [path];
  });
}

describe.skipIf(REAL.length === 0)('bootpol init of real boot images (BOOTPOL_IMAGES)', () => {
  test.each(REAL)('describes %s, and refuses it with a byte altered', async (path) => {
    const bytes = new Uint8Array(readFileSync(path));
    const { written } = await expectGood(bytes);
    const altered = bytes.slice();
    const at = Math.min(2_048, altered.length >> 1);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect([1, 3]).toContain(await verdictOn(altered, written));
  });
});
