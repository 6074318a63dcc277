import { type Choices, happens, oneOf, times } from './choices.ts';

/** A word, sign or literal of a policy, and what must stand before it. */
export interface Piece {
  readonly text: string;
  /**
   * `anywhere`: white space of any kind, or a comment. `line`: the line goes on. `element`: begins a line, or follows a
   * sign. `statement`: begins a line. `optional`: a comma that may be left out, since what follows it is an element.
   */
  readonly before: 'anywhere' | 'line' | 'element' | 'statement' | 'optional';
}

/**
 * Writes pieces down with white space, line ends and comments wherever the language takes them. A tape of zeros gives
 * neither comments nor any line end but those that are due.
 */
export function laidOut(pieces: readonly Piece[], choices: Choices): string {
  let text = happens(choices, 20) ? `${comment(choices)}\n` : '';
  let follows = '';
  for (const { text: word, before } of pieces) {
    if (before === 'optional' && happens(choices, 50)) continue;
    text += gap({ word, before, follows }, choices) + word;
    follows = word;
  }
  return text + oneOf(choices, ['\n', '', '  ', ' # the end', '\n\n# the end\n', '\r\n']);
}

interface Joint extends Pick<Piece, 'before'> {
  readonly word: string;
  readonly follows: string;
}

function gap({ word, before, follows }: Joint, choices: Choices): string {
  const afterSign = [...BRACES, ','].includes(follows);
  switch (before) {
    case 'statement':
      return follows === '' ? '' : lineEnd(choices) + (happens(choices, 10) ? '  ' : '');
    case 'line':
      return oneOf(choices, [' ', '  ', '\t']);
    case 'element':
      return ['{', ','].includes(follows) && happens(choices, 50) ? anywhere(choices) : `${lineEnd(choices)} `;
    case 'optional':
    case 'anywhere':
      return (afterSign || [...BRACES, ',', ':'].includes(word)) && happens(choices, 30) ? '' : anywhere(choices);
  }
}

const BRACES = ['{', '}'];

function anywhere(choices: Choices): string {
  return happens(choices, 10)
    ? lineEnd(choices) + oneOf(choices, [' ', '    ', '\t'])
    : oneOf(choices, [' ', ' ', '  ']);
}

/** The end of a line with what may stand there: a comment, comments on lines of their own, empty lines. */
function lineEnd(choices: Choices): string {
  if (!happens(choices, 40)) return '\n';
  const behind = happens(choices, 40) ? oneOf(choices, ['', ' ', '   ']) + comment(choices) : oneOf(choices, ['', ' ']);
  const own = times(choices.below(3), () => {
    const line = oneOf(choices, ['', '  ', '\t']) + (happens(choices, 60) ? comment(choices) : '');
    return line + newLine(choices);
  });
  return behind + newLine(choices) + own.join('');
}

function newLine(choices: Choices): string {
  return oneOf(choices, ['\n', '\n', '\r\n']);
}

function comment(choices: Choices): string {
  return `#${oneOf(choices, ['', ' ', '  '])}${oneOf(choices, COMMENTS)}${oneOf(choices, ['', ' ', '\t'])}`;
}

const COMMENTS = ['why', '{ }', '"', 'require x: signed by y', '# #', 'größer → 漢', '', ', a'] as const;
