/* eslint max-lines: [error, 900] -- one grammar, one class: chevrotain records every rule of it together */
import { type CstNode, EOF, type IToken, tokenMatcher } from 'chevrotain';
import { ERROR_LIMIT, lexPolicy, type LexedPolicy } from './lexer.ts';
import { type Loop, RecoveringParser } from './recovering-parser.ts';
import type { Source } from './source.ts';
import type { SyntaxError } from './syntax-error.ts';
import * as wording from './wording.ts';
import {
  AtLeast,
  AtMost,
  ChildName,
  Colon,
  Comma,
  DateToken,
  Digest,
  Equals,
  keywords as k,
  LeftBrace,
  NumberToken,
  PropertyName,
  RightBrace,
  Text,
  Unit,
  Word,
} from './tokens.ts';

/** What the parser makes of a text: always a tree, however little could be read, and everything that is wrong with it. */
export interface ParsedPolicy {
  readonly source: Source;
  /** The concrete syntax tree, rule `policyFile`; elements that could not be read are left out. */
  readonly cst: CstNode;
  /** All tokens of the text in order, also those that the tree leaves out. */
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
  /** In the order of the text. */
  readonly errors: readonly SyntaxError[];
}

const TEXT_LIMIT = 2 ** 20;
const DEPTH_LIMIT = 100;
/** How far recovery looks for the end of a list, in tokens; keeps long lists linear. */
const LIST_SCAN_LIMIT = 64;

/** Parses a policy text. Never throws for any text; time is linear in its length. */
export function parsePolicy(source: Source): ParsedPolicy {
  const length = source.text.length;
  if (length > TEXT_LIMIT) {
    const text = `this policy has ${length} characters, more than ${TEXT_LIMIT}`;
    return unread(source, null, {
      code: 'BP0011',
      text,
      span: { start: 0, end: 1 },
      label: 'not read',
      help: 'split it, or remove generated parts',
    });
  }
  const lexed = lexPolicy(source);
  const tooDeep = deepestBrace(lexed.stream);
  if (tooDeep) {
    const span = { start: tooDeep.startOffset, end: tooDeep.startOffset + 1 };
    return unread(source, lexed, {
      code: 'BP0012',
      text: `braces nest deeper than ${DEPTH_LIMIT} levels`,
      span,
      label: `level ${DEPTH_LIMIT + 1}`,
      help: null,
    });
  }
  const { cst, errors } = parser.parse(lexed);
  const inOrder = [...lexed.errors, ...errors].sort((a, b) => a.span.start - b.span.start);
  return { source, cst, tokens: lexed.tokens, comments: lexed.comments, errors: limited(inOrder) };
}

function limited(errors: readonly SyntaxError[]): readonly SyntaxError[] {
  const last = errors[ERROR_LIMIT - 1];
  if (!last) return errors;
  const text = `there are ${ERROR_LIMIT} syntax errors or more`;
  return [
    ...errors.slice(0, ERROR_LIMIT),
    { code: 'BP0013', text, span: last.span, label: 'no later ones are shown', help: null },
  ];
}

function unread(source: Source, lexed: LexedPolicy | null, error: SyntaxError): ParsedPolicy {
  const cst: CstNode = { name: 'policyFile', children: {} };
  return { source, cst, tokens: lexed?.tokens ?? [], comments: lexed?.comments ?? [], errors: [error] };
}

/** The first brace beyond the limit; every level costs the parser stack. */
function deepestBrace(tokens: readonly IToken[]): IToken | null {
  let depth = 0;
  for (const token of tokens) {
    if (token.tokenType === LeftBrace) depth += 1;
    if (token.tokenType === RightBrace && depth > 0) depth -= 1;
    if (depth > DEPTH_LIMIT) return token;
  }
  return null;
}

const STATEMENTS: Loop = { name: 'statements', stray: wording.strayStatement };
const ITEMS: Loop = { name: 'items', stray: wording.strayItem };
const CONDITIONS: Loop = { name: 'conditions', stray: wording.strayCondition };
const CONSTRAINTS: Loop = { name: 'constraints', stray: wording.strayConstraint };
const CLAUSES: Loop = { name: 'clauses', stray: wording.strayClause };
const TEST_LINES: Loop = { name: 'test', stray: wording.strayTestLine };
const GIVEN: Loop = { name: 'given', stray: wording.strayGiven };
const LIST: Loop = { name: 'list', stray: wording.strayElement };

