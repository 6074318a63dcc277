import { alignUp, readU32le } from '../../forge/bytes.ts';
import { peFields } from '../../forge/pe-fields.ts';
import {
  compile,
  factsOf,
  type Finding,
  inspect,
  type InspectedLayer,
  inspectionReport,
  nativeEngine,
  plainPaint,
  readAnchorFile,
  renderInspectionText,
  type Verdict,
  type Verifier,
} from '../../index.ts';
import { DEFAULT_LIMITS } from '../../runtime/bytes/limits.ts';
import type { LayerKind } from '../../runtime/contract/layer-kinds.ts';
import { peelLayer } from '../../runtime/formats/peel.ts';
import { budgetOf } from '../../runtime/formats/read-file.ts';
import { anchorsOf } from '../policy-case.ts';
import { breaksIn, layersOf, misplacedParts } from '../runtime/formats/layer-tree.ts';
import { mutated } from './mutation.ts';
import { type FuzzedReader, US } from './readers.ts';
import type { SeedRange } from './seed-range.ts';

/** How a run of mutations came out. */
export interface FuzzResult {
  /** Empty when all is well. */
  readonly faults: readonly FuzzFault[];
  /** Mutations by verdict, or by `read` and `refused` for files of anchors. */
  readonly outcomes: ReadonlyMap<string, number>;
}

/** What is wrong, and what shows it. */
export interface FuzzFault {
  /** With the seed. */
  readonly text: string;
  readonly seed: number;
  readonly bytes: Uint8Array;
}

/** What is told before each try. */
type Begin = (seed: number, bytes: Uint8Array) => void;

/**
 * Gives a reader mutated bytes. Whatever they are, it must end soon and without an exception, name every byte, give each
 * fault a place in the bytes, and take no signed file whose signed bytes have changed.
 */
export async function fuzzReader(
  reader: FuzzedReader,
  { first, count }: SeedRange,
  begin: Begin = () => undefined,
): Promise<FuzzResult> {
  const faults: FuzzFault[] = [];
  const outcomes = new Map<string, number>();
  for (let seed = first; seed < first + count; seed += 1) {
    const original = reader.seeds[seed % reader.seeds.length] ?? new Uint8Array(0);
    const bytes = mutated(original, seed);
    begin(seed, bytes);
    const start = process.cpuUsage();
    const found = await tried(reader, original, bytes);
    const { user, system } = process.cpuUsage(start);
    if (user + system > CPU_LIMIT_MICROSECONDS) found.faults.push(`it took ${(user + system) / 1e6} s of CPU`);
    faults.push(...found.faults.map((fault) => ({ text: `${reader.name}, seed ${seed}: ${fault}`, seed, bytes })));
    outcomes.set(found.outcome, (outcomes.get(found.outcome) ?? 0) + 1);
  }
  return { faults, outcomes };
}

/** Whether bytes as they are, not mutated, are read without fault and, where they are signed, accepted. */
export async function isSound({ kind }: FuzzedReader, seed: Uint8Array): Promise<boolean> {
  if (kind === 'anchors') return readAnchorFile(seed, 'keys').ok;
  const source = { kind, path: kind, bytes: seed, codec: 'none' as const, depth: 1, origin: null, fault: null };
  const isRead = layersOf(peelLayer(source, budgetOf(OPTIONS, null))).every(({ fault }) => fault === null);
  if (!SIGNED_KINDS.includes(kind)) return isRead;
  const { verdict } = await verifier().judge(factsOf(seed, OPTIONS), { trust: { us: anchorsOf(US) }, at: AT });
  return isRead && verdict === 'accept';
}

/** Files of a few kilobytes take milliseconds; a loaded machine and a first compilation are allowed for. */
const CPU_LIMIT_MICROSECONDS = 10_000_000;
const OPTIONS = { limits: { ...DEFAULT_LIMITS, layerSizeLimitBytes: 4 * 1024 * 1024 }, engine: nativeEngine() };
const AT = new Date('2026-06-15T12:00:00Z');

interface Try {
  readonly faults: string[];
  readonly outcome: string;
}

async function tried({ kind }: FuzzedReader, original: Uint8Array, bytes: Uint8Array): Promise<Try> {
  try {
    return kind === 'anchors' ? readAnchors(bytes) : await readImage(kind, original, bytes);
  } catch (error) {
    return { faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)], outcome: 'thrown' };
  }
}

