import { POLICY_DIGESTS, SCHEMES } from '../../../runtime/contract/vocabulary.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { Constraint } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { DIGEST_NAMES } from '../literals.ts';
import { listed } from '../wording.ts';
import { checkWord, checkWordList } from './words.ts';

/** Checks what stands in braces after `signed by S` and `allowed by S`. */
export function checkConstraints(constraints: readonly Constraint[], context: CheckContext): void {
  const given = new Map<string, Constraint>();
  for (const constraint of constraints) {
    const name = nameOf(constraint);
    const first = given.get(name);
    if (first === undefined) given.set(name, constraint);
    else {
      const others = [{ span: first.span, text: 'first given here' }];
      context.report(diagnose('BP0214', { values: { constraint: name }, at: constraint.span, others }));
    }
    checkConstraint(constraint, context);
  }
}

/** Key sizes that exist: Secure Boot RSA moduli, and the NIST curves from P-192. */
const KEY_BITS = { rsa: { least: 1024, most: 16_384 }, ec: { least: 192, most: 521 } } as const;

function nameOf(constraint: Constraint): string {
  return constraint.kind === 'key' ? `key ${constraint.family.text}` : constraint.kind;
}

function checkConstraint(constraint: Constraint, context: CheckContext): void {
  switch (constraint.kind) {
    case 'digest':
      checkWordList(constraint.words, DIGEST_WORDS, context);
      return;
    case 'key': {
      checkKey(constraint, context);
      return;
    }
    case 'count': {
      checkCount(constraint, context);
      return;
    }
    case 'scheme': {
      checkWord(constraint.scheme, SCHEME_WORDS, context);
      return;
    }
    case 'validity':
    case 'timestamped':
      return;
  }
}

const DIGEST_WORDS = {
  noun: 'a digest',
  words: Object.keys(POLICY_DIGESTS),
  otherNames: DIGEST_NAMES,
  note: `digests are: ${listed(Object.keys(POLICY_DIGESTS))}`,
};

const SCHEME_WORDS = { noun: 'a signature scheme', words: SCHEMES, note: `schemes are: ${listed(SCHEMES)}` };

function checkKey(constraint: Extract<Constraint, { kind: 'key' }>, context: CheckContext): void {
  const { family, least } = constraint;
  const otherNames = { ecdsa: 'ec', ecc: 'ec', 'rsa-pss': 'rsa' };
  const words = { noun: 'a family of keys', words: ['rsa', 'ec'], otherNames, note: 'families are: rsa, ec' };
  if (!checkWord(family, words, context)) return;
  const bounds = family.text === 'rsa' ? KEY_BITS.rsa : KEY_BITS.ec;
  if (least.value >= bounds.least && least.value <= bounds.most) return;
  const keys = family.text === 'rsa' ? 'RSA' : 'elliptic curve';
  const consequence = least.value < bounds.least ? 'says nothing' : 'refuses every key';
  const values = { family: family.text, bits: String(least.value), consequence };
  const notes = [`${keys} keys have ${bounds.least} to ${bounds.most} bits`];
  context.report(diagnose('BP0211', { values, at: least.span, notes }));
}

function checkCount(constraint: Extract<Constraint, { kind: 'count' }>, context: CheckContext): void {
  const { value, span } = constraint.least;
  if (value < 1) context.report(diagnose('BP0212', { values: { count: String(value) }, at: span }));
  if (!Number.isSafeInteger(value)) {
    context.report(diagnose('BP0217', { values: { fault: 'more than 2^53 - 1' }, at: span }));
  }
}
