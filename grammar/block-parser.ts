import { tokenMatcher } from 'chevrotain';
import { ConditionParser } from './condition-parser.ts';
import type { Loop } from './recovering-parser.ts';
import {
  AtLeast,
  AtMost,
  ChildName,
  Colon,
  Comma,
  Equals,
  LeftBrace,
  RightBrace,
  Text,
  Word,
  keywords as k,
} from './tokens.ts';
import * as wording from './wording.ts';

const ITEMS: Loop = { name: 'items', stray: wording.strayItem };
const CONDITION_KEYWORDS = [k.any, k.all, k.none, k.signed, k.allowed, k.covered];
const ITEM_STARTS = [k.require, k.forbid, k.warn, k.otherwise, k.section, ChildName, RightBrace];
const PRESENCES = [k.optional, k.absent, k.many];

/** Blocks: nested layers, requirements, `otherwise`. */
// eslint-disable-next-line no-restricted-syntax -- the grammar is a class, as chevrotain has it
export abstract class BlockParser extends ConditionParser {
  readonly block = this.RULE('block', () => {
    this.open(0, wording.missingOpenBrace, ITEM_STARTS);
    do {
      this.MANY({
        GATE: () => this.beginsItem(),
        DEF: () => this.each(ITEMS, this.blockItem),
      });
    } while (this.strays(ITEMS));
    this.close(0, wording.missingCloseBrace);
  });

  protected beginsItem(): boolean {
    if (this.isStarterOf('statements')) return false;
    return !this.is(ChildName) || !this.isOnLine(1) || this.follows([LeftBrace, RightBrace, Comma]);
  }

  readonly blockItem = this.RULE('blockItem', () => {
    this.OR([this.requirement, this.otherwise, this.childDeclarations]);
  });

  readonly otherwise = this.RULE('otherwise', () => {
    this.CONSUME(k.otherwise);
    this.name(0, wording.missing('BP0045', '`reject`, `warn` or `allow`'));
  });

  readonly childDeclarations = this.RULE('childDeclarations', () => {
    this.SUBRULE(this.childDeclaration);
    this.MANY(() => {
      this.CONSUME(Comma);
      this.begins([ChildName, k.section], wording.strayItem);
      this.SUBRULE1(this.childDeclaration);
    });
  });

  readonly childDeclaration = this.RULE('childDeclaration', () => {
    this.OR([
      ChildName,
      () => {
        this.CONSUME(k.section);
        this.ask(0, Text, wording.missing('BP0028', 'the name of a section', 'such as `section ".sdmagic"`'), [
          ...PRESENCES,
          Colon,
          LeftBrace,
        ]);
      },
    ]);
    this.childSlips();
    this.OPTION(this.presence);
    this.presenceSlips();
    this.OPTION1(() => {
      this.CONSUME(Colon);
      this.SUBRULE(this.nestedKinds);
    });
    this.presenceSlips();
    this.OPTION2(this.block);
  });

  readonly presence = this.RULE('presence', () => {
    this.OR([k.optional, k.absent, k.many]);
  });

  /** A line that began like a nested layer, and is a misspelt requirement or a bare condition. */
  protected childSlips(): void {
    if (this.RECORDING_PHASE || !this.isOnLine(1) || this.isOneOf(PRESENCES) || this.isStarter()) return;
    if (this.isOneOf([k.in, AtMost, AtLeast, Text, Equals]) && !this.follows([k.section])) {
      this.report(wording.bareCondition);
      this.giveUp();
    }
    if (this.is(ChildName) && tokenMatcher(this.LA(2), Comma)) {
      this.report(wording.missingComma);
      this.giveUp();
    }
    const likeRequirement =
      this.is(Word) && (wording.resemblesItem(this.LA(0)) || !wording.resemblesPresence(this.LA(1)));
    if (!likeRequirement || this.is(k.section)) return;
    this.report(wording.misspeltItem);
    this.giveUp();
  }

  protected presenceSlips(): void {
    if (this.RECORDING_PHASE || !this.isOnLine(1) || !this.is(Word) || this.isStarter()) return;
    if (!this.is(k.one) && !wording.resemblesPresence(this.LA(1)) && tokenMatcher(this.LA(2), Comma)) {
      this.report(wording.missingComma);
      this.giveUp();
    }
    this.report(wording.unknownPresence);
    if (this.isOnLine(2) && tokenMatcher(this.LA(2), Word)) this.giveUp();
    this.SKIP_TOKEN();
  }

  readonly nestedKinds = this.RULE('nestedKinds', () => {
    this.kindSlips();
    this.begins([k.one, ChildName], wording.missingKind);
    this.OR([
      () => {
        this.CONSUME(k.one);
        this.ask(0, k.of, wording.missingOf, [LeftBrace]);
        this.SUBRULE(this.nameList);
      },
      ChildName,
    ]);
  });

  /** `outer: signed by distro` lacks only its `require`. */
  protected kindSlips(): void {
    if (this.RECORDING_PHASE) return;
    const comparison =
      this.is(ChildName) && [k.in, AtMost, AtLeast, Text].some((type) => type === this.LA(2).tokenType);
    if (!comparison && !this.isOneOf(CONDITION_KEYWORDS)) return;
    const name = this.LA(-1);
    this.report(() => wording.requirementWithoutMode(name));
    this.giveUp();
  }
}
