import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Anchor, type Machine, nativeEngine, readAnchorFile, walkMachine } from '../../index.ts';
import { type Enforcer, isAccepted } from '../../runtime/trust/enforcer.ts';
import { decisiveReason, judgeAs } from '../../runtime/trust/judge-enforcer.ts';
import { bytesOfBase64 } from '../../runtime/bytes/base64.ts';
import { anchorsOf } from '../runtime/trust/question.ts';
import { readDer } from '../../runtime/signing/der.ts';
import { readCertificate } from '../../runtime/signing/certificate.ts';

/** What real firmware and real kernels said of a file. */
interface Measured {
  readonly file: string;
  readonly tests: string;
  readonly enforcers: Readonly<
    Record<string, Readonly<Record<string, { readonly verdict: string; readonly detail: string }>>>
  >;
}

interface Trust {
  readonly db: readonly string[];
  readonly dbx: readonly string[];
}

const FOLDER = join(process.env['BOOTPOL_IMAGES'] ?? '', 'enforced');
const SETS = process.env['BOOTPOL_IMAGES'] === undefined || !existsSync(FOLDER) ? [] : readdirSync(FOLDER);
const ENGINE = nativeEngine();
/** The versions that the profiles follow. */
const NEWEST = { edk2: '2026.08', linux: '7.2.13' } as const;

function trustOf(folder: string): Trust {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- the shape is what the test compares with
  return JSON.parse(readFileSync(join(folder, 'trust.json'), 'utf8'));
}

function measuredIn(folder: string): readonly Measured[] {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- the shape is what the test compares with
  return JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8'));
}

function anchorsIn(folder: string, specs: readonly string[]): readonly Anchor[] {
  return specs.flatMap((spec) => anchorOf(folder, spec));
}

function anchorOf(folder: string, spec: string): readonly Anchor[] {
  const [kind = '', value = ''] = spec.split(':');
  if (kind === 'sha256') return [{ kind: 'image-digest', algorithm: 'sha256', hex: value }];
  if (kind === 'x509sha256') return tbsDigest(readFileSync(join(folder, value)));
  if (kind === 'filehash384') return []; // of a file that is not here
  return anchorsOf(readFileSync(join(folder, spec)));
}

function tbsDigest(pem: Uint8Array): readonly Anchor[] {
  const file = readAnchorFile(pem, 'pem');
  const [anchor] = file.ok ? file.anchors : [];
  if (anchor?.kind !== 'certificate') throw new Error('no certificate');
  const document = readDer(bytesOfBase64(anchor.der) ?? new Uint8Array(), { layer: '', offsetBytes: 0 });
  const { tbs } = readCertificate(document, document.root);
  const hex = createHash('sha256').update(tbs).digest('hex');
  return [{ kind: 'tbs-digest', algorithm: 'sha256', hex, revokedFrom: null }];
}

// Without the images the suites below are none at all, which counts as a failure of this file.
test.skipIf(SETS.length === 0)('there are measured files (BOOTPOL_IMAGES)', () => {
  expect(SETS.flatMap((set) => measuredIn(join(FOLDER, set))).length).toBeGreaterThan(0);
});

describe.each(SETS)('enforcers answer as measured on %s (BOOTPOL_IMAGES)', (set) => {
  const folder = join(FOLDER, set);
  const trust = trustOf(folder);
  const measured = measuredIn(folder);
  const anchors = anchorsIn(folder, trust.db);
  const revoked = anchorsIn(folder, trust.dbx);
  const rows = measured.flatMap(({ file, enforcers }) =>
    (['edk2', 'linux'] as const).flatMap((enforcer) => {
      const said = enforcers[enforcer]?.[NEWEST[enforcer]];
      return said === undefined ? [] : [[enforcer, file, said.verdict, said.detail] as const];
    }),
  );

  test.each(rows)('%s, %s: %s', async (enforcer: Enforcer, file, verdict, detail) => {
    const bytes = readFileSync(join(FOLDER, file));
    const ruling = await judgeAs(enforcer, { bytes, layer: 'pe', anchors, revoked, engine: ENGINE, machine: {} });
    const reason = decisiveReason(ruling);
    expect(isAccepted(ruling) ? 'accept' : 'reject', `${detail}; ${reason?.code ?? ''}: ${reason?.text ?? ''}`).toBe(
      verdict,
    );
  });

  const walked = measured.flatMap(({ file, enforcers }) => {
    const [firmware, kexec] = [enforcers['edk2']?.[NEWEST.edk2], enforcers['linux']?.[NEWEST.linux]];
    if (firmware === undefined || kexec === undefined) return [];
    const said = firmware.verdict !== 'accept' ? 'firmware' : kexec.verdict !== 'accept' ? 'kexec' : 'boots';
    return [[file, said] as const];
  });

  test.each(walked)('a walk through the machine ends for %s with: %s', async (file, said) => {
    const machine: Machine = {
      arch: set === 'x64' ? 'x86-64' : 'arm64',
      firmware: { secureBoot: true, db: anchors, dbx: revoked },
      shim: null,
      loader: null,
      kernel: LOCKED_KERNEL,
    };
    const { verdict, stages } = await walkMachine(
      { name: file, bytes: readFileSync(join(FOLDER, file)) },
      machine,
      ENGINE,
    );
    const refusal = stages.find((stage) => stage.verdict === 'reject' || stage.verdict === 'would-crash');
    expect(verdict === 'boots' ? verdict : refusal?.name.split('-')[0]).toBe(said);
  });
});

/** Without keys of its own: it believes db. */
const LOCKED_KERNEL: NonNullable<Machine['kernel']> = {
  builtin: [],
  secondary: [],
  platformKeyring: true,
  kexecSig: 'on',
  verifiesImages: true,
  lockdown: 'integrity',
  imaArchPolicy: false,
  imaAppraises: false,
  revocationList: false,
};
