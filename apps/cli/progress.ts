import { printable, widthOf } from '../../index.ts';
import type { CommandIo } from './io.ts';

/** A line on the terminal that says how far a run is; nothing where standard error is none, or goes to a log. */
export interface Progress {
  show(done: number, total: number, name: string): void;
  /** Takes the line away, so that others can be printed. */
  clear(): void;
}

/** A few updates a second are enough, whatever the run does. */
const INTERVAL_MILLISECONDS = 100;

export function progressOn(io: Pick<CommandIo, 'errIsTerminal' | 'environment' | 'err'>): Progress {
  if (!io.errIsTerminal || isLogged(io)) return { show: () => undefined, clear: () => undefined };
  let shownAt = 0;
  let shown: 'yes' | 'no' = 'no';
  return {
    show: (done, total, name) => {
      const now = performance.now();
      if (now - shownAt < INTERVAL_MILLISECONDS) return;
      shownAt = now;
      shown = 'yes';
      io.err(`\r\u001b[K${cut(`${done} of ${total}  ${printable(name)}`)}`);
    },
    clear: () => {
      if (shown === 'yes') io.err('\r\u001b[K');
      shown = 'no';
    },
  };
}

/** Build systems that hand in a terminal keep what is written to it; a dumb terminal cannot take a line away. */
function isLogged({ environment }: Pick<CommandIo, 'environment'>): boolean {
  return (environment['CI'] ?? '') !== '' || environment['TERM'] === 'dumb';
}

/** To less than a line of the terminal, or it could not be taken away. */
function cut(text: string): string {
  let line = '';
  for (const character of text) {
    if (widthOf(line) + widthOf(character) > 78) break;
    line += character;
  }
  return line;
}
