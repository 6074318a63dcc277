import { tokenMatcher, type TokenType } from 'chevrotain';
import type { CstNode } from './cst.ts';
import { firstTypes, type GrammarRule, type Production, type RuleParts } from './productions.ts';
import { END, spanOf, type Token } from './token.ts';
import { typeTable } from './tokens.ts';

/** What a place of a rule reads: another rule, one token, or what a function reads. */
export type Element = Rule | TokenType | (() => void);

/** A loop or an option that is only entered where its gate is open too. */
export interface Gated {
  readonly GATE: () => boolean;
  readonly DEF: Element;
}

/** A rule of the grammar, and by which tokens its choices are made. */
export interface Rule {
  readonly name: string;
  /** Reads it, or records it when the parser is made. */
  readonly read: () => void;
  parts: readonly Production[];
  /** By the index of a choice: for each type of token the number of the alternative, from 1, or 0. */
  readonly choices: Uint8Array[];
  /** By the index of an option or a loop: 1 for each type of token by which it is entered. */
  readonly options: Uint8Array[];
  readonly loops: Uint8Array[];
}

/** Thrown where no alternative begins with the next token, or it is not the one that is asked for. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/**
 * Reads tokens by rules that are written as methods in chevrotain's manner (`RULE`, `CONSUME`, `SUBRULE`, `OPTION`, `MANY`,
 * `OR`), and makes the tree. Chevrotain's own parser costs several times more a token, most of it for recovery, hooks and
 * trees that are not wanted here; its lookahead is the same: one token.
 *
 * The rules are run once to record them when the parser is made. What is recorded is the grammar as data: tables for
 * choices come from it, and so do completion and the published grammar.
 */
// eslint-disable-next-line no-restricted-syntax -- the grammar is a class, as chevrotain has it
export abstract class RuleReader {
  protected RECORDING_PHASE = true;
  private readonly declared: Rule[] = [];
  private recorded: Production[] = [];
  private tokens: readonly Token[] = [];
  private at = 0;
  /** The parts of the rules that are being read, those of the innermost last; what stands behind `top` is left over. */
  private readonly parts: (CstNode | Token)[] = [];
  private top = 0;
  private rule: Rule = NO_RULE;

  /** The grammar, in the order in which its rules are declared. */
  grammar(): readonly GrammarRule[] {
    return this.declared;
  }

  /** Records every rule; to be called once, when all are declared. */
  protected performSelfAnalysis(): void {
    for (const rule of this.declared) {
      this.recorded = [];
      rule.read();
      rule.parts = this.recorded;
    }
    const parts = new Map(this.declared.map((rule) => [rule.name, rule.parts]));
    for (const rule of this.declared) addTables(rule, rule.parts, parts);
    this.RECORDING_PHASE = false;
  }

  /** Reads tokens from the first one on. */
  protected readAll(rule: Rule, tokens: readonly Token[]): CstNode {
    this.tokens = tokens;
    this.at = 0;
    this.top = 0;
    const node = this.readRule(rule);
    // Nothing of a text is kept when it is read.
    this.parts.length = 0;
    this.tokens = [];
    return node;
  }

  protected get input(): readonly Token[] {
    return this.tokens;
  }

  /** The token `ahead`; 1 is the next one, 0 the last one that was read or passed over. */
  protected LA(ahead: number): Token {
    const index = this.at + ahead - 1;
    return index < 0 ? END : (this.tokens[index] ?? END);
  }

  protected SKIP_TOKEN(): void {
    if (this.at < this.tokens.length) this.at += 1;
  }

  // What rules are made of

  protected RULE(name: string, read: () => void): Rule {
    const rule: Rule = { name, read, parts: [], choices: [], options: [], loops: [] };
    this.declared.push(rule);
    return rule;
  }

  protected consume(index: number, type: TokenType): void {
    if (this.RECORDING_PHASE) {
      this.recorded.push({ kind: 'token', type, index });
      return;
    }
    const token = this.LA(1);
    if (!tokenMatcher(token, type)) throw new Unreadable();
    this.at += 1;
    token.readAs = type.name;
    this.add(token);
  }

  protected CONSUME(type: TokenType): void {
    this.consume(0, type);
  }

  protected CONSUME1(type: TokenType): void {
    this.consume(1, type);
  }

  protected subrule(index: number, rule: Rule): void {
    if (this.RECORDING_PHASE) {
      this.recorded.push({ kind: 'rule', name: rule.name, index });
      return;
    }
    this.add(this.readRule(rule));
  }

  protected SUBRULE(rule: Rule): void {
    this.subrule(0, rule);
  }

  protected SUBRULE1(rule: Rule): void {
    this.subrule(1, rule);
  }

