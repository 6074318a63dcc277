import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { signPe } from '../../forge/sign.ts';
import { forgeUki } from '../../forge/uki.ts';
import { newSigner } from '../../forge/x509.ts';
import { DEFAULT_LIMITS, factsOf, type FileFacts, nativeEngine } from '../../index.ts';
import { examineUnder } from './judge-proposal.ts';
import type { ImageName, ProposalTrust } from './proposal-images.ts';
import { IMAGE_NAMES, PROPOSAL_INITRDS, PROPOSAL_TABLE } from './proposal-table.ts';

const FOLDER = process.env['BOOTPOL_IMAGES'] ?? '';
const KERNELS = 'kernel/arm64-6.12';

interface RealImages {
  readonly trust: ProposalTrust;
  readonly images: Readonly<Record<ImageName, FileFacts>>;
}

/**
 * The images of the table out of a real kernel, signed by others where such a file exists: A, B, C, F, Z and U. Of
 * D, E and G the parts are real (kernel, initrd), and the outer file is ours: nobody packs or signs these.
 */
function realImages(): RealImages {
  const us = newSigner({ subject: 'Firmware db', key: 'rsa2048' });
  const signed = (bytes: Uint8Array): Uint8Array => signPe(bytes, { signers: [{ signer: us }] });
  const kernel = (name: string): Uint8Array => real(`${KERNELS}/${name}`);
  const uki = (linux: Uint8Array): Uint8Array =>
    forgeUki({ arch: 'arm64', linux, osrel: 'ID=test\n', uname: '6.12.107', initrd: real('initrd/main.cpio.gz') });
  // The Image is signed with the key of the modules, which the table wants in db as well.
  const [outer, modules] = ['outer', 'inner-modsign'].map((name) => real(`certs/kernel/${name}.der`));
  const db = [outer, modules, us.certificateDer].filter((each) => each !== undefined);
  const images = {
    A: kernel('zboot-gzip.outer.efi'),
    B: kernel('zboot-innersigned-gzip.outer.efi'),
    C: kernel('zboot-innersigned-gzip.efi'),
    D: signed(uki(kernel('zboot-gzip.efi'))),
    E: signed(uki(kernel('Image.signed'))),
    F: kernel('Image.signed'),
    G: signed(kernel('zboot-orig612-xz.efi')),
    Z: kernel('zboot-zstd.outer.efi'),
    U: kernel('zboot-gzip.efi'),
  };
  const opened = (bytes: Uint8Array): FileFacts => factsOf(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
  const { A, B, C, D, E, F, G, Z, U } = images;
  return {
    trust: { db, ring: db },
    images: {
      ...{ A: opened(A), B: opened(B), C: opened(C), D: opened(D), E: opened(E) },
      ...{ F: opened(F), G: opened(G), Z: opened(Z), U: opened(U) },
    },
  };
}

function real(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FOLDER, path)));
}

describe.skipIf(FOLDER === '')('the proposals of the thread on a real kernel (BOOTPOL_IMAGES)', () => {
  let files: RealImages;
  beforeAll(() => {
    files = realImages();
  });

  const examine = (policy: string, name: ImageName) =>
    examineUnder(policy, { bytes: files.images[name].bytes, facts: files.images[name] }, files);

  test.each(PROPOSAL_TABLE)('$policy at $view says $says', async ({ policy, view, says }) => {
    const told: string[] = [];
    for (const name of IMAGE_NAMES) {
      const { verdict } = await examine(policy, name);
      told.push(`${name}${verdict.views.find((each) => each.name === view)?.verdict === 'accept' ? '+' : '-'}`);
    }
    expect(told.join(' ')).toBe(says);
  });

  test.each(PROPOSAL_INITRDS)('of an accepted UKI, $policy leaves the initrd $initrd', async (row) => {
    for (const name of row.of) {
      const { gaps } = await examine(row.policy, name);
      const open = gaps.find((each) => each.view === row.view)?.gaps.map(({ layer }) => layer) ?? [];
      expect(open.some((layer) => layer === 'uki/.initrd' || layer === 'uki')).toBe(row.initrd === 'open');
    }
  });

  test('an initrd is open where the Image is signed, and covered where the kernel parses the UKI', async () => {
    const size = real('initrd/main.cpio.gz').length;
    for (const policy of ['inner-image-signed', 'inner-image-signed-trimmed']) {
      const { gaps } = await examine(policy, 'D');
      expect(gaps[0]?.gaps).toContainEqual(
        expect.objectContaining({ layer: 'uki/.initrd', because: 'hidden', sizeBytes: size, uncoveredBytes: size }),
      );
    }
    expect((await examine('uki-parser', 'D')).gaps).toMatchObject([{ loads: 'something', gaps: [] }]);
  });
});

describe.skipIf(FOLDER === '')('a UKI that ukify built and signed outside only (BOOTPOL_IMAGES)', () => {
  const examine = (policy: string) => {
    const leaf = real('certs/test/leaf-rsa2048.der');
    return examineUnder(
      policy,
      { bytes: real('uki/x64-signed-leaf-rsa2048.efi') },
      { trust: { db: [leaf], ring: [leaf] } },
    );
  };

  test('has its initrd unprotected at kexec where only a signature on the kernel inside would count', async () => {
    const { verdict, gaps } = await examine('x86-bzimage');
    expect(verdict.verdict).toBe('reject');
    const initrd = gaps[0]?.gaps.find(({ layer }) => layer === 'uki/.initrd');
    expect(initrd).toMatchObject({ because: 'hidden', sizeBytes: 4593, uncoveredBytes: 4593, lost: { layer: 'uki' } });
  });

  test('has it protected where the kernel parses the UKI', async () => {
    const { verdict, gaps } = await examine('uki-parser-x86');
    expect(verdict.verdict).toBe('accept');
    expect(gaps).toMatchObject([{ loads: 'something', gaps: [] }]);
  });
});

describe.skipIf(FOLDER === '')('a real bzImage (BOOTPOL_IMAGES)', () => {
  test.each([
    ['bzImage-gzip.outer', 'accept'],
    ['bzImage-gzip', 'reject'],
  ])('%s: x86-bzimage and uki-parser-x86 say %s', async (name, expected) => {
    const outer = real('certs/kernel/outer.der');
    for (const policy of ['x86-bzimage', 'uki-parser-x86']) {
      const bytes = real(`kernel/x86_64-6.12/${name}`);
      const { verdict } = await examineUnder(policy, { bytes }, { trust: { db: [outer], ring: [outer] } });
      expect(verdict.verdict).toBe(expected);
    }
  });
});
