import { LAYER_KINDS, type LayerKind } from '../../runtime/contract/layer-kinds.ts';
import type { Plan } from '../../runtime/contract/plan.ts';
import { aLayer, quoted } from '../check/wording.ts';
import type { Assertion } from '../check/rules/assertions.ts';
import { type Diagnostic, diagnose } from '../diagnostics/diagnostic.ts';
import { type FoundGap, gapsOfView } from './gap.ts';

/** Assertions that do not hold of the policy itself, whatever the files. */
export function assertionFaults(assertions: readonly Assertion[], plan: Plan): readonly Diagnostic[] {
  return assertions.flatMap((assertion) =>
    assertion.kind === 'uncovered' ? uncoveredFaults(assertion, plan) : footprintFaults(assertion, plan),
  );
}

function uncoveredFaults(assertion: Extract<Assertion, { readonly kind: 'uncovered' }>, plan: Plan) {
  const view = plan.views.find(({ name }) => name === assertion.view);
  const gaps = view === undefined ? [] : gapsOfView(view, plan.artifacts);
  const found = gaps.filter((gap) => assertion.layer === null || concerns(gap, assertion.layer));
  const [first] = found;
  if (first === undefined) return [];
  const notes = found.map(({ path, because }) => `${path}: ${REASONS[because](assertion.view)}`);
  const help = `\`bootpol gap\` shows what ${assertion.view} leaves open`;
  const layer = assertion.layer === null ? `\`${first.path}\`` : aLayer(assertion.layer);
  return [diagnose('BP0803', { values: { layer, view: assertion.view }, at: assertion.span, notes, help })];
}

const REASONS: Readonly<Record<FoundGap['because'], (view: string) => string>> = {
  unseen: (view) => `it lies outside what ${view} is handed`,
  unasked: (view) => `no requirement that ${view} enforces asks for it`,
};

/** Whether a layer of this kind is the one left open, or can be in it. */
function concerns({ block }: FoundGap, kind: LayerKind): boolean {
  return block === null || block.kind === kind || canHold(block, kind);
}

function canHold(block: NonNullable<FoundGap['block']>, kind: LayerKind): boolean {
  const { children, otherwise } = block;
  if (otherwise !== 'reject' && LAYER_KINDS[block.kind].children.includes(kind)) return true;
  return children
    .filter(({ presence }) => presence !== 'absent' && presence !== 'undeclared')
    .flatMap(({ alternatives }) => alternatives)
    .some((inner) => inner.kind === kind || canHold(inner, kind));
}

function footprintFaults(assertion: Extract<Assertion, { readonly kind: 'footprint' }>, plan: Plan) {
  const footprint = plan.footprint.find(({ view }) => view === assertion.view);
  const carried: readonly string[] = footprint?.[assertion.carries] ?? [];
  const more = carried.filter((name) => !assertion.only.includes(name));
  if (more.length === 0) return [];
  const verb = assertion.carries === 'decoders' ? 'decode' : 'parse';
  const values = { view: assertion.view, verb, names: quoted(more) };
  return [diagnose('BP0804', { values, at: assertion.span, help: '`bootpol footprint` shows what each view carries' })];
}
