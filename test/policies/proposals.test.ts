import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { signAppended } from '../../forge/appended.ts';
import { forgeInitrd, SMALL_ROOT } from '../../forge/initrd.ts';
import { forgeImage } from '../../forge/kernel-image.ts';
import { examineUnder, PROPOSALS_FOLDER } from './judge-proposal.ts';
import { forgeProposalImages, type ProposalImages } from './proposal-images.ts';
import { IMAGE_NAMES, PROPOSAL_INITRDS, PROPOSAL_TABLE } from './proposal-table.ts';

/** Policies of the folder that are not about these images. */
const OTHERS: readonly string[] = ['x86-bzimage', 'uki-parser-x86', 's390-appended', 'ima-appraisal'];

describe('the proposals of the thread', () => {
  let forged: ProposalImages;
  beforeAll(() => {
    forged = forgeProposalImages();
  });

  test.each(PROPOSAL_TABLE)('$policy at $view says $says', async ({ policy, view, says }) => {
    const told: string[] = [];
    for (const name of IMAGE_NAMES) {
      const { verdict } = await examineUnder(policy, { bytes: forged.images[name] }, forged);
      const judged = verdict.views.find((each) => each.name === view);
      told.push(`${name}${judged?.verdict === 'accept' ? '+' : '-'}`);
    }
    expect(told.join(' ')).toBe(says);
  });

  test.each(PROPOSAL_INITRDS)(
    'of an accepted UKI, $policy leaves the initrd $initrd',
    async ({ policy, view, initrd, of }) => {
      for (const name of of) {
        const { verdict, gaps } = await examineUnder(policy, { bytes: forged.images[name] }, forged);
        expect(verdict.views.find((each) => each.name === view)?.verdict).toBe('accept');
        const open = gaps.find((each) => each.view === view)?.gaps.map(({ layer }) => layer) ?? [];
        const shown = open.some((layer) => layer === 'uki/.initrd' || layer === 'uki');
        expect(shown).toBe(initrd === 'open');
      }
    },
  );

  test.each([
    ['status-quo-raw', 'D', 'no-loader'],
    ['status-quo-arm64', 'A', 'no-signature'],
    ['inner-image-signed', 'C', 'image-digest-mismatch'],
    ['inner-image-signed-trimmed', 'A', 'no-signature'],
    ['zboot-gzip', 'Z', 'property-compression'],
    ['zboot-gzip-zstd', 'D', 'no-signature'],
    ['uki-parser', 'C', 'no-signature'],
    ['bpf-loader', 'U', 'no-signature'],
  ] as const)('%s refuses %s for the reason that the thread gives: %s', async (policy, name, code) => {
    const { verdict } = await examineUnder(policy, { bytes: forged.images[name] }, forged);
    const reasons = verdict.views.flatMap((view) => [
      ...view.reasons,
      ...view.requirements.flatMap((requirement) => requirement.reasons),
    ]);
    expect(reasons.map((reason) => reason.code)).toContain(code);
  });

  test.each(['s390-appended', 'ima-appraisal'])(
    '%s accepts an Image with an appended signature, and not one byte of it changed',
    async (policy) => {
      const plain = forgeImage({ arch: 'arm64', size: 60_000 });
      const signed = signAppended(plain, { signer: forged.modules });
      const { verdict, gaps } = await examineUnder(policy, { bytes: signed }, forged);
      expect(verdict.verdict).toBe('accept');
      expect(gaps.flatMap((view) => view.gaps)).toEqual([]);
      const changed = signed.slice();
      changed[plain.length - 1] = (changed[plain.length - 1] ?? 0) ^ 1;
      expect((await examineUnder(policy, { bytes: changed }, forged)).verdict.verdict).not.toBe('accept');
    },
  );

  test('ima-appraisal accepts an initrd beside the kernel with a signature of its own, and not one byte of it changed', async () => {
    const kernel = signAppended(forgeImage({ arch: 'arm64', size: 60_000 }), { signer: forged.modules });
    const plain = forgeInitrd({ entries: SMALL_ROOT, compression: 'none' });
    const initrd = signAppended(plain, { signer: forged.modules });
    const { verdict, gaps } = await examineUnder('ima-appraisal', { bytes: kernel, initrd }, forged);
    expect(verdict.verdict).toBe('accept');
    expect(gaps.flatMap((view) => view.gaps)).toEqual([]);
    const changed = initrd.slice();
    changed[plain.length - 1] = (changed[plain.length - 1] ?? 0) ^ 1;
    for (const other of [changed, plain, kernel]) {
      const examined = await examineUnder('ima-appraisal', { bytes: kernel, initrd: other }, forged);
      expect(examined.verdict.verdict).not.toBe('accept');
    }
  });

  test.each([
    ['status-quo-arm64', 'F'],
    ['inner-image-signed-trimmed', 'B'],
    ['zboot-gzip-zstd', 'A'],
    ['any-signature', 'A'],
  ] as const)('%s takes an initrd beside %s, and leaves all of it unprotected', async (policy, name) => {
    const initrd = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });
    const { verdict, gaps } = await examineUnder(policy, { bytes: forged.images[name], initrd }, forged);
    expect(verdict.verdict).toBe('accept');
    const size = initrd.length;
    const open = { layer: 'beside/initrd', sizeBytes: size, uncoveredBytes: size, because: 'unasked' };
    expect(gaps.flatMap((view) => view.gaps)).toContainEqual(expect.objectContaining(open));
  });

  test('there is a row for every policy of the folder', () => {
    const files = readdirSync(PROPOSALS_FOLDER).map((file) => basename(file, '.bootpol'));
    expect([...new Set(PROPOSAL_TABLE.map(({ policy }) => policy)), ...OTHERS].sort()).toEqual(files.sort());
  });
});
