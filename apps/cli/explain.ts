import { wrapped } from '../../index.ts';
import { type CodePage, codePages } from '../../compiler/index.ts';
import { outPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { nearestOf } from './nearest.ts';

/** `bootpol explain CODE…`: what a code of `bootpol check` means, with an example and its repair. */
export const explain: CommandRun = async ({ operands }, io) => {
  const pages = codePages();
  const codes: ExitCode[] = [];
  for (const [index, operand] of operands.entries()) {
    const code = operand.toUpperCase();
    const page = pages.find((each) => each.code === code);
    if (page === undefined) codes.push(await unknown(operand, pages, io));
    else io.out(`${index > 0 ? '\n' : ''}${pageText(page, io)}`);
  }
  return gravest(codes);
};

async function unknown(word: string, pages: readonly CodePage[], io: CommandIo): Promise<ExitCode> {
  const nearest = await nearestOf(
    word.toUpperCase(),
    pages.map(({ code }) => code),
  );
  complain(
    io,
    `no code \`${word}\`; ${nearest === null ? 'codes are BP0001 and the like' : `did you mean \`${nearest}\`?`}`,
  );
  return EXIT.usage;
}

function pageText({ code, severity, title, page, bad, good }: CodePage, io: CommandIo): string {
  const paint = outPaint(io);
  const head = wrapped(`${severity}[${code}]: ${title}`, 0).trimEnd();
  const example =
    bad === '' ? [] : [paint('strong', 'Example'), indented(bad), paint('strong', 'Repaired'), indented(good)];
  return [paint('strong', head), '', wrapped(page, 0), ...example].join('\n');
}

function indented(text: string): string {
  const lines = text.trimEnd().split('\n');
  return `\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`;
}
