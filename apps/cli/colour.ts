import type { Paint, Role } from '../../index.ts';
import type { CommandIo } from './io.ts';

/** Colours for standard output: on a terminal only, unless FORCE_COLOR asks; never where NO_COLOR or `TERM=dumb` is set. */
export function outPaint(io: CommandIo): Paint {
  return wantsColour(io, io.outIsTerminal ? 'terminal' : 'other') ? ansiPaint : plainText;
}

/** The same for standard error. */
export function errPaint(io: CommandIo): Paint {
  return wantsColour(io, io.errIsTerminal ? 'terminal' : 'other') ? ansiPaint : plainText;
}

function wantsColour({ environment }: CommandIo, stream: 'terminal' | 'other'): boolean {
  if ((environment.NO_COLOR ?? '') !== '') return false;
  const force = environment.FORCE_COLOR;
  if (force !== undefined) return force !== '0' && force !== 'false';
  return stream === 'terminal' && environment.TERM !== 'dumb';
}

const plainText: Paint = (_role, text) => text;

/** Select Graphic Rendition codes (ECMA-48 §8.3.117): how each role starts. */
const STARTS: Readonly<Record<Role, string>> = {
  plain: '',
  good: '\u001b[32m',
  bad: '\u001b[31m',
  doubt: '\u001b[33m',
  strong: '\u001b[1m',
  faint: '\u001b[2m',
};

const ansiPaint: Paint = (role, text) => (role === 'plain' ? text : `${STARTS[role]}${text}\u001b[0m`);
