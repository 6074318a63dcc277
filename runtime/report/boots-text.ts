import type { BootStage, StageVerdict } from '../trust/boot-stage.ts';
import type { BootWalk } from '../trust/boots.ts';
import { layOut, plain, styled } from './columns.ts';
import { type Line, type Paint, paintLines, type Role } from './paint.ts';
import { printable } from './printable.ts';

/** `decisive`: only the stages that refuse, are left open or are taken for granted; `all`: every one. */
export type ShownStages = 'decisive' | 'all';

/** What becomes of a file on a machine, in 80 columns: the verdict, and the stages with rule, place, reason and source. */
export function renderBootsText(
  file: string,
  { verdict, stages }: BootWalk,
  { shown, paint }: { readonly shown: ShownStages; readonly paint: Paint },
): string {
  const head = [styled('strong', printable(file)), plain(': '), styled(WALK_LOOKS[verdict], verdict)];
  const title = layOut({ indent: 0, hanging: 2, left: head, right: '' });
  const listed = stages.filter((stage) => shown === 'all' || DECISIVE.includes(stage.verdict));
  return paintLines([...title, ...listed.flatMap((stage) => stageLines(stage, file))], paint);
}

const DECISIVE: readonly StageVerdict[] = ['assumed', 'undecided', 'reject', 'would-crash'];

const WALK_LOOKS: Readonly<Record<BootWalk['verdict'], Role>> = { boots: 'good', refused: 'bad', undecided: 'doubt' };
const LOOKS: Readonly<Record<StageVerdict, Role>> = {
  accept: 'good',
  unverified: 'doubt',
  assumed: 'doubt',
  undecided: 'doubt',
  reject: 'bad',
  'would-crash': 'bad',
  'not-reached': 'faint',
};

const NAME_COLUMNS = 17;
const VERDICT_COLUMNS = 13;
const TEXT_COLUMN = 6;

function stageLines({ name, program, verdict, rule, reason }: BootStage, file: string): readonly Line[] {
  const head = [plain(name.padEnd(NAME_COLUMNS)), styled(LOOKS[verdict], verdict.padEnd(VERDICT_COLUMNS))];
  const code = rule === null ? [] : [styled('strong', rule.code)];
  const right = rule === null ? '' : `0x${rule.offsetBytes.toString(16).padStart(6, '0')}`;
  const of = program === file ? '' : `${printable(program)}: `;
  const indented = { indent: TEXT_COLUMN, hanging: TEXT_COLUMN, right: '' };
  const source = rule?.source ?? null;
  return [
    ...layOut({ indent: 2, hanging: TEXT_COLUMN, left: [...head, ...code], right }),
    ...(verdict === 'not-reached' ? [] : layOut({ ...indented, left: [plain(`${of}${printable(reason)}`)] })),
    ...(source === null ? [] : layOut({ ...indented, left: [styled('faint', printable(source))] })),
  ];
}
