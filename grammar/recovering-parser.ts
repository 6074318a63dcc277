import { EOF, type TokenType, tokenLabel, tokenMatcher } from 'chevrotain';
import { END_OFFSET, ERROR_LIMIT } from './lexer.ts';
import { nearestWord } from './nearest-word.ts';
import { type Element, RuleReader, Unreadable } from './rule-reader.ts';
import type { Span } from './source.ts';
import { beginsStatement, standsOnLineOf } from './statement-start.ts';
import type { SyntaxError } from './syntax-error.ts';
import { spanOf, type Token } from './token.ts';
import { Colon, Comma, Digest, keywords, LeftBrace, RightBrace, Text, UnclosedText, Word } from './tokens.ts';

/** The tokens around a slip. */
export interface Spot {
  readonly previous: Token | null;
  /** The first token that does not fit; null at the end of the text. */
  readonly actual: Token | null;
  readonly next: Token | null;
  /** Whether `actual` stands on the line of `previous`. */
  readonly onSameLine: boolean;
}

/** A slip before it has its place; without a span it is `actual` when that is on the line, else `previous`. */
export interface Slip {
  readonly code: SyntaxError['code'];
  readonly text: string;
  readonly label: string;
  readonly help: string | null;
  readonly span?: Span;
}

export type Wording = (spot: Spot) => Slip;

/** What a loop of the grammar does with tokens that begin none of its elements. */
export interface Loop {
  readonly name: 'statements' | 'items' | 'conditions' | 'constraints' | 'clauses' | 'test' | 'given' | 'list';
  readonly stray: Wording;
}

/** Thrown to leave the element that cannot be read; always caught by the nearest loop. */
class Resync extends Error {
  override readonly name = 'Resync';
}

/**
 * The reader of rules with recovery. One that follows token types alone, as chevrotain's does, makes many slips of one: with
 * contextual keywords nearly every word can follow. This one trusts lines, braces and the shape of statements.
 *
 * Rules ask for tokens (`ask`, `name`, `open`, `close`); a missing one is reported and, where the text goes on as if it
 * were there, taken as read. Otherwise the element is given up, and the nearest loop (`each`) goes on with the next.
 * At one token only one slip is reported.
 */
// eslint-disable-next-line no-restricted-syntax -- the grammar is a class, as chevrotain has it
export abstract class RecoveringParser extends RuleReader {
  private slips: SyntaxError[] = [];
  private excused: ReadonlySet<number> = new Set();
  private lastSlip: Token | null = null;
  private openBraces: { readonly token: Token | null; readonly startsLine: boolean }[] = [];
  private stopped = false;
  /** Whether a brace was out of place in this statement: that its braces do not pair up is no slip of its own. */
  private braceSlip = false;

  /** Gets ready for one text. */
  protected begin(excused: ReadonlySet<number>): void {
    this.slips = [];
    this.excused = excused;
    this.lastSlip = null;
    this.openBraces = [];
    this.stopped = false;
    this.braceSlip = false;
  }

  /** Forgets what only matters within one statement. */
  protected beginStatement(): void {
    this.braceSlip = false;
  }

  protected get found(): readonly SyntaxError[] {
    return this.slips;
  }

  // Asking for tokens

  /** Takes a token of the type; when it is missing, reports it and goes on after it if what follows is one of `fits`. */
  // eslint-disable-next-line max-params -- the index, and three words of what is wanted
  protected ask(index: number, type: TokenType, wording: Wording, fits: readonly TokenType[] = []): void {
    if (this.RECORDING_PHASE || this.is(type)) {
      this.consume(index, type);
      return;
    }
    this.report(wording);
    const nextOnLine = this.isOnLine(1) && this.isOnLine(2);
    const nextFits = nextOnLine && fits.some((fit) => tokenMatcher(this.LA(2), fit));
    if (nextOnLine && tokenMatcher(this.LA(2), type)) {
      this.SKIP_TOKEN();
      this.consume(index, type);
    } else if (nextFits && nearestWord(this.LA(1).image, [tokenLabel(type)])) {
      this.SKIP_TOKEN();
    } else if (this.isOnLine(1) && fits.some((fit) => this.is(fit))) {
      return;
    } else if (nextFits) {
      this.SKIP_TOKEN();
    } else {
      this.giveUp();
    }
  }

  /** Takes a name. A missing one is reported, and the text is read on as if it were there. */
  protected name(index: number, wording: Wording): void {
    const missing = !this.is(Word) || this.isStarter();
    if (this.RECORDING_PHASE || !missing) this.consume(index, Word);
    else {
      this.report(wording);
      if (this.isStarter()) this.giveUp();
      if (this.is(Text) && this.isOnLine(1)) this.SKIP_TOKEN();
      else if (this.is(RightBrace) && this.isOnLine(1) && this.isOnLine(2) && tokenMatcher(this.LA(2), Word)) {
        this.SKIP_TOKEN();
        this.SKIP_TOKEN();
      }
    }
  }

