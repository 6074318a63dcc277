import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Watches a loop that nothing else could end, and keeps what made it go wrong. */
export interface Watchdog {
  /** What is tried now. */
  readonly begin: (seed: number, bytes: Uint8Array) => void;
  readonly end: () => Promise<void>;
}

/**
 * Ends this process, with what was tried in a file, when nothing new is tried for two minutes: a reader that never returns
 * would make the run endless otherwise, since no test's time limit interrupts code that does not wait.
 */
export function watchdog(name: string): Watchdog {
  const shared = new SharedArrayBuffer(HEAD_BYTES + ROOM_BYTES);
  const head = new Int32Array(shared, 0, 3);
  const room = new Uint8Array(shared, HEAD_BYTES);
  const thread = new Worker(THREAD, { eval: true, workerData: { shared, name, folder: keptFolder(), ...LIMITS } });
  return {
    begin: (seed, bytes) => {
      const kept = bytes.subarray(0, ROOM_BYTES);
      room.set(kept);
      head[1] = seed;
      head[2] = kept.length;
      Atomics.add(head, 0, 1);
    },
    end: async () => {
      await thread.terminate();
    },
  };
}

/** Writes bytes that made something go wrong, since keys are random and a seed alone does not give them again; the path. */
export function kept(name: string, seed: number, bytes: Uint8Array): string {
  const path = join(keptFolder(), `${name.replaceAll(/\W+/g, '-')}-${seed}.bin`);
  writeFileSync(path, bytes);
  return path;
}

const HEAD_BYTES = 12;
const ROOM_BYTES = 4 * 1024 * 1024;
const LIMITS = { headBytes: HEAD_BYTES, secondsLimit: 120 };

function keptFolder(): string {
  const folder = join(tmpdir(), 'bootpol-fuzz');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Counts its own seconds, so that a machine that slept is no reason. */
const THREAD = `
const { workerData } = require('node:worker_threads');
const { writeFileSync, writeSync } = require('node:fs');
const { shared, name, folder, headBytes, secondsLimit } = workerData;
const head = new Int32Array(shared, 0, 3);
let [last, seconds] = [0, 0];
setInterval(() => {
  const now = Atomics.load(head, 0);
  seconds = now === last ? seconds + 1 : 0;
  last = now;
  if (seconds < secondsLimit) return;
  const path = folder + '/' + name.replace(/\\W+/g, '-') + '-' + head[1] + '.bin';
  writeFileSync(path, Buffer.from(shared, headBytes, head[2]));
  writeSync(2, name + ', seed ' + head[1] + ': no end after ' + secondsLimit + ' s; the bytes are in ' + path + '\\n');
  process.kill(process.pid, 'SIGKILL');
}, 1000);
`;
