import type { Source, Span } from '../../grammar/source.ts';
import { isLayerKind, type LayerKind } from '../../runtime/contract/layer-kinds.ts';
import { type Diagnostic, diagnose } from '../diagnostics/diagnostic.ts';
import type {
  Block,
  BlockStatement,
  ParamStatement,
  Policy,
  Requirement,
  RevokedStatement,
  SignersStatement,
  ViewStatement,
  WaiveStatement,
  Word,
} from '../syntax/ast.ts';
import type { ResolvedSigners } from './signer-table.ts';

/** A policy that another one imports, itself checked: what the other may use of it. */
export interface ImportedFile {
  readonly source: Source;
  /** Where the compiled policy states the import that leads to it. */
  readonly statedAt: Span;
  readonly scope: Scope;
  readonly signers: ReadonlyMap<string, ResolvedSigners>;
}

/**
 * Every name of a policy and what it stands for. Of two declarations of a name, the first.
 *
 * Names of imported files are kept apart: they are in the maps whose names begin with `imported`.
 */
export interface Scope {
  readonly signers: ReadonlyMap<string, SignersStatement | ParamStatement>;
  readonly revoked: RevokedStatement | null;
  /** The block of a kind, whether `artifact` or `layer`. */
  readonly blocks: ReadonlyMap<LayerKind, BlockStatement>;
  /** The first statement of every requirement name. */
  readonly requirements: ReadonlyMap<string, Requirement>;
  readonly views: readonly ViewStatement[];
  readonly waivers: readonly WaiveStatement[];
  /** Every file that the policy imports, itself or by way of another, behind those that it imports. */
  readonly imports: readonly ImportedFile[];
  /** Signer sets that imported files declare, by name, with the file. */
  readonly importedSigners: ReadonlyMap<string, ImportedFile>;
  readonly importedRequirements: ReadonlyMap<string, ImportedFile>;
}

/** Collects the names of a policy and reports those that are declared twice or reserved. */
export function scopeOf(
  policy: Policy,
  imports: readonly ImportedFile[],
  report: (diagnostic: Diagnostic) => void,
): Scope {
  const names: Names = {
    signers: new Map(),
    revoked: [],
    blocks: new Map(),
    requirements: new Map(),
    views: new Map(),
    waivers: [],
    report,
  };
  for (const statement of policy.statements) declare(statement, names);
  const own = { ...names, revoked: names.revoked[0] ?? null, views: [...names.views.values()] };
  return { ...own, imports, ...importedNames(names, imports) };
}

/** Every name that views can enforce: of the policy itself, then of what it imports. */
export function requirementNames({ requirements, importedRequirements }: Scope): readonly string[] {
  return [...requirements.keys(), ...importedRequirements.keys()];
}

/** Whether a requirement of the policy, or of what it imports, has this name. */
export function isRequirementName(name: string, { requirements, importedRequirements }: Scope): boolean {
  return requirements.has(name) || importedRequirements.has(name);
}

/** Requirement names that a policy cannot declare: the shape of blocks, assertions, and `enforce nothing`. */
const RESERVED_NAMES: readonly string[] = ['shape', 'assert', 'nothing'];

interface Names {
  readonly signers: Map<string, SignersStatement | ParamStatement>;
  readonly revoked: RevokedStatement[];
  readonly blocks: Map<LayerKind, BlockStatement>;
  readonly requirements: Map<string, Requirement>;
  readonly views: Map<string, ViewStatement>;
  readonly waivers: WaiveStatement[];
  readonly report: (diagnostic: Diagnostic) => void;
}

function declare(statement: Policy['statements'][number], names: Names): void {
  switch (statement.kind) {
    case 'signers':
    case 'param': {
      declareSigners(statement, names);
      return;
    }
    case 'revoked': {
      declareRevoked(statement, names);
      return;
    }
    case 'artifact':
    case 'layer': {
      declareBlock(statement, names);
      return;
    }
    case 'view': {
      declareView(statement, names);
      return;
    }
    case 'waive':
      names.waivers.push(statement);
      return;
    case 'test':
    case 'assert':
    case 'import':
      return;
  }
}

