import { BlockParser } from './block-parser.ts';
import type { Loop } from './recovering-parser.ts';
import { Equals, LeftBrace, Word, keywords as k } from './tokens.ts';
import * as wording from './wording.ts';

const CLAUSES: Loop = { name: 'clauses', stray: wording.strayClause };
const CLAUSE_WORDS = [k.sees, k.trimmed, k.beside, k.like, k.loads, k.revoked, k.enforce];

/** Views: `at NAME` and its clauses. */
// eslint-disable-next-line no-restricted-syntax -- the grammar is a class, as chevrotain has it
export abstract class ViewParser extends BlockParser {
  protected clausesSeen: Set<unknown> = new Set();

  readonly viewStatement = this.RULE('viewStatement', () => {
    this.CONSUME(k.at);
    this.viewName();
    if (!this.RECORDING_PHASE) this.clausesSeen = new Set();
    do {
      this.MANY({
        GATE: () => !this.is(k.revoked) || this.LA(2).tokenType !== Equals,
        DEF: () => this.each(CLAUSES, this.clause),
      });
    } while (this.strays(CLAUSES));
  });

  /** A view may be named `sees`; `at sees file` has no name. */
  protected viewName(): void {
    const unnamed = !this.RECORDING_PHASE && this.isClauseWord(1) && !this.isClauseWord(2);
    if (!unnamed) this.name(0, wording.missingName('the name of the view'));
    else this.report(wording.missingName('the name of the view'));
  }

  protected isClauseWord(ahead: number): boolean {
    return CLAUSE_WORDS.some((type) => type === this.LA(ahead).tokenType);
  }

  readonly clause = this.RULE('clause', () => {
    this.clauseOrder();
    this.OR([
      this.seesClause,
      k.trimmed,
      this.besideClause,
      this.likeClause,
      this.loadsClause,
      this.revokedClause,
      this.enforceClause,
    ]);
  });

  protected clauseOrder(): void {
    if (this.RECORDING_PHASE) return;
    if (this.clausesSeen.has(this.LA(1).tokenType)) this.report(wording.repeatedClause);
    this.clausesSeen.add(this.LA(1).tokenType);
  }

  readonly seesClause = this.RULE('seesClause', () => {
    this.CONSUME(k.sees);
    this.argument('`file` or a kind of layer');
    this.OR([this.nameList, Word]);
  });

  readonly besideClause = this.RULE('besideClause', () => {
    this.CONSUME(k.beside);
    this.argument('`initrd`');
    this.CONSUME(Word);
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
    this.OR([k.nothing, this.nameList]);
  });

  /** The value of a clause; no layer, profile or list is called like a clause, so such a word begins the next clause. */
  protected argument(what: string): void {
    if (this.RECORDING_PHASE) return;
    if (this.isOneOf([Word, LeftBrace]) && !this.isClauseWord(1) && !this.isStarter()) return;
    this.report(wording.clauseWord(what));
    this.giveUp();
  }
}
