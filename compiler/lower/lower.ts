import type { Source } from '../../grammar/source.ts';
import type { Plan, PlanAssertion, PlanSigners, PlanView, PlanWaiver } from '../../runtime/contract/plan.ts';
import { canonicalPlanText } from '../../runtime/contract/plan-text.ts';
import { PROFILES } from '../../runtime/contract/vocabulary.ts';
import type { CheckedPolicy } from '../check/check.ts';
import type { Assertion } from '../check/rules/assertions.ts';
import { requirementNames } from '../check/scope.ts';
import { isLayerKind, type LayerKind } from '../../runtime/contract/layer-kinds.ts';
import type { ViewStatement, WaiveStatement, Word } from '../syntax/ast.ts';
import { footprintOf } from './footprint.ts';
import { lowerArtifacts } from './blocks.ts';
import { needsOf } from './needs.ts';
import { type PlaceFinder, placeFinder } from './place.ts';

/** Turns a checked policy without errors into its plan. `sha256` gives lower-case hex of the UTF-8 text. */
export function lower(checked: CheckedPolicy, source: Source, sha256: (text: string) => string): Plan {
  const at = placeFinder(source);
  const { header, span } = checked.policy;
  const artifacts = lowerArtifacts(checked.scope, at);
  const views = lowerViews(checked, at, span.start);
  const plan = {
    version: 2,
    policy: {
      name: header?.name.text ?? '',
      version: header?.version?.value ?? null,
      description: header?.description?.value ?? null,
    },
    signers: lowerSigners(checked),
    revoked: checked.signers.revoked,
    artifacts,
    views,
    waivers: checked.scope.waivers.map((waiver) => lowerWaiver(waiver, at)),
    assertions: checked.assertions.flatMap((assertion) => lowerAssertion(assertion, at)),
    needs: needsOf(artifacts),
    footprint: views.map((view) => footprintOf(view, artifacts)),
  } as const;
  return withDigest(plan, sha256);
}

/** Adds the digest, made when it is first read: checking alone never asks for it. */
function withDigest(plan: Omit<Plan, 'digest'>, sha256: (text: string) => string): Plan {
  let digest: string | null = null;
  return {
    ...plan,
    get digest() {
      digest ??= sha256(canonicalPlanText(plan));
      return digest;
    },
  };
}

/** Declared signer sets; parameters of sets are joined in when they are bound. */
function lowerSigners({ signers }: CheckedPolicy): readonly PlanSigners[] {
  return [...signers.sets].map(([name, { param, includes, anchors, revoked }]) => ({
    name,
    param,
    includes,
    anchors,
    revoked,
  }));
}

/** A policy without a view means `at file sees file like strict`, enforcing everything. */
function lowerViews({ scope }: CheckedPolicy, at: PlaceFinder, start: number): readonly PlanView[] {
  if (scope.views.length > 0) return scope.views.map((view) => lowerView(view, at));
  return [
    {
      name: 'file',
      sees: { kind: 'file' },
      trimmed: false,
      beside: null,
      like: 'strict',
      loads: null,
      enforce: requirementNames(scope),
      enforcesNothing: false,
      revokedBy: null,
      place: at(start),
    },
  ];
}

function lowerView(view: ViewStatement, at: PlaceFinder): PlanView {
  const enforce = view.enforce === null || view.enforce === 'nothing' ? [] : distinctTexts(view.enforce);
  return {
    name: view.name.text,
    sees: view.sees[0]?.text === 'file' ? { kind: 'file' } : { kind: 'layers', kinds: kindsOf(view.sees) },
    trimmed: view.trimmed !== null,
    beside: view.beside === null ? null : 'initrd',
    like: PROFILES.find((profile) => profile === view.like?.text) ?? 'strict',
    loads: view.loads === null ? null : kindsOf(view.loads),
    enforce,
    enforcesNothing: view.enforce === 'nothing',
    revokedBy: view.revokedBy?.text ?? null,
    place: at(view.span.start),
  };
}

/** Only what depends on the file: what a view must carry is settled when the policy is checked. */
function lowerAssertion(assertion: Assertion, at: PlaceFinder): readonly PlanAssertion[] {
  if (assertion.kind !== 'uncovered') return [];
  const { kind, layer, view, span } = assertion;
  return [{ kind, layer, view, place: at(span.start) }];
}

function lowerWaiver(waiver: WaiveStatement, at: PlaceFinder): PlanWaiver {
  return {
    requirement: waiver.requirement.text,
    until: waiver.until.text,
    digests: waiver.digests.map(({ algorithm, hex }) => ({ algorithm, hex })),
    because: waiver.because.value,
    place: at(waiver.span.start),
  };
}

function kindsOf(words: readonly Word[]): readonly LayerKind[] {
  return distinctTexts(words).filter(isLayerKind);
}

function distinctTexts(words: readonly Word[]): readonly string[] {
  return [...new Set(words.map((word) => word.text))];
}
