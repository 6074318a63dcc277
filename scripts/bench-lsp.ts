import { completionsAt } from '../apps/lsp/completion.ts';
import { faultsOf } from '../apps/lsp/diagnostics.ts';
import { hoverAt } from '../apps/lsp/hover.ts';
import { policyDocument } from '../apps/lsp/policy-document.ts';
import { policyPaths } from '../compiler/index.ts';
import { newSigner } from '../forge/x509.ts';
import { warmCost } from '../test/bench/in-process-cost.ts';
import type { Row } from '../test/bench/row.ts';

const LINES = 2_000;
/** An answer should come within this, in microseconds: what a key costs is then not felt. */
const GOAL = 5_000;

/** What an editor waits for, on a policy of 2,000 lines. */
export function lspRows(): readonly Row[] {
  const text = policyOf(LINES);
  const paths = policyPaths();
  const certificate = new TextEncoder().encode(newSigner({ subject: 'Distro', key: 'p256' }).certificatePem);
  const read = () =>
    policyDocument({ uri: 'file:///bench.bootpol', version: 1, text, readFile: () => certificate }, paths);
  const document = read();
  const middle = text.indexOf('signed by distro', text.length / 2);
  const rows: readonly (readonly [string, () => unknown])[] = [
    ['complete a condition', () => completionsAt(document, middle, 'snippets')],
    ['complete a requirement of a view', () => completionsAt(document, text.lastIndexOf('r1 }'), 'snippets')],
    ['hover over `signed by`', () => hoverAt(document, middle + 2)],
    ['hover over a signer set, with its file', () => hoverAt(document, middle + 12)],
    ['right after a key: complete a condition', () => completionsAt(read(), middle, 'snippets')],
    ['right after a key: complete a requirement', () => completionsAt(read(), text.lastIndexOf('r1 }'), 'snippets')],
    ['right after a key: hover', () => hoverAt(read(), middle + 2)],
  ];
  return [
    ...rows.map(
      ([what, answer]): Row => ({ what: `${what}, of 2,000 lines`, value: warmCost(answer), unit: 'µs', goal: GOAL }),
    ),
    {
      what: 'when typing pauses: find the faults, of 2,000 lines',
      value: warmCost(() => faultsOf(read(), '2026-01-01')),
      unit: 'µs',
      goal: null,
    },
  ];
}

/** One artifact of so many lines, and a view of all its requirements. */
function policyOf(lines: number): string {
  const conditions = ['signed by distro', 'covered by distro', 'size <= 64 MiB', 'arch in { arm64, x86-64 }'];
  const names = Array.from({ length: lines - 6 }, (_, index) => `r${String(index)}`).reverse();
  return [
    'language 1',
    'policy bench version 1',
    'signers distro = file "db.pem"',
    'artifact image {',
    ...names.map((name, index) => `  require ${name}: ${conditions[index % conditions.length] ?? ''}`),
    '}',
    `at firmware sees file enforce { ${names.filter((_, index) => index % 100 === 0).join(', ')}, r1 }`,
    '',
  ].join('\n');
}
