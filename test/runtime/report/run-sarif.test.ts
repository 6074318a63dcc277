import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { RunReport } from '../../../runtime/report/run-report.ts';
import { renderRunSarif } from '../../../runtime/report/run-sarif.ts';
import { SARIF_LOG, sarifFaults } from './report-schemas.ts';
import { finding, HOSTILE, runCase, runReport } from './sample-run.ts';

const TOOL = { version: '1.2.3', informationUri: null };

/** The one run of the log, as the schema has accepted it. */
function sarif(report: RunReport): z.infer<typeof SARIF_LOG>['runs'][0] {
  const text = renderRunSarif(report, TOOL);
  expect(sarifFaults(text)).toEqual([]);
  return SARIF_LOG.parse(JSON.parse(text)).runs[0];
}

describe('the schema itself', () => {
  test('takes a log and refuses one with a field that it does not know', () => {
    const text = renderRunSarif(runReport([]), TOOL);
    expect(sarifFaults(text)).toEqual([]);
    expect(sarifFaults(text.replace('"columnKind"', '"columnKinds"'))).not.toEqual([]);
  });
});

describe('SARIF', () => {
  test('names the file with its digest, the layer within it, and the bytes of that layer', () => {
    const { results, artifacts } = sarif(runReport([runCase()]));
    expect(artifacts).toEqual([
      {
        location: { uri: 'boot/vmlinuz.efi' },
        roles: ['analysisTarget'],
        hashes: { 'sha-256': '1'.repeat(64) },
      },
      { location: { uri: 'boot/vmlinuz.efi#/zboot/image' }, parentIndex: 0 },
      { location: { uri: 'policies/distro.bootpol' }, roles: ['userSpecifiedConfiguration'] },
    ]);
    expect(results).toMatchObject([
      {
        ruleId: 'inner',
        ruleIndex: 0,
        level: 'error',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'boot/vmlinuz.efi#/zboot/image', index: 1 },
              region: { byteOffset: 64, byteLength: 8 },
            },
            logicalLocations: [{ fullyQualifiedName: 'zboot/image' }],
          },
        ],
        relatedLocations: [{ physicalLocation: { region: { startLine: 14, startColumn: 5 } } }],
        properties: { policy: 'distro', view: 'kexec', outcome: 'reject' },
      },
    ]);
  });

  test('counts bytes of the outermost layer in the file itself', () => {
    const place = { kind: 'bytes', layer: 'zboot', offsetBytes: 4, lengthBytes: 0 } as const;
    const { results } = sarif(runReport([runCase({ findings: [finding({ place })] })]));
    expect(results).toMatchObject([
      { locations: [{ physicalLocation: { artifactLocation: { uri: 'boot/vmlinuz.efi', index: 0 } } }] },
    ]);
  });

  test('describes a rule once, however often it is broken', () => {
    const rules = [{ rule: 'inner', title: 'require signed by ring', page: '# inner' }];
    const { tool, results } = sarif(runReport([runCase(), runCase()], rules));
    expect(tool).toMatchObject({
      driver: {
        rules: [{ id: 'inner', shortDescription: { text: 'require signed by ring' }, help: { text: '# inner' } }],
      },
    });
    expect(results).toHaveLength(2);
  });

  test('suppresses what is waived, and not its neighbour', () => {
    const { results } = sarif(
      runReport([runCase({ findings: [finding({ waiver: 'REL-412', level: 'note' }), finding()] })]),
    );
    expect(results).toMatchObject([{ suppressions: [{ justification: 'REL-412', status: 'accepted' }] }, {}]);
    expect(results[1]).not.toHaveProperty('suppressions');
  });

  test('tells known findings from new ones where there is a baseline', () => {
    const { results } = sarif(
      runReport([runCase({ findings: [finding({ state: 'known' }), finding({ state: 'new' }), finding()] })]),
    );
    expect(results).toMatchObject([{ baselineState: 'unchanged' }, { baselineState: 'new' }, {}]);
    expect(results[2]).not.toHaveProperty('baselineState');
  });

  test('carries a fix as an edit of a text', () => {
    const place = { kind: 'text', file: 'p.bootpol', line: 3, column: 5, endLine: 3, endColumn: 8 } as const;
    const fix = { description: 'write `gzip`', place, replacement: 'gzip' };
    const { results } = sarif(runReport([runCase({ findings: [finding({ place, fix, asked: null })] })]));
    expect(results).toMatchObject([
      {
        locations: [{ physicalLocation: { region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 8 } } }],
        fixes: [{ artifactChanges: [{ replacements: [{ insertedContent: { text: 'gzip' } }] }] }],
      },
    ]);
  });

  test('makes no link of a text out of an image, and leaves brackets alone', () => {
    const message = 'a [b](https://example.org) c [d] (e)';
    const { results } = sarif(runReport([runCase({ findings: [finding({ message })] })]));
    expect(results).toMatchObject([{ message: { text: 'a [b] (https://example.org) c [d] (e)' } }]);
  });

  test('is valid for file names and texts that nobody should use', () => {
    const hostile = finding({ rule: HOSTILE, message: HOSTILE, waiver: HOSTILE });
    const { artifacts } = sarif(runReport([runCase({ file: `/tmp/${HOSTILE}`, findings: [hostile] })]));
    expect(JSON.stringify(artifacts[0])).toContain('"uri":"file:///tmp/a%3Cb%3E');
  });
});
