import type { CstNode } from './cst.ts';
import { TestParser } from './test-parser.ts';
import type { Loop } from './recovering-parser.ts';
import type { LexedPolicy } from './lexer.ts';
import type { SyntaxError } from './syntax-error.ts';
import { Comma, DateToken, Digest, Equals, LeftBrace, NumberToken, Text, Word, keywords as k } from './tokens.ts';
import * as wording from './wording.ts';

const STATEMENTS: Loop = { name: 'statements', stray: wording.strayStatement };

/**
 * The grammar of the language, one rule a method; one token decides nearly everywhere, two at the gates.
 *
 * Line ends count in one way only: a nested layer, or a property in a group, begins on a line of its own or after a sign.
 */
// eslint-disable-next-line no-restricted-syntax -- the grammar is a class, as chevrotain has it
export class PolicyParser extends TestParser {
  protected heads: Set<unknown> = new Set();

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /** Parses one text's tokens. */
  parse(lexed: LexedPolicy): { readonly cst: CstNode; readonly errors: readonly SyntaxError[] } {
    this.begin(lexed.excused);
    this.heads = new Set();
    return { cst: this.readAll(this.policyFile, lexed.stream), errors: this.found };
  }

  readonly policyFile = this.RULE('policyFile', () => {
    do {
      this.MANY(() => this.each(STATEMENTS, this.statement));
    } while (this.strays(STATEMENTS));
  });

  readonly statement = this.RULE('statement', () => {
    this.headOrder();
    this.OR([
      this.languageStatement,
      this.policyHeader,
      this.signersStatement,
      this.paramStatement,
      this.revokedStatement,
      this.artifactStatement,
      this.layerStatement,
      this.viewStatement,
      this.waiveStatement,
      this.testStatement,
      this.assertStatement,
      this.importStatement,
    ]);
  });

  /** `language` comes first, `policy` second, each once. */
  protected headOrder(): void {
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
    this.OPTION1(Text);
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
      () => {
        this.CONSUME(k.file);
        this.ask(0, Text, wording.missing('BP0028', 'a path', 'paths stand in double quotes'));
      },
      this.nameList,
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

  readonly waiveStatement = this.RULE('waiveStatement', () => {
    this.CONSUME(k.waive);
    this.name(0, wording.missingName('the name of a requirement'));
    this.ask(0, k.until, wording.missingWord('BP0045', 'until', 'a waiver ends: `until 2027-03-31`'), [DateToken]);
    this.ask(0, DateToken, wording.missing('BP0030', 'a date', 'such as `until 2027-03-31`'), [k.for, k.because]);
    this.OPTION(this.waivedDigests);
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

  readonly assertStatement = this.RULE('assertStatement', () => {
    this.CONSUME(k.assert);
    this.name(0, wording.missing('BP0045', 'an assertion', 'such as `assert no uncovered byte at firmware`'));
    this.MANY({ GATE: () => this.isOnLine(1), DEF: () => this.CONSUME1(Word) });
    this.OPTION({ GATE: () => this.isOnLine(1), DEF: this.nameList });
  });

  readonly importStatement = this.RULE('importStatement', () => {
    this.CONSUME(k.import);
    this.ask(0, Text, wording.missing('BP0028', 'a path', 'paths stand in double quotes'), [Digest]);
    this.OPTION(Digest);
  });
}
