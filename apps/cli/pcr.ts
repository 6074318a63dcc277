import {
  DEFAULT_LIMITS,
  DEFAULT_PHASES,
  nativeEngine,
  PCR_BANKS,
  type PcrBank,
  pcrReport,
  type PredictedFile,
  predictPcr11,
  renderPcrText,
} from '../../index.ts';
import type { Arguments, CommandRun } from './command.ts';
import { EXIT } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';

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
  const predicted: PredictedFile[] = [];
  for (const file of given.operands) {
    const one = await predictOne(file, wanted, io);
    if (!json && 'prediction' in one) {
      io.out(`${given.operands.length > 1 ? `# ${file}\n` : ''}${renderPcrText(one.prediction)}`);
    }
    predicted.push(one);
  }
  if (json) io.out(`${JSON.stringify(pcrReport(predicted), null, 2)}\n`);
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

async function predictOne(file: string, wanted: Wanted, io: CommandIo): Promise<PredictedFile> {
  const read = await io.read(file);
  if (!read.ok) return failed(file, `cannot read \`${file}\`: ${read.text}`, io);
  try {
    const answer = await predictPcr11(read.bytes, { ...wanted, limits: DEFAULT_LIMITS, engine: nativeEngine() });
    if (!answer.ok) return failed(file, `\`${file}\`: ${answer.finding.text}`, io);
    for (const { text } of answer.prediction.findings) complain(io, `\`${file}\`: ${text}`);
    return { file, prediction: answer.prediction };
  } catch (error) {
    return failed(file, `internal error on \`${file}\`: ${error instanceof Error ? error.message : String(error)}`, io);
  }
}

function failed(file: string, error: string, io: CommandIo): PredictedFile {
  complain(io, error);
  return { file, error };
}
