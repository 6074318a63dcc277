import type { Span } from '../../grammar/source.ts';

/**
 * A policy as its author wrote it, without layout. Names are not resolved and values are not typed yet.
 *
 * Parts that a syntax slip made unreadable are left out: the rest is still here.
 */
export interface Policy {
  readonly language: { readonly version: number; readonly span: Span } | null;
  readonly header: PolicyHeader | null;
  readonly statements: readonly Statement[];
  readonly span: Span;
}

export interface PolicyHeader {
  readonly name: Word;
  readonly version: NumberLiteral | null;
  readonly description: StringLiteral | null;
  readonly span: Span;
}

/** Any word of the text: a name, or a keyword standing where a name may. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

export interface StringLiteral {
  /** Without quotes, escapes resolved. */
  readonly value: string;
  readonly span: Span;
}

export interface NumberLiteral {
  readonly value: number;
  readonly span: Span;
}

/** `YYYY-MM-DD`, unchecked. */
export interface DateLiteral {
  readonly text: string;
  readonly span: Span;
}

/** `sha256:HEX`, unchecked. */
export interface DigestLiteral {
  readonly algorithm: string;
  readonly hex: string;
  readonly span: Span;
}

export type Statement =
  | SignersStatement
  | ParamStatement
  | RevokedStatement
  | BlockStatement
  | ViewStatement
  | WaiveStatement
  | TestStatement
  | AssertStatement
  | ImportStatement;

export interface SignersStatement {
  readonly kind: 'signers';
  readonly name: Word;
  readonly source: SignerSource;
  readonly span: Span;
}

export type SignerSource =
  | { readonly kind: 'file'; readonly path: StringLiteral; readonly span: Span }
  | { readonly kind: 'sets'; readonly names: readonly Word[]; readonly span: Span };

export interface ParamStatement {
  readonly kind: 'param';
  readonly name: Word;
  readonly span: Span;
}

export interface RevokedStatement {
  readonly kind: 'revoked';
  readonly source: SignerSource;
  readonly span: Span;
}

/** `artifact KIND { … }` and `layer KIND { … }`. */
export interface BlockStatement {
  readonly kind: 'artifact' | 'layer';
  readonly layer: Word;
  readonly block: Block;
  readonly span: Span;
}

export interface Block {
  readonly items: readonly BlockItem[];
  readonly span: Span;
}

export type BlockItem = Requirement | ChildDeclaration | OtherwiseItem;

export interface OtherwiseItem {
  readonly kind: 'otherwise';
  readonly action: Word;
  readonly span: Span;
}

/** `KIND`, `KIND optional { … }`, `linux: one of { a, b }`, `section ".x" absent`. */
export interface ChildDeclaration {
  readonly kind: 'child';
  /** The layer kind, or the word `section`. */
  readonly layer: Word;
  /** Only for `section "…"`. */
  readonly section: StringLiteral | null;
  readonly presence: Word | null;
  /** After a colon: the kinds of the nested artifact; null without a colon. */
  readonly oneOf: readonly Word[] | null;
  readonly block: Block | null;
  readonly span: Span;
}

/** `require NAME [from DATE]: CONDITION`. */
export interface Requirement {
  readonly kind: 'requirement';
  readonly mode: 'require' | 'forbid' | 'warn';
  readonly modeSpan: Span;
  readonly name: Word;
  readonly from: DateLiteral | null;
  readonly condition: Condition;
  readonly span: Span;
}

export type Condition = GroupCondition | SignatureCondition | CoveredCondition | PropertyCondition;

export interface GroupCondition {
  readonly kind: 'any' | 'all' | 'none';
  readonly conditions: readonly Condition[];
  readonly span: Span;
}

export interface SignatureCondition {
  readonly kind: 'signed' | 'allowed';
  readonly signers: Word;
  readonly constraints: readonly Constraint[];
  readonly span: Span;
}

