import { ViewParser } from './view-parser.ts';
import type { Loop } from './recovering-parser.ts';
import { Colon, Comma, LeftBrace, NumberToken, RightBrace, Text, Unit, Word, keywords as k } from './tokens.ts';
import * as wording from './wording.ts';

const TEST_LINES: Loop = { name: 'test', stray: wording.strayTestLine };
const GIVEN: Loop = { name: 'given', stray: wording.strayGiven };

/** Tests: images that are given, and the verdicts that are expected. */
// eslint-disable-next-line no-restricted-syntax -- the grammar is a class, as chevrotain has it
export abstract class TestParser extends ViewParser {
  readonly testStatement = this.RULE('testStatement', () => {
    this.CONSUME(k.test);
    this.ask(0, Text, wording.missing('BP0028', 'a title', 'titles stand in double quotes'), [LeftBrace]);
    this.open(0, wording.missingOpenBrace, [k.given, k.expect]);
    do {
      this.MANY(() => this.each(TEST_LINES, this.testLine));
    } while (this.strays(TEST_LINES));
    this.close(0, wording.missingCloseBrace);
  });

  readonly testLine = this.RULE('testLine', () => {
    this.OR([this.given, this.expectation]);
  });

  readonly given = this.RULE('given', () => {
    this.CONSUME(k.given);
    this.begins([Word], wording.missing('BP0045', 'a layer'));
    this.SUBRULE(this.givenLayer);
    this.OPTION(() => {
      this.CONSUME(k.beside);
      this.besideSlip();
      this.SUBRULE1(this.givenLayer);
    });
    if (this.RECORDING_PHASE || !this.isOnLine(1) || this.isOneOf([RightBrace, k.expect, k.given])) return;
    this.report(wording.strayGiven);
    this.giveUp();
  });

  protected besideSlip(): void {
    if (this.RECORDING_PHASE || (this.is(Word) && this.isOnLine(1))) return;
    this.report(wording.missing('BP0045', '`initrd`'));
    this.giveUp();
  }

  readonly givenLayer = this.RULE('givenLayer', () => {
    this.SUBRULE(this.givenHead);
    this.OPTION(() => {
      this.CONSUME(Colon);
      this.begins([Word], wording.missing('BP0045', 'a layer'));
      this.SUBRULE(this.nestedHead);
    });
    this.MANY(() => {
      this.CONSUME(k.signed);
      this.ask(0, k.by, wording.missingBy, [Word]);
      this.name(0, wording.missingName('a signer set'));
    });
    this.OPTION1(this.givenBlock);
  });

  /** The layer in a layer: what follows on its line is no value of it. */
  readonly nestedHead = this.RULE('nestedHead', () => {
    this.CONSUME(Word);
  });

  /** A layer, or a property with its value; which of the two, its name tells. */
  readonly givenHead = this.RULE('givenHead', () => {
    this.CONSUME(Word);
    this.OPTION({
      GATE: () => this.givenValueFollows(),
      DEF: () => {
        this.OR([
          () => this.CONSUME1(Word),
          Text,
          () => {
            this.CONSUME(NumberToken);
            this.OPTION1({ GATE: () => this.isOnLine(1), DEF: Unit });
          },
        ]);
      },
    });
  });

  /** `compression zstd  image signed by ring`: the second word is a value, since no signature, brace or colon follows it. */
  protected givenValueFollows(): boolean {
    if (!this.isOnLine(1) || this.isOneOf([k.signed, k.beside, k.expect, k.given])) return false;
    if (!this.is(Word)) return true;
    return ![k.signed, LeftBrace, Colon, Text].some((type) => type === this.LA(2).tokenType);
  }

  readonly givenBlock = this.RULE('givenBlock', () => {
    this.open(0, wording.missingOpenBrace, [Word]);
    do {
      this.MANY({
        GATE: () => !this.isStarterOf('statements'),
        DEF: () =>
          this.each(GIVEN, () => {
            this.SUBRULE(this.givenLayer);
            this.OPTION(Comma);
          }),
      });
    } while (this.strays(GIVEN));
    this.close(0, wording.missingCloseBrace);
  });

  readonly expectation = this.RULE('expectation', () => {
    this.CONSUME(k.expect);
    this.name(0, wording.missing('BP0045', 'a verdict', 'such as `expect accept`'));
    this.OPTION(() => {
      this.CONSUME(k.at);
      this.name(1, wording.missingName('the name of a view'));
    });
    this.OPTION1(() => {
      this.CONSUME(k.because);
      this.name(2, wording.missingName('the name of a requirement'));
      this.MANY(() => {
        this.CONSUME(Comma);
        this.name(3, wording.missingName('the name of a requirement'));
      });
    });
  });
}
