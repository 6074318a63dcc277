import { tokenLabel } from 'chevrotain';
import type { Production } from '../grammar/productions.ts';

/** A drawn piece: its SVG, how wide it is, and how far it reaches above and below its track, in pixels. */
interface Piece {
  readonly width: number;
  readonly up: number;
  readonly down: number;
  /** Draws the piece with its track entering at the left, at this point. */
  draw(x: number, y: number): string;
}

const GAP = 12;
const HALF = 13;

/** Draws one rule as a railroad diagram: a whole `svg` element that needs nothing from outside. */
export function railroadOf(parts: readonly Production[]): string {
  const piece = sequence(parts.map(pieceOf));
  const width = piece.width + 2 * GAP;
  const height = piece.up + piece.down + 8;
  const y = piece.up + 4;
  const ends = `${line(0, y, GAP, y)}${line(GAP + piece.width, y, width, y)}`;
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">${ends}${piece.draw(GAP, y)}</svg>`;
}

function pieceOf(production: Production): Piece {
  switch (production.kind) {
    case 'token':
      return box(tokenLabel(production.type), 'terminal');
    case 'rule':
      return box(production.name, 'rule');
    case 'option':
      return choice([sequence(production.parts.map(pieceOf)), EMPTY]);
    case 'loop':
      return choice([loop(sequence(production.parts.map(pieceOf))), EMPTY]);
    case 'choice':
      return choice(production.alternatives.map((alternative) => sequence(alternative.map(pieceOf))));
  }
}

const EMPTY: Piece = { width: 0, up: 2, down: 2, draw: () => '' };

function box(text: string, style: 'terminal' | 'rule'): Piece {
  const width = text.length * 8 + 20;
  const round = style === 'terminal' ? 12 : 2;
  return {
    width,
    up: HALF,
    down: HALF,
    draw: (x, y) =>
      `<rect class="${style}" x="${x}" y="${y - HALF + 1}" width="${width}" height="${2 * HALF - 2}" rx="${round}"/>` +
      `<text x="${x + width / 2}" y="${y + 4}">${escaped(text)}</text>`,
  };
}

function sequence(pieces: readonly Piece[]): Piece {
  const shown = pieces.filter(({ width }) => width > 0);
  const width = shown.reduce((sum, piece) => sum + piece.width, 0) + Math.max(0, shown.length - 1) * GAP;
  return {
    width,
    up: Math.max(2, ...shown.map(({ up }) => up)),
    down: Math.max(2, ...shown.map(({ down }) => down)),
    draw: (x, y) => {
      let at = x;
      return shown
        .map((piece, index) => {
          const track = index === 0 ? '' : line(at, y, at + GAP, y);
          at += index === 0 ? 0 : GAP;
          const drawn = `${track}${piece.draw(at, y)}`;
          at += piece.width;
          return drawn;
        })
        .join('');
    },
  };
}

/** Branches one under the other; the first lies on the track. */
function choice(branches: readonly Piece[]): Piece {
  const width = Math.max(0, ...branches.map((branch) => branch.width)) + 4 * GAP;
  const [first = EMPTY, ...rest] = branches;
  const below = rest.reduce((sum, branch) => sum + branch.up + branch.down + 6, 0);
  return {
    width,
    up: first.up,
    down: first.down + below,
    draw: (x, y) => {
      let at = y - first.up;
      return branches
        .map((branch) => {
          const track = at + branch.up;
          at += branch.up + branch.down + 6;
          const start = x + 2 * GAP;
          const end = x + width;
          return (
            curve(x, y, start, track) +
            branch.draw(start, track) +
            line(start + branch.width, track, end - 2 * GAP, track) +
            curve(end - 2 * GAP, track, end, y)
          );
        })
        .join('');
    },
  };
}

/** Once or more. */
function loop(body: Piece): Piece {
  const width = body.width + 2 * GAP;
  const drop = body.down + EMPTY.up + 6;
  return {
    width,
    up: body.up,
    down: drop + EMPTY.down,
    draw: (x, y) => {
      const track = y + drop;
      const side = (at: number): string => `<path d="M${at} ${y} V${track}"/>`;
      return (
        line(x, y, x + GAP, y) +
        body.draw(x + GAP, y) +
        line(x + GAP + body.width, y, x + width, y) +
        side(x + 3) +
        side(x + width - 3) +
        line(x + 3, track, x + width - 3, track)
      );
    },
  };
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return x1 === x2 ? '' : `<path d="M${x1} ${y1} L${x2} ${y2}"/>`;
}

function curve(x1: number, y1: number, x2: number, y2: number): string {
  const middle = (x1 + x2) / 2;
  return `<path d="M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
