import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import {
  type Anchor,
  compile,
  DEFAULT_LIMITS,
  type Examination,
  factsOf,
  nativeEngine,
  readAnchorFile,
} from '../../index.ts';
import type { Signer } from '../../forge/x509.ts';
import type { ProposalImages } from './proposal-images.ts';

export const PROPOSALS_FOLDER = 'policies/kexec';
const AT = new Date('2026-01-01T00:00:00Z');

/** Judges one forged file under a policy of `policies/kexec/`, with every param bound as the proposals mean it. */
export async function examineUnder(policy: string, bytes: Uint8Array, forged: ProposalImages): Promise<Examination> {
  const path = `${PROPOSALS_FOLDER}/${policy}.bootpol`;
  const { verifier, plan, diagnostics } = compile(readFileSync(path, 'utf8'), { fileName: path });
  expect(diagnostics).toEqual([]);
  if (verifier === null) throw new Error(`${path} does not compile`);
  const ring = [...anchorsOf(forged.db), ...anchorsOf(forged.modules)];
  const bindable: Readonly<Record<string, readonly Anchor[]>> = { db: anchorsOf(forged.db), ring, ima: ring };
  const params = plan.signers.filter(({ param }) => param).map((signers) => signers.name);
  const trust = Object.fromEntries(params.map((param) => [param, bindable[param] ?? []]));
  const file = factsOf(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
  return verifier.examine(file, { trust, at: AT });
}

function anchorsOf(signer: Signer): readonly Anchor[] {
  const file = readAnchorFile(signer.certificateDer, 'test');
  if (!file.ok) throw new Error(file.text);
  return file.anchors;
}
