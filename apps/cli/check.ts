import { counted, printable, wrapped } from '../../index.ts';
import { outPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { countOf, diagnosticText, readPolicy } from './policy.ts';

interface Outcome {
  readonly code: ExitCode;
  readonly errors: number;
  readonly warnings: number;
}

/** `bootpol check POLICY…`: the diagnostics of each policy, and what the sound ones hold. */
export const check: CommandRun = async ({ operands }, io) => {
  const outcomes: Outcome[] = [];
  for (const path of operands) outcomes.push(await checkOne(path, io));
  const sum = (count: (outcome: Outcome) => number): number => outcomes.reduce((total, each) => total + count(each), 0);
  const errors = counted(
    sum(({ errors: each }) => each),
    'error',
  );
  const warnings = counted(
    sum(({ warnings: each }) => each),
    'warning',
  );
  io.out(`${counted(operands.length, 'policy', 'policies')}: ${errors}, ${warnings}\n`);
  return gravest(outcomes.map(({ code }) => code));
};

async function checkOne(path: string, io: CommandIo): Promise<Outcome> {
  const policy = await readPolicy(path, io);
  if (!policy.ok) {
    complain(io, policy.text);
    return { code: EXIT.usage, errors: 1, warnings: 0 };
  }
  const { plan, diagnostics, cost } = policy.compiled;
  const paint = outPaint(io);
  if (diagnostics.length > 0) io.out(`${diagnosticText(policy.compiled, paint)}\n`);
  const errors = countOf(diagnostics, 'error');
  const warnings = countOf(diagnostics, 'warning');
  if (plan === null) return { code: EXIT.usage, errors, warnings };
  const { name, version } = plan.policy;
  io.out(
    `${paint('good', 'OK')}  ${paint('strong', printable(path))}   ${name}${version === null ? '' : ` v${version}`}\n`,
  );
  if (cost !== null) io.out(wrapped(cost.text, 4));
  return { code: EXIT.fine, errors, warnings };
}
