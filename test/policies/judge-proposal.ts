import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import {
  type Anchor,
  besideFactsOf,
  compile,
  DEFAULT_LIMITS,
  type Examination,
  factsOf,
  type FileFacts,
  nativeEngine,
  readAnchorFile,
} from '../../index.ts';
import type { ProposalTrust } from './proposal-images.ts';

export const PROPOSALS_FOLDER = 'policies/kexec';
const AT = new Date('2026-01-01T00:00:00Z');

/** Judges one file under a policy of `policies/kexec/`, with every param bound as the proposals mean it. */
export async function examineUnder(
  policy: string,
  { bytes, facts, initrd }: HandedOver,
  { trust: { db, ring } }: { readonly trust: ProposalTrust },
): Promise<Examination> {
  const path = `${PROPOSALS_FOLDER}/${policy}.bootpol`;
  const { verifier, plan, diagnostics } = compile(readFileSync(path, 'utf8'), { fileName: path });
  expect(diagnostics).toEqual([]);
  if (verifier === null) throw new Error(`${path} does not compile`);
  const bindable: Readonly<Record<string, readonly Anchor[]>> = {
    db: db.flatMap(anchorsOf),
    ring: ring.flatMap(anchorsOf),
    ima: ring.flatMap(anchorsOf),
  };
  const params = plan.signers.filter(({ param }) => param).map((signers) => signers.name);
  const trust = Object.fromEntries(params.map((param) => [param, bindable[param] ?? []]));
  const reading = { limits: DEFAULT_LIMITS, engine: nativeEngine() };
  const beside = initrd === undefined ? {} : { beside: besideFactsOf(initrd, reading) };
  return verifier.examine(facts ?? factsOf(bytes, reading), { trust, at: AT, ...beside });
}

/** A file, and what goes beside it. */
export interface HandedOver {
  readonly bytes: Uint8Array;
  /** Of the file, where several policies judge it. */
  readonly facts?: FileFacts;
  readonly initrd?: Uint8Array;
}

function anchorsOf(certificate: Uint8Array): readonly Anchor[] {
  const file = readAnchorFile(certificate, 'test');
  if (!file.ok) throw new Error(file.text);
  return file.anchors;
}
