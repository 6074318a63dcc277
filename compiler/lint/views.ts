import { isAsked, policyGaps, type PolicyGap } from '../analyse/gap.ts';
import type { Plan, PlanBlock, PlanView } from '../../runtime/contract/plan.ts';
import { requirementsIn } from '../check/additions.ts';
import { artifactShape, type Shape } from '../check/shapes.ts';
import { aLayer, listed, quoted } from '../check/wording.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import { decodersOf } from '../lower/codecs.ts';
import { handedOver } from '../lower/footprint.ts';
import { leavesOf, visitBlocks } from '../lower/walk.ts';
import type { Block, OtherwiseItem, ViewStatement } from '../syntax/ast.ts';
import type { LintContext } from './context.ts';
import { handedTo, visitShapes, writtenBlocks } from './walk.ts';

/** Warns of what views leave out: artifacts, layers, bytes and compressions that nobody judges as the policy reads. */
export function lintViews(context: LintContext): void {
  const { scope } = context.checked;
  const views = scope.views.length === 0 ? [null] : scope.views;
  const written = writtenBlocks(context.checked.policy.statements);
  const judged = new Set<unknown>();
  const allowing = new Set<OtherwiseItem>();
  for (const view of views) {
    const seen = seenBy(view, context);
    for (const kind of seen.artifacts) judged.add(kind);
    if (view?.enforce === 'nothing') continue;
    for (const block of written)
      if (seen.blocks.has(block)) for (const item of block.items.filter(isAllow)) allowing.add(item);
    if (view !== null) reportUnseen(view, seen, context);
  }
  reportUnjudged(judged, context);
  for (const item of allowing) context.report(diagnose('BP0521', { values: {}, at: item.span }));
  reportUncovered(context);
  context.plan.views.forEach((view, index) => reportDecoders(view, index, context));
}

interface Seen {
  /** Kinds of the artifacts of which the view is handed something. */
  readonly artifacts: ReadonlySet<string>;
  readonly blocks: ReadonlySet<Block>;
  /** Names of imported requirements of layers that the view is handed. */
  readonly imported: ReadonlySet<string>;
}

function seenBy(view: ViewStatement | null, { checked: { scope } }: LintContext): Seen {
  const artifacts = new Set<string>();
  const blocks = new Set<Block>();
  const imported = new Set<string>();
  const see = ({ block, additions }: Shape): void => {
    if (block !== null) blocks.add(block);
    for (const addition of additions) {
      for (const { name } of requirementsIn(addition.block)) imported.add(name.text);
    }
  };
  for (const { artifact, layers } of handedTo(view, scope)) {
    if (layers.length > 0) artifacts.add(artifact.kind);
    visitShapes(layers, scope, see);
  }
  const beside = view?.beside === undefined || view.beside === null ? undefined : scope.blocks.get('initrd');
  const shape = beside === undefined ? null : artifactShape(beside, scope);
  if (shape !== null) {
    artifacts.add(shape.kind);
    visitShapes([shape], scope, see);
  }
  return { artifacts, blocks, imported };
}

function isAllow(item: Block['items'][number]): item is OtherwiseItem {
  return item.kind === 'otherwise' && item.action.text === 'allow';
}

function reportUnseen(view: ViewStatement, { blocks, imported }: Seen, context: LintContext): void {
  if (view.enforce === null || view.enforce === 'nothing') return;
  const stated = new Set([...blocks].flatMap((block) => requirementsIn(block).map(({ name }) => name.text)));
  const { scope, reach } = context.checked;
  // An import may speak of more kinds of layers than the policy has.
  const isElsewhere = (name: string): boolean => scope.importedRequirements.has(name) && !reach.imported.has(name);
  for (const word of view.enforce) {
    if (stated.has(word.text) || imported.has(word.text) || isElsewhere(word.text)) continue;
    const values = { view: view.name.text, name: word.text };
    const notes = ['it asks something of layers that the view is never handed: bytes out there are covered by nothing'];
    context.report(diagnose('BP0519', { values, at: word.span, notes }));
  }
}

function reportUnjudged(judged: ReadonlySet<unknown>, { checked: { scope }, report }: LintContext): void {
  for (const [kind, statement] of scope.blocks) {
    if (statement.kind !== 'artifact' || judged.has(kind)) continue;
    report(diagnose('BP0511', { values: { layer: aLayer(kind) }, at: statement.layer.span }));
  }
}

/** An initrd or a command line that is declared, and left open by every view. */
function reportUncovered({ plan, checked: { scope }, report }: LintContext): void {
  const gaps = policyGaps(plan);
  for (const artifact of plan.artifacts) {
    for (const item of scope.blocks.get(artifact.kind)?.block.items ?? []) {
      if (item.kind !== 'child' || !['initrd', 'cmdline'].includes(item.layer.text)) continue;
      const inner = artifact.children.flatMap(({ alternatives }) => alternatives);
      const block = inner.find(({ kind }) => kind === item.layer.text);
      const isOpen = plan.views.every((view, index) => isOpenIn(view, gaps[index]?.gaps ?? [], [artifact, block]));
      if (!isOpen || block === undefined || item.presence?.text === 'absent') continue;
      const help = `require it to be covered, in a view that sees ${aLayer(artifact.kind)}: \`covered by SIGNERS\``;
      report(diagnose('BP0520', { values: { layer: block.kind }, at: item.layer.span, help }));
    }
  }
}

/** Whether the gaps of the view hold the layer, or one around it while nothing is asked of the layer itself. */
function isOpenIn(
  view: PlanView,
  gaps: readonly PolicyGap[],
  [artifact, block]: readonly [PlanBlock, PlanBlock | undefined],
): boolean {
  if (block === undefined) return false;
  const paths = gaps.map(({ path }) => path);
  if (paths.includes(`${artifact.kind}/${block.kind}`)) return true;
  return (paths.includes('file') || paths.includes(artifact.kind)) && !isAsked(block, view);
}

/** Decoders that a view must carry although a requirement rules them out that it does not enforce. */
function reportDecoders(view: PlanView, index: number, context: LintContext): void {
  const { plan, checked } = context;
  const statement = checked.scope.views.find(({ name }) => name.text === view.name);
  const carried = plan.footprint[index]?.decoders ?? [];
  if (statement?.enforceSpan === undefined || statement.enforceSpan === null) return;
  const open = openDecoders(view, plan);
  const codecs = carried.filter((codec) => open.codecs.has(codec));
  if (codecs.length === 0) return;
  const values = { view: view.name, codecs: quoted(codecs) };
  const help = `add ${listed([...open.names])} to its \`enforce\``;
  context.report(diagnose('BP0522', { values, at: statement.enforceSpan, help }));
}

function openDecoders(view: PlanView, { artifacts }: Plan) {
  const enforced = new Set(view.enforce);
  const codecs = new Set<string>();
  const names = new Set<string>();
  visitBlocks(handedOver(view, artifacts), (block) => {
    const intended = decodersOf(block, null);
    for (const codec of decodersOf(block, enforced)) {
      if (intended.includes(codec)) continue;
      codecs.add(codec);
      for (const name of limitingNames(block)) if (!enforced.has(name)) names.add(name);
    }
  });
  return { codecs, names };
}

function limitingNames({ requirements }: PlanBlock): readonly string[] {
  return requirements
    .filter(({ condition }) =>
      leavesOf([condition]).some((leaf) => leaf.kind === 'property' && leaf.property === 'compression'),
    )
    .map(({ name }) => name);
}
