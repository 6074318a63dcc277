import { type Anchor, type Bindings, type Plan, type SimulationTrust } from '../../index.ts';
import { bindSigners } from './bindings.ts';
import type { Arguments } from './command.ts';
import type { CommandIo } from './io.ts';
import { type SoundPolicy, readPlans } from './plans.ts';
import type { SimulationSetup } from './simulate-task.ts';
import { sha256Hex } from './sha256.ts';

/** The policies of a run and whom they believe; or that what is wrong has been printed, or the line that says it. */
export type PolicySet =
  | {
      readonly ok: true;
      readonly policies: readonly SoundPolicy[];
      readonly bound: SimulationSetup['policies'];
      readonly trust: readonly SimulationTrust[];
      /** Place of the baseline among the policies; null without one. */
      readonly baseline: number | null;
    }
  | { readonly ok: false; readonly text: string | null };

/** Reads the policies of `-p` and `--baseline`, those of a directory in the order of their names, and binds their params. */
export async function readPolicySet(given: Arguments, io: CommandIo): Promise<PolicySet> {
  const [baselineFile] = given.values('baseline');
  const files = new Set<string>();
  for (const path of given.values('policy')) {
    const found = policiesAt(path, io);
    if (typeof found === 'string') return { ok: false, text: found };
    for (const file of found) files.add(file);
  }
  if (baselineFile !== undefined) files.add(baselineFile);
  const order = [...files].sort((left, right) => Number(right === baselineFile) - Number(left === baselineFile));
  const read = await readPlans(order, io);
  if (!read.ok) return { ok: false, text: null };
  const plans = read.policies.map(({ compiled }) => compiled.plan);
  const shared = await bindShared(given, plans, io);
  if (!shared.ok) return shared;
  const bound = plans.map((plan) => ({ plan, ...own(plan, shared) }));
  const trust = trustOf(shared);
  return { ok: true, policies: read.policies, bound, trust, baseline: baselineFile === undefined ? null : 0 };
}

const SUFFIX = '.bootpol';

function policiesAt(path: string, io: CommandIo): readonly string[] | string {
  const listed = path === '-' ? null : io.list(path);
  if (listed === null) return [path];
  if (typeof listed === 'string') return `cannot read \`${path}\`: ${listed}`;
  const inside = listed.filter(({ name, kind }) => kind !== 'directory' && name.endsWith(SUFFIX));
  const slash = path.endsWith('/') ? '' : '/';
  return inside.length === 0
    ? `\`${path}\` holds no policy (*${SUFFIX})`
    : inside.map(({ name }) => `${path}${slash}${name}`);
}

interface Shared {
  readonly ok: true;
  readonly trust: Bindings;
  readonly embedded: readonly string[];
}

/** Binds every param that any of the policies has, once for all of them. */
async function bindShared(
  given: Arguments,
  plans: readonly Plan[],
  io: CommandIo,
): Promise<Shared | { readonly ok: false; readonly text: string }> {
  const signers = plans.flatMap((plan) => plan.signers.filter(({ param }) => param));
  const params = [...new Set(signers.map(({ name }) => name))];
  const written = given.values('bind');
  const named = written.map((binding) => binding.slice(0, Math.max(0, binding.indexOf('='))));
  const isWrong = named.some((name) => !params.includes(name));
  const unbound = params.filter((name) => !named.includes(name));
  if (!isWrong && unbound.length > 0 && !given.has('trust-embedded')) return { ok: false, text: unboundText(unbound) };
  const wanted = signers.filter(({ name }) => isWrong || named.includes(name));
  const bound = await bindSigners(written, { signers: wanted }, io);
  return bound.ok ? { ok: true, trust: bound.trust, embedded: unbound } : bound;
}

function unboundText(params: readonly string[]): string {
  const names = params.map((name) => `\`${name}\``).join(', ');
  const binds = params.map((name) => `--bind ${name}=FILE`).join(' ');
  return `the policies leave signers ${names} to you: ${binds}; or --trust-embedded, to take whoever signed each image for them`;
}

function own(plan: Plan, { trust, embedded }: Shared): { trust: Bindings; embedded: readonly string[] } {
  const params = plan.signers.filter(({ param }) => param).map(({ name }) => name);
  return {
    trust: Object.fromEntries(Object.entries(trust).filter(([name]) => params.includes(name))),
    embedded: embedded.filter((name) => params.includes(name)),
  };
}

function trustOf({ trust, embedded }: Shared): readonly SimulationTrust[] {
  const bound = Object.entries(trust).map(
    ([param, anchors]): SimulationTrust => ({
      param,
      source: 'bound',
      digest: sha256Hex(JSON.stringify(anchors)),
      anchors: anchors.map(anchorText),
    }),
  );
  const taken = embedded.map((param): SimulationTrust => ({ param, source: 'embedded', digest: null, anchors: [] }));
  return [...bound, ...taken].sort((left, right) => (left.param < right.param ? -1 : 1));
}

function anchorText(anchor: Anchor): string {
  switch (anchor.kind) {
    case 'certificate':
      return anchor.subject;
    case 'public-key':
      return `public key sha256:${anchor.sha256}`;
    case 'image-digest':
      return `image ${anchor.algorithm}:${anchor.hex}`;
    case 'tbs-digest':
      return `certificate ${anchor.algorithm}:${anchor.hex}`;
  }
}
