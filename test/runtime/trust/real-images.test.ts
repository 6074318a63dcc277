import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Anchor } from '../../../runtime/contract/anchor.ts';
import { certificateOf } from '../../../runtime/trust/anchor-certificate.ts';
import { readAnchorFile } from '../../../runtime/trust/anchor-file.ts';
import { STRICT_RULES } from '../../../runtime/trust/strict-rules.ts';
import { anchorsOf, codesOf, judge } from './question.ts';

const IMAGES = process.env['BOOTPOL_IMAGES'] ?? '';
const ENFORCED = join(IMAGES, 'enforced/x64');

const verdictsSchema = z.array(
  z.object({
    file: z.string(),
    enforcers: z.object({
      edk2: z.record(z.string(), z.object({ verdict: z.enum(['accept', 'reject']) })),
      linux: z.record(z.string(), z.object({ verdict: z.enum(['accept', 'reject']) })),
    }),
  }),
);
const trustSchema = z.object({ db: z.array(z.string()), dbx: z.array(z.string()) });

function read(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

function trusted(specification: string): readonly Anchor[] {
  const [, kind, value = ''] = /^(?:(sha256|x509sha256|filehash384):)?(.*)$/.exec(specification) ?? [];
  switch (kind) {
    case 'sha256':
      return [{ kind: 'image-digest', algorithm: 'sha256', hex: value }];
    case 'x509sha256':
      return anchorsOf(read(join(ENFORCED, value))).flatMap((anchor) => {
        if (anchor.kind !== 'certificate') return [];
        const hex = createHash('sha256').update(certificateOf(anchor).tbs).digest('hex');
        return [{ kind: 'tbs-digest', algorithm: 'sha256', hex, revokedFrom: null } as const];
      });
    case 'filehash384':
      return [];
    default:
      return anchorsOf(read(join(ENFORCED, value)));
  }
}

/** Codes of what all enforcers take and `strict` does not. */
const OWN_OBJECTIONS: ReadonlySet<string> = new Set([
  ...STRICT_RULES.filter(({ because }) => because !== 'enforcer').map(({ code }) => code),
  'pe-gap-with-content',
  'image-revoked', // EDK2 looks up the digest of the signature alone, Linux none
]);

describe.skipIf(IMAGES === '')('like strict on the files of BOOTPOL_IMAGES that firmware and kernels judged', () => {
  it('accepts nothing that EDK2 or Linux refuses, but for strangers in the first entry', async () => {
    const { tooLoose, tooStrict } = await compared();
    expect(tooLoose).toEqual(['two-evil-good.efi', 'three-evil-evil-good.efi']);
    expect(tooStrict).toEqual([
      'wcpad-64rand.efi: certificate-table-trailing-bytes',
      'wcpad-2k-rand.efi: certificate-table-trailing-bytes',
      'gap.efi: pe-gap-with-content',
      'gap-flip.efi: pe-gap-with-content',
      'sizeofheaders-small-flipgap.efi: pe-gap-with-content',
      'two-good-garbage.efi: certificate-table-unreadable',
      'hash-sha1.efi: digest-weak',
      'chain-leaf-sha1sig.efi: certificate-digest-weak',
      'imghash-dbx-sha512signed.efi: image-revoked',
    ]);
  });
});

/** Where `strict` differs from what the newest EDK2 and the newest Linux both say. */
async function compared(): Promise<{ tooLoose: readonly string[]; tooStrict: readonly string[] }> {
  const trust = trustSchema.parse(JSON.parse(readFileSync(join(ENFORCED, 'trust.json'), 'utf8')));
  const measured = verdictsSchema.parse(JSON.parse(readFileSync(join(ENFORCED, 'verdicts.json'), 'utf8')));
  const anchors = trust.db.flatMap(trusted);
  const revoked = trust.dbx.flatMap(trusted);
  const tooLoose: string[] = [];
  const tooStrict: string[] = [];
  for (const { file, enforcers } of measured) {
    const name = file.replace('x64/', '');
    const edk2 = enforcers.edk2['2026.08']?.verdict === 'accept';
    const linux = enforcers.linux['7.2.13']?.verdict === 'accept';
    const ruling = await judge(read(join(ENFORCED, name)), { anchors, revoked });
    if (ruling.outcome === 'true' && !(edk2 && linux)) tooLoose.push(name);
    if (ruling.outcome !== 'true' && edk2 && linux) {
      const code = codesOf(ruling).find((candidate) => OWN_OBJECTIONS.has(candidate)) ?? codesOf(ruling).join(' ');
      tooStrict.push(`${name}: ${code}`);
    }
  }
  return { tooLoose, tooStrict };
}

describe.skipIf(IMAGES === '')('the signer files of BOOTPOL_IMAGES', () => {
  it.each(['certs/test', 'certs/testdb', 'certs/kernel', 'certs/vendor', 'certs/dbx'])(
    'in %s are all read',
    (folder) => {
      const files = IMAGES === '' ? [] : readdirSync(join(IMAGES, folder)).filter((name) => !name.includes('.crl.'));
      const unread = files.filter((name) => !readAnchorFile(read(join(IMAGES, folder, name)), name).ok);
      expect(unread).toEqual([]);
    },
  );

  it.each([
    ['dbx/DBX_amd64_DBXUpdate.esl', 443, 0],
    ['dbx/DBX_amd64_DBXUpdate.auth', 443, 0],
    ['dbx/DBX_arm64_DBXUpdate.esl', 26, 0],
    ['dbx/DBX_arm_DBXUpdate.esl', 110, 0],
    ['dbx/DBX_x86_DBXUpdate.esl', 45, 0],
    ['dbx/Optional_DBX_DBXUpdate2024.auth', 3, 1],
    ['dbx/Optional_DBX_DBXUpdateSVN.esl', 3, 0],
    ['testdb/db-root.esl', 0, 1],
    ['testdb/db-two.esl', 0, 2],
    ['testdb/dbx-hash-two.auth', 2, 0],
    ['testdb/dbx-tbshash384-leaf-revoked-2025.esl', 1, 0],
  ])('in %s are %i digests and %i certificates', (file, digests, certificates) => {
    const anchors = anchorsOf(read(join(IMAGES, 'certs', file)));
    expect(anchors.filter(({ kind }) => kind !== 'certificate')).toHaveLength(digests);
    expect(anchors.filter(({ kind }) => kind === 'certificate')).toHaveLength(certificates);
  });

  it('hold as many anchors as their lists have entries', () => {
    for (const folder of ['certs/dbx', 'certs/testdb']) {
      for (const name of readdirSync(join(IMAGES, folder)).filter((file) => file.endsWith('.esl'))) {
        const bytes = read(join(IMAGES, folder, name));
        expect(anchorsOf(bytes).length, name).toBe(entriesOf(bytes));
      }
    }
  });

  it('hold the same in `.auth` and `.esl`', () => {
    const folder = join(IMAGES, 'certs/dbx');
    const auth = anchorsOf(read(join(folder, 'DBX_amd64_DBXUpdate.auth')));
    expect(auth).toEqual(anchorsOf(read(join(folder, 'DBX_amd64_DBXUpdate.esl'))));
    expect(auth.length).toBeGreaterThan(400);
  });

  it('are refused when they hold a revocation list of X.509', () => {
    expect(readAnchorFile(read(join(IMAGES, 'certs/test/inter.crl.pem')), 'crl')).toMatchObject({
      ok: false,
      code: 'anchor-pem-label',
    });
  });

  it('trust a Debian program, and not one whose certificate was altered', async () => {
    const anchors = anchorsOf(read(join(IMAGES, 'certs/vendor/debian-2016.pem')));
    const program = 'real/amd64/shim-helpers-amd64-signed_1+16.1+2__fbx64.efi.signed';
    expect((await judge(read(join(IMAGES, program)), { anchors })).outcome).toBe('true');
    const altered = await judge(read(join(IMAGES, 'corrupt/deb~flip-cms-mid.efi')), { anchors });
    expect(codesOf(altered)).toContain('chain-signature-bad');
  });
});

/** Entries by the sizes of the lists alone (UEFI 2.10, section 32.4.1). */
function entriesOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let count = 0;
  for (let at = 0; at < bytes.length; at += view.getUint32(at + 16, true)) {
    count += (view.getUint32(at + 16, true) - 28 - view.getUint32(at + 20, true)) / view.getUint32(at + 24, true);
  }
  return count;
}
