import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, factsOf, type FileFacts, nativeEngine, verifierOf } from '../../../index.ts';
import { emitClosures, emitModule } from '../../../compiler/index.ts';
import type { Proof } from '../../../runtime/index.ts';
import { PENDING } from '../../../runtime/index.ts';
import { backEndsOf, programOf, RUNTIME_IMPORT } from '../../emitted.ts';
import { forgeProposalImages } from '../../policies/proposal-images.ts';
import { chanceOf, smallPolicy, smallViews, wholePolicy } from '../../small-policy.ts';
import { planOf, policyText } from '../fixtures.ts';

const POLICIES = 1000;
const AT = new Date('2026-06-15T00:00:00Z');

describe('the emitted module', () => {
  const files: FileFacts[] = [];
  const signerFiles = new Map<string, Uint8Array>();
  beforeAll(() => {
    const { images, db, modules } = forgeProposalImages();
    signerFiles.set('us.pem', db.certificateDer).set('them.pem', modules.certificateDer);
    for (const bytes of Object.values(images)) {
      files.push(factsOf(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() }));
    }
  });
  const readFile = (path: string): Uint8Array | null => signerFiles.get(path) ?? null;

  test(`says of every condition what the back end in memory says: ${String(POLICIES)} policies on the nine images`, async () => {
    const asked = { true: 0, false: 0, undecided: 0, pending: 0, policies: 0 };
    for (let seed = 0; seed < POLICIES; seed += 1) {
      const chance = chanceOf(seed * 104_729);
      const { declarations, requirements } = smallPolicy(chance, '');
      const ends = await backEndsOf(
        wholePolicy('generated', [declarations, ...smallViews(chance, requirements)]),
        readFile,
      );
      if (ends === null) continue;
      asked.policies += 1;
      const closures = emitClosures(ends.plan);
      const conditions = closures.map((closure, index): typeof closure => (subject) => {
        const one = closure(subject);
        const other = ends.program.conditions[index]?.(subject);
        asked[one === PENDING ? 'pending' : one.outcome] += 1;
        if (!isSame(one, other)) throw new Error(`condition ${String(index)} of policy ${String(seed)} differs`);
        return one;
      });
      const verifier = verifierOf({ plan: ends.plan, conditions }, nativeEngine());
      const file = files[seed % files.length];
      if (file !== undefined) await verifier.judge(file, { trust: {}, at: AT, fileDigest: 'when-needed' });
    }
    expect(asked.policies).toBeGreaterThan(POLICIES / 2);
    expect(Math.min(asked.true, asked.false, asked.pending)).toBeGreaterThan(100);
  });

  test('gives the same verdicts, with proofs, reasons and digests: 40 policies on each image', async () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const chance = chanceOf(seed * 15_485_863);
      const { declarations, requirements } = smallPolicy(chance, '');
      const ends = await backEndsOf(
        wholePolicy('generated', [declarations, ...smallViews(chance, requirements)]),
        readFile,
      );
      if (ends === null) continue;
      const [left, right] = [ends.memory, ends.module];
      for (const file of files) {
        const options = { trust: {}, at: AT } as const;
        // The proof of a group leaves out what was not computed when it was decided: both find everything computed.
        await left.judge(file, options);
        expect(await right.judge(file, options)).toEqual(await left.judge(file, options));
      }
    }
  });

  test('is the same for the same policy, and imports the runtime alone', () => {
    const text = policyText('artifact image { require outer: signed by distro }');
    const [one, other] = [emitModule(planOf(text)), emitModule(planOf(text))];
    expect(one).toEqual(other);
    expect(one.code.match(/\bimport\b.*/g)).toEqual([RUNTIME_IMPORT.trimEnd()]);
    expect(one.code).not.toMatch(/\beval\b|\bFunction\b/);
  });

  test('keeps hostile text within its literals and comments', async () => {
    const hostile = '\u2028 */ </script><!-- ` ${process.exit(1)} \\" \\\\ // \ud800';
    const text = `language 1
policy example version 1 "${hostile}"
signers distro = file "distro.pem"
artifact uki {
  require outer: signed by distro
  linux: one of { image }
  cmdline { forbid shell: contains "${hostile}" }
  section ".a*/\`" optional
}
waive shell until 2099-01-01 because "${hostile}"
`;
    const options = { fileName: '*/\n\u2029process.exit(1)//`${x}</script>.bootpol' };
    const plan = planOf(text.replaceAll('\u2028', '\u00ad'), { ...hostileOptions(), ...options });
    const { code, declaration } = emitModule(plan);
    for (const written of [code, declaration]) {
      expect(written).toMatch(/^[\n -~]*$/);
      expect(written).not.toMatch(/<\/script|<!--/);
    }
    const { plan: loaded } = await programOf(plan);
    expect(loaded).toEqual({ ...plan, digest: plan.digest });
  });

  test('escapes what JSON does not', async () => {
    const plan = planOf(policyText('artifact image { require outer: signed by distro }'));
    const description = ' \u2028\u2029\u0000\ud800</script>`${1}*/\ufeff';
    const changed = { ...plan, digest: plan.digest, policy: { ...plan.policy, description } };
    expect((await programOf(changed)).plan.policy.description).toBe(description);
  });

  test('reads as a program: conditions as functions, with the names of requirements', () => {
    const plan = planOf(
      policyText(
        'artifact image {\n  require outer: any of {\n    signed by distro\n    none of {\n nx-compat\n }\n  }\n}',
      ),
    );
    expect(emitModule(plan).code).toContain(['// require outer (distro.bootpol:5:3)', 'const c0 = {'].join('\n'));
    expect(emitModule(plan).code).toContain(
      [
        'function requirement0(subject) {',
        '  return anyOf(c3, [',
        '    leaf(c0, subject.signedBy(c0.signers, c0.constraints)),',
        '    noneOf(c2, [',
        '      leaf(c1, subject.property(c1.property, c1.argument, c1.test)),',
        '    ]),',
        '  ]);',
        '}',
      ].join('\n'),
    );
  });
});

function hostileOptions() {
  return {
    loadSigners: () => ({
      ok: true as const,
      format: 'pem' as const,
      anchors: [
        { kind: 'certificate' as const, der: 'MAA=', sha256: 'a'.repeat(64), subject: 'CN=`*/</script>\u2028' },
      ],
    }),
    sha256: () => 'd'.repeat(64),
  };
}

function isSame(one: Proof | typeof PENDING, other: Proof | typeof PENDING | undefined): boolean {
  if (one === PENDING || other === PENDING || other === undefined) return one === other;
  return (
    one.outcome === other.outcome &&
    JSON.stringify([one.condition, one.reasons]) === JSON.stringify([other.condition, other.reasons]) &&
    one.children.length === other.children.length &&
    one.children.every((child, index) => isSame(child, other.children[index]))
  );
}
