import { expect, test } from 'vitest';
import { verdictReport } from '../../../runtime/report/verdict-json.ts';
import { verdictReportSchema } from '../../../runtime/report/verdict-schema.ts';
import { covered, reason, requirement, verdict, view } from './sample-verdict.ts';

const POLICY = { name: 'distro-arm64', version: 7, description: null, digest: '0'.repeat(64) };
const REFUSAL = verdict('reject', [
  view('kexec', 'reject', [
    requirement({ proof: covered('distro', 'false', [reason('0 of 10 bytes', 'uki/.initrd', 512)]) }),
  ]),
]);

test('a verdict in JSON is of the published shape', () => {
  const report = verdictReport(POLICY, [{ file: 'a.efi', verdict: REFUSAL }]);
  expect(verdictReportSchema.parse(report)).toEqual(report);
  expect(report.files[0]?.views[0]?.requirements[0]).toEqual({
    name: 'inner',
    mode: 'require',
    layer: 'zboot/image',
    outcome: 'violated',
    waiver: null,
    place: { file: 'policies/distro.bootpol', line: 14, column: 3 },
    reasons: [{ code: 'sample', text: '0 of 10 bytes', layer: 'uki/.initrd', offsetBytes: 512, lengthBytes: 0 }],
  });
});

test('a file that cannot be read stands in the report, undecided', () => {
  const report = verdictReport(POLICY, [{ file: 'a.efi', error: 'cannot read `a.efi`: no such file' }]);
  expect(verdictReportSchema.parse(report)).toEqual(report);
  expect(report.files).toEqual([
    { file: 'a.efi', sha256: null, verdict: 'undecided', error: 'cannot read `a.efi`: no such file', views: [] },
  ]);
});
