import type { Engine } from '../bytes/engine.ts';
import type { Anchor } from '../contract/anchor.ts';
import { archOfMachine } from '../formats/pe-machine.ts';
import { passes, refuses, type StageAnswer } from './boot-stage.ts';
import { type Enforcer, type EnforcerMachine, type EnforcerRuling, ruleOf } from './enforcer.ts';
import { decisiveReason, judgeAs, wouldCrash } from './judge-enforcer.ts';
import type { Machine, NamedList } from './machine.ts';
import { peOffsetOf, readPeHeader } from './pe-header.ts';

/** What an enforcer is asked on a machine. */
export interface StageQuestion {
  readonly bytes: Uint8Array;
  /** Whom it believes, in its order. */
  readonly lists: readonly NamedList[];
  readonly revoked: readonly Anchor[];
  readonly settings: EnforcerMachine;
  readonly engine: Engine;
}

/** Asks an enforcer as a stage of a walk; an acceptance says what it rests on. */
export async function askStage(enforcer: Enforcer, question: StageQuestion): Promise<StageAnswer> {
  const { bytes, lists, revoked, settings, engine } = question;
  const anchors = lists.flatMap((list) => list.anchors);
  const ruling = await judgeAs(enforcer, { bytes, layer: 'file', anchors, revoked, engine, machine: settings });
  const reason = decisiveReason(ruling);
  if (reason === null) return passes('accept', restsOn(ruling, lists));
  const refused = refuses(reason, ruleOf(reason.code)?.[enforcer] ?? null);
  return wouldCrash(enforcer, reason) ? { ...refused, verdict: 'would-crash' } : refused;
}

function restsOn({ entries, digestListed }: EnforcerRuling, lists: readonly NamedList[]): string {
  const signers = entries.filter(({ trusted }) => trusted === 'yes').flatMap((entry) => entry.signers);
  const anchor = signers.find((signer) => signer.anchor !== null)?.anchor ?? null;
  if (anchor === null || digestListed === 'yes') return 'its image digest is listed';
  const list = lists.find(({ anchors }) => anchors.includes(anchor))?.name ?? 'a list';
  const whom = anchor.kind === 'certificate' ? `\`${anchor.subject}\`` : 'an entry';
  return `its signature leads to ${whom} of ${list}`;
}

/**
 * Why the program is for another machine; null when it is for this one. A program without a PE header is left to the
 * enforcers.
 */
export function foreignArchitecture(bytes: Uint8Array, { arch }: Machine, source: string): StageAnswer | null {
  const peOffset = peOffsetOf(bytes) ?? 0;
  const header = readPeHeader(bytes, peOffset, 'file');
  if (header === null) return null;
  const other = archOfMachine(header.machine);
  if (other === arch) return null;
  const machine = other ?? `of machine 0x${header.machine.toString(16)}`;
  const text = `the program is ${machine}, the machine is ${arch}`;
  const place = { layer: 'file', offsetBytes: peOffset + 4, lengthBytes: 2 };
  return refuses({ code: 'foreign-architecture', text, ...place }, source);
}