const CONDITION_STARTS = [k.any, k.all, k.none, k.signed, k.allowed, k.covered, k.sbat, PropertyName];
const CONDITION_KEYWORDS = [k.any, k.all, k.none, k.signed, k.allowed, k.covered];
const ITEM_STARTS = [k.require, k.forbid, k.warn, k.otherwise, k.section, ChildName, RightBrace];
const CLAUSE_WORDS = [k.sees, k.trimmed, k.like, k.loads, k.revoked, k.enforce];
const PRESENCES = [k.optional, k.absent, k.many];

/**
 * The grammar of the language, one rule a method; two tokens of look-ahead decide everywhere.
 *
 * Line ends count in one way only: a nested layer, or a property in a group, begins on a line of its own or after a sign.
 */
// eslint-disable-next-line no-restricted-syntax -- chevrotain wants the grammar as one class
export class PolicyParser extends RecoveringParser {
  private heads: Set<unknown> = new Set();
  private clausesSeen: Set<unknown> = new Set();

  constructor(validations: 'skipped' | 'run') {
    super(validations);
    this.performSelfAnalysis();
  }

  /** Parses one text's tokens. */
  parse(lexed: LexedPolicy): { readonly cst: CstNode; readonly errors: readonly SyntaxError[] } {
    this.begin(lexed.stream, lexed.excused);
    this.heads = new Set();
    const cst = this.policyFile();
    return { cst, errors: this.found };
  }

  readonly policyFile = this.RULE('policyFile', () => {
    do {
      this.MANY(() => this.each(STATEMENTS, () => this.SUBRULE(this.statement)));
    } while (this.strays(STATEMENTS));
  });

  readonly statement = this.RULE('statement', () => {
    this.headOrder();
    this.OR([
      { ALT: () => this.SUBRULE(this.languageStatement) },
      { ALT: () => this.SUBRULE(this.policyHeader) },
      { ALT: () => this.SUBRULE(this.signersStatement) },
      { ALT: () => this.SUBRULE(this.paramStatement) },
      { ALT: () => this.SUBRULE(this.revokedStatement) },
      { ALT: () => this.SUBRULE(this.artifactStatement) },
      { ALT: () => this.SUBRULE(this.layerStatement) },
      { ALT: () => this.SUBRULE(this.viewStatement) },
      { ALT: () => this.SUBRULE(this.waiveStatement) },
      { ALT: () => this.SUBRULE(this.testStatement) },
      { ALT: () => this.SUBRULE(this.assertStatement) },
      { ALT: () => this.SUBRULE(this.importStatement) },
    ]);
  });

  /** `language` comes first, `policy` second, each once. */
  private headOrder(): void {
    if (this.RECORDING_PHASE) return;
    this.beginStatement();
    const late = this.is(k.language)
      ? this.heads.size > 0
      : this.is(k.policy) && (this.heads.has(k.policy) || this.heads.has(null));
    if (late && this.found.length === 0) this.report(wording.headOutOfPlace);
    this.heads.add(this.is(k.language) || this.is(k.policy) ? this.LA(1).tokenType : null);
  }

  readonly languageStatement = this.RULE('languageStatement', () => {
    this.CONSUME(k.language);
    this.ask(0, NumberToken, wording.missing('BP0029', 'a version number', 'this is `language 1`'));
  });

  readonly policyHeader = this.RULE('policyHeader', () => {
    this.CONSUME(k.policy);
    this.name(0, wording.missingName('the name of the policy'));
    this.OPTION(() => {
      this.CONSUME(k.version);
      this.ask(0, NumberToken, wording.missing('BP0029', 'a version number'), [Text]);
    });
    this.OPTION1(() => this.CONSUME(Text));
  });

  readonly signersStatement = this.RULE('signersStatement', () => {
    this.CONSUME(k.signers);
    this.name(0, wording.missingName('the name of the signer set'));
    this.ask(0, Equals, wording.missing('BP0025', '`=`'), [k.file, LeftBrace]);
    this.SUBRULE(this.signerSource);
  });

  readonly paramStatement = this.RULE('paramStatement', () => {
    this.CONSUME(k.param);
    this.ask(
      0,
      k.signers,
      wording.missingWord('BP0045', 'signers', 'parameters are declared by `param signers NAME`'),
      [Word],
    );
    this.name(0, wording.missingName('the name of the signer set'));
  });

