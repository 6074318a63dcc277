import { parseArgs } from 'node:util';
import type { Arguments, CommandSpec, OptionSpec } from './command.ts';
import { nearestOf } from './nearest.ts';

export type ParsedArguments =
  | { readonly kind: 'arguments'; readonly given: Arguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly text: string };

/** Reads a command's words. Every slip has a text of its own; the first one is reported. */
export async function parseArguments(words: readonly string[], command: CommandSpec): Promise<ParsedArguments> {
  const { tokens, positionals } = parseArgs({
    args: [...words],
    options: Object.fromEntries([...command.options, HELP].map(declared)),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (token.name === HELP.name) return { kind: 'help' };
    const option = command.options.find(({ name }) => name === token.name);
    if (option === undefined) return fault(await unknownOption(token.rawName, command));
    const earlier = values.get(option.name) ?? [];
    const text = await optionFault(option, token.value, earlier.length);
    if (text !== null) return fault(text);
    values.set(option.name, token.value === undefined ? earlier : [...earlier, token.value]);
  }
  const missing = command.options.find((option) => option.required === true && !values.has(option.name));
  if (missing !== undefined) return fault(`\`${command.name}\` needs ${spelling(missing)} ${missing.value ?? ''}`);
  const wrongCount = operandFault(positionals, command);
  if (wrongCount !== null) return fault(wrongCount);
  return {
    kind: 'arguments',
    given: { operands: positionals, values: (name) => values.get(name) ?? [], has: (name) => values.has(name) },
  };
}

function operandFault(given: readonly string[], { name, operand }: CommandSpec): string | null {
  if (operand.endsWith('…')) return given.length > 0 ? null : `\`${name}\` needs at least one ${operand.slice(0, -1)}`;
  if (/^\[\S+…\]$/.test(operand)) return null;
  if (operand.endsWith('…]')) {
    const first = operand.slice(0, operand.indexOf(' '));
    return given.length > 0 ? null : `\`${name}\` needs a ${first}`;
  }
  const optional = /^\[(.*)\]$/.exec(operand)?.[1];
  const wanted = (optional ?? operand).split(' ').filter((word) => word !== '');
  const extra = given[wanted.length];
  const takes = wanted.length === 0 ? 'no operands' : `${wanted.join(' and ')} only`;
  if (extra !== undefined) return `\`${name}\` takes ${takes}; \`${extra}\` is too much`;
  const missing = optional === undefined ? wanted.slice(given.length) : [];
  return missing.length === 0 ? null : `\`${name}\` needs ${missing.join(' and ')}`;
}

const HELP: OptionSpec = { name: 'help', short: 'h', summary: 'show this help' };

function declared(option: OptionSpec): [string, { type: 'string' | 'boolean'; short?: string }] {
  const type = option.value === undefined ? 'boolean' : 'string';
  return [option.name, option.short === undefined ? { type } : { type, short: option.short }];
}

function fault(text: string): ParsedArguments {
  return { kind: 'fault', text };
}

async function unknownOption(written: string, command: CommandSpec): Promise<string> {
  const known = [...command.options, HELP].map(({ name }) => `--${name}`);
  if ((written === '-p' || written === '--policy') && command.operand.startsWith('POLICY')) {
    return `\`${command.name}\` takes the policy without \`${written}\`: bootpol ${command.name} ${command.operand}`;
  }
  const nearest = await nearestOf(written, known);
  const hint = nearest === null ? `see \`bootpol ${command.name} --help\`` : `did you mean \`${nearest}\`?`;
  return `\`${command.name}\` has no option \`${written}\`; ${hint}`;
}

async function optionFault(option: OptionSpec, value: string | undefined, earlier: number): Promise<string | null> {
  const name = spelling(option);
  if (earlier > 0 && option.repeatable === undefined && option.value !== undefined) return `${name} is given twice`;
  if (option.value === undefined) return value === undefined ? null : `${name} takes no value`;
  if (value === undefined || value === '' || (value.startsWith('-') && value !== '-'))
    return `${name} needs a value: ${option.value}`;
  if (option.choices === undefined || option.choices.includes(value)) return null;
  const nearest = await nearestOf(value, option.choices);
  const hint = nearest === null ? '' : `; did you mean \`${nearest}\`?`;
  return `${name} does not know \`${value}\`: ${oneOf(option.choices)}${hint}`;
}

function oneOf(choices: readonly string[]): string {
  return [choices.slice(0, -1).join(', '), ...choices.slice(-1)].filter((part) => part !== '').join(' or ');
}

function spelling(option: OptionSpec): string {
  return option.short === undefined ? `\`--${option.name}\`` : `\`-${option.short}\``;
}
