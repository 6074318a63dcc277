import type { Engine } from '../bytes/engine.ts';
import { attempt, type Finding } from '../bytes/format-error.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Reason } from '../contract/judgement.ts';
import { NO_CONSTRAINTS } from '../contract/plan.ts';
import type { ProfileName } from '../contract/vocabulary.ts';
import { readPe } from '../formats/pe.ts';
import { collectSignatures } from '../signing/certificate-table.ts';
import { type Enforcer, type EnforcerMachine, ruleOf } from './enforcer.ts';
import { decisiveReason, judgeAs, wouldCrash } from './judge-enforcer.ts';
import { judgeStrictly } from './profile-strict.ts';
import { STRICT_RULES } from './strict-rules.ts';

/** Whom the enforcers believe and whom they do not. */
export interface ComparedTrust {
  /** db and what goes with it, or the keyrings of a kernel. In the order in which firmware tries them. */
  readonly db: readonly Anchor[];
  readonly dbx: readonly Anchor[];
  /** Settings of the machine; left out: as measured, or as a plain build has them. */
  readonly machine?: EnforcerMachine;
  /** The time of the judgement; only revocations with a time ask for it, and only `strict` does. */
  readonly at: Date;
  readonly engine: Engine;
}

/** What one enforcer says of a file. */
export interface EnforcerVerdict {
  readonly name: ProfileName;
  readonly verdict: 'accept' | 'reject' | 'would-crash';
  /** The rule that makes the difference, with its place in the file; null for `accept`. */
  readonly decisive: DecisiveRule | null;
}

/** A broken rule: its reason in this file, and where the enforcer has it. */
export interface DecisiveRule extends Reason {
  /** File and function of the enforcer's source, or how it was measured; null where there is nothing to cite. */
  readonly source: string | null;
}

/** The enforcers that are compared, in the order in which a machine meets them, and then `strict`. */
const COMPARED: readonly ProfileName[] = ['edk2', 'shim', 'linux', 'strict'];

/**
 * Asks one enforcer whether it takes a file, by a signature or by an image digest. The file is the PE image as it lies
 * there; whether a kernel has a loader for its format is not asked. Never rejects for what the file holds.
 */
export async function askEnforcer(
  bytes: Uint8Array,
  name: ProfileName,
  trust: ComparedTrust,
): Promise<EnforcerVerdict> {
  return name === 'strict' ? askStrict(bytes, trust) : ask(bytes, name, trust);
}

/** Asks all of them. */
export async function compareEnforcers(bytes: Uint8Array, trust: ComparedTrust): Promise<readonly EnforcerVerdict[]> {
  const verdicts: EnforcerVerdict[] = [];
  for (const name of COMPARED) verdicts.push(await askEnforcer(bytes, name, trust));
  return verdicts;
}

const LAYER = 'file';

async function ask(bytes: Uint8Array, name: Enforcer, trust: ComparedTrust): Promise<EnforcerVerdict> {
  const { db: anchors, dbx: revoked, engine, machine = {} } = trust;
  const ruling = await judgeAs(name, { bytes, layer: LAYER, anchors, revoked, engine, machine });
  const reason = decisiveReason(ruling);
  if (reason === null) return { name, verdict: 'accept', decisive: null };
  const verdict = wouldCrash(name, reason) ? 'would-crash' : 'reject';
  return { name, verdict, decisive: { ...reason, source: ruleOf(reason.code)?.[name] ?? null } };
}

async function askStrict(bytes: Uint8Array, { db, dbx, at, engine }: ComparedTrust): Promise<EnforcerVerdict> {
  const read = attempt(() => readPe(bytes, LAYER));
  if (!read.ok) return refusedStrictly(read.finding);
  const ruling = await judgeStrictly({
    pe: read.value,
    collected: await collectSignatures(read.value, engine),
    anchors: db,
    revoked: dbx,
    constraints: NO_CONSTRAINTS,
    at,
    profile: 'strict',
    allowDigests: 'yes',
    engine,
  });
  if (ruling.outcome === 'true') return { name: 'strict', verdict: 'accept', decisive: null };
  const [reason] = ruling.reasons;
  return refusedStrictly(reason ?? { code: 'undecided', text: '', layer: LAYER, offsetBytes: 0, lengthBytes: 0 });
}

function refusedStrictly(reason: Finding): EnforcerVerdict {
  const source = STRICT_RULES.find(({ code }) => code === reason.code)?.source ?? null;
  return { name: 'strict', verdict: 'reject', decisive: { ...reason, source } };
}
