import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { Word } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { suggest } from '../wording.ts';

/** A closed list of words, and how messages speak of it. */
export interface ClosedList {
  /** With its article: `a compression`. */
  readonly noun: string;
  readonly words: readonly string[];
  /** Other spellings that people write, in lower case, with the word that is meant. */
  readonly otherNames?: Readonly<Record<string, string>>;
  readonly note: string;
  /** Words that are known and yet not in the list, with the reason: nothing like them is proposed instead. */
  readonly unmade?: Readonly<Record<string, string>>;
}

/** Reports a word that is not in its closed list. */
export function checkWord(word: Word, list: ClosedList, context: CheckContext): boolean {
  if (list.words.includes(word.text)) return true;
  const values = { word: word.text, noun: list.noun };
  const reason = Object.hasOwn(list.unmade ?? {}, word.text) ? list.unmade?.[word.text] : undefined;
  if (reason !== undefined) {
    context.report(diagnose('BP0204', { values, at: word.span, notes: [reason, list.note] }));
    return false;
  }
  const { label, fix } = suggest(word, list.words, list.otherNames);
  context.report(diagnose('BP0204', { values, at: word.span, label, notes: [list.note], fix }));
  return false;
}

/** Reports anything but an initrd behind `beside`. */
export function checkBeside(word: Word, context: CheckContext): void {
  const note = 'the one file that a point takes beside another is an `initrd`';
  checkWord(
    word,
    { noun: 'a file that goes beside another', words: ['initrd'], note, otherNames: INITRD_NAMES },
    context,
  );
}

const INITRD_NAMES: Readonly<Record<string, string>> = { initramfs: 'initrd', ramdisk: 'initrd', rd: 'initrd' };

/** Reports words that are not in their closed list, and words listed twice. */
export function checkWordList(words: readonly Word[], closed: ClosedList, context: CheckContext): boolean {
  checkListed(words, context);
  let sound = true;
  for (const word of words) sound = checkWord(word, closed, context) && sound;
  return sound;
}

/** Warns of words listed twice. */
export function checkListed(words: readonly Word[], context: CheckContext): void {
  if (words.length < 2) return;
  const listed = new Map<string, Word>();
  for (const [index, word] of words.entries()) {
    const first = listed.get(word.text);
    const before = words[index - 1];
    if (first === undefined || before === undefined) {
      listed.set(word.text, word);
      continue;
    }
    const again = { start: before.span.end, end: word.span.end };
    const fix = { span: again, replacement: '', certainty: 'certain' } as const;
    const others = [{ span: first.span, text: 'first listed here' }];
    context.report(diagnose('BP0504', { values: { word: word.text }, at: word.span, others, fix }));
  }
}
