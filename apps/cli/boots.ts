import {
  type BootWalk,
  bootsReport,
  counted,
  nativeEngine,
  renderBootsText,
  type WalkedFile,
  walkMachine,
} from '../../index.ts';
import type { Engine, Machine } from '../../index.ts';
import { outPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { readMachine } from './machine.ts';
import { nothingSkipped, skippedText, type Source, sourcesOf } from './sources.ts';

/** `bootpol boots --on MACHINE.json FILE…`: whether each file boots there, and what refuses it first. */
export const boots: CommandRun = async (given, io) => {
  const [path = ''] = given.values('on');
  const [sbatLevel = null] = given.values('sbat-level');
  if ([path, sbatLevel, ...given.operands].filter((name) => name === '-').length > 1) {
    complain(io, 'standard input can be read once only');
    return EXIT.usage;
  }
  const engine = nativeEngine();
  const read = await readMachine({ path, sbatLevel, io, engine });
  if (!read.ok) {
    complain(io, read.text);
    return EXIT.usage;
  }
  const json = given.values('format')[0] === 'json';
  const shown = given.has('trace') ? 'all' : 'decisive';
  const walked: WalkedFile[] = [];
  const skipped = nothingSkipped();
  for (const operand of given.operands) {
    for await (const source of sourcesOf(operand, { initrds: 'skipped', skipped }, io)) {
      const one = await walkOne(source, { machine: read.machine, engine, io });
      if (!json && 'walk' in one) io.out(`${renderBootsText(one.file, one.walk, { shown, paint: outPaint(io) })}\n`);
      walked.push(one);
    }
  }
  if (json) io.out(`${JSON.stringify(bootsReport(path, walked, skipped), null, 2)}\n`);
  else io.out(`${skippedText(skipped)}${summary(walked)}`);
  return gravest(walked.map(exitOf));
};

interface WalkContext {
  readonly machine: Machine;
  readonly engine: Engine;
  readonly io: CommandIo;
}

async function walkOne(source: Source, { machine, engine, io }: WalkContext): Promise<WalkedFile> {
  const file = source.name;
  if (source.kind === 'fault') return failed(file, source.text, io);
  try {
    return { file, walk: await walkMachine({ name: file, bytes: source.bytes }, machine, engine) };
  } catch (error) {
    return failed(file, `internal error on \`${file}\`: ${error instanceof Error ? error.message : String(error)}`, io);
  }
}

function failed(file: string, error: string, io: CommandIo): WalkedFile {
  complain(io, error);
  return { file, error };
}

const EXITS: Readonly<Record<BootWalk['verdict'], ExitCode>> = {
  boots: EXIT.fine,
  refused: EXIT.rejected,
  undecided: EXIT.undecided,
};

function exitOf(walked: WalkedFile): ExitCode {
  return 'error' in walked ? EXIT.undecided : EXITS[walked.walk.verdict];
}

function summary(walked: readonly WalkedFile[]): string {
  const verdicts = walked.map((one) => ('error' in one ? 'failed' : one.walk.verdict));
  const count = (verdict: string): number => verdicts.filter((one) => one === verdict).length;
  const parts = ['boots', 'refused', 'undecided', 'failed']
    .filter((verdict) => verdict === 'boots' || count(verdict) > 0)
    .map((verdict) => `${count(verdict)} ${verdict === 'boots' && count(verdict) !== 1 ? 'boot' : verdict}`);
  return `${counted(walked.length, 'file')}: ${parts.join(', ')}\n`;
}
