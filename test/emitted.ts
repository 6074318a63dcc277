import {
  compile,
  type ConditionFunction,
  nativeEngine,
  PENDING,
  type Plan,
  type Verifier,
  verifierOf,
} from '../index.ts';
import { emitModule } from '../compiler/index.ts';

/** What a module hands to the runtime. */
interface EmittedProgram {
  readonly plan: Plan;
  readonly conditions: readonly ConditionFunction[];
}

/** The one import of every emitted module. */
export const RUNTIME_IMPORT = "import { nativeEngine, PENDING, verifierOf } from 'bootpol/runtime';\n";

/**
 * Loads the module of a plan as an ES module of its own, and gives what it hands to the runtime.
 *
 * Its one import is exchanged for the runtime of this process, so that both back ends share their facts.
 */
export async function programOf(plan: Plan): Promise<EmittedProgram> {
  const { code } = emitModule(plan);
  const [before, after, ...more] = code.split(RUNTIME_IMPORT);
  if (before === undefined || after === undefined || more.length > 0) throw new Error('the module has another import');
  const source = `${before}const { nativeEngine, PENDING, verifierOf } = globalThis.emittedRuntime;\n${after}`;
  const host = { nativeEngine, PENDING, verifierOf: (program: EmittedProgram) => program };
  Object.assign(globalThis, { emittedRuntime: host });
  const url = `data:text/javascript;base64,${Buffer.from(source, 'utf8').toString('base64')}`;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- what the module exports is what is tested
  const loaded: { readonly verify: EmittedProgram } = await import(/* @vite-ignore */ url);
  return loaded.verify;
}

/** The verifier of the emitted module of a policy, and the one in memory; null when the policy does not compile. */
export async function backEndsOf(
  text: string,
  readFile: (path: string) => Uint8Array | null,
): Promise<{
  readonly memory: Verifier;
  readonly module: Verifier;
  readonly program: EmittedProgram;
  readonly plan: Plan;
} | null> {
  const { verifier, plan } = compile(text, { readFile });
  if (verifier === null) return null;
  const program = await programOf(plan);
  return { memory: verifier, module: verifierOf(program, nativeEngine()), program, plan };
}
