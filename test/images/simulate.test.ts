import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Anchor,
  compile,
  DEFAULT_LIMITS,
  nativeEngine,
  type SimulatedPolicy,
  simulateImage,
  tbsAnchor,
} from '../../index.ts';
import type { SimulatedImage, SimulationCell } from '../../runtime/report/simulation-schema.ts';
import { anchorsOf } from '../runtime/trust/question.ts';

// Every policy of the thread over every real image, against what others recorded: the manifest, and real enforcers.
const FOLDER = process.env['BOOTPOL_IMAGES'] ?? '';
const POLICIES = join('policies', 'kexec');
const OPTIONS = { limits: DEFAULT_LIMITS, engine: nativeEngine(), at: new Date('2026-06-01T00:00:00Z') };

interface Entry {
  readonly file: string;
  readonly kind: string;
  readonly expected?: { readonly outer?: { readonly authentic?: unknown; readonly cert_problem?: unknown } };
}

interface Measured {
  readonly file: string;
  readonly enforcers: Readonly<Record<string, Readonly<Record<string, { readonly verdict: string }>>>>;
}

/** Either list: each test reads the fields that its list has. */
function entriesIn(path: string): readonly (Entry & Measured)[] {
  if (FOLDER === '' || !existsSync(join(FOLDER, path))) return [];
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- the shape is what the test compares with
  return JSON.parse(readFileSync(join(FOLDER, path), 'utf8'));
}

/** A policy of the thread, its text changed on the way; params bound, or left to whoever signed the image. */
function policyOf(
  name: string,
  trust: Readonly<Record<string, readonly Anchor[]>> | null,
  change = (text: string) => text,
): SimulatedPolicy {
  const path = join(POLICIES, `${name}.bootpol`);
  const { verifier, plan } = compile(change(readFileSync(path, 'utf8')), { fileName: path });
  if (verifier === null) throw new Error(`${path} does not compile`);
  const params = plan.signers.filter(({ param }) => param).map((signers) => signers.name);
  const bound = trust === null ? {} : Object.fromEntries(params.map((param) => [param, trust[param] ?? []]));
  return { plan, verifier, trust: bound, embedded: trust === null ? params : [] };
}

const NAMES = readdirSync(POLICIES).map((file) => file.replace('.bootpol', ''));
const MANIFEST = entriesIn('manifest.json').filter(({ kind }) => kind !== 'initrd');

