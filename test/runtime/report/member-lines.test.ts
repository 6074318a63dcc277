import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../forge/bytes.ts';
import { forgeInitrd, type InitrdMember } from '../../../forge/initrd.ts';
import {
  DEFAULT_LIMITS,
  inspect,
  type InspectedLayer,
  type Inspection,
  inspectionReport,
  nativeEngine,
  plainPaint,
  renderInspectionText,
} from '../../../index.ts';
import { inspectionReportSchema } from '../../../runtime/report/inspection-schema.ts';
import { USUAL_PARTS } from '../../../runtime/report/inspection-text.ts';
import { SHOWN_MEMBERS } from '../../../runtime/report/member-lines.ts';

const inspected = async (...members: readonly InitrdMember[]): Promise<Inspection> =>
  inspect(forgeInitrd(...members), { limits: DEFAULT_LIMITS, engine: nativeEngine() });

const text = (inspection: Inspection, layer: InspectedLayer | null = null): string =>
  renderInspectionText('initrd', inspection, { paint: plainPaint, parts: USUAL_PARTS, layer });

describe('the members of an archive', () => {
  test('are shown as `ls -l` shows files, with the place of their contents', async () => {
    const inspection = await inspected({
      entries: [
        { name: 'usr', mode: 0o041777 },
        { name: 'usr/su', data: 'x'.repeat(1234), mode: 0o104755, uid: 0, gid: 42 },
        { name: 'bin', data: 'usr', mode: 0o120777 },
        { name: 'null', mode: 0o020666, device: [1, 3] },
        { name: 'new\nline\u202e', data: 'x', mode: 0o102640 },
      ],
    });
    expect(text(inspection)).toContain(
      [
        'initrd/cpio',
        '  1 directory, 2 files, 1 symbolic link, 1 character device',
        '  drwxrwxrwt   0:0          0 usr',
        '  -rwsr-xr-x  0:42      1,234 usr/su                                   0x00000ec',
        '  lrwxrwxrwx   0:0          3 bin -> usr                               0x0000634',
        '  crw-rw-rw-   0:0        1:3 null',
        '  -rw-r-S---   0:0          1 new\\x0aline\\u{202e}                      0x0000728',
        '',
      ].join('\n'),
    );
  });

  test('are cut after some in text, with their number, and are all in JSON', async () => {
    const entries = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `f${at}` }));
    const whole = await inspected({ entries: entries(SHOWN_MEMBERS) });
    expect(text(whole)).not.toContain('more');
    const cut = await inspected({ entries: entries(SHOWN_MEMBERS + 4812) });
    expect(text(cut)).toContain('\n  … 4,812 more: see `--layer initrd/cpio`\n');
    const alone = text(cut, cut.root.children[0] ?? null);
    expect(alone).toMatch(/\n {2}-rw-r--r-- {3}0:0 {10}0 f4835\n/);
    const report = inspectionReport([{ file: 'initrd', inspection: cut }]);
    expect(inspectionReportSchema.parse(report)).toEqual(report);
    expect(report.files[0]?.layers[0]?.children[0]?.members).toHaveLength(SHOWN_MEMBERS + 4812);
  });

  test('that replace earlier ones are findings of the initrd', async () => {
    const { root } = await inspected(
      { entries: [{ name: 'init', data: 'good' }], compression: 'gzip' },
      { entries: [{ name: '/init', data: 'evil' }] },
    );
    expect(root.findings).toMatchObject([{ code: 'member-replaced', layer: 'initrd/cpio#2', offsetBytes: 0 }]);
  });

  test('are listed up to the one that cannot be read', async () => {
    const whole = forgeInitrd({ entries: [{ name: 'a' }, { name: 'b' }], compression: 'none' });
    const at = Buffer.from(whole).indexOf('b\0');
    whole.set(utf8('b!'), at);
    const uki = await inspected({ bytes: whole });
    expect(uki.root.fault?.code).toBe('cpio-name');
    const packed = await inspected({ entries: [{ name: 'a' }, { name: 'b', data: 'x', check: 1 }], format: 'crc' });
    expect(packed.root.children[0]).toMatchObject({
      fault: { code: 'cpio-checksum' },
      members: [{ name: 'a' }, { name: 'b' }],
    });
  });
});
