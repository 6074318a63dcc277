import type { MadeLayer, RepackReport } from '../../index.ts';
import type { RepackStep } from './repack-steps.ts';

/** What became of a file. */
export type RepackOutcome = Pick<RepackReport, 'file' | 'before' | 'written' | 'waitsFor'> & {
  readonly steps: readonly RepackStep[];
  readonly layers: MadeLayer[];
};

/** The same as the published schema has it, as text. */
export function repackJson({ steps, layers, ...outcome }: RepackOutcome): string {
  const report: RepackReport = {
    ...{ version: 1, report: 'repack' },
    ...outcome,
    steps: steps.map(({ verb, text }) => ({ verb, text })),
    ...{ encoding: null, pcr11: null, signatures: [], warnings: [], layers },
  };
  for (const { text, data } of steps) {
    if (data === undefined) continue;
    switch (data.kind) {
      case 'encoding':
        report.encoding = data.encoding;
        break;
      case 'signature':
        report.signatures.push(data.signature);
        break;
      case 'pcr11':
        report.pcr11 = data.pcr11;
        break;
      case 'warning':
        report.warnings.push({ code: data.code, text });
    }
  }
  return `${JSON.stringify(report, null, 2)}\n`;
}