  readonly revokedStatement = this.RULE('revokedStatement', () => {
    this.CONSUME(k.revoked);
    this.ask(0, Equals, wording.missing('BP0025', '`=`'), [k.file, LeftBrace]);
    this.SUBRULE(this.signerSource);
  });

  readonly signerSource = this.RULE('signerSource', () => {
    this.begins([k.file, LeftBrace], wording.missingSource);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k.file);
          this.ask(0, Text, wording.missing('BP0028', 'a path', 'paths stand in double quotes'));
        },
      },
      { ALT: () => this.SUBRULE(this.nameList) },
    ]);
  });

  readonly artifactStatement = this.RULE('artifactStatement', () => {
    this.CONSUME(k.artifact);
    this.name(0, wording.missingName('a kind of layer'));
    this.SUBRULE(this.block);
  });

  readonly layerStatement = this.RULE('layerStatement', () => {
    this.CONSUME(k.layer);
    this.name(0, wording.missingName('a kind of layer'));
    this.SUBRULE(this.block);
  });

  // Blocks

  readonly block = this.RULE('block', () => {
    this.open(0, wording.missingOpenBrace, ITEM_STARTS);
    do {
      this.MANY({
        GATE: () => this.beginsItem(),
        DEF: () => this.each(ITEMS, () => this.SUBRULE(this.blockItem)),
      });
    } while (this.strays(ITEMS));
    this.close(0, wording.missingCloseBrace);
  });

  private beginsItem(): boolean {
    if (this.isStarterOf('statements')) return false;
    return !this.is(ChildName) || !this.isOnLine(1) || this.follows([LeftBrace, RightBrace, Comma]);
  }

  readonly blockItem = this.RULE('blockItem', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.requirement) },
      { ALT: () => this.SUBRULE(this.otherwise) },
      { ALT: () => this.SUBRULE(this.childDeclarations) },
    ]);
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
      { ALT: () => this.CONSUME(ChildName) },
      {
        ALT: () => {
          this.CONSUME(k.section);
          this.ask(0, Text, wording.missing('BP0028', 'the name of a section', 'such as `section ".sdmagic"`'), [
            ...PRESENCES,
            Colon,
            LeftBrace,
          ]);
        },
      },
    ]);
    this.childSlips();
    this.OPTION(() => this.SUBRULE(this.presence));
    this.presenceSlips();
    this.OPTION1(() => {
      this.CONSUME(Colon);
      this.SUBRULE(this.nestedKinds);
    });
    this.presenceSlips();
    this.OPTION2(() => this.SUBRULE(this.block));
  });

  readonly presence = this.RULE('presence', () => {
    this.OR([
      { ALT: () => this.CONSUME(k.optional) },
      { ALT: () => this.CONSUME(k.absent) },
      { ALT: () => this.CONSUME(k.many) },
    ]);
  });

  /** A line that began like a nested layer, and is a misspelt requirement or a bare condition. */
  private childSlips(): void {
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

  private presenceSlips(): void {
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
      {
        ALT: () => {
          this.CONSUME(k.one);
          this.ask(0, k.of, wording.missingOf, [LeftBrace]);
          this.SUBRULE(this.nameList);
        },
      },
      { ALT: () => this.CONSUME(ChildName) },
    ]);
  });

  /** `outer: signed by distro` lacks only its `require`. */
  private kindSlips(): void {
    if (this.RECORDING_PHASE) return;
    const comparison =
      this.is(ChildName) && [k.in, AtMost, AtLeast, Text].some((type) => type === this.LA(2).tokenType);
    if (!comparison && !this.isOneOf(CONDITION_KEYWORDS)) return;
    const name = this.LA(-1);
    this.report(() => wording.requirementWithoutMode(name));
    this.giveUp();
  }

  // Requirements and conditions

  readonly requirement = this.RULE('requirement', () => {
    this.OR([
      { ALT: () => this.CONSUME(k.require) },
      { ALT: () => this.CONSUME(k.forbid) },
      { ALT: () => this.CONSUME(k.warn) },
    ]);
    this.requirementSlips();
    this.name(0, wording.missingName('the name of the requirement'));
    this.OPTION(() => {
      this.CONSUME(k.from);
      this.ask(0, DateToken, wording.missing('BP0030', 'a date', 'such as `from 2027-03-31`'), [Colon]);
    });
    this.ask(0, Colon, wording.missingColon, CONDITION_STARTS);
    this.conditionSlips();
    this.SUBRULE(this.condition);
  });

  private requirementSlips(): void {
    if (this.RECORDING_PHASE) return;
    const second = this.LA(2).tokenType;
    const signature = this.isOneOf([k.signed, k.allowed, k.covered]) && second === k.by;
    const group = this.isOneOf([k.any, k.all, k.none]) && second === k.of;
    const comparison = this.is(PropertyName) && [k.in, AtMost, AtLeast].some((type) => type === second);
    if (!signature && !group && !comparison) return;
    this.report(wording.requirementWithoutName);
    this.giveUp();
  }

  /** The next line declares a nested layer: the condition is missing, and the layer is none. */
  private conditionSlips(): void {
    if (this.RECORDING_PHASE || this.isOnLine(1)) return;
    const second = this.LA(2).tokenType;
    const layer = this.is(ChildName) && [...PRESENCES, LeftBrace, Colon, Comma].some((type) => type === second);
    if (!layer && !this.isStarter()) return;
    this.report(wording.missingCondition);
    this.giveUp();
  }

  readonly condition = this.RULE('condition', () => {
    this.begins(CONDITION_STARTS, wording.missingCondition);
    this.OR([
      { ALT: () => this.SUBRULE(this.group) },
      { ALT: () => this.SUBRULE(this.signature) },
      { ALT: () => this.SUBRULE(this.coverage) },
      { ALT: () => this.SUBRULE(this.sbatProperty) },
      { ALT: () => this.SUBRULE(this.property) },
    ]);
  });

  readonly group = this.RULE('group', () => {
    this.OR([
      { ALT: () => this.CONSUME(k.any) },
      { ALT: () => this.CONSUME(k.all) },
      { ALT: () => this.CONSUME(k.none) },
    ]);
    this.ask(0, k.of, wording.missingOf, [LeftBrace]);
    this.open(0, wording.missingOpenBrace, CONDITION_STARTS);
    this.nonEmpty();
    do {
      this.MANY({
        GATE: () => this.beginsCondition(),
        DEF: () =>
          this.each(CONDITIONS, () => {
            this.SUBRULE(this.condition);
            this.OPTION(() => this.CONSUME(Comma));
          }),
      });
    } while (this.strays(CONDITIONS));
    this.close(0, wording.missingCloseBrace);
  });

  private beginsCondition(): boolean {
    if (this.isStarter() || this.endsWithLine()) return false;
    const declaresLayer =
      !this.isOnLine(1) &&
      this.is(ChildName) &&
      [...PRESENCES, LeftBrace, Colon].some((type) => type === this.LA(2).tokenType);
    if (declaresLayer) return false;
    return !this.is(PropertyName) || !this.isOnLine(1) || !this.follows([PropertyName, NumberToken]);
  }

  readonly signature = this.RULE('signature', () => {
    this.OR([{ ALT: () => this.CONSUME(k.signed) }, { ALT: () => this.CONSUME(k.allowed) }]);
    this.ask(0, k.by, wording.missingBy, [Word]);
    this.signerSlips();
    this.name(0, wording.missingName('a signer set'));
    if (!this.RECORDING_PHASE && this.isOnLine(1) && this.isOneOf(CONSTRAINT_STARTS)) this.subrule(1, this.constraints);
    this.OPTION(() => this.SUBRULE(this.constraints));
  });

  private signerSlips(): void {
    if (this.RECORDING_PHASE || !this.is(LeftBrace) || CONSTRAINT_STARTS.some((type) => type === this.LA(2).tokenType))
      return;
    this.report(wording.signerList);
    this.giveUp();
  }

  readonly coverage = this.RULE('coverage', () => {
    this.CONSUME(k.covered);
    this.ask(0, k.by, wording.missingBy, [Word]);
    this.signerSlips();
    this.name(0, wording.missingName('a signer set'));
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
          this.OPTION(() => this.CONSUME(Comma));
        }),
      );
    } while (this.strays(CONSTRAINTS));
    this.close(0, wording.missingCloseBrace);
  });

  readonly constraint = this.RULE('constraint', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.digestConstraint) },
      { ALT: () => this.SUBRULE(this.keyConstraint) },
      { ALT: () => this.SUBRULE(this.validConstraint) },
      { ALT: () => this.SUBRULE(this.validityConstraint) },
      { ALT: () => this.SUBRULE(this.countConstraint) },
      { ALT: () => this.CONSUME(k.timestamped) },
      { ALT: () => this.SUBRULE(this.schemeConstraint) },
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
      {
        ALT: () => {
          this.CONSUME(k.at);
          this.ask(0, k.signing, wording.constraintWord('signing'));
        },
      },
      { ALT: () => this.CONSUME(k.now) },
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
    this.name(0, wording.missing('BP0057', 'a component', 'write `sbat COMPONENT >= GENERATION`'));
    this.ask(0, AtLeast, wording.missing('BP0057', '`>=`', 'write `sbat COMPONENT >= GENERATION`'), [NumberToken]);
    this.ask(0, NumberToken, wording.missing('BP0029', 'a generation'));
  });

  readonly property = this.RULE('property', () => {
    this.CONSUME(PropertyName);
    this.OPTION({
      GATE: () => !this.isStarter(),
      DEF: () => {
        this.OR([
          {
            ALT: () => {
              this.CONSUME(k.in);
              this.SUBRULE(this.valueList);
            },
          },
          {
            ALT: () => {
              this.OR1([{ ALT: () => this.CONSUME(AtMost) }, { ALT: () => this.CONSUME(AtLeast) }]);
              this.ask(0, NumberToken, wording.missing('BP0029', 'a number'));
              this.OPTION1(() => this.CONSUME(Unit));
            },
          },
          { ALT: () => this.CONSUME(Text) },
        ]);
      },
    });
  });

  // Lists

  readonly nameList = this.RULE('nameList', () => {
    this.open(0, wording.missingOpenBrace, [Word]);
    this.nonEmpty();
    do {
      this.MANY({
        GATE: () => this.beginsElement(),
        DEF: () => {
          this.CONSUME(Word);
          this.OPTION(() => this.CONSUME(Comma));
          this.commaSlips();
        },
      });
    } while (this.strays(LIST));
    this.close(0, wording.missingCloseBrace);
  });

  readonly valueList = this.RULE('valueList', () => {
    this.open(0, wording.missingOpenBrace, [Word, Digest]);
    this.nonEmpty();
    do {
      this.MANY({
        GATE: () => this.beginsElement(),
        DEF: () => {
          this.OR([{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Digest) }]);
          this.OPTION(() => this.CONSUME(Comma));
          this.commaSlips();
        },
      });
    } while (this.strays(LIST));
    this.close(0, wording.missingCloseBrace);
  });

  private beginsElement(): boolean {
    if (this.isStarter() || this.endsWithLine()) return false;
    if (!this.follows([Comma, LeftBrace]) && !this.elementsFollow()) return false;
    const joining =
      this.isOneOf([k.and, k.or]) && this.isOnLine(1) && this.isOnLine(2) && this.LA(2).tokenType !== Comma;
    return !joining || this.follows([Comma, LeftBrace]);
  }

  private commaSlips(): void {
    if (this.RECORDING_PHASE || this.follows([Comma]) || !this.isOnLine(1) || !this.isOneOf([Word, Digest])) return;
    if (!this.isOneOf([k.and, k.or]) && !this.isStarter() && !this.endsWithLine() && this.elementsFollow())
      this.report(wording.missingComma);
  }

  /** Whether the words from here on belong to a list: up to its `}`, or to the end of the line, nothing else stands. */
  private elementsFollow(): boolean {
    if (this.RECORDING_PHASE) return true;
    for (let ahead = 1; ahead <= LIST_SCAN_LIMIT; ahead += 1) {
      const token = this.LA(ahead);
      if (token.tokenType === RightBrace || token.tokenType === EOF || (ahead > 1 && !this.isOnLine(ahead)))
        return true;
      if (![Word, Digest, Comma].some((type) => tokenMatcher(token, type))) return false;
    }
    return true;
  }

  private nonEmpty(): void {
    if (!this.RECORDING_PHASE && this.is(RightBrace)) this.report(wording.missingElement);
  }

  // Views

  readonly viewStatement = this.RULE('viewStatement', () => {
    this.CONSUME(k.at);
    this.viewName();
    if (!this.RECORDING_PHASE) this.clausesSeen = new Set();
    do {
      this.MANY({
        GATE: () => !this.is(k.revoked) || this.LA(2).tokenType !== Equals,
        DEF: () => this.each(CLAUSES, () => this.SUBRULE(this.clause)),
      });
    } while (this.strays(CLAUSES));
  });

  /** A view may be named `sees`; `at sees file` has no name. */
  private viewName(): void {
    const unnamed = !this.RECORDING_PHASE && this.isClauseWord(1) && !this.isClauseWord(2);
    if (!unnamed) this.name(0, wording.missingName('the name of the view'));
    else this.report(wording.missingName('the name of the view'));
  }

  private isClauseWord(ahead: number): boolean {
    return CLAUSE_WORDS.some((type) => type === this.LA(ahead).tokenType);
  }

  readonly clause = this.RULE('clause', () => {
    this.clauseOrder();
    this.OR([
      { ALT: () => this.SUBRULE(this.seesClause) },
      { ALT: () => this.CONSUME(k.trimmed) },
      { ALT: () => this.SUBRULE(this.likeClause) },
      { ALT: () => this.SUBRULE(this.loadsClause) },
      { ALT: () => this.SUBRULE(this.revokedClause) },
      { ALT: () => this.SUBRULE(this.enforceClause) },
    ]);
  });

  private clauseOrder(): void {
    if (this.RECORDING_PHASE) return;
    if (this.clausesSeen.has(this.LA(1).tokenType)) this.report(wording.repeatedClause);
    this.clausesSeen.add(this.LA(1).tokenType);
  }

  readonly seesClause = this.RULE('seesClause', () => {
    this.CONSUME(k.sees);
    this.argument('`file` or a kind of layer');
    this.OR([{ ALT: () => this.SUBRULE(this.nameList) }, { ALT: () => this.CONSUME(Word) }]);
  });

  readonly likeClause = this.RULE('likeClause', () => {
    this.CONSUME(k.like);
    this.argument('a profile');
    this.CONSUME(Word);
  });

  readonly loadsClause = this.RULE('loadsClause', () => {
    this.CONSUME(k.loads);
    this.argument('a list of kinds');
    this.SUBRULE(this.nameList);
  });

  readonly revokedClause = this.RULE('revokedClause', () => {
    this.CONSUME(k.revoked);
    this.ask(0, k.by, wording.clauseWord('`by`'), [Word]);
    this.name(0, wording.missingName('a signer set'));
  });

  readonly enforceClause = this.RULE('enforceClause', () => {
    this.CONSUME(k.enforce);
    this.argument('`nothing` or a list of requirements');
    if (!this.RECORDING_PHASE && !this.isOneOf([LeftBrace, k.nothing])) {
      this.subrule(1, this.nameList);
      return;
    }
    this.OR([{ ALT: () => this.CONSUME(k.nothing) }, { ALT: () => this.SUBRULE(this.nameList) }]);
  });

  /** The value of a clause; no layer, profile or list is called like a clause, so such a word begins the next clause. */
  private argument(what: string): void {
    if (this.RECORDING_PHASE) return;
    if (this.isOneOf([Word, LeftBrace]) && !this.isClauseWord(1) && !this.isStarter()) return;
    this.report(wording.clauseWord(what));
    this.giveUp();
  }

  // Waivers, tests, assertions, imports

  readonly waiveStatement = this.RULE('waiveStatement', () => {
    this.CONSUME(k.waive);
    this.name(0, wording.missingName('the name of a requirement'));
    this.ask(0, k.until, wording.missingWord('BP0045', 'until', 'a waiver ends: `until 2027-03-31`'), [DateToken]);
    this.ask(0, DateToken, wording.missing('BP0030', 'a date', 'such as `until 2027-03-31`'), [k.for, k.because]);
    this.OPTION(() => this.SUBRULE(this.waivedDigests));
    this.ask(0, k.because, wording.missingWord('BP0045', 'because', 'a waiver has a reason: `because "…"`'), [Text]);
    this.ask(0, Text, wording.missing('BP0028', 'a reason', 'reasons stand in double quotes'));
  });

  readonly waivedDigests = this.RULE('waivedDigests', () => {
    this.CONSUME(k.for);
    this.ask(0, Digest, wording.missing('BP0031', 'a digest', 'a digest is `sha256:` and hexadecimal digits'), [
      k.because,
    ]);
    this.MANY(() => {
      this.CONSUME(Comma);
      this.ask(1, Digest, wording.missing('BP0031', 'a digest', 'a digest is `sha256:` and hexadecimal digits'), [
        k.because,
      ]);
    });
  });

  readonly testStatement = this.RULE('testStatement', () => {
    this.CONSUME(k.test);
    this.ask(0, Text, wording.missing('BP0028', 'a title', 'titles stand in double quotes'), [LeftBrace]);
    this.open(0, wording.missingOpenBrace, [k.given, k.expect]);
    do {
      this.MANY(() => this.each(TEST_LINES, () => this.SUBRULE(this.testLine)));
    } while (this.strays(TEST_LINES));
    this.close(0, wording.missingCloseBrace);
  });

  readonly testLine = this.RULE('testLine', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.given) }, { ALT: () => this.SUBRULE(this.expectation) }]);
  });

  readonly given = this.RULE('given', () => {
    this.CONSUME(k.given);
    this.begins([Word], wording.missing('BP0045', 'a layer'));
    this.SUBRULE(this.givenLayer);
    if (this.RECORDING_PHASE || !this.isOnLine(1) || this.isOneOf([RightBrace, k.expect, k.given])) return;
    this.report(wording.strayGiven);
    this.giveUp();
  });

  readonly givenLayer = this.RULE('givenLayer', () => {
    this.SUBRULE(this.givenHead);
    this.OPTION(() => {
      this.CONSUME(Colon);
      this.begins([Word], wording.missing('BP0045', 'a layer'));
      this.SUBRULE1(this.givenHead, { LABEL: 'nested' });
    });
    this.MANY(() => {
      this.CONSUME(k.signed);
      this.ask(0, k.by, wording.missingBy, [Word]);
      this.name(0, wording.missingName('a signer set'));
    });
    this.OPTION1(() => this.SUBRULE(this.givenBlock));
  });

  /** A layer, or a property with its value; which of the two, its name tells. */
  readonly givenHead = this.RULE('givenHead', () => {
    this.CONSUME(Word, { LABEL: 'name' });
    this.OPTION({
      GATE: () => this.givenValueFollows(),
      DEF: () => {
        this.OR([
          { ALT: () => this.CONSUME1(Word, { LABEL: 'value' }) },
          { ALT: () => this.CONSUME(Text) },
          {
            ALT: () => {
              this.CONSUME(NumberToken);
              this.OPTION1({ GATE: () => this.isOnLine(1), DEF: () => this.CONSUME(Unit) });
            },
          },
        ]);
      },
    });
  });

  /** `compression zstd  image signed by ring`: the second word is a value, since no signature, brace or colon follows it. */
  private givenValueFollows(): boolean {
    if (!this.isOnLine(1) || this.isOneOf([k.signed, k.expect, k.given])) return false;
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
            this.OPTION(() => this.CONSUME(Comma));
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

  readonly assertStatement = this.RULE('assertStatement', () => {
    this.CONSUME(k.assert);
    this.name(0, wording.missing('BP0045', 'an assertion', 'such as `assert no uncovered byte at firmware`'));
    this.MANY({ GATE: () => this.isOnLine(1), DEF: () => this.CONSUME1(Word) });
  });

  readonly importStatement = this.RULE('importStatement', () => {
    this.CONSUME(k.import);
    this.ask(0, Text, wording.missing('BP0028', 'a path', 'paths stand in double quotes'), [Digest]);
    this.OPTION(() => this.CONSUME(Digest));
  });

  // Small questions

  /** Gives the element up when what is due does not begin here. */
  private begins(types: readonly (typeof Word)[], slip: (typeof wording)['missingColon']): void {
    if (this.RECORDING_PHASE || (this.isOneOf(types) && !(this.isStarter() && !this.isOnLine(1)))) return;
    this.report(slip);
    this.giveUp();
  }

  /** Whether the token just read is one of these. */
  private follows(types: readonly (typeof Word)[]): boolean {
    const previous = this.LA(0);
    if (previous.tokenType === EOF) return false;
    return types.some((type) => previous.tokenType === type || (previous.tokenType.CATEGORIES ?? []).includes(type));
  }
}

const CONSTRAINT_STARTS = [k.digest, k.key, k.valid, k.validity, k.count, k.timestamped, k.scheme];

// Chevrotain analyses its grammar when the instance is made, so there is one. `parse` is synchronous and
// sets everything that a text can change before it reads, so that no text sees anything of another.
const parser = new PolicyParser('skipped');
