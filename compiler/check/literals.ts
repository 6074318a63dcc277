import { POLICY_DIGESTS, type PolicyDigest } from '../../runtime/contract/vocabulary.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import type { DateLiteral, DigestLiteral } from '../syntax/ast.ts';
import type { CheckContext } from './context.ts';
import { listed, suggest } from './wording.ts';

/** Reports a date that is malformed or not in the calendar. */
export function checkDate(date: DateLiteral, context: CheckContext): boolean {
  if (isCalendarDate(date.text)) return true;
  context.report(diagnose('BP0207', { values: { date: date.text }, at: date.span, help: 'write it `YYYY-MM-DD`' }));
  return false;
}

/** Whether a text is `YYYY-MM-DD` and a day of the Gregorian calendar. */
function isCalendarDate(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && leap ? 29 : (DAYS_OF_MONTH[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Reports a digest of an unknown algorithm, of another length, or that is not lower-case hexadecimal. */
export function checkDigest(digest: DigestLiteral, property: string, context: CheckContext): boolean {
  const { algorithm, hex, span } = digest;
  if (!isPolicyDigest(algorithm)) {
    const word = { text: algorithm, span: { start: span.start, end: span.start + algorithm.length } };
    const { label, fix } = suggest(word, Object.keys(POLICY_DIGESTS), DIGEST_NAMES);
    const notes = [`digests are: ${listed(Object.keys(POLICY_DIGESTS))}`];
    const values = { word: algorithm, noun: 'a digest' };
    context.report(diagnose('BP0204', { values, at: word.span, label, notes, fix }));
    return false;
  }
  const fault = faultOfHex(hex, POLICY_DIGESTS[algorithm] * 2, algorithm);
  if (fault !== null) {
    context.report(diagnose('BP0206', { values: { fault }, at: span }));
    return false;
  }
  if (algorithm === 'sha256') return true;
  context.report(diagnose('BP0218', { values: { algorithm, property }, at: span, help: 'give the SHA-256 digest' }));
  return false;
}

/** Other spellings of digests that people write. */
export const DIGEST_NAMES: Readonly<Record<string, string>> = {
  'sha-1': 'sha1',
  'sha-256': 'sha256',
  'sha-384': 'sha384',
  'sha-512': 'sha512',
  sha2: 'sha256',
};

function isPolicyDigest(word: string): word is PolicyDigest {
  return Object.hasOwn(POLICY_DIGESTS, word);
}

function faultOfHex(hex: string, digits: number, algorithm: string): string | null {
  const stray = /[^0-9a-f]/.exec(hex);
  if (stray !== null) {
    const upper = /[A-F]/.test(stray[0]);
    return upper ? 'hexadecimal is written in lower case' : `\`${stray[0]}\` is not a hexadecimal digit`;
  }
  return hex.length === digits ? null : `${algorithm} has ${digits} hexadecimal digits, not ${hex.length}`;
}
