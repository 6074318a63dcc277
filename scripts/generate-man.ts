import type { CommandSpec, OptionSpec } from '../apps/cli/command.ts';
import { COMMANDS } from '../apps/cli/commands.ts';

/** Manual pages, from the table that the command line reads itself: one of bootpol, one of each command. */
export function manualPages(): Readonly<Record<string, string>> {
  return {
    'man/bootpol.1': overviewPage(),
    ...Object.fromEntries(COMMANDS.map((command) => [`man/bootpol-${command.name}.1`, commandPage(command)])),
  };
}

function overviewPage(): string {
  return page('bootpol', 'which boot images are acceptable, and why', [
    ['SYNOPSIS', [String.raw`\fBbootpol\fR \fICOMMAND\fR …`]],
    [
      'DESCRIPTION',
      [
        escaped(
          'bootpol is a policy language and compiler for Linux boot images: which layers of an EFI zboot, a Unified Kernel ' +
            'Image or an Image need which signatures, and which compressions are allowed.',
        ),
      ],
    ],
    ['COMMANDS', COMMANDS.flatMap(({ name, summary }) => entry(String.raw`\fBbootpol-${dashes(name)}\fR(1)`, summary))],
    ['SEE ALSO', [String.raw`\fBsbverify\fR(1), \fBukify\fR(1), \fBsystemd-measure\fR(1)`]],
  ]);
}

function commandPage({ name, summary, operand, options, exits, notes }: CommandSpec): string {
  const required = options.filter((option) => option.required === true).map((option) => ` ${usage(option)}`);
  const synopsis = String.raw`\fBbootpol ${dashes(name)}\fR${required.join('')} [\fIOPTION\fR…] \fI${escaped(operand)}\fR`;
  return page(`bootpol-${name}`, summary, [
    ['SYNOPSIS', [synopsis]],
    ['OPTIONS', [...options, HELP].flatMap((option) => entry(spellings(option), optionText(option)))],
    ...(notes.length === 0 ? [] : [['NOTES', notes.flatMap((note) => ['.PP', escaped(note)])] as const]),
    ['EXIT STATUS', exits.flatMap(([code, meaning]) => entry(String.raw`\fB${code}\fR`, meaning))],
    ['SEE ALSO', [String.raw`\fBbootpol\fR(1)`]],
  ]);
}

const HELP: OptionSpec = { name: 'help', short: 'h', summary: 'show this help' };

type Section = readonly [title: string, lines: readonly string[]];

/** man(7): a header, the one line that `apropos` finds, and sections. */
function page(name: string, summary: string, sections: readonly Section[]): string {
  return [
    `.TH ${name.toUpperCase().replaceAll('-', '\\-')} 1 "" "bootpol" "User Commands"`,
    '.SH NAME',
    String.raw`${dashes(name)} \- ${escaped(summary)}`,
    ...sections.flatMap(([title, lines]) => [`.SH ${title}`, ...lines]),
    '',
  ].join('\n');
}

function entry(label: string, text: string): readonly string[] {
  return ['.TP', label, escaped(text)];
}

function usage(option: OptionSpec): string {
  return `${spelling(option)} ${valueText(option)}`;
}

function spelling({ name, short }: OptionSpec): string {
  return String.raw`\fB\-${short ?? `\\-${dashes(name)}`}\fR`;
}

function spellings(option: OptionSpec): string {
  const { name, short } = option;
  const names = [...(short === undefined ? [] : [String.raw`\fB\-${short}\fR`]), String.raw`\fB\-\-${dashes(name)}\fR`];
  return `${names.join(', ')}${option.value === undefined ? '' : ` ${valueText(option)}`}`;
}

function valueText({ value = '' }: OptionSpec): string {
  return String.raw`\fI${escaped(value)}\fR`;
}

function optionText({ summary, choices, repeatable }: OptionSpec): string {
  const words = choices === undefined ? '' : ` (${choices.join(', ')})`;
  return `${summary}${words}${repeatable === true ? '; may be given several times' : ''}`;
}

function dashes(text: string): string {
  return text.replaceAll('-', '\\-');
}

/** roff: a backslash is an escape, a hyphen is typographic unless escaped, a leading dot or quote begins a request. */
function escaped(text: string): string {
  const marks = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/\s+/g, ' ');
  return /^[.']/.test(marks) ? `\\&${marks}` : marks;
}
