import type { Anchor } from '../contract/anchor.ts';
import type { Plan } from '../contract/plan.ts';

/** The anchors of every signer set by name, params bound. */
export interface SignerSets {
  anchorsOf(name: string): readonly Anchor[];
  /** What is revoked in a set alone. */
  revokedOf(name: string): readonly Anchor[];
}

/** Anchors for `param signers`, by name: the caller's choice. */
export type Bindings = Readonly<Record<string, readonly Anchor[]>>;

/** A mistake of the caller, not of the file: an unbound or unknown param. */
export class BindingError extends Error {
  /** The name at fault. */
  readonly parameter: string;

  constructor(parameter: string, message: string) {
    super(message);
    this.name = 'BindingError';
    this.parameter = parameter;
  }
}

/**
 * Joins what the plan embeds with what the caller binds.
 *
 * @throws BindingError when a `param signers` is not bound, or a binding names no param.
 */
export function resolveSigners(plan: Plan, bindings: Bindings): SignerSets {
  const params = new Set(plan.signers.filter(({ param }) => param).map(({ name }) => name));
  for (const name of Object.keys(bindings)) {
    if (!params.has(name)) throw new BindingError(name, `the policy has no \`param signers ${name}\``);
  }
  for (const name of params) {
    if (!Object.hasOwn(bindings, name)) throw new BindingError(name, `\`param signers ${name}\` is not bound`);
  }
  const sets = new Map<string, readonly Anchor[]>();
  for (const { name, param, anchors, includes } of plan.signers) {
    const joined = includes.flatMap((included) => bindings[included] ?? []);
    sets.set(name, param ? (bindings[name] ?? []) : [...anchors, ...joined]);
  }
  const revoked = new Map(plan.signers.map((set) => [set.name, set.revoked] as const));
  return { anchorsOf: (name) => sets.get(name) ?? [], revokedOf: (name) => revoked.get(name) ?? [] };
}
