import { asksForBytes } from '../../runtime/contract/asks-for-bytes.ts';
import { LAYER_KINDS, type LayerKind, OBEYED_KINDS } from '../../runtime/contract/layer-kinds.ts';
import type { Plan, PlanBlock, PlanView } from '../../runtime/contract/plan.ts';

/** What a view can load or execute although no requirement that it enforces asks for it, whatever the file. */
export interface PolicyGaps {
  readonly view: string;
  readonly gaps: readonly PolicyGap[];
}

export interface PolicyGap {
  /** Kinds from the outermost to the layer itself, such as `uki/initrd`. */
  readonly path: string;
  /** `unseen`: it lies outside what the view is handed. `unasked`: the view sees it, and asks for nothing. */
  readonly because: 'unseen' | 'unasked';
}

/** The gaps of every view of a policy, in the order of its views. */
export function policyGaps(plan: Plan): readonly PolicyGaps[] {
  return plan.views.map((view) => ({
    view: view.name,
    gaps: gapsOfView(view, plan.artifacts).map(({ path, because }) => ({ path, because })),
  }));
}

/** A block with the blocks around it, outermost first. */
interface Place {
  readonly block: PlanBlock;
  readonly above: readonly PlanBlock[];
}

/** A gap with the block that is left open; null where that is any file. */
export interface FoundGap extends PolicyGap {
  readonly block: PlanBlock | null;
}

/** The gaps of one view. */
export function gapsOfView(view: PlanView, artifacts: readonly PlanBlock[]): readonly FoundGap[] {
  if (view.enforcesNothing && view.sees.kind === 'file') {
    return [{ path: 'file', because: 'unasked', block: null }, ...besideGaps(view, artifacts)];
  }
  const gaps = new Map<string, FoundGap>();
  const add = (gap: FoundGap): void => void gaps.set(gap.path, gaps.get(gap.path) ?? gap);
  for (const place of handedPlaces(view, artifacts)) {
    for (const gap of gapsIn(place, view)) add(gap);
    for (const gap of gapsBeside(place, view)) add(gap);
  }
  return [...gaps.values(), ...besideGaps(view, artifacts)];
}

/** The initrd that is handed on beside whatever file it is. */
function besideGaps(view: PlanView, artifacts: readonly PlanBlock[]): readonly FoundGap[] {
  if (view.beside === null || artifacts.some((block) => block.kind === view.beside && isAsked(block, view))) return [];
  return [{ path: `beside/${view.beside}`, because: 'unasked', block: emptyBlock(view.beside, view) }];
}

/** The outermost blocks that the view sees and that its loader takes. */
function handedPlaces(view: PlanView, artifacts: readonly PlanBlock[]): readonly Place[] {
  const { sees, loads } = view;
  const places: Place[] = [];
  const visit = (place: Place): void => {
    const isHanded = sees.kind === 'file' || sees.kinds.includes(place.block.kind);
    if (isHanded) places.push(place);
    else for (const inner of insideOf(place)) visit(inner);
  };
  for (const block of artifacts) visit({ block, above: [] });
  return places.filter(({ block }) => loads === null || loads.includes(block.kind));
}

function insideOf({ block, above }: Place): readonly Place[] {
  return block.children
    .filter(({ presence }) => presence !== 'absent' && (presence !== 'undeclared' || block.otherwise !== 'reject'))
    .flatMap(({ alternatives }) => alternatives.map((inner) => ({ block: inner, above: [...above, block] })));
}

/** What is used of a layer that the view sees: nothing under a layer for which something vouches can be other bytes. */
function gapsIn(place: Place, view: PlanView): readonly FoundGap[] {
  const { block } = place;
  if (isAsked(block, view)) return [];
  const inside = insideOf(place);
  const programs = inside.filter((inner) => PROGRAMS.includes(inner.block.kind));
  const isKernel = programs.length === 0 || block.kind === 'bzimage';
  if (isKernel || (view.loads === null && block.kind !== 'linux')) return [gapAt(place, 'unasked')];
  const sections = inside.filter((inner) => OBEYED_KINDS.includes(inner.block.kind));
  const open = sections.filter((section) => !isAsked(section.block, view)).map((section) => gapAt(section, 'unasked'));
  const undeclared = block.otherwise === 'reject' ? [] : undeclaredKinds(block);
  return [
    ...programs.flatMap((program) => gapsIn(program, view)),
    ...open,
    ...undeclared.map((kind) => ({
      path: `${pathOf(place)}/${kind}`,
      because: 'unasked' as const,
      block: emptyBlock(kind, block),
    })),
  ];
}

const PROGRAMS: readonly LayerKind[] = ['linux', 'zboot', 'image', 'bzimage', 'pe', 'uki'];

/** What is used beside the layer that the view is handed; declared or not, since no shape is judged out there. */
function gapsBeside({ above }: Place, view: PlanView): readonly FoundGap[] {
  return above.flatMap((around, depth) => {
    if (around.kind !== 'uki') return [];
    const path = pathOf({ block: around, above: above.slice(0, depth) });
    return sectionsOf(around)
      .filter((kind) => !isRefused(around, kind, view))
      .map((kind) => ({ path: `${path}/${kind}`, because: 'unseen' as const, block: emptyBlock(kind, around) }));
  });
}

/** A requirement for bytes out there can never hold, so a file that has them is refused. */
function isRefused(around: PlanBlock, kind: LayerKind, view: PlanView): boolean {
  const declared = around.children.flatMap(({ alternatives }) => alternatives).filter((block) => block.kind === kind);
  return declared.length > 0 && declared.every((block) => isAsked(block, view));
}

function sectionsOf({ kind }: PlanBlock): readonly LayerKind[] {
  return OBEYED_KINDS.filter((obeyed) => LAYER_KINDS[kind].children.includes(obeyed));
}

function undeclaredKinds(block: PlanBlock): readonly LayerKind[] {
  const declared = block.children.flatMap(({ alternatives }) => alternatives.map(({ kind }) => kind));
  return sectionsOf(block).filter((kind) => !declared.includes(kind));
}

/** A layer that nothing is said of, inside a block. */
function emptyBlock(kind: LayerKind, { place }: Pick<PlanBlock, 'place'>): PlanBlock {
  return { kind, requirements: [], children: [], otherwise: 'allow', place };
}

function gapAt(place: Place, because: PolicyGap['because']): FoundGap {
  return { path: pathOf(place), because, block: place.block };
}

/** `linux` is a place, not a format: it is left out, as in the paths of layers that hold a kernel. */
function pathOf({ block, above }: Place): string {
  return [...above, block]
    .map(({ kind }) => kind)
    .filter((kind) => kind !== 'linux')
    .join('/');
}

/** Whether a requirement in force without end asks for the bytes of the layer, in every way in which it can hold. */
export function isAsked(block: PlanBlock, view: PlanView): boolean {
  return block.requirements.some(
    ({ name, mode, from, condition }) =>
      mode === 'require' && from === null && asksForBytes(condition) && view.enforce.includes(name),
  );
}
