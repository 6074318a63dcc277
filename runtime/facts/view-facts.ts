import { type ByteRange, normalise, NO_RANGES, type RangeSet, union } from '../bytes/ranges.ts';
import type { Anchor } from '../contract/anchor.ts';
import { PENDING, type Judgement, type Pending, type Reason } from '../contract/judgement.ts';
import { NO_CONSTRAINTS, type PlanConstraints, type PlanSignatureCondition, type PlanView } from '../contract/plan.ts';
import type { Subject } from '../contract/subject.ts';
import type { PeImage } from '../formats/pe.ts';
import { judgeAppended } from '../trust/appended.ts';
import { judgePcr } from '../trust/pcr.ts';
import { judgeLayer, type LayerRuling } from '../trust/profile.ts';
import { type Cell, cell } from './cell.ts';
import { type Coverage, coverLayer, type DirectCoverage, judgeCoverage } from './coverage.ts';
import { type FileFacts, memoised } from './file-facts.ts';
import type { LayerNode } from './node.ts';
import { judgeProperty } from './property.ts';
import type { SignerSets } from './signer-sets.ts';
import { type Handed, handedAncestor, handOver } from './visibility.ts';

/** What a view knows of a file: the only place where bytes, trust, time and visibility meet. */
export interface ViewFacts {
  readonly view: PlanView;
  readonly root: LayerNode;
  readonly handed: Handed;
  sees(node: LayerNode): 'yes' | 'no';
  subjectOf(node: LayerNode): Subject;
  /** Coverage by one signer set, for reports. */
  coverageOf(node: LayerNode, signers: string): Coverage | Pending;
  /** What the signatures by which `signed by` or `allowed by` holds have hashed of the layer itself; nothing when it does not hold. */
  signedRangesOf(node: LayerNode, condition: PlanSignatureCondition): RangeSet | Pending;
}

/** Who is believed, and when. */
export interface Belief {
  readonly signers: SignerSets;
  /** Revoked everywhere. */
  readonly revoked: readonly Anchor[];
  readonly at: Date;
}

/** Presents a file to a view. Facts are shared with all other views of the same `FileFacts`. */
export function viewFacts(file: FileFacts, view: PlanView, belief: Belief): ViewFacts {
  const root = view.trimmed ? file.trimmedRoot() : file.root;
  const handed = handOver(root, view);
  const context: ViewContext = {
    file,
    view,
    handed,
    belief,
    revoked:
      view.revokedBy === null ? belief.revoked : [...belief.revoked, ...belief.signers.anchorsOf(view.revokedBy)],
    subjects: new Map(),
    rulings: new Map(),
    coverages: new Map(),
  };
  return {
    view,
    root,
    handed,
    sees: (node) => (handedAncestor(node, handed) === null ? 'no' : 'yes'),
    subjectOf: (node) => memoised(context.subjects, node, () => subjectOf(node, context)),
    coverageOf: (node, signers) => coverageOf(node, signers, context),
    signedRangesOf: (node, condition) => signedRangesOf(node, condition, context),
  };
}

interface ViewContext {
  readonly file: FileFacts;
  readonly view: PlanView;
  readonly handed: Handed;
  readonly belief: Belief;
  readonly revoked: readonly Anchor[];
  readonly subjects: Map<LayerNode, Subject>;
  readonly rulings: Map<LayerNode, Map<string, Cell<LayerRuling>>>;
  readonly coverages: Map<string, Map<LayerNode, Coverage>>;
}

function subjectOf(node: LayerNode, context: ViewContext): Subject {
  const judgements = new Map<unknown, Map<string, Judgement>>();
  const remember = (test: unknown, name: string, ask: () => Judgement | Pending): Judgement | Pending => {
    const known = judgements.get(test)?.get(name);
    if (known !== undefined) return known;
    const judged = ask();
    if (judged !== PENDING) memoised(judgements, test, () => new Map<string, Judgement>()).set(name, judged);
    return judged;
  };
  return {
    kind: node.kind,
    path: node.path,
    signedBy: (signers, constraints) =>
      remember(constraints, signers, () => judgeSigned(node, { signers, constraints, allowDigests: 'no' }, context)),
    allowedBy: (signers, constraints) =>
      remember(constraints, `allowed ${signers}`, () =>
        judgeSigned(node, { signers, constraints, allowDigests: 'yes' }, context),
      ),
    coveredBy: (signers) => remember('covered', signers, () => judgeCovered(node, signers, context)),
    property: (name, argument, test) =>
      remember(test, name, () => judgeProperty({ node, name, argument, test, file: context.file })),
  };
}