export interface CoveredCondition {
  readonly kind: 'covered';
  readonly signers: Word;
  readonly span: Span;
}

export type Constraint =
  | { readonly kind: 'digest'; readonly words: readonly Word[]; readonly span: Span }
  | { readonly kind: 'key'; readonly family: Word; readonly least: NumberLiteral; readonly span: Span }
  /** `valid at signing`, `valid now`, `validity ignored`. */
  | { readonly kind: 'validity'; readonly validity: 'at-signing' | 'now' | 'ignored'; readonly span: Span }
  | { readonly kind: 'count'; readonly least: NumberLiteral; readonly span: Span }
  | { readonly kind: 'timestamped'; readonly span: Span }
  | { readonly kind: 'scheme'; readonly scheme: Word; readonly span: Span };

/** Anything of the property table. */
export interface PropertyCondition {
  readonly kind: 'property';
  readonly name: Word;
  /** SBAT component. */
  readonly argument: Word | null;
  readonly operator: { readonly text: 'in' | '<=' | '>='; readonly span: Span } | null;
  readonly value: PropertyLiteral | null;
  readonly span: Span;
}

export type PropertyLiteral =
  | { readonly kind: 'list'; readonly items: readonly (Word | DigestLiteral)[]; readonly span: Span }
  /** `64 MiB` has the value in bytes; `unit` is what was written. */
  | { readonly kind: 'number'; readonly value: number; readonly unit: Word | null; readonly span: Span }
  | { readonly kind: 'text'; readonly value: string; readonly span: Span };

export interface ViewStatement {
  readonly kind: 'view';
  readonly name: Word;
  /** `sees file` is the one word `file`. */
  readonly sees: readonly Word[];
  readonly trimmed: Word | null;
  /** `beside initrd`. */
  readonly beside: Word | null;
  readonly like: Word | null;
  readonly loads: readonly Word[] | null;
  readonly revokedBy: Word | null;
  /** `enforce nothing` is `'nothing'`; null when the clause is missing. */
  readonly enforce: readonly Word[] | 'nothing' | null;
  readonly enforceSpan: Span | null;
  readonly span: Span;
}

export interface WaiveStatement {
  readonly kind: 'waive';
  readonly requirement: Word;
  readonly until: DateLiteral;
  readonly digests: readonly DigestLiteral[];
  readonly because: StringLiteral;
  readonly span: Span;
}

export interface TestStatement {
  readonly kind: 'test';
  readonly title: StringLiteral;
  readonly given: readonly GivenFile[];
  readonly expectations: readonly Expectation[];
  readonly span: Span;
}

/** A file, and the initrd that is handed on beside it: `image signed by ring beside initrd`. */
export interface GivenFile {
  readonly image: GivenLayer;
  readonly beside: GivenLayer | null;
}

/** `uki signed by distro { linux: zboot { compression zstd  image signed by ring }  initrd }` */
export interface GivenLayer {
  readonly layer: Word;
  readonly section: StringLiteral | null;
  readonly nested: GivenLayer | null;
  readonly signedBy: readonly Word[];
  readonly properties: readonly { readonly name: Word; readonly value: Word | StringLiteral | NumberLiteral | null }[];
  readonly children: readonly GivenLayer[];
  readonly span: Span;
}

export interface Expectation {
  readonly verdict: Word;
  readonly view: Word | null;
  readonly because: readonly Word[];
  readonly span: Span;
}

/** `assert no uncovered byte at VIEW`, `assert footprint of VIEW decodes only { a, b }`; the words are not read yet. */
export interface AssertStatement {
  readonly kind: 'assert';
  readonly words: readonly Word[];
  /** In braces behind the words; null without. */
  readonly list: readonly Word[] | null;
  readonly span: Span;
}

export interface ImportStatement {
  readonly kind: 'import';
  readonly path: StringLiteral;
  readonly digest: DigestLiteral | null;
  readonly span: Span;
}
