import { EOF, tokenMatcher } from 'chevrotain';
import { type Loop, RecoveringParser } from './recovering-parser.ts';
import { Comma, Digest, LeftBrace, RightBrace, Word, keywords as k } from './tokens.ts';
import * as wording from './wording.ts';

const LIST_SCAN_LIMIT = 64;
const ELEMENTS = [Word, Digest];
const JOINERS = [k.and, k.or];
const BEFORE_ELEMENTS = [Comma, LeftBrace];
const LIST: Loop = { name: 'list', stray: wording.strayElement };

/** Lists in braces, and small questions that several rules ask. */
// eslint-disable-next-line no-restricted-syntax -- the grammar is a class, as chevrotain has it
export abstract class ListParser extends RecoveringParser {
  readonly nameList = this.RULE('nameList', () => {
    this.open(0, wording.missingOpenBrace, [Word]);
    this.nonEmpty();
    do {
      this.MANY({
        GATE: () => this.beginsElement(),
        DEF: () => {
          this.CONSUME(Word);
          this.OPTION(Comma);
          this.commaSlips();
        },
      });
    } while (this.strays(LIST));
    this.close(0, wording.missingCloseBrace);
  });

  readonly valueList = this.RULE('valueList', () => {
    this.open(0, wording.missingOpenBrace, ELEMENTS);
    this.nonEmpty();
    do {
      this.MANY({
        GATE: () => this.beginsElement(),
        DEF: () => {
          this.OR(ELEMENTS);
          this.OPTION(Comma);
          this.commaSlips();
        },
      });
    } while (this.strays(LIST));
    this.close(0, wording.missingCloseBrace);
  });

  protected beginsElement(): boolean {
    if (this.isStarter() || this.endsWithLine()) return false;
    if (!this.follows(BEFORE_ELEMENTS) && !this.elementsFollow()) return false;
    const joining = this.isOneOf(JOINERS) && this.isOnLine(1) && this.isOnLine(2) && this.LA(2).tokenType !== Comma;
    return !joining || this.follows(BEFORE_ELEMENTS);
  }

  protected commaSlips(): void {
    if (this.RECORDING_PHASE || this.LA(0).tokenType === Comma || !this.isOnLine(1) || !this.isOneOf(ELEMENTS)) return;
    if (!this.isOneOf(JOINERS) && !this.isStarter() && !this.endsWithLine() && this.elementsFollow())
      this.report(wording.missingComma);
  }

  /** Whether the words from here on belong to a list: up to its `}`, or to the end of the line, nothing else stands. */
  protected elementsFollow(): boolean {
    if (this.RECORDING_PHASE) return true;
    for (let ahead = 1; ahead <= LIST_SCAN_LIMIT; ahead += 1) {
      const token = this.LA(ahead);
      if (token.tokenType === RightBrace || token.tokenType === EOF || (ahead > 1 && !this.isOnLine(ahead)))
        return true;
      if (!tokenMatcher(token, Word) && !tokenMatcher(token, Digest) && token.tokenType !== Comma) return false;
    }
    return true;
  }

  protected nonEmpty(): void {
    if (!this.RECORDING_PHASE && this.is(RightBrace)) this.report(wording.missingElement);
  }

  /** Gives the element up when what is due does not begin here. */
  protected begins(types: readonly (typeof Word)[], slip: (typeof wording)['missingColon']): void {
    if (this.RECORDING_PHASE || (this.isOneOf(types) && !(this.isStarter() && !this.isOnLine(1)))) return;
    this.report(slip);
    this.giveUp();
  }

  /** Whether the token just read is one of these. */
  protected follows(types: readonly (typeof Word)[]): boolean {
    const previous = this.LA(0);
    if (previous.tokenType === EOF) return false;
    for (const type of types) if (tokenMatcher(previous, type)) return true;
    return false;
  }
}
