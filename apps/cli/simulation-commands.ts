import { INITRD } from './initrd-option.ts';
import { type CommandSpec, FILES_NOTE, type OptionSpec } from './command.ts';
import { EXIT } from './exit-code.ts';

const GROUP_BY: OptionSpec = {
  name: 'group-by',
  value: 'WHAT',
  choices: ['arch', 'compression', 'package'],
  summary: 'a matrix for each architecture, compression or package',
};

/** Where a simulation is written, and how. */
const REPORT_OUTPUT: readonly OptionSpec[] = [
  { name: 'output', short: 'o', value: 'OUT', summary: 'write the report to a file, in the format of its suffix' },
  { name: 'force', summary: 'replace OUT where it is a regular file' },
  {
    name: 'format',
    value: 'FORMAT',
    choices: ['text', 'json', 'markdown', 'html'],
    summary: 'how to print; default: text',
  },
  {
    name: 'report',
    value: 'FORMAT=FILE',
    repeatable: true,
    summary: 'also write a report: json, sarif, junit, github, gitlab or markdown',
  },
];

const REPORT_EXITS: CommandSpec['exits'] = [
  [EXIT.fine, 'there is a verdict for every file, whatever it is'],
  [EXIT.usage, 'a fault of a policy, of a key file, of a report or of the command line'],
  [EXIT.undecided, 'a file cannot be read'],
];

/** The part of the table of commands about laying policies side by side. */
export const SIMULATION_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'simulate',
    summary: 'lay policies side by side: what each would say of each boot image',
    operand: 'FILE…',
    options: [
      {
        name: 'policy',
        short: 'p',
        value: 'POLICY',
        required: true,
        repeatable: true,
        summary: 'a policy file, or a directory of them; may be given several times',
      },
      {
        name: 'bind',
        value: 'NAME=FILE',
        repeatable: true,
        summary: 'certificates for `param signers NAME` of all policies',
      },
      {
        name: 'trust-embedded',
        summary: 'take whoever signed each image for every param that is not bound',
      },
      { name: 'at', value: 'DATE', summary: 'judge as on this day, YYYY-MM-DD in UTC; default: now' },
      INITRD,
      { name: 'baseline', value: 'POLICY', summary: 'show only what changes against this policy' },
      GROUP_BY,
      { name: 'explain', summary: 'show the reasons of every cell, in text' },
      { name: 'jobs', short: 'j', value: 'N', summary: 'threads; default: as many as the machine has processors' },
      {
        name: 'shard',
        value: 'I/N',
        summary: 'look at the I-th of N parts of the files only; `merge` joins the reports',
      },
      ...REPORT_OUTPUT,
    ],
    exits: REPORT_EXITS,
    notes: [
      FILES_NOTE,
      'Verdicts are results: 0 says that there is one for every file. Text comes row by row, all else at the end.',
      'The directory of a POLICY is read without those below it, in the order of names.',
    ],
    load: async () => (await import('./simulate.ts')).simulate,
  },
  {
    name: 'merge',
    summary: 'join the JSON reports of all shards of one simulation',
    operand: 'REPORT…',
    options: [GROUP_BY, { name: 'explain', summary: 'show the reasons of every cell, in text' }, ...REPORT_OUTPUT],
    exits: REPORT_EXITS,
    notes: [
      'Refused are reports of other policies, other signers or another day, and a shard that is missing or there twice.',
    ],
    load: async () => (await import('./merge.ts')).merge,
  },
];