  protected OR(alternatives: readonly Element[]): void {
    this.choose(0, alternatives);
  }

  protected OR1(alternatives: readonly Element[]): void {
    this.choose(1, alternatives);
  }

  protected OPTION(element: Element | Gated): void {
    this.option(0, element);
  }

  protected OPTION1(element: Element | Gated): void {
    this.option(1, element);
  }

  protected OPTION2(element: Element | Gated): void {
    this.option(2, element);
  }

  /** Reads an element as often as it is there; stops where one takes no token. */
  protected MANY(element: Element | Gated): void {
    if (this.RECORDING_PHASE) {
      this.recorded.push({ kind: 'loop', index: 0, parts: this.partsOf(bodyOf(element)) });
      return;
    }
    const enters = this.rule.loops[0] ?? NEVER;
    const gate = gateOf(element);
    const body = bodyOf(element);
    let before = -1;
    while (this.at > before && enters[this.LA(1).tokenTypeIdx] === 1 && (gate === null || gate())) {
      before = this.at;
      this.readElement(body);
    }
  }

  /** Reads an element; when it cannot be read, the tree is as before, and what was thrown is given. */
  protected attempt(element: Element): Error | null {
    const { top, rule } = this;
    try {
      this.readElement(element);
      return null;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.top = top;
      this.rule = rule;
      return error;
    }
  }

  protected readElement(element: Element): void {
    if (typeof element === 'function') element();
    else if ('read' in element) this.subrule(0, element);
    else this.consume(0, element);
  }

  private readRule(rule: Rule): CstNode {
    const { rule: caller, at: first, top: base } = this;
    this.rule = rule;
    rule.read();
    this.rule = caller;
    const isEmpty = this.at === first;
    const node: CstNode = {
      name: rule.name,
      parts: this.parts.slice(base, this.top),
      start: isEmpty ? 0 : (this.tokens[first]?.startOffset ?? 0),
      end: isEmpty ? 0 : spanOf(this.LA(0)).end,
    };
    this.top = base;
    return node;
  }

  private add(part: CstNode | Token): void {
    this.parts[this.top] = part;
    this.top += 1;
  }

  private choose(index: number, alternatives: readonly Element[]): void {
    if (this.RECORDING_PHASE) {
      const recorded = alternatives.map((alternative) => this.partsOf(alternative));
      this.recorded.push({ kind: 'choice', index, alternatives: recorded });
      return;
    }
    const chosen = this.rule.choices[index]?.[this.LA(1).tokenTypeIdx] ?? 0;
    const alternative = alternatives[chosen - 1];
    if (alternative === undefined) throw new Unreadable();
    this.readElement(alternative);
  }

  private option(index: number, element: Element | Gated): void {
    if (this.RECORDING_PHASE) {
      this.recorded.push({ kind: 'option', index, parts: this.partsOf(bodyOf(element)) });
      return;
    }
    if (this.rule.options[index]?.[this.LA(1).tokenTypeIdx] !== 1) return;
    const gate = gateOf(element);
    if (gate === null || gate()) this.readElement(bodyOf(element));
  }

  private partsOf(element: Element): readonly Production[] {
    const around = this.recorded;
    const parts: Production[] = [];
    this.recorded = parts;
    this.readElement(element);
    this.recorded = around;
    return parts;
  }
}

function bodyOf(element: Element | Gated): Element {
  return 'DEF' in element ? element.DEF : element;
}

function gateOf(element: Element | Gated): (() => boolean) | null {
  return 'DEF' in element ? element.GATE : null;
}

const NO_RULE: Rule = { name: '', read: () => undefined, parts: [], choices: [], options: [], loops: [] };
const NEVER = typeTable([]);

function addTables(rule: Rule, productions: readonly Production[], rules: RuleParts): void {
  for (const production of productions) {
    switch (production.kind) {
      case 'choice':
        rule.choices[production.index] = choiceTable(production.alternatives, rules);
        for (const alternative of production.alternatives) addTables(rule, alternative, rules);
        break;
      case 'option':
      case 'loop': {
        const tables = production.kind === 'option' ? rule.options : rule.loops;
        tables[production.index] = choiceTable([production.parts], rules);
        addTables(rule, production.parts, rules);
        break;
      }
      case 'token':
      case 'rule':
        break;
    }
  }
}

/** Of alternatives that begin with the same token, the first is taken. */
function choiceTable(alternatives: readonly (readonly Production[])[], rules: RuleParts): Uint8Array {
  const table = typeTable([]);
  alternatives.forEach((alternative, index) => {
    typeTable(firstTypes(alternative, rules)).forEach((begins, type) => {
      if (begins === 1 && table[type] === 0) table[type] = index + 1;
    });
  });
  return table;
}
