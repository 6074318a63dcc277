import { describe, expect, test } from 'vitest';
import { renderRunJunit } from '../../../runtime/report/run-junit.ts';
import { junitFaults } from './report-schemas.ts';
import { finding, HOSTILE, runCase, runReport } from './sample-run.ts';

describe('JUnit', () => {
  test('fits the schema, which refuses an attribute that it does not know', async () => {
    const xml = renderRunJunit(runReport([runCase(), runCase({ findings: [] })]));
    expect(await junitFaults(xml)).toEqual([]);
    expect(await junitFaults(xml.replace('classname', 'clasname'))).not.toEqual([]);
  });

  test('counts a failure, an error and a pass', async () => {
    const xml = renderRunJunit(
      runReport([runCase(), runCase({ outcome: 'undecided' }), runCase({ findings: [], name: 'fine.efi' })]),
    );
    expect(await junitFaults(xml)).toEqual([]);
    expect(xml).toContain('<testsuites name="bootpol verify" tests="3" failures="1" errors="1">');
    expect(xml).toContain('<testcase name="boot/vmlinuz.efi" classname="distro.kexec">');
    expect(xml).toContain(
      '<failure type="inner" message="at kexec: inner does not hold on zboot/image">policies/distro.bootpol:14\nno signature on the Image (zboot/image)</failure>',
    );
    expect(xml).toContain('<error type="inner"');
    expect(xml).toContain('<testcase name="fine.efi" classname="distro.kexec"/>');
  });

  test('fails nothing for warnings, and for what is known or waived', async () => {
    const findings = [
      finding({ level: 'warning' }),
      finding({ state: 'known' }),
      finding({ level: 'note', waiver: 'REL-412' }),
    ];
    const xml = renderRunJunit(runReport([runCase({ findings })]));
    expect(await junitFaults(xml)).toEqual([]);
    expect(xml).toContain('tests="1" failures="0" errors="0"');
    expect(xml).toMatch(/<system-out>warning: at kexec[^]*known error: [^]*note: [^]*REL-412\)<\/system-out>/);
    expect(xml).not.toContain('<failure');
  });

  test('gives each policy a suite of its own', () => {
    const xml = renderRunJunit(runReport([runCase(), runCase({ suite: 'other' }), runCase()]));
    expect(xml.match(/<testsuite name="[a-z]+" tests="\d"/g)).toEqual([
      '<testsuite name="distro" tests="2"',
      '<testsuite name="other" tests="1"',
    ]);
  });

  test('stays well-formed for texts that nobody should use', async () => {
    const hostile = runCase({
      name: HOSTILE,
      suite: HOSTILE,
      findings: [finding({ rule: HOSTILE, message: HOSTILE })],
    });
    const xml = renderRunJunit(runReport([hostile]));
    expect(await junitFaults(xml)).toEqual([]);
    expect(xml).toContain('a&lt;b&gt;&amp;&quot;');
  });
});
