import { type Plan, printable } from '../../index.ts';
import { registerOf } from '../../compiler/index.ts';
import { outPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { EXIT } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { readPlans } from './plans.ts';

/** `bootpol show POLICY`: the policy as a register for reviewers, or as the plan that it compiles to. */
export const show: CommandRun = async (given, io) => {
  if (given.has('table') && given.has('plan')) {
    complain(io, '`--table` and `--plan` exclude each other');
    return EXIT.usage;
  }
  const read = await readPlans(given.operands, io);
  const [policy] = read.ok ? read.policies : [];
  if (policy === undefined) return EXIT.usage;
  const { plan } = policy.compiled;
  io.out(given.has('plan') ? `${JSON.stringify(plan, null, 2)}\n` : registerText(plan, io));
  return EXIT.fine;
};

/** One requirement a line, however long; then one waiver a line. */
function registerText(plan: Plan, io: CommandIo): string {
  const heads = ['LAYER', 'REQUIREMENT', 'CONDITION', 'ENFORCED AT'];
  const rows = registerOf(plan).map(({ layer, mode, name, condition, views }) => [
    layer,
    `${mode} ${name}`,
    printable(condition),
    views.length === 0 ? '-' : views.join(', '),
  ]);
  const widths = heads.map((_, column) => Math.max(...[heads, ...rows].map((row) => (row[column] ?? '').length)));
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const waivers = plan.waivers.map(({ requirement, until, digests, because }) => {
    const files = digests.map(({ algorithm, hex }) => ` ${algorithm}:${hex}`).join(',');
    return `waived  ${requirement} until ${until}${files === '' ? '' : ` for${files}`}: ${printable(because)}`;
  });
  const lines = [outPaint(io)('strong', lineOf(heads)), ...rows.map(lineOf)];
  return `${[...lines, ...(waivers.length === 0 ? [] : ['', ...waivers])].join('\n')}\n`;
}
