import {
  isLayerKind,
  LAYER_KIND_NAMES,
  LAYER_KINDS,
  type LayerKind,
  kindOfSection,
} from '../../../runtime/contract/layer-kinds.ts';
import { OTHERWISE } from '../../../runtime/contract/vocabulary.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { Block, BlockItem, BlockStatement, ChildDeclaration, OtherwiseItem, Word } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { checkDate } from '../literals.ts';
import { aLayer, contentsOf, listed, suggest } from '../wording.ts';
import { checkCondition } from './conditions.ts';
import { checkListed, checkWord } from './words.ts';

/** Checks `artifact KIND` and `layer KIND` with everything inside. */
export function checkBlocks(context: CheckContext): void {
  for (const statement of context.policy.statements) {
    if (statement.kind === 'artifact' || statement.kind === 'layer') checkStatement(statement, context);
  }
}

function checkStatement(statement: BlockStatement, context: CheckContext): void {
  const kind = knownKind(statement.layer, LAYER_KIND_NAMES, context);
  if (kind !== null && statement.kind === 'artifact' && !LAYER_KINDS[kind].outermost) {
    const keyword = { start: statement.span.start, end: statement.span.start + 'artifact'.length };
    context.report(
      diagnose('BP0306', {
        values: { layer: aLayer(kind) },
        at: statement.layer.span,
        notes: [`whole files are: ${listed(LAYER_KIND_NAMES.filter((name) => LAYER_KINDS[name].outermost))}`],
        help: `write \`layer ${kind}\` to say what holds for it wherever it is nested`,
        fix: { span: keyword, replacement: 'layer', certainty: 'certain' },
      }),
    );
  }
  checkBlock(statement.block, kind, context);
}

function checkBlock(block: Block, kind: LayerKind | null, context: CheckContext): void {
  const children = new Map<string, ChildDeclaration>();
  const otherwise: OtherwiseItem[] = [];
  for (const item of block.items) {
    checkItem(item, kind, context);
    if (item.kind === 'child') reportRepeated(item, children, context);
    if (item.kind === 'otherwise') reportSecond(item, otherwise, context);
  }
}

function checkItem(item: BlockItem, kind: LayerKind | null, context: CheckContext): void {
  switch (item.kind) {
    case 'requirement':
      if (item.from !== null) checkDate(item.from, context);
      {
        checkCondition(item.condition, kind, context);
        return;
      }
    case 'child': {
      checkChild(item, kind, context);
      return;
    }
    case 'otherwise': {
      const note = `what is not declared can be met with: ${listed(OTHERWISE)}`;
      checkWord(item.action, { noun: 'an action of `otherwise`', words: OTHERWISE, note }, context);
      return;
    }
  }
}

function checkChild(child: ChildDeclaration, parent: LayerKind | null, context: CheckContext): void {
  const kind = knownKind(child.layer, parent === null ? LAYER_KIND_NAMES : LAYER_KINDS[parent].children, context);
  checkSectionName(child, context);
  checkPresence(child, context);
  if (kind !== null && parent !== null) checkPlace({ word: child.layer, kind, parent }, context);
  checkOneOf(child, kind, context);
  if (child.block !== null) checkBlock(child.block, kind, context);
}

/** A kind named inside another one. */
interface Nesting {
  readonly word: Word;
  readonly kind: LayerKind;
  readonly parent: LayerKind;
}

/** Reports a kind where its parent never holds one. */
export function checkPlace({ word, kind, parent }: Nesting, context: CheckContext): void {
  const spec = LAYER_KINDS[parent];
  if (spec.children.includes(kind) || (kind === 'section' && spec.pe)) return;
  const contents = contentsOf(parent);
  const values = { parent: aLayer(parent), child: aLayer(kind) };
  const notes = [contents.length === 0 ? 'it holds no layers' : `${aLayer(parent)} can hold: ${listed(contents)}`];
  context.report(diagnose('BP0307', { values, at: word.span, notes }));
}

