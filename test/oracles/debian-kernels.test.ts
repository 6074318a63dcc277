import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Anchor,
  compile,
  DEFAULT_LIMITS,
  inspect,
  nativeEngine,
  readAnchorFile,
  type Verdict,
} from '../../index.ts';

const KERNELS = process.env['BOOTPOL_DEBIAN_KERNELS'] ?? '';
const IMAGES = process.env['BOOTPOL_IMAGES'] ?? '';
const AT = new Date('2026-01-01T00:00:00Z');

/** Every param of the policy bound to the same certificate. */
async function judge(policy: string, bytes: Uint8Array, certificate: string): Promise<Verdict> {
  const path = `policies/${policy}.bootpol`;
  const { verifier, plan } = compile(readFileSync(path, 'utf8'), { fileName: path });
  if (verifier === null) throw new Error(`${path} does not compile`);
  const anchors = anchorsOf(certificate);
  const trust = Object.fromEntries(plan.signers.filter(({ param }) => param).map(({ name }) => [name, anchors]));
  return verifier(bytes, { trust, at: AT, limits: DEFAULT_LIMITS });
}

function anchorsOf(certificate: string): readonly Anchor[] {
  const file = readAnchorFile(readFileSync(certificate), certificate);
  if (!file.ok) throw new Error(file.text);
  return file.anchors;
}

function violated(verdict: Verdict): readonly string[] {
  const requirements = verdict.views.flatMap((view) => view.requirements);
  return [...new Set(requirements.filter(({ outcome }) => outcome === 'violated').map(({ name }) => name))].sort();
}

describe.skipIf(KERNELS === '' || IMAGES === '')(
  'Debian’s signed kernels (BOOTPOL_DEBIAN_KERNELS, BOOTPOL_IMAGES)',
  () => {
    const debian = join(IMAGES, 'certs/vendor/debian-2016.pem');
    const fedora = join(IMAGES, 'certs/vendor/fedora-2020.pem');

    test.each([
      ['vmlinuz-amd64', 'distro/x86-64', 'bzimage'],
      ['vmlinuz-arm64', 'distro/arm64', 'image'],
    ])(
      '%s is accepted under %s with the Debian CA and refused with another one',
      async (file, policy, kind) => {
        const bytes = readFileSync(join(KERNELS, file));
        expect((await judge(policy, bytes, debian)).verdict).toMatch(/^accept/);
        const refused = await judge(policy, bytes, fedora);
        expect(refused.verdict).toBe('reject');
        expect(violated(refused)).toContain('outer');
        const { root } = await inspect(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
        expect(root).toMatchObject({ kind, fault: null });
        expect(root.signatures).toMatchObject([{ intact: true, digestMatches: true }]);
      },
      120_000,
    );

    test.each([
      ['vmlinuz-amd64', 'distro/x86-64'],
      ['vmlinuz-arm64', 'distro/arm64'],
    ])(
      '%s with one bit flipped in its middle is refused by its signature',
      async (file, policy) => {
        const bytes = Uint8Array.from(readFileSync(join(KERNELS, file)));
        const middle = bytes.length >> 1;
        bytes[middle] = (bytes[middle] ?? 0) ^ 1;
        const verdict = await judge(policy, bytes, debian);
        expect(['reject', 'undecided']).toContain(verdict.verdict);
        expect(violated(verdict)).toContain('outer');
      },
      120_000,
    );

    test('sbverify agrees on the amd64 kernel', () => {
      const { status, error } = spawnSync('sbverify', ['--cert', debian, join(KERNELS, 'vmlinuz-amd64')]);
      expect(error, 'sbverify is not installed: Debian package sbsigntool').toBeUndefined();
      expect(status).toBe(0);
    });

    test.each([
      ['kernel/arm64-6.12/zboot-gzip.outer.efi', 'distro/arm64', 'certs/kernel/outer.crt', 'accept', []],
      ['kernel/arm64-6.12/zboot-zstd.outer.efi', 'distro/arm64', 'certs/kernel/outer.crt', 'accept', []],
      [
        'kernel/arm64-6.12/zboot-gzip.outerwrong.efi',
        'distro/arm64',
        'certs/kernel/outer.crt',
        'reject',
        ['kernel', 'outer'],
      ],
      [
        'kernel/arm64-6.12/zboot-orig612-xz.efi',
        'kexec/zboot-gzip-zstd',
        'certs/kernel/outer.crt',
        'reject',
        ['codec', 'outer'],
      ],
    ])('%s under %s with %s: %s', async (file, policy, certificate, expected, names) => {
      const verdict = await judge(policy, readFileSync(join(IMAGES, file)), join(IMAGES, certificate));
      expect(verdict.verdict).toBe(expected);
      expect(violated(verdict)).toEqual(names);
    });
  },
);
