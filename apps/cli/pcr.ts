import {
  DEFAULT_LIMITS,
  DEFAULT_PHASES,
  nativeEngine,
  PCR_BANKS,
  type PcrBank,
  pcrReport,
  type PredictedFile,
  predictPcr11,
  printable,
  renderPcrText,
} from '../../index.ts';
import type { Arguments, CommandRun } from './command.ts';
import { EXIT } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { nothingSkipped, skippedText, type Source, sourcesOf } from './sources.ts';

/** `bootpol pcr FILE…`: the values of PCR 11 that booting each UKI leads to. */
export const pcr: CommandRun = async (given, io) => {
  const [profile = null] = given.values('profile');
  const wanted: Wanted = {
    banks: banksOf(given),
    phases: phasesOf(given),
    profile: profile === null ? null : Number(profile.replace(/^@/, '')),
  };
  if (profile !== null && !/^@?\d{1,3}$/.test(profile)) {
    complain(io, '`--profile` wants a number, such as 1 or @1');
    return EXIT.usage;
  }
  if (given.operands.filter((path) => path === '-').length > 1) {
    complain(io, 'standard input can be read once only');
    return EXIT.usage;
  }
  const json = given.values('format')[0] === 'json';
  const skipped = nothingSkipped();
  const predicted: PredictedFile[] = [];
  for (const operand of given.operands) {
    let found = 0;
    for await (const source of sourcesOf(operand, { initrds: 'skipped', skipped }, io)) {
      const one = await predictOne(source, { wanted, operand }, io);
      found += one === null ? 0 : 1;
      if (one === null) skipped.files += 1;
      else predicted.push(one);
      if (json || one === null || !('prediction' in one)) continue;
      const named = given.operands.length > 1 || one.file !== operand;
      io.out(`${named ? `# ${printable(one.file)}\n` : ''}${renderPcrText(one.prediction)}`);
    }
    if (found === 0) predicted.push(failed(operand, `\`${operand}\` holds no UKI`, io));
  }
  if (json) io.out(`${JSON.stringify(pcrReport(predicted, skipped), null, 2)}\n`);
  else io.out(skippedText(skipped).replace(/^(?=.)/, '# '));
  return predicted.some((one) => 'error' in one) ? EXIT.undecided : EXIT.fine;
};

interface Wanted {
  readonly banks: readonly PcrBank[];
  readonly phases: readonly string[];
  readonly profile: number | null;
}

function banksOf(given: Arguments): readonly PcrBank[] {
  const named = given.values('bank');
  return named.length === 0 ? PCR_BANKS : PCR_BANKS.filter((bank) => named.includes(bank));
}

/** Empty words of a phase path do not count, so that `:` is the path without any. */
function phasesOf(given: Arguments): readonly string[] {
  const named = given.values('phase').map((path) =>
    path
      .split(':')
      .filter((word) => word !== '')
      .join(':'),
  );
  return named.length === 0 ? DEFAULT_PHASES : [...new Set(named)];
}

interface PcrOperand {
  readonly wanted: Wanted;
  readonly operand: string;
}

/** Null for a file of a directory or a package that is no UKI: nobody asked for its PCR 11. */
async function predictOne(
  source: Source,
  { wanted, operand }: PcrOperand,
  io: CommandIo,
): Promise<PredictedFile | null> {
  const file = source.name;
  if (source.kind === 'fault') return failed(file, source.text, io);
  try {
    const answer = await predictPcr11(source.bytes, { ...wanted, limits: DEFAULT_LIMITS, engine: nativeEngine() });
    if (!answer.ok && answer.finding.code === 'pcr-no-uki' && file !== operand) return null;
    if (!answer.ok) return failed(file, `\`${printable(file)}\`: ${answer.finding.text}`, io);
    for (const { text } of answer.prediction.findings) complain(io, `\`${printable(file)}\`: ${text}`);
    return { file, prediction: answer.prediction };
  } catch (error) {
    return failed(file, `internal error on \`${file}\`: ${error instanceof Error ? error.message : String(error)}`, io);
  }
}

function failed(file: string, error: string, io: CommandIo): PredictedFile {
  complain(io, error);
  return { file, error };
}