  /** Takes `{`. When it is missing, the group goes on to its `}`, or on one line to the end of that line. */
  protected open(index: number, wording: Wording, fits: readonly TokenType[]): void {
    if (this.RECORDING_PHASE || this.is(LeftBrace)) {
      this.openBraces.push({ token: this.LA(1), startsLine: true });
      this.consume(index, LeftBrace);
      if (!this.RECORDING_PHASE && this.is(LeftBrace)) this.skipDoubled();
      return;
    }
    this.report(wording);
    if (this.isOnLine(1) && this.isOnLine(2) && tokenMatcher(this.LA(2), LeftBrace)) {
      this.SKIP_TOKEN();
      this.open(index, wording, fits);
    } else if (fits.some((fit) => this.is(fit)) && !this.isStarterOf('statements')) {
      this.openBraces.push({ token: null, startsLine: !this.isOnLine(1) });
    } else this.giveUp();
  }

  /** Nothing begins with a brace, so a second one is one too many. */
  private skipDoubled(): void {
    this.report(secondBrace);
    this.SKIP_TOKEN();
  }

  /** Takes `}`; when it is missing, the brace that it would close is reported. */
  protected close(index: number, wording: Wording): void {
    const brace = this.openBraces.pop();
    const ownBrace = brace === undefined || brace.token !== null || brace.startsLine || this.isOnLine(1);
    if (this.RECORDING_PHASE || (this.is(RightBrace) && ownBrace)) this.consume(index, RightBrace);
    else if (brace?.token) {
      const span = spanOf(brace.token);
      this.report((spot) => ({ ...wording(spot), span }));
    }
  }

  /** Whether the innermost list or group lacks its `{` and its line has ended. */
  protected endsWithLine(): boolean {
    const brace = this.openBraces.at(-1);
    return brace?.token === null && !brace.startsLine && !this.isOnLine(1);
  }

  // Loops

  /** Reads one element; when it cannot be read, passes over the rest of it. */
  protected each(loop: Loop, element: Element): void {
    if (this.RECORDING_PHASE) {
      this.readElement(element);
      return;
    }
    const depth = this.openBraces.length;
    const before = this.LA(1);
    const error = this.attempt(element);
    if (error === null) return;
    if (error instanceof Unreadable) this.reportStray(loop);
    else if (!(error instanceof Resync)) throw error;
    this.openBraces.length = depth;
    if (this.LA(1) === before) this.skipOne();
    this.passOver(loop);
  }

  /** Reports tokens that begin no element and passes over them; false where the loop ends. */
  protected strays(loop: Loop): boolean {
    if (this.RECORDING_PHASE || this.is(EOF)) return false;
    if (loop.name !== 'statements' && (this.is(RightBrace) || this.isStarterOf('statements') || this.endsWithLine()))
      return false;
    if (loop.name === 'conditions' || loop.name === 'constraints' || loop.name === 'list') {
      if (this.isStarter()) return false;
    }
    if (loop.name === 'clauses' && !this.isOnLine(1)) return false;
    if (loop.name === 'list' && this.isOneOf([Word, Digest]) && !this.isOneOf([keywords.and, keywords.or]))
      return false;
    if (
      loop.name === 'constraints' &&
      !this.isOnLine(1) &&
      this.is(Word) &&
      nearestWord(this.LA(1).image, CONSTRAINTS) === null
    )
      return false;
    this.reportStray(loop);
    if (loop.name === 'list') this.SKIP_TOKEN();
    else this.skipOne();
    this.passOver(loop);
    return true;
  }

  private passOver(loop: Loop): void {
    while (!this.is(EOF) && !this.canResume(loop)) this.skipOne();
  }

  /** Passes over one token, or over a whole pair of braces. */
  private skipOne(): void {
    let depth = 0;
    do {
      if (this.is(LeftBrace)) depth += 1;
      if (this.is(RightBrace)) depth -= 1;
      this.SKIP_TOKEN();
    } while (depth > 0 && !this.is(EOF) && !this.isStarterOf('statements'));
  }

  /** Where a loop can go on after a slip. */
  private canResume(loop: Loop): boolean {
    if (this.isStarterOf('statements')) return true;
    if (loop.name === 'statements') return false;
    if (this.is(RightBrace)) return !this.isLeftOver();
    if (loop.name === 'list') return this.isOneOf([Word, Digest]);
    if (loop.name === 'clauses') return !this.isOnLine(1) || this.isClause();
    if (loop.name === 'items' || loop.name === 'conditions' || loop.name === 'constraints') {
      if (this.isStarterOf('items')) return true;
    }
    if (loop.name === 'items') return !this.isOnLine(1);
    return this.is(Comma) || !this.isOnLine(1);
  }

  /** Whether the `}` here ends something on its line that was passed over, since the open brace is on another line. */
  private isLeftOver(): boolean {
    const brace = this.openBraces.at(-1);
    return this.isOnLine(1) && brace?.token !== undefined && brace.token?.startLine !== this.LA(1).startLine;
  }

