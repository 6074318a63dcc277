import { ListParser } from './list-parser.ts';
import type { Loop } from './recovering-parser.ts';
import type { Element, Gated } from './rule-reader.ts';
import type { TokenType } from './token.ts';
import {
  AtLeast,
  AtMost,
  ChildName,
  Colon,
  Comma,
  DateToken,
  LeftBrace,
  NumberToken,
  PropertyName,
  Text,
  Unit,
  Word,
  keywords as k,
} from './tokens.ts';
import * as wording from './wording.ts';

const MISSING_NAME = wording.missingName('the name of the requirement');
const MISSING_NUMBER = wording.missing('BP0029', 'a number');
const MISSING_SIGNERS = wording.missingName('a signer set');
const CONDITIONS: Loop = { name: 'conditions', stray: wording.strayCondition };
const CONSTRAINTS: Loop = { name: 'constraints', stray: wording.strayConstraint };
const CONDITION_STARTS = [k.any, k.all, k.none, k.signed, k.allowed, k.covered, k.sbat, PropertyName];
const MODES = [k.require, k.forbid, k.warn];
const GROUPS = [k.any, k.all, k.none];
const SIGNATURES = [k.signed, k.allowed, k.covered];
const LIMITS = [AtMost, AtLeast];
const COMPARISONS: readonly TokenType[] = [k.in, AtMost, AtLeast];
/** What tells that a word on a line of its own declares a nested layer. */
const AFTER_LAYERS: readonly TokenType[] = [k.optional, k.absent, k.many, LeftBrace, Colon];

const CONSTRAINT_STARTS: readonly TokenType[] = [
  k.digest,
  k.key,
  k.valid,
  k.validity,
  k.count,
  k.timestamped,
  k.scheme,
];

/** Requirements and their conditions: groups, signatures with constraints, coverage, properties. */
// eslint-disable-next-line no-restricted-syntax -- the grammar is a class, as chevrotain has it
export abstract class ConditionParser extends ListParser {
  readonly requirement = this.RULE('requirement', () => {
    this.OR(MODES);
    this.requirementSlips();
    this.name(0, MISSING_NAME);
    this.OPTION(() => {
      this.CONSUME(k.from);
      this.ask(0, DateToken, wording.missing('BP0030', 'a date', 'such as `from 2027-03-31`'), [Colon]);
    });
    this.ask(0, Colon, wording.missingColon, CONDITION_STARTS);
    this.conditionSlips();
    this.SUBRULE(this.condition);
  });

  protected requirementSlips(): void {
    if (this.RECORDING_PHASE) return;
    const second = this.LA(2).tokenType;
    const signature = this.isOneOf(SIGNATURES) && second === k.by;
    const group = this.isOneOf(GROUPS) && second === k.of;
    const comparison = this.is(PropertyName) && COMPARISONS.includes(second);
    if (!signature && !group && !comparison) return;
    this.report(wording.requirementWithoutName);
    this.giveUp();
  }

  /** The next line declares a nested layer: the condition is missing, and the layer is none. */
  protected conditionSlips(): void {
    if (this.RECORDING_PHASE || this.isOnLine(1)) return;
    const second = this.LA(2).tokenType;
    const layer = this.is(ChildName) && (second === Comma || AFTER_LAYERS.includes(second));
    if (!layer && !this.isStarter()) return;
    this.report(wording.missingCondition);
    this.giveUp();
  }

  readonly condition = this.RULE('condition', () => {
    this.begins(CONDITION_STARTS, wording.missingCondition);
    this.OR([this.group, this.signature, this.coverage, this.sbatProperty, this.property]);
  });

  readonly group = this.RULE('group', () => {
    this.OR(GROUPS);
    this.ask(0, k.of, wording.missingOf, [LeftBrace]);
    this.open(0, wording.missingOpenBrace, CONDITION_STARTS);
    this.nonEmpty();
    do {
      this.MANY({
        GATE: () => this.beginsCondition(),
        DEF: () =>
          this.each(CONDITIONS, () => {
            this.SUBRULE(this.condition);
            this.OPTION(Comma);
          }),
      });
    } while (this.strays(CONDITIONS));
    this.close(0, wording.missingCloseBrace);
  });

  protected beginsCondition(): boolean {
    if (this.isStarter() || this.endsWithLine()) return false;
    const declaresLayer = !this.isOnLine(1) && this.is(ChildName) && AFTER_LAYERS.includes(this.LA(2).tokenType);
    if (declaresLayer) return false;
    return !this.is(PropertyName) || !this.isOnLine(1) || !this.follows([PropertyName, NumberToken]);
  }

