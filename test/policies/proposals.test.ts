import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Anchor } from '../../index.ts';
import { compile, DEFAULT_LIMITS, readAnchorFile } from '../../index.ts';
import type { Signer } from '../../forge/x509.ts';
import { forgeProposalImages, type ImageName, type ProposalImages } from './proposal-images.ts';

const AT = new Date('2026-01-01T00:00:00Z');

/** One view of one policy: the images that it accepts. `undecided` counts as refused, as everywhere. */
const TABLE: readonly { readonly policy: string; readonly view: string; readonly accepts: string }[] = [
  { policy: 'zboot-gzip-zstd', view: 'firmware', accepts: 'A B D E F G Z' },
  { policy: 'zboot-gzip-zstd', view: 'kexec', accepts: 'A B E F Z' },
  { policy: 'zboot-gzip', view: 'kexec', accepts: 'A B E F' },
  { policy: 'inner-image-signed', view: 'as-posted', accepts: 'E F' },
  { policy: 'inner-image-signed', view: 'trimmed', accepts: 'B C E F' },
  { policy: 'uki-envelope', view: 'kexec', accepts: 'D E' },
];

const NAMES: readonly ImageName[] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'Z', 'U'];

describe('the proposals of the thread', () => {
  let forged: ProposalImages;
  beforeAll(() => {
    forged = forgeProposalImages();
  });

  test.each(TABLE)('$policy at $view accepts $accepts and refuses the rest', async ({ policy, view, accepts }) => {
    const path = `policies/kexec/${policy}.bootpol`;
    const { verifier, plan, diagnostics } = compile(readFileSync(path, 'utf8'), { fileName: path });
    expect(diagnostics).toEqual([]);
    const ring = [...anchorsOf(forged.db), ...anchorsOf(forged.modules)];
    const bindable: Readonly<Record<string, readonly Anchor[]>> = { db: anchorsOf(forged.db), ring };
    const params = plan?.signers.filter(({ param }) => param).map(({ name }) => name) ?? [];
    const trust = Object.fromEntries(params.map((name) => [name, bindable[name] ?? []]));
    const accepted: string[] = [];
    for (const name of NAMES) {
      const verdict = await verifier?.(forged.images[name], { trust, at: AT, limits: DEFAULT_LIMITS });
      if (verdict?.views.find((judged) => judged.name === view)?.verdict === 'accept') accepted.push(name);
    }
    expect(accepted.join(' ')).toBe(accepts);
  });
});

function anchorsOf(signer: Signer): readonly Anchor[] {
  const file = readAnchorFile(signer.certificateDer, 'test');
  if (!file.ok) throw new Error(file.text);
  return file.anchors;
}
