import { peFields } from '../../forge/pe-fields.ts';
import { signAppended } from '../../forge/appended.ts';
import { forgeEsl } from '../../forge/esl.ts';
import { newKeyRing } from '../../forge/keys.ts';
import { RECIPES } from '../../forge/recipes.ts';
import { newSignerSet, type SignerName } from '../../forge/signer-set.ts';
import { smallProgram } from '../../forge/small-program.ts';
import { nativeEngine } from '../../native-engine.ts';
import type { Anchor } from '../../runtime/contract/anchor.ts';
import type { PlanConstraints } from '../../runtime/contract/plan.ts';
import { attempt } from '../../runtime/bytes/format-error.ts';
import { hexOf } from '../../runtime/bytes/hex.ts';
import { readPe } from '../../runtime/formats/pe.ts';
import { collectAppended } from '../../runtime/signing/appended.ts';
import { collectSignatures } from '../../runtime/signing/certificate-table.ts';
import { certificateOf } from '../../runtime/trust/anchor-certificate.ts';
import { readAnchorFile } from '../../runtime/trust/anchor-file.ts';
import { judgeAppended } from '../../runtime/trust/appended.ts';
import type { LayerRuling } from '../../runtime/trust/layer-question.ts';
import { judgeLayer } from '../../runtime/trust/profile.ts';
import { seeded } from './mutation.ts';
import type { SeedRange } from './seed-range.ts';

/** What came of many mutations. */
export interface MutationReport {
  readonly judged: number;
  readonly accepted: number;
  /** Acceptances by a key that nobody trusted, or of another digest than was signed. */
  readonly unexplained: readonly Unexplained[];
}

interface Unexplained {
  /** With the seed. */
  readonly text: string;
  readonly seed: number;
  readonly bytes: Uint8Array;
}

const ENGINE = nativeEngine();
const AT = new Date('2026-06-15T12:00:00Z');
const NAMES: readonly SignerName[] = ['good', 'A-root', 'p384', 'mldsa65'];
const FILES = [
  'good',
  'chain-root-in-db',
  'ecdsa-p384-sha384',
  'timestamp-rfc3161',
  'nested-evil-in-good',
  'ber-indefinite',
];
const PLAIN: PlanConstraints = {
  scheme: 'authenticode',
  digests: null,
  keys: null,
  validity: 'profile',
  count: 1,
  timestamped: false,
};

/** Mutates the certificate table, an appended signature, and the list of trust, by each seed; throws for a crash. */
export async function mutateSignatures(
  range: SeedRange,
  begin: (seed: number, bytes: Uint8Array) => void = () => undefined,
): Promise<MutationReport> {
  const people = newSignerSet(newKeyRing(), 'p256');
  const list = forgeEsl(...NAMES.map((name) => ({ type: 'x509' as const, data: people.get(name).certificateDer })));
  const trusted = anchorsOf(list);
  const keys = new Set(trusted.map(keyOf));
  const report = { judged: 0, accepted: 0, unexplained: new Array<Unexplained>() };
  const note = (what: Unexplained, ruling: LayerRuling, digest: string | null): void => {
    report.judged += 1;
    if (ruling.outcome !== 'true') return;
    report.accepted += 1;
    const honest = ruling.rulings.some(
      ({ trusted: holds, anchor, signature }) =>
        holds && anchor !== null && keys.has(keyOf(anchor)) && (digest === null || signature.digest === digest),
    );
    if (!honest) report.unexplained.push(what);
  };
  for (const [at, name] of FILES.entries()) {
    const file = RECIPES.find((recipe) => recipe.name === name)?.build(people) ?? new Uint8Array(0);
    const start = peFields(file).certificateTable.address;
    const digest = (await collectSignatures(readPe(file, 'pe'), ENGINE)).signatures[0]?.digest ?? null;
    for (let seed = range.first; seed < range.first + range.count; seed += 1) {
      const bytes = changed(file, start, at * 1_000_003 + seed);
      begin(seed, bytes);
      note({ text: `${name}, seed ${seed}`, seed, bytes }, await judgePe(bytes, trusted), digest);
      const other = changed(list, 0, at * 1_000_003 + seed);
      begin(seed, other);
      const mutated = readAnchorFile(other, 'list');
      const what = { text: `list for ${name}, seed ${seed}`, seed, bytes: other };
      if (mutated.ok) note(what, await judgePe(file, mutated.anchors), digest);
    }
  }
  const contents = smallProgram({});
  const appended = signAppended(contents, { signer: people.get('good') });
  for (let seed = range.first; seed < range.first + range.count; seed += 1) {
    const bytes = changed(appended, contents.length, seed);
    begin(seed, bytes);
    note({ text: `appended, seed ${seed}`, seed, bytes }, await judgeTail(bytes, trusted), null);
  }
  return report;
}

/** One to three bytes from `start` on set to others. */
function changed(bytes: Uint8Array, start: number, seed: number): Uint8Array {
  const next = seeded(seed);
  const copy = Uint8Array.from(bytes);
  for (let left = 1 + (next() % 3); left > 0; left -= 1) {
    copy[start + (next() % (bytes.length - start))] = next() % 2 === 0 ? next() & 0xff : next() % 4;
  }
  return copy;
}

async function judgePe(bytes: Uint8Array, anchors: readonly Anchor[]): Promise<LayerRuling> {
  const read = attempt(() => readPe(bytes, 'pe'));
  if (!read.ok) throw new Error('only the certificate table was changed');
  const pe = read.value;
  const collected = await collectSignatures(pe, ENGINE);
  const terms = { anchors, revoked: [], constraints: PLAIN, at: AT, profile: 'strict', engine: ENGINE } as const;
  return judgeLayer({ ...terms, pe, collected, allowDigests: 'no' });
}

async function judgeTail(bytes: Uint8Array, anchors: readonly Anchor[]): Promise<LayerRuling> {
  const layer = { path: 'pe', bytes, pe: null };
  const collected = await collectAppended(layer, ENGINE);
  const constraints = { ...PLAIN, scheme: 'appended' } as const;
  return judgeAppended({
    layer,
    collected,
    anchors,
    revoked: [],
    constraints,
    at: AT,
    profile: 'strict',
    engine: ENGINE,
  });
}

function anchorsOf(bytes: Uint8Array): readonly Anchor[] {
  const file = readAnchorFile(bytes, 'list');
  if (!file.ok) throw new Error(file.text);
  return file.anchors;
}

function keyOf(anchor: Anchor): string {
  return anchor.kind === 'certificate' ? hexOf(certificateOf(anchor).spki) : 'none';
}
