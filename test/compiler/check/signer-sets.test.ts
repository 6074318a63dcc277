import { expect, test } from 'vitest';
import { concatBytes } from '../../../forge/bytes.ts';
import { forgeEsl } from '../../../forge/esl.ts';
import { newKeyRing } from '../../../forge/keys.ts';
import { newSigner } from '../../../forge/x509.ts';
import { compile } from '../../../index.ts';

const RING = newKeyRing();
const [HEAD, OTHER] = ['heads', 'other'].map(
  (name) => newSigner({ subject: name, key: RING.pair('rsa1024', name) }).certificateDer,
);
const entry = (data: Uint8Array = new Uint8Array(0)) => ({ type: 'x509', data, list: 'shared' }) as const;
const FILES: Readonly<Record<string, Uint8Array>> = {
  'first.esl': forgeEsl(entry(HEAD), entry(OTHER)),
  'second.esl': forgeEsl(entry(OTHER), entry(HEAD)),
  'both.esl': concatBytes(forgeEsl(entry(HEAD), entry(OTHER)), forgeEsl(entry(OTHER), entry(HEAD))),
};

/** How the certificates of a set that joins others are listed, by subject. */
function listed(names: string, files: readonly string[]): readonly string[] {
  const { plan, diagnostics } = compile(
    `language 1
policy sets
${files.map((file, index) => `signers s${index} = file "${file}"`).join('\n')}
signers joined = { ${names} }
artifact image { require r: signed by joined }
at boot sees file enforce { r }
`,
    { readFile: (path) => FILES[path] ?? null },
  );
  if (plan === null) throw new Error(diagnostics.map(({ title }) => title).join('\n'));
  const anchors = plan.signers.find(({ name }) => name === 'joined')?.anchors ?? [];
  return anchors
    .map((anchor) => (anchor.kind === 'certificate' ? `${anchor.subject} ${anchor.listed ?? 'first'}` : ''))
    .sort();
}

test('a certificate at the head of one list and behind that of another stays both in a set of both', () => {
  const both = ['CN=heads behind-first', 'CN=heads first', 'CN=other behind-first', 'CN=other first'];
  expect(listed('s0, s1', ['first.esl', 'second.esl'])).toEqual(both);
  expect(listed('s1, s0', ['first.esl', 'second.esl'])).toEqual(both);
});

test('a certificate in the same place of two lists is in a set once', () => {
  expect(listed('s0, s1', ['first.esl', 'first.esl'])).toEqual(['CN=heads first', 'CN=other behind-first']);
});
