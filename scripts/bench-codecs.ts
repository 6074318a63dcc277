import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import zlib from 'node:zlib';
import { type CodecContest, type CodecScene, setCodecScene } from '../test/bench/codec-scene.ts';
import { type Contender, processCosts } from '../test/bench/process-cost.ts';
import type { Row } from '../test/bench/row.ts';

const NODE = process.execPath;
const ROUNDS = 5;

/** Most that decoding may take besides a bare Node, the encoded payload and the decoded one. */
const MEMORY_GOAL_MB = 60;
const NATIVE_GOAL = 1.3;
/** Held by the portable decoder against `zstd -dc`, on frames as the kernel's build makes them. */
const KERNEL_ZSTD_GOAL = 9;

/** A codec on one engine. */
interface Entry extends CodecContest {
  readonly engine: 'portable' | 'node';
  readonly path: string;
}

/** Whole processes that decode a payload of 40 MB, against the usual programs and Node's own functions. */
export function codecRows(): readonly Row[] {
  const scene = setCodecScene();
  for (const { path, program } of scene.contests) {
    if (path === null) console.log(`${program} is not installed: its ratios are left out`);
  }
  const entries = scene.contests.flatMap(entriesOf);
  return [...entries.flatMap((entry) => costRows(scene, entry)), ...memoryRows(scene, entries)];
}

function entriesOf(contest: CodecContest): readonly Entry[] {
  const { path } = contest;
  if (path === null) return [];
  const portable = { ...contest, path, engine: 'portable' } as const;
  return bareFunction(contest) === null ? [portable] : [portable, { ...portable, engine: 'node' }];
}

/** Node's own decoder, where it has one. */
function bareFunction({ codec }: CodecContest): string | null {
  const name = codec === 'gzip' ? 'gunzipSync' : codec === 'zstd' ? 'zstdDecompressSync' : null;
  return name !== null && typeof Reflect.get(zlib, name) === 'function' ? name : null;
}

function costRows(scene: CodecScene, entry: Entry): readonly Row[] {
  const { title, engine, program, path } = entry;
  const bare = engine === 'node' ? bareFunction(entry) : null;
  const contenders: readonly Contender[] = [
    { name: 'ours', command: decodeCommand(scene, entry) },
    { name: 'tool', command: ['bash', '-c', `${program} -dc <"$0"`, path] },
    ...(bare === null ? [] : [{ name: 'bare', command: [NODE, scene.bareScript, bare, path] }]),
  ];
  const costs = processCosts(contenders, ROUNDS);
  const ours = costs.get('ours') ?? Number.NaN;
  const isKernelZstd = title === 'zstd of the kernel' && engine === 'portable';
  const what = `${title}, ${engine}, to \`${program} -dc\``;
  const rows: Row[] = [
    { what, value: ours / (costs.get('tool') ?? Number.NaN), unit: '×', goal: isKernelZstd ? KERNEL_ZSTD_GOAL : null },
  ];
  if (bare === null) return rows;
  // An initrd's frames are longer than their window: there the portable decoder works, whatever the host has.
  const goal = title === 'zstd of an initrd' ? null : NATIVE_GOAL;
  const value = ours / (costs.get('bare') ?? Number.NaN);
  return [...rows, { what: `${title}, ${engine}, to bare ${bare}`, value, unit: '×', goal }];
}

function memoryRows(scene: CodecScene, entries: readonly Entry[]): readonly Row[] {
  const idleBytes = peakBytes([NODE, scene.idleScript]);
  return entries.map((entry) => {
    const { title, engine, path } = entry;
    const neededBytes = idleBytes + statSync(path).size + scene.payloadBytes;
    const value = (peakBytes(decodeCommand(scene, entry)) - neededBytes) / 1e6;
    return { what: `${title}, ${engine}, memory beyond need`, value, unit: 'MB', goal: MEMORY_GOAL_MB };
  });
}

function decodeCommand(scene: CodecScene, { codec, engine, path }: Entry): readonly string[] {
  return [NODE, scene.decodeScript, codec, engine, path];
}

function peakBytes([program = '', ...words]: readonly string[]): number {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${String(status)}:\n${stderr}`);
  return Number(stdout);
}