describe.skipIf(MANIFEST.length === 0)('simulate over all real images, whoever signed them (BOOTPOL_IMAGES)', () => {
  const judged = new Map<string, SimulatedImage>();
  const policies = NAMES.map((name) => policyOf(name, null));
  beforeAll(async () => {
    for (const { file } of MANIFEST) {
      judged.set(file, await simulateImage(new Uint8Array(readFileSync(join(FOLDER, file))), policies, OPTIONS));
    }
  });

  const cell = (file: string, policy: string, view: string): SimulationCell | undefined =>
    judged.get(file)?.cells.find((each) => each.policy === NAMES.indexOf(policy) && each.view === view);
  /** Views that are handed the whole file, and ask for a signature around it. */
  const OUTER = [
    ['firmware-alone', 'firmware'],
    ['user-space-emulator', 'user-space'],
    ['bpf-loader', 'kexec'],
    ['status-quo-raw', 'kexec'],
  ] as const;

  test('every layer of every image is told of byte by byte', () => {
    for (const [file, { layers }] of judged) {
      for (const { path, stretches, sizeBytes } of layers) {
        const end = stretches.reduce((at, { startBytes, endBytes }) => (startBytes === at ? endBytes : -1), 0);
        expect(end, `${file} ${path}`).toBe(sizeBytes);
      }
    }
  });

  test('what is not authentic outside is accepted by no view that looks at the outer signature', () => {
    const forged = MANIFEST.filter(({ expected }) => expected?.outer?.authentic === false);
    expect(forged.length).toBeGreaterThan(20);
    // The bit that was flipped is in the signer's own certificate: who trusts whoever signed trusts that one.
    const others = forged.filter(({ file }) => file !== 'corrupt/deb~flip-cms-mid.efi');
    const wrong = others.flatMap(({ file }) =>
      OUTER.filter(([policy, view]) => cell(file, policy, view)?.verdict === 'accept').map(
        ([policy]) => `${file} ${policy}`,
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('kernels and UKIs that are authentic outside are accepted by a user space that asks for a sound signature', () => {
    const kinds = ['zboot', 'Image', 'bzImage', 'uki'];
    const sound = MANIFEST.filter(
      ({ kind, expected }) =>
        kinds.includes(kind) && expected?.outer?.authentic === true && !expected.outer.cert_problem,
    );
    expect(sound.length).toBeGreaterThan(10);
    // `strict` minds a signature that was made before its certificate began to be valid.
    const isEarly = ({ reasons }: SimulationCell): boolean =>
      reasons.some(({ text }) => text.includes('outside the validity'));
    const wrong = sound.filter(({ file }) => {
      const said = cell(file, 'user-space-emulator', 'user-space');
      return said === undefined || (said.verdict !== 'accept' && !isEarly(said));
    });
    expect(wrong).toEqual([]);
  });

  test('where nothing is enforced every image is accepted, and something of it is unprotected', () => {
    for (const { file } of MANIFEST) {
      const open = cell(file, 'user-space-emulator', 'kexec');
      if (open?.verdict !== 'accept') continue;
      expect(open.unprotected.length, file).toBeGreaterThan(0);
    }
  });
});

const SET = 'enforced/x64';
const MEASURED = entriesIn(`${SET}/verdicts.json`);
const NEWEST = { edk2: '2026.08', linux: '7.2.13' } as const;

interface Trust {
  readonly db: readonly string[];
  readonly dbx: readonly string[];
}

function trustIn(path: string): Trust {
  if (FOLDER === '' || !existsSync(join(FOLDER, path))) return { db: [], dbx: [] };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- the shape is what the test compares with
  return JSON.parse(readFileSync(join(FOLDER, path), 'utf8'));
}

async function anchorsIn(specs: readonly string[]): Promise<readonly Anchor[]> {
  const found: Anchor[] = [];
  for (const spec of specs) {
    const [kind = '', value = ''] = spec.split(':');
    if (kind === 'filehash384') continue; // of a file that is not here
    if (kind === 'sha256') found.push({ kind: 'image-digest', algorithm: 'sha256', hex: value });
    else if (kind !== 'x509sha256') found.push(...anchorsOf(readFileSync(join(FOLDER, SET, spec))));
    else {
      for (const anchor of anchorsOf(readFileSync(join(FOLDER, SET, value)))) {
        const digest = await tbsAnchor(anchor, 'sha256', OPTIONS.engine);
        if (digest !== null) found.push(digest);
      }
    }
  }
  return found;
}

describe.skipIf(MEASURED.length === 0)('simulate over images that real enforcers judged (BOOTPOL_IMAGES)', () => {
  const trust = trustIn(`${SET}/trust.json`);
  // The shipped policies leave revocation to the machine: here it is that of the measured one.
  const withDbx = (text: string): string =>
    text
      .replace(/^param signers \w+/m, 'param signers dbx\n$&')
      .replace(/^(at .*)enforce/m, '$1revoked by dbx enforce');

  test.each([
    ['edk2', 'firmware-alone'],
    ['linux', 'x86-bzimage'],
  ] as const)('%s and %s accept the same', async (enforcer, name) => {
    const db = await anchorsIn(trust.db);
    const policy = policyOf(name, { db, ring: db, dbx: await anchorsIn(trust.dbx) }, withDbx);
    const odd: string[] = [];
    for (const { file, enforcers } of MEASURED) {
      const said = enforcers[enforcer]?.[NEWEST[enforcer]]?.verdict === 'accept' ? 'accept' : 'reject';
      const bytes = new Uint8Array(readFileSync(join(FOLDER, 'enforced', file)));
      const [cell] = (await simulateImage(bytes, [policy], OPTIONS)).cells;
      if (cell?.verdict !== said)
        odd.push(
          `${file}: ${said}, but ${cell?.verdict ?? ''} for ${cell?.reasons.map(({ requirement }) => requirement).join() ?? ''}`,
        );
    }
    expect(odd).toEqual([]);
  });
});
