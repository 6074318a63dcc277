import type { SimulatedFile, SimulationCell, SimulationReport } from '../../../runtime/report/simulation-schema.ts';

/** Text that is markup in HTML, Markdown and terminals, as a file name or a policy can hold it. */
export const HOSTILE = `"><script>alert(1)</script>'&|\`x\`[a](javascript:1)\u001b[31m\u202e`;

/** A report of two policies and three files, one of them unreadable, all with hostile names. */
export function sampleReport(more: Partial<SimulationReport> = {}): SimulationReport {
  return {
    version: 1,
    report: 'simulation',
    day: '2026-06-01',
    trust: [
      { param: 'db', source: 'bound', digest: '00', anchors: [HOSTILE] },
      { param: 'ring', source: 'embedded', digest: null, anchors: [] },
    ],
    policies: [
      {
        file: 'a.bootpol',
        name: 'first',
        version: 1,
        description: HOSTILE,
        digest: '0a',
        views: [{ name: 'kexec', handed: 'sees file like linux' }],
      },
      {
        file: 'b.bootpol',
        name: 'second',
        version: null,
        description: null,
        digest: '0b',
        views: [
          { name: 'firmware', handed: 'sees file like edk2' },
          { name: 'kexec', handed: 'sees image like linux loads image' },
        ],
      },
    ],
    baseline: null,
    groupBy: null,
    shard: null,
    initrd: null,
    files: [
      sampleFile(`dir/${HOSTILE}.efi`, 0),
      sampleFile('dir/b.efi', 1),
      { ...sampleFile('c.efi', 2), image: null, error: `cannot read \`${HOSTILE}\`` },
    ],
    skipped: { files: 0, initrds: 0, links: 0, packages: 0 },
    changes: null,
    ...more,
  };
}

function sampleFile(file: string, order: number): SimulatedFile {
  return {
    file,
    package: null,
    order: [order, 0],
    error: null,
    image: {
      sha256: 'ab'.repeat(32),
      sizeBytes: 1000,
      kind: 'uki',
      arch: 'arm64',
      compression: 'gzip',
      signatures: [{ layer: 'uki', scheme: 'authenticode', signer: HOSTILE, sound: true }],
      layers: [
        {
          ...{ path: 'uki', kind: 'uki', depth: 0, arch: 'arm64', compression: null, codec: null },
          ...{ offsetBytes: 0, sizeBytes: 1000, fault: null },
          stretches: [
            { startBytes: 0, endBytes: 900, how: 'direct', by: [0] },
            { startBytes: 900, endBytes: 950, how: 'uncovered', by: [] },
            { startBytes: 950, endBytes: 1000, how: 'exempt', by: [] },
          ],
        },
        {
          ...{ path: 'uki/.initrd', kind: 'initrd', depth: 1, arch: null, compression: null, codec: 'none' },
          ...{ offsetBytes: 500, sizeBytes: 100, fault: HOSTILE },
          stretches: [{ startBytes: 0, endBytes: 100, how: 'enclosed', by: [0] }],
        },
      ],
      layersLeftOut: 0,
      cells: [
        cell(0, 'kexec', { verdict: 'accept', initrd: 'covered' }),
        cell(1, 'firmware', {
          verdict: 'reject',
          initrd: 'refused',
          reasons: [{ requirement: 'inner', code: 'no-signature', text: HOSTILE, layer: 'uki', offsetBytes: 16 }],
        }),
        cell(1, 'kexec', {
          verdict: 'accept',
          initrd: 'open',
          unprotected: [
            {
              layer: 'uki/.initrd',
              kind: 'initrd',
              sizeBytes: 100,
              uncoveredBytes: 100,
              because: 'unasked',
              text: HOSTILE,
            },
          ],
        }),
      ],
    },
  };
}

function cell(policy: number, view: string, rest: Partial<SimulationCell>): SimulationCell {
  return { policy, view, verdict: 'accept', initrd: 'none', reasons: [], unprotected: [], ...rest };
}
