import { layOut, plain } from './columns.ts';
import type { CodecCost, CostPayload, DecodeTime } from './cost-schema.ts';
import { type Line, type Paint, paintLines } from './paint.ts';
import { printable } from './printable.ts';
import { counted } from './run-summary.ts';
import { type TableCell, tableLines } from './table.ts';

/**
 * The costs of one payload in each compression: a table of sizes and times, what that is against gzip, and who encoded and
 * decoded.
 *
 * @returns lines of at most 80 columns.
 */
export function renderCostText({ file, payload, toolStartMilliseconds }: CostTable, paint: Paint): string {
  const { layer, sizeBytes, packed, codecs } = payload;
  const now = packed === null ? '' : `; in the file ${packed.codec}, ${counted(packed.sizeBytes, 'byte')}`;
  const name = `${printable(file)}   ${printable(layer)}`;
  const title = [...entry(name, 0), ...entry(`${counted(sizeBytes, 'byte')} decoded${now}`, 2)];
  const table = tableLines(COLUMNS, codecs.map(row));
  return paintLines(
    [...title, ...table, ...codecs.flatMap((codec) => toolLines(codec, codecs, toolStartMilliseconds ?? 0)), []],
    paint,
  );
}

/** What is shown of one payload. */
export interface CostTable {
  readonly file: string;
  readonly payload: CostPayload;
  /** What is in the times of programs besides decoding. */
  readonly toolStartMilliseconds: number | null;
}

/** What holds for all tables of a run: how often was decoded, and what is in the times. */
export function renderCostNotes(runs: number, toolStartMilliseconds: number | null, paint: Paint): string {
  const spread = `times are medians of ${counted(runs, 'run')}, ± half of what lies between the fastest and the slowest`;
  const start =
    toolStartMilliseconds === null
      ? ''
      : `; those of programs include their start, ${milliseconds(toolStartMilliseconds)}`;
  return paintLines(entry(`${spread}${start}`, 0), paint);
}

/** Cells are broken at spaces, and trimmed. */
const NO_BREAK = '\u00a0';

const COLUMNS = [
  { title: 'codec', columns: 5 },
  { title: 'size'.padStart(11, NO_BREAK), columns: 11 },
  { title: 'share'.padStart(7, NO_BREAK), columns: 7 },
  { title: 'decoded by program', columns: 20 },
  { title: 'decoded by bootpol', columns: 20 },
] as const;

function row({ codec, sizeBytes, ratio, native, own, error }: CodecCost): readonly TableCell[] {
  const cells =
    error !== null || sizeBytes === null || ratio === null
      ? [codec, '', '', 'not measured', '']
      : [codec, right(sizeBytes.toLocaleString('en-US'), 11), right(percent(ratio), 7), time(native), time(own)];
  return cells.map((text) => ({ text, role: 'plain' }));
}

function right(text: string, columns: number): string {
  return text.padStart(columns, NO_BREAK);
}

function time(measured: DecodeTime | null): string {
  if (measured === null) return 'not measured';
  const { medianMilliseconds, spreadMilliseconds } = measured;
  return `${milliseconds(medianMilliseconds)} ± ${milliseconds(spreadMilliseconds)}`;
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')} ms`;
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}

function toolLines(cost: CodecCost, all: readonly CodecCost[], start: number): readonly Line[] {
  const { codec, error, encoder, native } = cost;
  if (error !== null) return entry(`${codec}: ${error}`, 2);
  const decoder = native === null ? 'no program to decode' : `decoded by ${native.decoder}`;
  const gzip = all.find((other) => other.codec === 'gzip');
  return entry(`${codec}: encoded by ${encoder ?? 'nobody'}, ${decoder}${against(cost, gzip, start)}`, 2);
}

/** The argument of the thread in numbers: what a smaller file costs. Nothing is said of times that are mostly start. */
function against({ codec, sizeBytes, native }: CodecCost, gzip: CodecCost | undefined, start: number): string {
  const most = gzip?.sizeBytes ?? null;
  if (codec === 'gzip' || most === null || sizeBytes === null || most === 0) return '';
  const change = (100 * (sizeBytes - most)) / most;
  const size = `${Math.abs(change).toFixed(1)} % ${change <= 0 ? 'smaller' : 'larger'} than gzip`;
  const [time, usual] = [decoding(native, start), decoding(gzip?.native ?? null, start)];
  if (time === null || usual === null) return `: ${size}`;
  return `: ${size}, ${(time / usual).toFixed(1)} times its time without the start`;
}

function decoding(measured: DecodeTime | null, start: number): number | null {
  const net = (measured?.medianMilliseconds ?? 0) - start;
  return net > start && net > 0 ? net : null;
}

function entry(text: string, indent: number): readonly Line[] {
  return layOut({ indent, hanging: indent + 2, left: [plain(text)], right: '' });
}