  readonly signature = this.RULE('signature', () => {
    this.OR([k.signed, k.allowed]);
    this.ask(0, k.by, wording.missingBy, [Word]);
    this.signerSlips();
    this.name(0, MISSING_SIGNERS);
    if (!this.RECORDING_PHASE && this.isOnLine(1) && this.isOneOf(CONSTRAINT_STARTS)) this.subrule(1, this.constraints);
    this.OPTION(this.constraints);
  });

  protected signerSlips(): void {
    if (this.RECORDING_PHASE || !this.is(LeftBrace) || CONSTRAINT_STARTS.includes(this.LA(2).tokenType)) return;
    this.report(wording.signerList);
    this.giveUp();
  }

  readonly coverage = this.RULE('coverage', () => {
    this.CONSUME(k.covered);
    this.ask(0, k.by, wording.missingBy, [Word]);
    this.signerSlips();
    this.name(0, MISSING_SIGNERS);
    if (this.RECORDING_PHASE || !this.is(LeftBrace)) return;
    this.report(wording.uncoveredConstraints);
    this.giveUp();
  });

  readonly constraints = this.RULE('constraints', () => {
    this.open(0, wording.missingOpenBrace, CONSTRAINT_STARTS);
    do {
      this.MANY(() =>
        this.each(CONSTRAINTS, () => {
          this.SUBRULE(this.constraint);
          this.OPTION(Comma);
        }),
      );
    } while (this.strays(CONSTRAINTS));
    this.close(0, wording.missingCloseBrace);
  });

  readonly constraint = this.RULE('constraint', () => {
    this.OR([
      this.digestConstraint,
      this.keyConstraint,
      this.validConstraint,
      this.validityConstraint,
      this.countConstraint,
      k.timestamped,
      this.schemeConstraint,
    ]);
  });

  readonly digestConstraint = this.RULE('digestConstraint', () => {
    this.CONSUME(k.digest);
    this.ask(0, k.in, wording.constraintWord('in'), [LeftBrace]);
    this.SUBRULE(this.nameList);
  });

  readonly keyConstraint = this.RULE('keyConstraint', () => {
    this.CONSUME(k.key);
    this.name(0, wording.missing('BP0059', '`rsa` or `ec`', 'such as `key rsa >= 2048`'));
    this.ask(0, AtLeast, wording.constraintWord('>='), [NumberToken]);
    this.ask(0, NumberToken, wording.missing('BP0029', 'a number of bits'));
  });

  readonly validConstraint = this.RULE('validConstraint', () => {
    this.CONSUME(k.valid);
    this.begins([k.at, k.now], wording.constraintWord('now'));
    this.OR([
      () => {
        this.CONSUME(k.at);
        this.ask(0, k.signing, wording.constraintWord('signing'));
      },
      k.now,
    ]);
  });

  readonly validityConstraint = this.RULE('validityConstraint', () => {
    this.CONSUME(k.validity);
    this.ask(0, k.ignored, wording.constraintWord('ignored'));
  });

  readonly countConstraint = this.RULE('countConstraint', () => {
    this.CONSUME(k.count);
    this.ask(0, AtLeast, wording.constraintWord('>='), [NumberToken]);
    this.ask(0, NumberToken, wording.missing('BP0029', 'a number of signers'));
  });

  readonly schemeConstraint = this.RULE('schemeConstraint', () => {
    this.CONSUME(k.scheme);
    this.name(0, wording.missing('BP0059', 'the name of a scheme', 'such as `scheme appended`'));
  });

  readonly sbatProperty = this.RULE('sbatProperty', () => {
    this.CONSUME(k.sbat);
    // A component such as `grub.debian` is no word: it stands in quotes.
    const isWritten = this.RECORDING_PHASE || this.is(Word) || (this.is(Text) && this.isOnLine(1));
    if (isWritten) this.OR([Text, () => this.component()]);
    else this.component();
    this.ask(0, AtLeast, wording.missing('BP0057', '`>=`', 'write `sbat COMPONENT >= GENERATION`'), [NumberToken]);
    this.ask(0, NumberToken, wording.missing('BP0029', 'a generation'));
  });

  private component(): void {
    this.name(0, wording.missing('BP0057', 'a component', 'write `sbat COMPONENT >= GENERATION`'));
  }

  readonly property = this.RULE('property', () => {
    this.CONSUME(PropertyName);
    this.OPTION(this.comparison);
  });

  private readonly comparison: Gated = { GATE: () => !this.isStarter(), DEF: () => this.OR(this.comparisons) };

  private readonly comparisons: readonly Element[] = [
    () => {
      this.CONSUME(k.in);
      this.SUBRULE(this.valueList);
    },
    () => {
      this.OR1(LIMITS);
      this.ask(0, NumberToken, MISSING_NUMBER);
      this.OPTION1(Unit);
    },
    Text,
  ];
}
