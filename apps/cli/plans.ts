import type { Compiled } from '../../index.ts';
import { errPaint } from './colour.ts';
import { type CommandIo, complain } from './io.ts';
import { diagnosticText, readPolicy } from './policy.ts';

/** A policy that compiled. */
export interface SoundPolicy {
  readonly file: string;
  readonly compiled: Extract<Compiled, { readonly plan: object }>;
}

/** Reads and compiles several policies. What is wrong with any of them is printed, and then none is given. */
export async function readPlans(
  files: readonly string[],
  io: CommandIo,
): Promise<{ readonly ok: true; readonly policies: readonly SoundPolicy[] } | { readonly ok: false }> {
  const policies: SoundPolicy[] = [];
  for (const file of files) {
    const compiled = await readSound(file, io);
    if (compiled !== null) policies.push({ file, compiled });
  }
  return policies.length === files.length ? { ok: true, policies } : { ok: false };
}

/** A policy whose only faults are key files that cannot be read gets a line for each; any other its diagnostics. */
async function readSound(file: string, io: CommandIo): Promise<SoundPolicy['compiled'] | null> {
  const policy = await readPolicy(file, io);
  if (!policy.ok) {
    complain(io, policy.text);
    return null;
  }
  const { compiled, unreadable } = policy;
  if (compiled.plan !== null) return compiled;
  const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > unreadable.length) io.err(diagnosticText(compiled, errPaint(io)));
  else for (const line of unreadable) complain(io, line);
  return null;
}
