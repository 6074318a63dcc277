import { paintLines, type Plan, printable, tableLines, widthOf } from '../../index.ts';
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

/** One requirement a line, however long; on a terminal, conditions are broken where lines would be. Then the waivers. */
function registerText(plan: Plan, io: CommandIo): string {
  const heads = ['LAYER', 'REQUIREMENT', 'CONDITION', 'ENFORCED AT'];
  const rows = registerOf(plan).map(({ layer, mode, name, condition, views }) => [
    layer,
    `${mode} ${name}`,
    printable(condition),
    views.length === 0 ? '-' : views.join(', '),
  ]);
  const widths = heads.map((_, column) => Math.max(...[heads, ...rows].map((row) => widthOf(row[column] ?? ''))));
  const excess = io.outIsTerminal ? Math.max(0, widths.reduce((sum, width) => sum + width + 2, -2) - 80) : 0;
  const limits = widths.map((width, column) => (column === CONDITION ? Math.max(NARROWEST, width - excess) : width));
  const columns = limits.map((limit, column) => ({ title: heads[column] ?? '', columns: limit }));
  const waivers = plan.waivers.map(({ requirement, until, digests, because }) => {
    const files = digests.map(({ algorithm, hex }) => ` ${algorithm}:${hex}`).join(',');
    return `waived  ${requirement} until ${until}${files === '' ? '' : ` for${files}`}: ${printable(because)}`;
  });
  const table = tableLines(
    columns,
    rows.map((row) => row.map((text) => ({ text, role: 'plain' }))),
  );
  const told = waivers.length === 0 ? '' : `\n${waivers.join('\n')}\n`;
  return `${paintLines(table, outPaint(io))}${told}`;
}

/** The column that may be broken, and to how many columns at the least. */
const CONDITION = 2;
const NARROWEST = 16;