function readAnchors(bytes: Uint8Array): Try {
  const read = readAnchorFile(bytes, 'keys');
  if (read.ok) return { faults: [], outcome: 'read' };
  const isPlaced = Number.isInteger(read.offsetBytes) && read.offsetBytes >= 0 && read.offsetBytes <= bytes.length;
  return { faults: isPlaced ? [] : [`${read.code} is placed at ${read.offsetBytes}`], outcome: 'refused' };
}

async function readImage(kind: LayerKind, original: Uint8Array, bytes: Uint8Array): Promise<Try> {
  const source = { kind, path: kind, bytes, codec: 'none' as const, depth: 1, origin: null, fault: null };
  const layers = layersOf(peelLayer(source, budgetOf(OPTIONS, null)));
  const faults = layers.flatMap((layer) => [...breaksIn(layer), ...misplacedParts(layer)]);
  const inspection = await inspect(bytes, OPTIONS);
  faults.push(...misplacedFindings(inspection.root));
  JSON.stringify(inspectionReport([{ file: 'file', inspection }]));
  const shown = {
    paint: plainPaint,
    parts: ['tree', 'details', 'findings', 'coverage', 'bytes'],
    layer: null,
  } as const;
  const text = renderInspectionText('file', inspection, shown);
  if (text.split('\n').some((line) => line.length > 80)) faults.push('a line has more than 80 columns');
  const verdict = await verifier().judge(factsOf(bytes, OPTIONS), { trust: { us: anchorsOf(US) }, at: AT });
  if (verdict.verdict !== 'reject' && verdict.verdict !== 'undecided' && !hasOnlyExemptChanges(original, bytes)) {
    faults.push(`it is ${verdict.verdict}ed`);
  }
  return { faults: [...faults, ...unexplained(verdict)], outcome: verdict.verdict };
}

/** Findings and faults that do not lie in the layer that they name. */
function misplacedFindings(root: InspectedLayer): string[] {
  const sizes = new Map<string, number>();
  const visit = (layer: InspectedLayer): readonly Finding[] => {
    sizes.set(layer.path, Math.max(sizes.get(layer.path) ?? 0, layer.sizeBytes));
    const own = [...(layer.fault === null ? [] : [layer.fault]), ...layer.findings];
    return [...own, ...layer.signatures.flatMap(({ findings }) => findings), ...layer.children.flatMap(visit)];
  };
  return visit(root)
    .filter(({ layer, offsetBytes }) => !(offsetBytes >= 0 && offsetBytes <= (sizes.get(layer) ?? -1)))
    .map(({ code, layer, offsetBytes }) => `${code} is placed at ${layer} ${offsetBytes}`);
}

/** A refusal must say why, and where. */
function unexplained({ verdict, views }: Verdict): readonly string[] {
  const reasons = views.flatMap((view) => [...view.reasons, ...view.requirements.flatMap((each) => each.reasons)]);
  const isPlaced = reasons.every(({ layer, offsetBytes }) => layer !== '' && Number.isInteger(offsetBytes));
  if (!isPlaced) return ['a reason has no place'];
  return reasons.length === 0 && verdict !== 'accept' ? [`it is ${verdict} without a reason`] : [];
}

const SIGNED_KINDS: readonly string[] = ['pe', 'zboot', 'uki', 'addon', 'image', 'bzimage'];

const POLICY = `language 1
policy fuzz
param signers us
${SIGNED_KINDS.map((kind) => `artifact ${kind} { require s: signed by us  otherwise allow }`).join('\n')}
artifact compressed { require c: covered by us  otherwise allow }
artifact initrd { require c: covered by us  forbid m: replaced-members  otherwise allow }
`;

const compiled: { verifier: Verifier | null } = { verifier: null };

function verifier(): Verifier {
  compiled.verifier ??= compile(POLICY).verifier;
  if (compiled.verifier === null) throw new Error('the policy of the fuzzer does not compile');
  return compiled.verifier;
}

/**
 * What no signature of ours vouches for: CheckSum, the low byte of dwLength while it cuts off padding alone, and the
 * entry of another signer in front of ours.
 */
function hasOnlyExemptChanges(original: Uint8Array, bytes: Uint8Array): boolean {
  if (original.length !== bytes.length) return false;
  const { checksumOffset, certificateTable } = peFields(original);
  const { address, size } = certificateTable;
  const entrySize = alignUp(readU32le(original, address), 8);
  const exemptEnd = entrySize < size ? address + entrySize : address + 1;
  return bytes.every((byte, at) => {
    const isExempt = (at >= checksumOffset && at < checksumOffset + 4) || (at >= address && at < exemptEnd);
    return isExempt || byte === original[at];
  });
}
