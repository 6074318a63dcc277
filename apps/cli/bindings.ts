import { type Bindings, type Plan, readAnchorFile } from '../../index.ts';
import { didYouMean } from '../../compiler/index.ts';
import type { CommandIo } from './io.ts';

/** Anchors for every param of a policy, or the one line that says what is wrong with `--bind`. */
export type BoundSigners =
  | { readonly ok: true; readonly trust: Bindings }
  | { readonly ok: false; readonly text: string };

/** Reads the files of `--bind NAME=FILE`; every param must be bound, once, and nothing else. */
export async function bindSigners(
  written: readonly string[],
  plan: Pick<Plan, 'signers'>,
  io: CommandIo,
): Promise<BoundSigners> {
  const params = plan.signers.filter(({ param }) => param).map(({ name }) => name);
  const trust: Record<string, Bindings[string]> = {};
  for (const binding of written) {
    const equals = binding.indexOf('=');
    if (equals < 1) return fault(`\`--bind\` wants NAME=FILE, but got \`${binding}\``);
    const name = binding.slice(0, equals);
    if (!params.includes(name)) return fault(unknownParam(name, params));
    if (Object.hasOwn(trust, name)) return fault(`\`${name}\` is bound twice`);
    const path = binding.slice(equals + 1);
    const file = await io.read(path);
    if (!file.ok) return fault(`cannot read \`${path}\`, bound to \`${name}\`: ${file.text}`);
    const anchors = readAnchorFile(file.bytes, path);
    if (!anchors.ok) return fault(`\`${path}\`, bound to \`${name}\`, holds no certificates: ${anchors.text}`);
    trust[name] = anchors.anchors;
  }
  const unbound = params.find((name) => !Object.hasOwn(trust, name));
  return unbound === undefined
    ? { ok: true, trust }
    : fault(`the policy leaves signers \`${unbound}\` to you: --bind ${unbound}=FILE`);
}

function fault(text: string): BoundSigners {
  return { ok: false, text };
}

function unknownParam(name: string, params: readonly string[]): string {
  const nearest = didYouMean(name, params);
  const known = params.length === 0 ? 'it has none' : `it has ${params.map((param) => `\`${param}\``).join(', ')}`;
  return `the policy has no \`param signers ${name}\`; ${nearest === null ? known : `did you mean \`${nearest}\`?`}`;
}
