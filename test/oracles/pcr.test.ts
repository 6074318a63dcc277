import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { forgeBzImage } from '../../forge/bzimage.ts';
import { programBytes } from '../../forge/contents.ts';
import { forgeInitrd, SMALL_ROOT } from '../../forge/initrd.ts';
import { newKeyRing } from '../../forge/keys.ts';
import { pcrPublicKeyPem } from '../../forge/pcr.ts';
import { forgeUki, type UkiParts } from '../../forge/uki.ts';
import { run } from '../apps/cli/run-in-memory.ts';

// Debian installs it outside the path. The version decides which sections it can be asked about: that of Debian 12
// (252) knows seven; 257 knows all that are measured but `.efifw`.
const TOOL = '/usr/lib/systemd/systemd-measure';
const BANKS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;

const folder = mkdtempSync(join(tmpdir(), 'bootpol-pcr-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const PARTS = {
  linux: forgeBzImage({}),
  osrel: 'ID=forge\nNAME="Forge"\n',
  cmdline: 'root=/dev/vda2 ro quiet',
  initrd: forgeInitrd({ entries: SMALL_ROOT, compression: 'zstd' }),
  ucode: forgeInitrd({ entries: SMALL_ROOT }),
  splash: programBytes(5000, 3),
  dtb: programBytes(700, 4),
  dtbauto: programBytes(900, 5),
  hwids: programBytes(56, 6),
  efifw: programBytes(333, 7),
  uname: '6.14.0-forge',
  sbat: 'sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n',
  pcrpkey: pcrPublicKeyPem(newKeyRing().pair('rsa2048', 'pcr')),
  profile: 'ID=main\nTITLE=Main\n',
} as const satisfies UkiParts;

type PartName = keyof typeof PARTS;

function measure(words: readonly string[]): { readonly status: number | null; readonly out: string } {
  const { status, error, stdout, stderr } = spawnSync(TOOL, words, { encoding: 'utf8' });
  expect(error, 'systemd-measure is not installed: Debian package systemd').toBeUndefined();
  expect(stderr).not.toContain('Failed');
  return { status, out: stdout };
}

/** Sections that the installed tool has an option for. */
function knownParts(): readonly PartName[] {
  const { out } = measure(['--help']);
  const names: readonly PartName[] = [
    'linux',
    'osrel',
    'cmdline',
    'initrd',
    'ucode',
    'splash',
    'dtb',
    'uname',
    'sbat',
    'pcrpkey',
    'profile',
    'dtbauto',
    'hwids',
    'efifw',
  ];
  return names.filter((name) => out.includes(`--${name}=`));
}

function calculate(parts: readonly PartName[], words: readonly string[]): string {
  const files = parts.map((name) => {
    const path = join(folder, name);
    writeFileSync(path, PARTS[name]);
    return `--${name}=${path}`;
  });
  const { status, out } = measure(['calculate', ...files, ...words]);
  expect(status).toBe(0);
  return out;
}

/** What `bootpol pcr` says of a UKI of these parts, without its comments. */
async function predict(parts: readonly PartName[], words: readonly string[]): Promise<string> {
  const uki = forgeUki(Object.fromEntries(parts.map((name) => [name, PARTS[name]])));
  const { code, out } = await run(['pcr', 'uki.efi', ...words], { 'uki.efi': uki });
  expect(code).toBe(0);
  const blocks = out.split(/^(?=# (?:profile|no|\.))/m);
  // Of several ways to boot, the last is the one in which the hardware selects what there is.
  return (blocks.at(-1) ?? '').replace(/^#.*\n/gm, '');
}

test('systemd-measure is installed (Debian package systemd)', () => {
  expect(existsSync(TOOL), `${TOOL} is not installed: Debian package systemd`).toBe(true);
});

describe('PCR 11 equals what systemd-measure calculates', () => {
  test('in every bank and default phase, of a UKI with every section that the tool knows', async () => {
    const parts = knownParts();
    expect(parts).toEqual(expect.arrayContaining(['linux', 'osrel', 'cmdline', 'initrd', 'splash', 'dtb', 'pcrpkey']));
    const words = BANKS.map((bank) => `--bank=${bank}`);
    const calculated = calculate(parts, words);
    expect(calculated.split('\n')).toHaveLength(17);
    expect(await predict(parts, words)).toBe(calculated);
    expect(await predict(parts, [])).toBe(calculate(parts, []));
  });

  test.each(['linux', 'osrel', 'cmdline', 'initrd', 'splash', 'dtb', 'pcrpkey'] as const)(
    'with a kernel and `.%s` alone',
    async (name) => {
      const parts = [...new Set(['linux', name] as const)];
      expect(await predict(parts, [])).toBe(calculate(parts, []));
    },
  );

  test.each([':', 'enter-initrd', 'enter-initrd:leave-initrd', 'a::b:', 'über:phase'])(
    'after the phase path `%s`',
    async (phase) => {
      const words = [`--phase=${phase}`];
      expect(await predict(['linux', 'cmdline'], words)).toBe(calculate(['linux', 'cmdline'], words));
    },
  );

  test.each(BANKS)('in bank %s alone', async (bank) => {
    expect(await predict(['linux', 'osrel'], [`--bank=${bank}`])).toBe(
      calculate(['linux', 'osrel'], [`--bank=${bank}`]),
    );
  });
});
