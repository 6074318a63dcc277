import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { forgeImage } from '../../forge/kernel-image.ts';
import { signPe } from '../../forge/sign.ts';
import { newSigner } from '../../forge/x509.ts';
import { forgeZboot } from '../../forge/zboot.ts';
import { junitFaults, sarifFaults } from '../runtime/report/report-schemas.ts';

// What is handed to build systems and to kernel-install, run by bash and by kernel-install themselves.
const POLICY = `language 1
policy sample
param signers db
artifact zboot {
  require outer: signed by db
  image
}
test "unsigned" { given zboot { image }  expect reject because outer }
`;
const CLI = resolve('dist/cli/bootpol.js');

const folder = mkdtempSync(join(tmpdir(), 'bootpol-ci-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const signer = newSigner({ subject: 'Sample', key: 'p256' });
  const zboot = forgeZboot({ image: forgeImage({ arch: 'arm64', size: 20_000 }), compression: 'gzip' });
  put('boot/signed.efi', signPe(zboot, { signers: [{ signer }] }));
  put('bad/-unsigned, odd.efi', zboot);
  put('etc/kernel-install.bootpol', POLICY);
  put('etc/bind/db.pem', signer.certificatePem);
  put('conf/install.conf', 'layout=bls\n');
  put('bin/bootpol', `#!/bin/sh\nexec node ${CLI} "$@"\n`);
  chmodSync(join(folder, 'bin/bootpol'), 0o755);
});

function put(path: string, content: string | Uint8Array): void {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
}

function kept(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program in the folder; one that is missing fails by name. */
function call(program: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}): Ended {
  const PATH = `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env.PATH ?? ''}`;
  const env = { PATH, HOME: folder, ...environment };
  const { error, status, stdout, stderr } = spawnSync(program, [...words], { cwd: folder, encoding: 'utf8', env });
  if (error !== undefined) throw new Error(`cannot run ${program}: ${error.message}`);
  return { status, out: stdout, err: stderr };
}

