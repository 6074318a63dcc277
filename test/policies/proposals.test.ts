import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Anchor, Verdict } from '../../index.ts';
import { compile, DEFAULT_LIMITS, readAnchorFile } from '../../index.ts';
import type { Signer } from '../../forge/x509.ts';
import { forgeProposalImages, type ImageName, type ProposalImages } from './proposal-images.ts';

const AT = new Date('2026-01-01T00:00:00Z');
const FOLDER = 'policies/kexec';

/**
 * One view of one proposal, and what it says of each image: `+` accepts, `-` refuses. `undecided` counts as refused, as
 * everywhere. Images are those of `proposal-images.ts`.
 */
const TABLE: readonly { readonly policy: string; readonly view: string; readonly says: string }[] = [
  { policy: 'firmware-alone', view: 'firmware', says: 'A+ B+ C- D+ E+ F+ G+ Z+ U-' },
  { policy: 'status-quo-raw', view: 'kexec', says: 'A- B- C- D- E- F+ G- Z- U-' },
  { policy: 'status-quo-arm64', view: 'kexec', says: 'A- B- C- D- E+ F+ G- Z- U-' },
  { policy: 'inner-image-signed', view: 'kexec', says: 'A- B- C- D- E+ F+ G- Z- U-' },
  { policy: 'inner-image-signed-trimmed', view: 'kexec', says: 'A- B+ C+ D- E+ F+ G- Z- U-' },
  { policy: 'zboot-gzip', view: 'kexec', says: 'A+ B+ C- D- E+ F+ G- Z- U-' },
  { policy: 'zboot-gzip-xz', view: 'kexec', says: 'A+ B+ C- D- E+ F+ G+ Z- U-' },
  { policy: 'zboot-gzip-zstd', view: 'kexec', says: 'A+ B+ C- D- E+ F+ G- Z+ U-' },
  { policy: 'uki-parser', view: 'kexec', says: 'A+ B+ C- D+ E+ F+ G+ Z+ U-' },
  { policy: 'uki-parser-gzip-zstd', view: 'kexec', says: 'A+ B+ C- D+ E+ F+ G- Z+ U-' },
  { policy: 'any-signature', view: 'kexec', says: 'A+ B+ C+ D- E+ F+ G+ Z+ U-' },
  { policy: 'user-space-emulator', view: 'user-space', says: 'A+ B+ C- D+ E+ F+ G+ Z+ U-' },
  { policy: 'user-space-emulator', view: 'kexec', says: 'A+ B+ C+ D+ E+ F+ G+ Z+ U+' },
  { policy: 'bpf-loader', view: 'kexec', says: 'A+ B+ C- D+ E+ F+ G+ Z+ U-' },
];

const NAMES: readonly ImageName[] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'Z', 'U'];

/** Policies of the folder that are not about these images. */
const OTHERS: readonly string[] = ['x86-bzimage'];

describe('the proposals of the thread', () => {
  let forged: ProposalImages;
  beforeAll(() => {
    forged = forgeProposalImages();
  });

  test.each(TABLE)('$policy at $view says $says', async ({ policy, view, says }) => {
    const told: string[] = [];
    for (const name of NAMES) {
      const verdict = await judge(policy, name, forged);
      told.push(`${name}${viewOf(verdict, view) === 'accept' ? '+' : '-'}`);
    }
    expect(told.join(' ')).toBe(says);
  });

  test.each([
    ['status-quo-raw', 'D', 'no-loader'],
    ['status-quo-arm64', 'A', 'no-signature'],
    ['inner-image-signed', 'C', 'pe-bytes-after-certificate-table'],
    ['inner-image-signed-trimmed', 'A', 'no-signature'],
    ['zboot-gzip', 'Z', 'property-compression'],
    ['zboot-gzip-zstd', 'D', 'no-signature'],
    ['uki-parser', 'C', 'no-signature'],
    ['bpf-loader', 'U', 'no-signature'],
  ] as const)('%s refuses %s for the reason that the thread gives: %s', async (policy, name, code) => {
    const verdict = await judge(policy, name, forged);
    const reasons = verdict.views.flatMap((view) => [
      ...view.reasons,
      ...view.requirements.flatMap((requirement) => requirement.reasons),
    ]);
    expect(reasons.map((reason) => reason.code)).toContain(code);
  });

  test('there is a row for every policy of the folder', () => {
    const files = readdirSync(FOLDER).map((file) => basename(file, '.bootpol'));
    expect([...new Set(TABLE.map(({ policy }) => policy)), ...OTHERS].sort()).toEqual(files.sort());
  });
});

async function judge(policy: string, name: ImageName, forged: ProposalImages): Promise<Verdict> {
  const path = `${FOLDER}/${policy}.bootpol`;
  const { verifier, plan, diagnostics } = compile(readFileSync(path, 'utf8'), { fileName: path });
  // Tests in the file are parsed and not run yet, and that is said of each.
  expect(diagnostics.filter(({ code }) => code !== 'BP0601')).toEqual([]);
  if (verifier === null) throw new Error(`${path} does not compile`);
  const ring = [...anchorsOf(forged.db), ...anchorsOf(forged.modules)];
  const bindable: Readonly<Record<string, readonly Anchor[]>> = { db: anchorsOf(forged.db), ring };
  const params = plan.signers.filter(({ param }) => param).map((signers) => signers.name);
  const trust = Object.fromEntries(params.map((param) => [param, bindable[param] ?? []]));
  return verifier(forged.images[name], { trust, at: AT, limits: DEFAULT_LIMITS });
}

function viewOf(verdict: Verdict, view: string): string | undefined {
  return verdict.views.find((judged) => judged.name === view)?.verdict;
}

function anchorsOf(signer: Signer): readonly Anchor[] {
  const file = readAnchorFile(signer.certificateDer, 'test');
  if (!file.ok) throw new Error(file.text);
  return file.anchors;
}