interface SignatureQuestion {
  readonly signers: string;
  readonly constraints: PlanConstraints;
  readonly allowDigests: 'yes' | 'no';
}

function judgeSigned(node: LayerNode, question: SignatureQuestion, context: ViewContext): Judgement | Pending {
  if (handedAncestor(node, context.handed) === null) return notVisible(node, context);
  const ruling = ruleOn(node, question, context);
  return ruling === PENDING ? PENDING : { outcome: ruling.outcome, reasons: ruling.reasons };
}

/** A listed image digest pins the whole layer. */
function signedRangesOf(
  node: LayerNode,
  { kind, signers, constraints }: PlanSignatureCondition,
  context: ViewContext,
): RangeSet | Pending {
  if (handedAncestor(node, context.handed) === null) return NO_RANGES;
  const ruling = ruleOn(node, { signers, constraints, allowDigests: kind === 'allowed' ? 'yes' : 'no' }, context);
  if (ruling === PENDING) return PENDING;
  if (ruling.outcome !== 'true') return NO_RANGES;
  return ruling.covers.length > 0 ? ruling.covers : [[0, node.layer().bytes.length]];
}

function ruleOn(node: LayerNode, question: SignatureQuestion, context: ViewContext): LayerRuling | Pending {
  const { fault, pe } = node.layer();
  if (fault !== null) return { outcome: 'undecided', rulings: [], reasons: [fault], covers: NO_RANGES };
  if (question.constraints.scheme === 'appended') return ruleOnAppended(node, question, context);
  if (pe === null) return { outcome: 'false', rulings: [], reasons: [noSignature(node)], covers: NO_RANGES };
  if (question.constraints.scheme === 'pcr') return ruleOnPcr(node, pe, { question, context });
  const collected = context.file.signaturesOf(pe);
  if (collected === PENDING) return PENDING;
  const key = JSON.stringify([question.signers, question.constraints, question.allowDigests]);
  const asked = memoised(context.rulings, node, () => new Map<string, Cell<LayerRuling>>());
  return memoised(asked, key, () =>
    cell(context.file.work, () =>
      judgeLayer({
        pe,
        collected,
        anchors: context.belief.signers.anchorsOf(question.signers),
        revoked: revokedFor(question.signers, context),
        constraints: question.constraints,
        at: context.belief.at,
        profile: context.view.like,
        allowDigests: question.allowDigests,
        engine: context.file.engine,
      }),
    ),
  ).get();
}

/** What is revoked everywhere, and in this set. */
function revokedFor(signers: string, { revoked, belief }: ViewContext): readonly Anchor[] {
  const own = belief.signers.revokedOf(signers);
  return own.length === 0 ? revoked : [...revoked, ...own];
}

function ruleOnAppended(node: LayerNode, question: SignatureQuestion, context: ViewContext): LayerRuling | Pending {
  const layer = node.layer();
  const collected = context.file.appendedOf(layer);
  if (collected === PENDING) return PENDING;
  const key = JSON.stringify([question.signers, question.constraints]);
  const asked = memoised(context.rulings, node, () => new Map<string, Cell<LayerRuling>>());
  return memoised(asked, key, () =>
    cell(context.file.work, () =>
      judgeAppended({
        layer,
        collected,
        anchors: context.belief.signers.anchorsOf(question.signers),
        revoked: revokedFor(question.signers, context),
        constraints: question.constraints,
        at: context.belief.at,
        profile: context.view.like,
        engine: context.file.engine,
      }),
    ),
  ).get();
}

interface Asked {
  readonly question: SignatureQuestion;
  readonly context: ViewContext;
}