describe('the GitHub Action', () => {
  const action = z
    .object({
      inputs: z.record(z.string(), z.object({ description: z.string().min(1), default: z.string().optional() })),
      runs: z.object({
        using: z.literal('composite'),
        steps: z.tuple([
          z.object({ shell: z.literal('bash'), run: z.string(), env: z.record(z.string(), z.string()) }),
        ]),
      }),
    })
    .parse(parse(readFileSync('action.yml', 'utf8')));
  const [step] = action.runs.steps;

  /** The step as GitHub runs it: every input in its place, or its default. */
  const act = (given: Readonly<Record<string, string>>): Ended => {
    const environment = Object.fromEntries(
      Object.entries(step.env).map(([name, text]) => [
        name,
        text.replace(
          /\$\{\{ inputs\.(\w+) \}\}/,
          (_, input: string) => given[input] ?? action.inputs[input]?.default ?? '',
        ),
      ]),
    );
    return call('bash', ['-c', step.run], {
      ...environment,
      GITHUB_ACTION_PATH: resolve('.'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    });
  };

  test('hands every input to the script, which reads every one', () => {
    const script = readFileSync('ci/github-action.sh', 'utf8');
    const names = Object.keys(action.inputs).map((name) => `BOOTPOL_${name.toUpperCase()}`);
    expect(Object.keys(step.env).sort()).toEqual([...names].sort());
    expect(names.filter((name) => !script.includes(`\${${name}:`))).toEqual([]);
    expect(step.run).not.toContain('inputs.');
  });

  test('annotates what is refused, and writes SARIF, JUnit and the summary of the job', async () => {
    const policy = 'etc/kernel-install.bootpol';
    const bind = '  db=etc/bind/db.pem  \n\n';
    const files = 'boot\nbad/-unsigned, odd.efi\n';
    const { status, out } = act({ policy, bind, files, sarif: 'out.sarif', junit: 'out.xml' });
    expect(status).toBe(1);
    expect(out).toMatch(
      /^::error file=etc\/kernel-install\.bootpol,line=5,.*title=outer%3A bad\/-unsigned%2C odd\.efi::/m,
    );
    expect(sarifFaults(kept('out.sarif'))).toEqual([]);
    expect(await junitFaults(kept('out.xml'))).toEqual([]);
    expect(kept('summary.md')).toContain('1 case of 2 failed');
  });

  test('passes where everything is accepted', () => {
    const { status, out } = act({ policy: 'etc/kernel-install.bootpol', bind: 'db=etc/bind/db.pem', files: 'boot' });
    expect([status, out]).toEqual([0, '']);
  });

  test('runs nothing that an input holds', () => {
    const { status } = act({ policy: '$(touch pwned)', files: '`touch pwned`\n; touch pwned\n--report=json=pwned' });
    expect(status).toBe(2);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  test('runs the tests of a policy', () => {
    expect(act({ command: 'test', files: 'etc/kernel-install.bootpol' }).status).toBe(0);
  });
});

describe('the GitLab job', () => {
  const job = z
    .object({
      bootpol: z.object({
        variables: z.record(z.string(), z.string()),
        script: z.array(z.string()),
        artifacts: z.object({ reports: z.object({ codequality: z.string(), junit: z.string() }) }),
      }),
    })
    .parse(parse(readFileSync('ci/bootpol.gitlab-ci.yml', 'utf8'))).bootpol;

  test('checks, tests and verifies, and leaves the reports where GitLab looks', async () => {
    put(
      'plain.bootpol',
      'language 1\npolicy plain\nartifact zboot {\n  require c: compression in { xz }\n  image\n}\n',
    );
    const bound = {
      ...job.variables,
      POLICY: 'etc/kernel-install.bootpol',
      IMAGES: 'boot/',
      BIND: 'db=etc/bind/db.pem',
    };
    expect(
      call('bash', ['-eo', 'pipefail', '-c', job.script.join('\n')], { ...bound, BOOTPOL: `node ${CLI}` }).status,
    ).toBe(0);
    const variables = { ...job.variables, POLICY: 'plain.bootpol', IMAGES: 'boot/', BOOTPOL: `node ${CLI}` };
    const { status, err } = call('bash', ['-eo', 'pipefail', '-c', job.script.join('\n')], variables);
    expect([status, err]).toEqual([1, 'bootpol: policy `plain.bootpol` has no tests\n']);
    expect(JSON.parse(kept(job.artifacts.reports.codequality))).toMatchObject([{ check_name: 'c' }]);
    expect(await junitFaults(kept(job.artifacts.reports.junit))).toEqual([]);
  });
});

describe('the kernel-install plugin', () => {
  const install = (image: string, environment: Readonly<Record<string, string>> = {}): Ended =>
    call('kernel-install', ['add', '6.12.0', join(folder, image)], {
      KERNEL_INSTALL_CONF_ROOT: join(folder, 'conf'),
      KERNEL_INSTALL_PLUGINS: `${resolve('ci/85-bootpol.install')} /usr/lib/kernel/install.d/90-loaderentry.install`,
      MACHINE_ID: '0'.repeat(31) + '1',
      BOOT_ROOT: join(folder, 'esp'),
      BOOTPOL_CONFIGURATION: join(folder, 'etc'),
      ...environment,
    });
  const installed = (): readonly string[] =>
    readdirSync(join(folder, 'esp'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();

  beforeAll(() => mkdirSync(join(folder, 'esp', '0'.repeat(31) + '1'), { recursive: true }));

  test('stops kernel-install before an image that fails the policy is in place', () => {
    const { status, err } = install('bad/-unsigned, odd.efi');
    expect(status).toBe(1);
    expect(err).toContain('is not installed');
    expect(err).toContain('outer  signed by db');
    expect(installed()).toEqual([]);
  });

  test('stops it where bootpol is missing', () => {
    rmSync(join(folder, 'bin/bootpol'));
    const { status } = install('boot/signed.efi');
    put('bin/bootpol', `#!/bin/sh\nexec node ${CLI} "$@"\n`);
    chmodSync(join(folder, 'bin/bootpol'), 0o755);
    expect([status, installed()]).toEqual([1, []]);
  });

  test('lets it install an image that passes', () => {
    expect(install('boot/signed.efi').status).toBe(0);
    expect(installed()).toContain('linux');
  });

  test('judges nothing where there is no policy', () => {
    expect(install('bad/-unsigned, odd.efi', { BOOTPOL_CONFIGURATION: join(folder, 'none') }).status).toBe(0);
  });

  test('judges the UKI of the staging area rather than the kernel that went into it', () => {
    put('staging/uki.efi', readFileSync(join(folder, 'bad/-unsigned, odd.efi')));
    const words = ['add', '6.12.0', join(folder, 'esp/x'), join(folder, 'boot/signed.efi')];
    const environment = { BOOTPOL_CONFIGURATION: join(folder, 'etc') };
    const plugin = resolve('ci/85-bootpol.install');
    expect(call(plugin, words, environment).status).toBe(0);
    const { status, err } = call(plugin, words, {
      ...environment,
      KERNEL_INSTALL_STAGING_AREA: join(folder, 'staging'),
    });
    expect([status, err.includes('staging/uki.efi is not installed')]).toEqual([1, true]);
  });
});
