import { nativeEngine } from '../../../native-engine.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import type { Anchor } from '../../../runtime/contract/anchor.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { collectSignatures } from '../../../runtime/signing/certificate-table.ts';
import { compareEnforcers, type EnforcerVerdict } from '../../../runtime/trust/compare.ts';
import { anchorsOf, judge, PLAIN } from '../../runtime/trust/question.ts';
import type { Comparison } from './comparison.ts';

/** Stands for a signer whose certificate is not at hand. */
export const UNNAMED = 'nobody named';

/** What bootpol says of a file. */
export interface BootpolAnswers extends BootpolReading {
  /** By profile, with the certificate as the only anchor. */
  readonly trusted: readonly EnforcerVerdict[];
  /** By profile, with the image digest as the only anchor. */
  readonly listed: readonly EnforcerVerdict[];
}

/** What the readers say of a file, whoever is trusted. Digests in lower-case hex, null where there is none. */
export interface BootpolReading {
  /** Image digest. */
  readonly sha256: string | null;
  /** The digest that the first signature states, and that of the image in its algorithm. */
  readonly stated: string | null;
  readonly computed: string | null;
  /** The digest that the last signature states. */
  readonly lastStated: string | null;
  /** By entry that can be read: the subjects of the embedded certificates, in the order of the message. */
  readonly certificates: readonly (readonly string[])[];
  /** By entry that can be read: the subject of the signer, or `UNNAMED` when it is not embedded. */
  readonly signers: readonly string[];
}

/** Asks bootpol about a file, with a certificate as the only anchor, and with a SHA-256 image digest. */
export async function bootpolAnswers(bytes: Uint8Array, anchor: Uint8Array, digest: string): Promise<BootpolAnswers> {
  const listed: Anchor = { kind: 'image-digest', algorithm: 'sha256', hex: digest };
  const trust = { dbx: [], at: AT, engine: ENGINE };
  return {
    ...(await bootpolReading(bytes)),
    trusted: await compareEnforcers(bytes, { ...trust, db: anchorsOf(anchor) }),
    listed: await compareEnforcers(bytes, { ...trust, db: [listed] }),
  };
}

/** What the readers alone say. */
export async function bootpolReading(bytes: Uint8Array): Promise<BootpolReading> {
  const pe = attempt(() => readPe(bytes, 'file'));
  const collected = pe.ok ? await collectSignatures(pe.value, ENGINE) : null;
  const signatures = collected?.signatures ?? [];
  const firstOfEntries = signatures.filter(
    ({ index, digest }, at) => digest !== null && signatures[at - 1]?.index !== index,
  );
  const sha256 = (await collected?.digests.of('sha256')) ?? null;
  return {
    sha256: sha256 === null ? null : Buffer.from(sha256).toString('hex'),
    stated: signatures[0]?.digest ?? null,
    computed: signatures[0]?.computedDigest ?? null,
    lastStated: signatures.at(-1)?.digest ?? null,
    certificates: firstOfEntries.map(({ certificates }) => certificates.map(({ subject }) => subject)),
    signers: firstOfEntries.map(({ signer }) => signer?.subject ?? UNNAMED),
  };
}

/** Whether `strict` takes the file with a timestamp by one of the anchors, each certificate valid at its time. */
export async function bootpolOfTime(
  bytes: Uint8Array,
  anchors: readonly Uint8Array[],
): Promise<Pick<Comparison, 'expected' | 'rule'>> {
  const constraints = { ...PLAIN, timestamped: true, validity: 'at-signing' } as const;
  const { outcome, reasons } = await judge(bytes, { anchors: anchors.flatMap(anchorsOf), constraints, at: AT });
  return { expected: outcome === 'true' ? 'takes' : 'refuses', rule: reasons[0]?.code ?? null };
}

const ENGINE = nativeEngine();
const AT = new Date('2026-11-01T00:00:00Z');