  // Looking around. Only recovery looks further than two tokens.

  protected is(type: TokenType): boolean {
    return tokenMatcher(this.LA(1), type);
  }

  protected isOneOf(types: readonly TokenType[]): boolean {
    for (const type of types) if (this.is(type)) return true;
    return false;
  }

  /** Whether the token `ahead` stands on the line of the token before it. */
  protected isOnLine(ahead: number): boolean {
    return standsOnLineOf(this.LA(ahead), this.LA(ahead - 1));
  }

  /** Whether a statement or an element of a block clearly begins here, so that something before it is missing. */
  protected isStarter(): boolean {
    return this.isStarterOf('statements') || this.isStarterOf('items');
  }

  protected isStarterOf(loop: 'statements' | 'items'): boolean {
    const second = this.LA(2);
    if (loop === 'items')
      return this.is(keywords.otherwise) ? tokenMatcher(second, Word) && this.isOnLine(2) : this.isRequirement();
    return beginsStatement(this.LA(1), this.LA(0), second);
  }

  private isRequirement(): boolean {
    if (!this.isOneOf(MODES)) return false;
    const second = this.LA(2);
    const third = this.LA(3).tokenType;
    if (tokenMatcher(second, Word) && (third === Colon || third === keywords.from)) return true;
    return !this.isOnLine(1) && this.isOnLine(2) && (tokenMatcher(second, Word) || tokenMatcher(second, Colon));
  }

  private isClause(): boolean {
    return this.isOneOf(CLAUSE_STARTS) || (this.is(keywords.revoked) && tokenMatcher(this.LA(2), keywords.by));
  }

  // Reporting

  /** Reports a slip at the next token. At most one is reported at a token, and none right after a slip of the lexer. */
  protected report(wording: Wording): void {
    const token = this.LA(1);
    const offset = token.tokenType === EOF ? END_OFFSET : token.startOffset;
    const repeated = this.lastSlip === token;
    this.lastSlip = token;
    if (this.stopped || repeated || this.excused.has(offset)) return;
    const slip = wording(this.spot());
    if (BRACE_CODES.has(slip.code) && (this.braceSlip || this.lostBraces())) return;
    this.braceSlip ||= (this.is(LeftBrace) && STRAY_CODES.has(slip.code)) || (this.is(RightBrace) && this.isOnLine(2));
    const span = slip.span ?? this.place();
    this.slips.push({ code: slip.code, text: slip.text, span, label: slip.label, help: slip.help });
    if (this.slips.length >= ERROR_LIMIT) this.stop();
  }

  private reportStray(loop: Loop): void {
    this.report((spot) => ({ ...(spot.actual ? { span: spanOf(spot.actual) } : {}), ...loop.stray(spot) }));
  }

  protected giveUp(): never {
    throw new Resync();
  }

  protected spot(): Spot {
    const [previous, actual, next] = [this.LA(0), this.LA(1), this.LA(2)].map((token) =>
      token.tokenType === EOF ? null : token,
    );
    return { previous: previous ?? null, actual: actual ?? null, next: next ?? null, onSameLine: this.isOnLine(1) };
  }

  private place(): Span {
    const { previous, actual, onSameLine } = this.spot();
    if (actual && (onSameLine || !previous)) return spanOf(actual);
    return previous ? spanOf(previous) : { start: 0, end: 0 };
  }

  /** Whether a text without its closing quote swallowed a brace: then braces do not pair up, and that is no slip of its own. */
  private lostBraces(): boolean {
    return this.input.some((token) => token.tokenType === UnclosedText && /[{}]/.test(token.image));
  }

  /** Passes over the rest: a text with so many slips is probably no policy. */
  private stop(): void {
    this.stopped = true;
    while (!this.is(EOF)) this.SKIP_TOKEN();
  }
}

const BRACE_CODES: ReadonlySet<string> = new Set(['BP0020', 'BP0021', 'BP0041', 'BP0047', 'BP0040']);

/** Slips that a stray `{` makes. */
const STRAY_CODES: ReadonlySet<string> = new Set([
  'BP0026',
  'BP0043',
  'BP0046',
  'BP0047',
  'BP0055',
  'BP0058',
  'BP0080',
  'BP0081',
]);

const MODES: readonly TokenType[] = [keywords.require, keywords.forbid, keywords.warn];
const CLAUSE_STARTS: readonly TokenType[] = [
  keywords.sees,
  keywords.trimmed,
  keywords.beside,
  keywords.like,
  keywords.loads,
  keywords.enforce,
];

const CONSTRAINTS = ['digest', 'key', 'valid', 'validity', 'count', 'timestamped', 'scheme'];

const secondBrace: Wording = (spot) => ({
  code: 'BP0047',
  text: 'a second `{` follows the first',
  label: 'one brace too many',
  help: null,
  ...(spot.actual ? { span: spanOf(spot.actual) } : {}),
});
