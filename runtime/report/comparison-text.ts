import type { EnforcerVerdict } from '../trust/compare.ts';
import { layOut, plain, styled } from './columns.ts';
import { type Line, type Paint, paintLines, type Role } from './paint.ts';
import { printable } from './printable.ts';

/**
 * A file and what each enforcer says of it, in 80 columns: the verdict, and of a refusal the rule, its place in the file,
 * how the file breaks it, and where the enforcer has it.
 */
export function renderComparisonText(file: string, enforcers: readonly EnforcerVerdict[], paint: Paint): string {
  const title = layOut({ indent: 0, hanging: 2, left: [styled('strong', printable(file))], right: '' });
  return paintLines([...title, ...enforcers.flatMap(enforcerLines)], paint);
}

const NAME_COLUMNS = 8;
const VERDICT_COLUMNS = 13;
const TEXT_COLUMN = 2 + NAME_COLUMNS + VERDICT_COLUMNS;

const LOOKS: Readonly<Record<EnforcerVerdict['verdict'], Role>> = {
  accept: 'good',
  reject: 'bad',
  'would-crash': 'bad',
};

function enforcerLines({ name, verdict, decisive }: EnforcerVerdict): readonly Line[] {
  const head = [plain(name.padEnd(NAME_COLUMNS)), styled(LOOKS[verdict], verdict.padEnd(VERDICT_COLUMNS))];
  if (decisive === null) return layOut({ indent: 2, hanging: TEXT_COLUMN, left: head, right: '' });
  const { code, text, offsetBytes, source } = decisive;
  const place = `0x${offsetBytes.toString(16).padStart(6, '0')}`;
  const indented = { indent: TEXT_COLUMN, hanging: TEXT_COLUMN, right: '' };
  const cited = source === null ? [] : layOut({ ...indented, left: [styled('faint', printable(source))] });
  return [
    ...layOut({ indent: 2, hanging: TEXT_COLUMN, left: [...head, styled('strong', code)], right: place }),
    ...layOut({ ...indented, left: [plain(printable(text))] }),
    ...cited,
  ];
}
