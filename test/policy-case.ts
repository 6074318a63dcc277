import { forgeImage } from '../forge/kernel-image.ts';
import { signPe } from '../forge/sign.ts';
import { forgeUki, type UkiSpec } from '../forge/uki.ts';
import { newSigner, type Signer } from '../forge/x509.ts';
import { forgeZboot, type ZbootSpec } from '../forge/zboot.ts';
import { type Anchor, compile, DEFAULT_LIMITS, readAnchorFile, type Verdict, type ViewVerdict } from '../index.ts';

/** The day on which every case is judged unless it says otherwise. */
export const TODAY = new Date('2026-06-15T12:00:00Z');

/** Two signers that nobody else has, and images to put together. */
export interface Bench {
  readonly us: Signer;
  readonly them: Signer;
  readonly image: Uint8Array;
}

/** Makes new keys; cheap enough for once a file. */
export function newBench(): Bench {
  return {
    us: newSigner({ subject: 'Us', key: 'p256' }),
    them: newSigner({ subject: 'Them', key: 'p256' }),
    image: forgeImage({ arch: 'arm64', size: 60_000 }),
  };
}

/** Signs a PE file with the defaults of the forge. */
export function signed(bytes: Uint8Array, signer: Signer): Uint8Array {
  return signPe(bytes, { signers: [{ signer }] });
}

/** A gzip zboot image of the bench's Image. */
export function zbootOf(bench: Bench, more: Partial<ZbootSpec> = {}): Uint8Array {
  return forgeZboot({ image: bench.image, compression: 'gzip', ...more });
}

/** An arm64 UKI around the bench's Image. */
export function ukiOf(bench: Bench, more: Partial<UkiSpec> = {}): Uint8Array {
  return forgeUki({ arch: 'arm64', linux: bench.image, osrel: 'ID=test\n', cmdline: 'ro quiet', ...more });
}

/** The anchors of a signer's certificate. */
export function anchorsOf(...signers: readonly Signer[]): readonly Anchor[] {
  return signers.flatMap(({ certificateDer }) => {
    const file = readAnchorFile(certificateDer, 'test');
    if (!file.ok) throw new Error(file.text);
    return file.anchors;
  });
}

/** Judges bytes under a policy with `param signers us` and `param signers them` bound to the bench's signers. */
export async function judge(policy: string, bytes: Uint8Array, bench: Bench, at = TODAY): Promise<Verdict> {
  const text = `language 1\npolicy test\n${policy}\n`;
  const { verifier, plan, diagnostics } = compile(text);
  if (verifier === null) throw new Error(diagnostics.map(({ code, title }) => `${code} ${title}`).join('\n'));
  const known: Readonly<Record<string, readonly Anchor[]>> = { us: anchorsOf(bench.us), them: anchorsOf(bench.them) };
  const params = plan.signers.filter(({ param }) => param).map(({ name }) => name);
  const trust = Object.fromEntries(params.map((name) => [name, known[name] ?? []]));
  return verifier(bytes, { trust, at, limits: DEFAULT_LIMITS });
}

/** How one requirement came out, over all layers that it was asked of: the worst one's outcome, or null. */
export function outcomeOf(verdict: Verdict | ViewVerdict, name: string): string | null {
  const views = 'views' in verdict ? verdict.views : [verdict];
  const outcomes = views.flatMap(({ requirements }) => requirements.filter((each) => each.name === name));
  const order = ['satisfied', 'warned', 'waived', 'undecided', 'violated'];
  const ranks = outcomes.map(({ outcome }) => order.indexOf(outcome));
  return ranks.length === 0 ? null : (order[Math.max(...ranks)] ?? null);
}

/** Codes of every reason in a verdict. */
export function reasonCodes(verdict: Verdict): readonly string[] {
  return verdict.views.flatMap(({ reasons, requirements }) =>
    [...reasons, ...requirements.flatMap((each) => each.reasons)].map(({ code }) => code),
  );
}
