import {
  type ComparedFile,
  type ComparedTrust,
  compareEnforcers,
  comparisonReport,
  counted,
  nativeEngine,
  renderComparisonText,
} from '../../index.ts';
import { outPaint } from './colour.ts';
import type { Arguments, CommandRun } from './command.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { nothingSkipped, skippedText, type Source, sourcesOf } from './sources.ts';
import { readTrustSpecs } from './trust-spec.ts';

/** `bootpol compare --db SPEC FILE…`: which enforcers take each file, and the rule that makes the difference. */
export const compare: CommandRun = async (given, io) => {
  if (given.operands.filter((path) => path === '-').length > 1) {
    complain(io, 'standard input can be read once only');
    return EXIT.usage;
  }
  const trust = await trustOf(given, io);
  if (trust === null) return EXIT.usage;
  const json = given.values('format')[0] === 'json';
  const compared: ComparedFile[] = [];
  const skipped = nothingSkipped();
  for (const operand of given.operands) {
    for await (const source of sourcesOf(operand, { initrds: 'skipped', skipped }, io)) {
      const one = await compareOne(source, trust, io);
      if (!json && 'enforcers' in one) io.out(`${renderComparisonText(one.file, one.enforcers, outPaint(io))}\n`);
      compared.push(one);
    }
  }
  if (json) io.out(`${JSON.stringify(comparisonReport(compared, skipped), null, 2)}\n`);
  else io.out(`${skippedText(skipped)}${summary(compared)}`);
  return gravest(compared.map(exitOf));
};

async function trustOf(given: Arguments, io: CommandIo): Promise<ComparedTrust | null> {
  const engine = nativeEngine();
  const db = await readTrustSpecs(given.values('db'), '--db', { io, engine });
  const dbx = await readTrustSpecs(given.values('dbx'), '--dbx', { io, engine });
  const dbt = await readTrustSpecs(given.values('dbt'), '--dbt', { io, engine });
  for (const read of [db, dbx, dbt]) {
    if (read.ok) continue;
    complain(io, read.text);
    return null;
  }
  if (!db.ok || !dbx.ok || !dbt.ok) return null;
  return { db: db.anchors, dbx: dbx.anchors, machine: { dbt: dbt.anchors }, at: io.now, engine };
}

async function compareOne(source: Source, trust: ComparedTrust, io: CommandIo): Promise<ComparedFile> {
  const file = source.name;
  if (source.kind === 'fault') return failed(file, source.text, io);
  try {
    return { file, enforcers: await compareEnforcers(source.bytes, trust) };
  } catch (error) {
    return failed(file, `internal error on \`${file}\`: ${error instanceof Error ? error.message : String(error)}`, io);
  }
}

function failed(file: string, error: string, io: CommandIo): ComparedFile {
  complain(io, error);
  return { file, error };
}

function exitOf(compared: ComparedFile): ExitCode {
  if ('error' in compared) return EXIT.undecided;
  return compared.enforcers.every(({ verdict }) => verdict === 'accept') ? EXIT.fine : EXIT.rejected;
}

function summary(compared: readonly ComparedFile[]): string {
  const read = compared.filter((one) => 'enforcers' in one);
  const agreed = read.filter(({ enforcers }) => new Set(enforcers.map(({ verdict }) => verdict === 'accept')).size < 2);
  const failures = compared.length - read.length;
  const parts = [
    `${counted(compared.length, 'file')}: ${agreed.length} on which all agree`,
    `${read.length - agreed.length} on which they differ`,
    ...(failures === 0 ? [] : [`${failures} failed`]),
  ];
  return `${parts.join(', ')}\n`;
}