function ruleOnPcr({ path }: LayerNode, pe: PeImage, { question, context }: Asked): LayerRuling | Pending {
  const collected = context.file.pcrSignaturesOf(pe);
  if (collected === PENDING) return PENDING;
  const { belief, view, file } = context;
  const anchors = belief.signers.anchorsOf(question.signers);
  const revoked = revokedFor(question.signers, context);
  const { constraints } = question;
  const terms = { anchors, revoked, constraints, at: belief.at, profile: view.like, engine: file.engine };
  return judgePcr({ ...terms, path, collected });
}

function judgeCovered(node: LayerNode, signers: string, context: ViewContext): Judgement | Pending {
  if (handedAncestor(node, context.handed) === null) return notVisible(node, context);
  const { fault } = node.layer();
  if (fault !== null) return { outcome: 'undecided', reasons: [fault] };
  const coverage = coverageOf(node, signers, context);
  return coverage === PENDING ? PENDING : judgeCoverage(node.layer(), signers, coverage);
}

function coverageOf(node: LayerNode, signers: string, context: ViewContext): Coverage | Pending {
  const known = memoised(context.coverages, signers, () => new Map<LayerNode, Coverage>());
  const remembered = known.get(node);
  if (remembered !== undefined) return remembered;
  const computed = coverLayer(node, {
    direct: (asked) => directCoverage(asked, signers, context),
    hiddenParentOf: (asked) => hiddenParent(asked, context),
    coverageOf: (asked) => coverageOf(asked, signers, context),
  });
  if (computed !== PENDING) known.set(node, computed);
  return computed;
}

/** Rule a: an intact, trusted signature covers the ranges that its digest hashed. */
function directCoverage(node: LayerNode, signers: string, context: ViewContext): DirectCoverage | Pending {
  const layer = node.layer();
  const table = layer.pe === null ? NOTHING_COLLECTED : context.file.signaturesOf(layer.pe);
  const appended = context.file.appendedOf(layer);
  if (table === PENDING || appended === PENDING) return PENDING;
  const covers: ByteRange[] = [];
  for (const scheme of ['authenticode', 'appended'] as const) {
    if (scheme === 'authenticode' ? layer.pe === null : appended.signatures.length === 0) continue;
    const question = { signers, constraints: { ...NO_CONSTRAINTS, scheme }, allowDigests: 'no' } as const;
    const ruling = ruleOn(node, question, context);
    if (ruling === PENDING) return PENDING;
    if (ruling.outcome === 'true') covers.push(...ruling.covers);
  }
  return { ranges: normalise(covers), stray: union(table.strayRanges, appended.strayRanges) };
}

const NOTHING_COLLECTED = { signatures: [], strayRanges: NO_RANGES } as const;

function hiddenParent(node: LayerNode, context: ViewContext): Reason | null {
  const { parent } = node;
  if (parent === null || handedAncestor(parent, context.handed) !== null) return null;
  return {
    code: 'not-visible',
    text: `${context.view.name} sees ${seenBy(context.view)}: no signature on the ${parent.kind} around it reaches it`,
    layer: node.path,
    offsetBytes: 0,
    lengthBytes: 0,
  };
}

function seenBy(view: PlanView): string {
  if (view.sees.kind === 'file') return 'the file';
  const { kinds } = view.sees;
  return kinds.length === 1 ? `only the ${kinds.join()}` : `only { ${kinds.join(', ')} }`;
}

function notVisible(node: LayerNode, context: ViewContext): Judgement {
  const { view } = context;
  const reason: Reason = {
    code: 'not-visible',
    text: `${view.name} sees ${seenBy(view)}: no signature on or around this layer reaches it`,
    layer: node.path,
    offsetBytes: 0,
    lengthBytes: 0,
  };
  return { outcome: 'false', reasons: [reason] };
}

function noSignature(node: LayerNode): Reason {
  return {
    code: 'no-signature',
    text: `no signature on the ${node.kind}: it is not a PE file`,
    layer: node.path,
    offsetBytes: 0,
    lengthBytes: 0,
  };
}
