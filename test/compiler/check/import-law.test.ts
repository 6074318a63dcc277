import { beforeAll, describe, expect, test } from 'vitest';
import { compile, factsOf, DEFAULT_LIMITS, type FileFacts, nativeEngine, type Verdict } from '../../../index.ts';
import { forgeProposalImages } from '../../policies/proposal-images.ts';
import { chanceOf, smallPolicy, smallViews, wholePolicy } from '../../small-policy.ts';
import { importOf } from '../import-case.ts';

const POLICIES = 70;
const AT = new Date('2026-06-15T00:00:00Z');
const ACCEPTED = ['accept', 'accept-with-warnings', 'accept-waived'];

/** One generated policy that imports another: itself, itself without the import, and what it imports on its own. */
interface Trio {
  readonly whole: string;
  readonly without: string;
  readonly alone: string;
  readonly base: string;
}

function trioOf(seed: number): Trio {
  const chance = chanceOf(seed);
  const own = smallPolicy(chance, '');
  const added = smallPolicy(chance, 'b-');
  const revoked = chance(4) === 0 ? ['revoked = file "them.pem"'] : [];
  const base = wholePolicy('base', [added.declarations, ...revoked]);
  const waivers =
    chance(3) === 0
      ? [`waive ${chance(2) === 0 ? 'shape' : (own.requirements[0] ?? 'shape')} until 2026-12-31 because "late"`]
      : [];
  const viewed = (names: readonly string[]): readonly string[] => smallViews(chanceOf(seed + 1), names);
  const statements = [own.declarations, ...waivers];
  return {
    whole: wholePolicy('whole', [
      ...statements,
      importOf('base', { base }),
      ...viewed([...own.requirements, ...added.requirements]),
    ]),
    without: wholePolicy('without', [...statements, ...viewed(own.requirements)]),
    alone: wholePolicy('alone', [added.declarations, ...revoked, ...viewed(added.requirements)]),
    base,
  };
}

describe('an import only adds', () => {
  const files: FileFacts[] = [];
  const signerFiles = new Map<string, Uint8Array>();
  beforeAll(() => {
    const { images, db, modules } = forgeProposalImages();
    signerFiles.set('us.pem', db.certificateDer).set('them.pem', modules.certificateDer);
    for (const bytes of Object.values(images))
      files.push(factsOf(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() }));
  });

  /** None of a policy that does not compile: an import may refuse what the policy requires. */
  async function verdictsOf(text: string, base: string): Promise<readonly Verdict[]> {
    const { verifier } = compile(text, {
      readFile: (path) => (path === 'base' ? new TextEncoder().encode(base) : (signerFiles.get(path) ?? null)),
    });
    if (verifier === null) return [];
    return Promise.all(files.map((file) => verifier.judge(file, { trust: {}, at: AT, fileDigest: 'when-needed' })));
  }

  const seen = { accepted: 0, tightened: 0, asked: 0 };

  test(`what a policy accepts, it accepts without its imports: ${String(POLICIES)} policies on nine images`, async () => {
    for (let seed = 0; seed < POLICIES; seed += 1) {
      const { whole, without, base } = trioOf(seed * 7919);
      const [after, before] = [await verdictsOf(whole, base), await verdictsOf(without, base)];
      for (const [index, verdict] of after.entries()) {
        for (const [place, view] of verdict.views.entries()) {
          const earlier = before[index]?.views[place];
          const was = ACCEPTED.includes(earlier?.verdict ?? '');
          if (ACCEPTED.includes(view.verdict)) {
            expect({ whole, base, index, view: view.name, was }).toEqual({
              whole,
              base,
              index,
              view: view.name,
              was: true,
            });
            seen.accepted += 1;
          } else if (was) seen.tightened += 1;
        }
      }
    }
    // Neither side may be empty, or the law would hold for want of cases.
    expect(seen.accepted).toBeGreaterThan(50);
    expect(seen.tightened).toBeGreaterThan(50);
  });

  test('an imported requirement says in the policy what it says in its own file', async () => {
    for (let seed = 0; seed < POLICIES; seed += 1) {
      const { whole, alone, base } = trioOf(seed * 7919 + 3);
      const [together, apart] = [await verdictsOf(whole, base), await verdictsOf(alone, base)];
      for (const [index, verdict] of apart.entries()) {
        for (const [place, view] of verdict.views.entries()) {
          const other = together[index]?.views[place];
          if (other === undefined || other.requirements.length === 0) continue;
          const said = new Set(other.requirements.map(({ name, layer, condition }) => `${name} ${layer} ${condition}`));
          const missing = view.requirements
            .filter(({ name }) => name !== 'shape')
            .map(({ name, layer, condition }) => `${name} ${layer} ${condition}`)
            .filter((entry) => !said.has(entry));
          expect({ whole, base, index, view: view.name, missing }).toEqual({
            whole,
            base,
            index,
            view: view.name,
            missing: [],
          });
          seen.asked += view.requirements.length;
        }
      }
    }
    expect(seen.asked).toBeGreaterThan(500);
  });
});