function declareSigners(statement: SignersStatement | ParamStatement, names: Names): void {
  const { text, span } = statement.name;
  const first = names.signers.get(text);
  if (first === undefined) names.signers.set(text, statement);
  else names.report(diagnose('BP0104', { values: { name: text }, at: span, others: [firstHere(first.name)] }));
}

function declareRevoked(statement: RevokedStatement, names: Names): void {
  const [first] = names.revoked;
  if (first === undefined) names.revoked.push(statement);
  else {
    const others = [{ span: first.span, text: 'first declared here' }];
    names.report(diagnose('BP0109', { values: {}, at: statement.span, others }));
  }
}

function declareView(statement: ViewStatement, names: Names): void {
  const { text, span } = statement.name;
  const first = names.views.get(text);
  if (first === undefined) names.views.set(text, statement);
  else names.report(diagnose('BP0106', { values: { name: text }, at: span, others: [firstHere(first.name)] }));
}

function declareBlock(statement: BlockStatement, names: Names): void {
  const { text, span } = statement.layer;
  if (isLayerKind(text)) {
    const first = names.blocks.get(text);
    if (first === undefined) names.blocks.set(text, statement);
    else names.report(diagnose('BP0107', { values: { kind: text }, at: span, others: [firstHere(first.layer)] }));
  }
  declareRequirements(statement.block, new Map(), names);
}

/** `inArtifact`: the names stated so far in the same top-level block. */
function declareRequirements(block: Block, inArtifact: Map<string, Requirement>, names: Names): void {
  for (const item of block.items) {
    if (item.kind === 'child' && item.block !== null) declareRequirements(item.block, inArtifact, names);
    if (item.kind !== 'requirement') continue;
    const { text, span } = item.name;
    const first = inArtifact.get(text);
    if (RESERVED_NAMES.includes(text)) {
      names.report(diagnose('BP0112', { values: { name: text }, at: span }));
    } else if (first !== undefined) {
      names.report(diagnose('BP0105', { values: { name: text }, at: span, others: [firstHere(first.name)] }));
    } else {
      inArtifact.set(text, item);
      if (!names.requirements.has(text)) names.requirements.set(text, item);
    }
  }
}

function firstHere(name: { readonly span: { readonly start: number; readonly end: number } }) {
  return { span: name.span, text: 'first declared here' };
}

/** A name has one meaning in a policy and all that it imports: one file declares it. */
function importedNames(names: Names, imports: readonly ImportedFile[]) {
  const importedSigners = new Map<string, ImportedFile>();
  const importedRequirements = new Map<string, ImportedFile>();
  for (const file of imports) {
    const { signers, requirements } = file.scope;
    for (const [name, { name: word }] of signers) {
      meet(word, { noun: 'signers', own: names.signers.get(name)?.name, file, known: importedSigners }, names);
    }
    for (const [name, { name: word }] of requirements) {
      const own = names.requirements.get(name)?.name;
      meet(word, { noun: 'requirement', own, file, known: importedRequirements }, names);
    }
  }
  return { importedSigners, importedRequirements };
}

interface Meeting {
  readonly noun: 'signers' | 'requirement';
  /** Where the policy itself declares the name. */
  readonly own: Word | undefined;
  readonly file: ImportedFile;
  readonly known: Map<string, ImportedFile>;
}

function meet(imported: Word, { noun, own, file, known }: Meeting, { report }: Names): void {
  const other = known.get(imported.text);
  if (other === undefined) known.set(imported.text, file);
  if (own === undefined && other === undefined) return;
  const others = [
    ...(own === undefined && other !== undefined
      ? [{ span: other.statedAt, text: `\`${other.source.name}\` too` }]
      : []),
    { span: imported.span, text: 'declared here', source: file.source },
  ];
  const values = { noun, name: imported.text, path: file.source.name };
  report(diagnose('BP0707', { values, at: own?.span ?? file.statedAt, others }));
}