function checkPresence(child: ChildDeclaration, context: CheckContext): void {
  const { presence, block, oneOf, layer } = child;
  const nothing = (block === null || block.items.length === 0) && oneOf === null;
  if (presence === null || presence.text !== 'absent' || nothing) return;
  context.report(diagnose('BP0311', { values: { layer: layer.text }, at: presence.span }));
}

function checkOneOf(child: ChildDeclaration, kind: LayerKind | null, context: CheckContext): void {
  if (child.oneOf === null) return;
  checkListed(child.oneOf, context);
  for (const word of child.oneOf) {
    const inner = knownKind(word, kind === null ? LAYER_KIND_NAMES : LAYER_KINDS[kind].children, context);
    if (inner !== null && kind !== null) checkPlace({ word, kind: inner, parent: kind }, context);
  }
  if (child.block?.items.some((item) => item.kind === 'child') !== true) return;
  context.report(diagnose('BP0313', { values: { layer: child.layer.text }, at: child.layer.span }));
}

function checkSectionName({ section }: ChildDeclaration, context: CheckContext): void {
  if (section === null) return;
  const { value, span } = section;
  const kind = kindOfSection(value);
  let fault: string | null = null;
  if (kind !== null) fault = `it is the kind \`${kind}\``;
  else if (value === '') fault = 'it is empty';
  else if (utf8Length(value) > SECTION_NAME_BYTES) fault = 'it is longer than 8 bytes';
  if (fault === null) return;
  const help = kind === null ? null : `declare it by its kind: \`${kind}\``;
  context.report(diagnose('BP0219', { values: { section: value, fault }, at: span, help }));
}

/** Microsoft PE/COFF specification, section table: Name is 8 bytes. */
const SECTION_NAME_BYTES = 8;

/** Bytes of a text in UTF-8 (RFC 3629 section 3): one to four a code point. */
function utf8Length(text: string): number {
  return Array.from(text).reduce((sum, character) => {
    const point = character.codePointAt(0) ?? 0;
    return sum + (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);
  }, 0);
}

function reportRepeated(child: ChildDeclaration, earlier: Map<string, ChildDeclaration>, context: CheckContext): void {
  const name = nameOf(child);
  const first = earlier.get(name);
  if (first === undefined) {
    earlier.set(name, child);
    return;
  }
  const others = [{ span: first.layer.span, text: 'first declared here' }];
  context.report(diagnose('BP0308', { values: { layer: name }, at: child.layer.span, others }));
}

function nameOf(child: ChildDeclaration): string {
  return child.section === null ? child.layer.text : `section "${child.section.value}"`;
}

function reportSecond(item: OtherwiseItem, earlier: OtherwiseItem[], context: CheckContext): void {
  const [first] = earlier;
  earlier.push(item);
  if (first === undefined) return;
  const others = [{ span: first.span, text: 'first said here' }];
  context.report(diagnose('BP0312', { values: {}, at: item.span, others }));
}

/** The kind that a word names; reports a word that names none, suggesting first what may stand here. */
export function knownKind(word: Word, likely: readonly string[], context: CheckContext): LayerKind | null {
  if (isLayerKind(word.text)) return word.text;
  const { label, fix } = suggest(word, [...likely, ...LAYER_KIND_NAMES], KIND_OTHER_NAMES);
  const notes = [`kinds are: ${listed(LAYER_KIND_NAMES)}`];
  context.report(diagnose('BP0103', { values: { name: word.text }, at: word.span, label, notes, fix }));
  return null;
}

const KIND_OTHER_NAMES: Readonly<Record<string, string>> = {
  kernel: 'image',
  zimage: 'zboot',
  vmlinuz: 'zboot',
  ramdisk: 'initrd',
  initramfs: 'initrd',
  'os-release': 'osrel',
};
