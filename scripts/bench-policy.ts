import { checkPolicy } from '../compiler/index.ts';
import { newSigner } from '../forge/x509.ts';
import { lexText, parsePolicy } from '../grammar/parser.ts';
import { sourceOf } from '../grammar/source.ts';
import { readAnchorFile } from '../index.ts';
import { astOf } from '../compiler/syntax/ast-from-cst.ts';
import { policyHash } from '../policy-hash.ts';
import { warmCost } from '../test/bench/in-process-cost.ts';
import type { Row } from '../test/bench/row.ts';

const LINES = 2_000;

/** What reading and checking a policy costs in a warm process, stage by stage. */
export function policyRows(): readonly Row[] {
  const text = policyOf(LINES - 5);
  const source = sourceOf('bench.bootpol', text);
  const certificate = new TextEncoder().encode(newSigner({ subject: 'Distro', key: 'p256' }).certificatePem);
  const anchors = readAnchorFile(certificate, 'db.pem');
  const options = { fileName: source.name, loadSigners: () => anchors, sha256: policyHash };
  const stages: readonly (readonly [string, number | null, () => unknown])[] = [
    ['cut 2,000 lines of policy into tokens', null, () => lexText(source)],
    ['cut and parse them', null, () => parsePolicy(source)],
    ['cut and parse them, down to the policy', null, () => astOf(parsePolicy(source))],
    ['check a policy of 2,000 lines', 5000, () => checkPolicy(text, options)],
  ];
  const rows = stages.map(
    ([what, goal, work]): Row => ({
      what: `${what}, per 1,000 lines`,
      value: (warmCost(work) / LINES) * 1000,
      unit: 'µs',
      goal,
    }),
  );
  const whole = rows.at(-1)?.value ?? Number.NaN;
  return [
    ...rows,
    { what: 'so many thousand lines are checked a second', value: 1e6 / whole, unit: 'k/s', goal: null },
  ];
}

/** A policy of so many requirements and five lines more. */
export function policyOf(requirements: number): string {
  const conditions = ['signed by distro', 'covered by distro', 'size <= 64 MiB', 'arch in { arm64, x86-64 }'];
  const lines = Array.from(
    { length: requirements },
    (_, index) => `  require r${String(index)}: ${conditions[index % conditions.length] ?? ''}`,
  );
  return [
    'language 1',
    'policy bench version 1',
    'signers distro = file "db.pem"',
    'artifact image {',
    ...lines,
    '}',
    '',
  ].join('\n');
}
