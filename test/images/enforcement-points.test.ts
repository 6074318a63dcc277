import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signAppended } from '../../forge/appended.ts';
import { concatBytes } from '../../forge/bytes.ts';
import { forgeImage } from '../../forge/kernel-image.ts';
import { signPe } from '../../forge/sign.ts';
import { forgeUki } from '../../forge/uki.ts';
import { newSigner, type Signer } from '../../forge/x509.ts';
import { forgeZboot } from '../../forge/zboot.ts';
import { type Anchor, compile, DEFAULT_LIMITS, factsOf, nativeEngine } from '../../index.ts';
import { reasonCodes, TODAY } from '../policy-case.ts';
import { anchorsOf } from '../runtime/trust/question.ts';

// What firmware (EDK2 2026.08, Secure Boot) and kexec_file_load (Linux 7.2.13, arm64) said of files that were handed to them, the
// keys being in db; and what policies say that state both points as views.

/** How a point is handed its bytes: the file, or the Image that user space takes out of it, as packed or trimmed. */
type Handed = 'file' | 'image' | 'image trimmed';

interface Row {
  readonly file: string;
  readonly given: keyof Images;
  readonly handed: Handed;
  /** `A`, or the measured error. */
  readonly firmware: 'A' | 'denied';
  readonly kexec: keyof typeof ERRORS | 'A';
  /** The reason that the view gives for what firmware denies; kexec's follows from its error. */
  readonly because?: string;
}

/** Files of the table, and the key in db for each. */
interface Images {
  readonly zboot: Case;
  readonly uki: Case;
  readonly signedInUki: Case;
  readonly unsignedInZboot: Case;
  readonly signedThenPadded: Case;
  readonly paddedThenSigned: Case;
  readonly strange: Case;
  readonly appended: Case;
}

interface Case {
  readonly bytes: Uint8Array;
  readonly db: readonly Anchor[];
}

/** What the kernel's errors stand for, as reasons of a view. */
const ERRORS = {
  'EINVAL, no loader': 'no-loader',
  'EINVAL, too large': 'image-larger-than-image-size',
  ENODATA: 'no-signature',
  EKEYREJECTED: 'image-digest-mismatch',
  ENOKEY: 'signer-unknown',
} as const;

const TABLE: readonly Row[] = [
  { file: 'signed zboot', given: 'zboot', handed: 'file', firmware: 'A', kexec: 'EINVAL, no loader' },
  { file: 'signed UKI', given: 'uki', handed: 'file', firmware: 'A', kexec: 'EINVAL, no loader' },
  { file: '`.linux` with its own signature', given: 'signedInUki', handed: 'image', firmware: 'A', kexec: 'A' },
  {
    file: 'unsigned inner Image',
    given: 'unsignedInZboot',
    handed: 'image',
    firmware: 'denied',
    kexec: 'ENODATA',
    because: 'no-signature',
  },
  {
    file: 'Image signed, then padded to image_size',
    given: 'signedThenPadded',
    handed: 'image',
    firmware: 'denied',
    kexec: 'EKEYREJECTED',
    because: 'image-digest-mismatch',
  },
  {
    file: 'the same, trimmed to the end of its certificate table',
    given: 'signedThenPadded',
    handed: 'image trimmed',
    firmware: 'A',
    kexec: 'A',
  },
  {
    file: 'Image padded, then signed',
    given: 'paddedThenSigned',
    handed: 'image',
    firmware: 'A',
    kexec: 'EINVAL, too large',
  },
  {
    file: 'inner Image signed by an unknown key',
    given: 'strange',
    handed: 'image',
    firmware: 'denied',
    kexec: 'ENOKEY',
    because: 'signer-unknown',
  },
  {
    file: 'Image with an appended module-style signature',
    given: 'appended',
    handed: 'image',
    firmware: 'denied',
    kexec: 'ENODATA',
    because: 'no-signature',
  },
];

/** Both points as views of one policy: firmware loads any EFI program, kexec on arm64 an Image alone. */
function policyFor(handed: Handed): string {
  return `language 1
policy enforcement-points
param signers db
artifact zboot {
  require outer: signed by db
  image
}
artifact uki {
  require outer: signed by db
  linux: one of { zboot, image, pe }
  otherwise allow
}
artifact image {
  require inner: signed by db
  otherwise allow
}
artifact pe {
  require inner: signed by db
}
at firmware sees ${handed} like edk2 enforce { ${handed === 'file' ? 'outer' : 'inner'} }
at kexec sees ${handed} like linux loads { image } enforce { ${handed === 'file' ? 'outer' : 'inner'} }
`;
}

interface Answer {
  readonly verdict: string;
  readonly reasons: readonly string[];
}

async function answersFor(handed: Handed, { bytes, db }: Case): Promise<{ firmware: Answer; kexec: Answer }> {
  const { verifier, diagnostics } = compile(policyFor(handed));
  if (verifier === null) throw new Error(diagnostics.map(({ title }) => title).join('\n'));
  const facts = factsOf(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
  const verdict = await verifier.judge(facts, { trust: { db }, at: TODAY });
  const at = (name: string): Answer => {
    const views = verdict.views.filter((view) => view.name === name);
    return { verdict: views[0]?.verdict ?? 'none', reasons: reasonCodes({ ...verdict, views }) };
  };
  return { firmware: at('firmware'), kexec: at('kexec') };
}

function checkTable(images: () => Images): void {
  test.each(TABLE)('$file: firmware $firmware, kexec $kexec', async (row) => {
    const { firmware, kexec } = await answersFor(row.handed, images()[row.given]);
    expect(firmware.verdict).toBe(row.firmware === 'A' ? 'accept' : 'reject');
    if (row.because !== undefined) expect(firmware.reasons).toContain(row.because);
    expect(kexec.verdict).toBe(row.kexec === 'A' ? 'accept' : 'reject');
    if (row.kexec !== 'A') expect(kexec.reasons).toContain(ERRORS[row.kexec]);
  });
}

describe('the enforcement points as views, over forged files', () => {
  const [db, stranger] = ['Db', 'Stranger'].map((subject) => newSigner({ subject, key: 'rsa2048' }));
  if (db === undefined || stranger === undefined) throw new Error('two signers');
  const image = forgeImage({ arch: 'arm64', size: 120_000 });
  checkTable(() => imagesOf(image, db, stranger));
});

const FOLDER = process.env['BOOTPOL_IMAGES'] ?? '';
const KERNELS = join(FOLDER, 'kernel');

describe.skipIf(FOLDER === '' || !existsSync(KERNELS))(
  'the enforcement points as views, over real files (BOOTPOL_IMAGES)',
  () => {
    const read = (...path: readonly string[]): Uint8Array => readFileSync(join(FOLDER, ...path));
    const certificate = (...path: readonly string[]): readonly Anchor[] => anchorsOf(read('certs', ...path));
    checkTable(() => {
      const [inner, outer] = [certificate('kernel', 'inner-modsign.der'), certificate('kernel', 'outer.der')];
      const signed = read('kernel', 'arm64-6.12', 'Image.signed');
      const appender = newSigner({ subject: 'Appender', key: 'p256' });
      return {
        zboot: { bytes: read('kernel', 'arm64-6.12', 'zboot-gzip.outer.efi'), db: outer },
        uki: { bytes: read('uki', 'aa64-full-debsigned-inner.efi'), db: certificate('test', 'leaf-rsa2048.der') },
        signedInUki: { bytes: forgeUki({ linux: signed, arch: 'arm64' }), db: inner },
        unsignedInZboot: { bytes: read('kernel', 'arm64-6.12', 'zboot-gzip.outer.efi'), db: outer },
        signedThenPadded: { bytes: read('kernel', 'arm64-6.12', 'zboot-innersigned-gzip.efi'), db: inner },
        paddedThenSigned: { bytes: read('kernel', 'edge', 'zboot-paddedthensigned-gzip.efi'), db: inner },
        strange: { bytes: signed, db: outer },
        appended: {
          bytes: signAppended(read('kernel', 'arm64-6.12', 'Image'), { signer: appender }),
          db: anchorsOf(appender.certificateDer),
        },
      };
    });
  },
);

function imagesOf(image: Uint8Array, signer: Signer, stranger: Signer): Images {
  const db = anchorsOf(signer.certificateDer);
  const signedBy = (bytes: Uint8Array, by: Signer): Uint8Array => signPe(bytes, { signers: [{ signer: by }] });
  const packed = (inner: Uint8Array): Uint8Array => forgeZboot({ image: inner, compression: 'gzip' });
  const uki = (linux: Uint8Array): Uint8Array => forgeUki({ linux, arch: 'arm64', cmdline: 'quiet' });
  const signed = signedBy(image, signer);
  const imageSize = new DataView(image.buffer, image.byteOffset).getUint32(16, true);
  const padded = concatBytes(image, new Uint8Array(imageSize - image.length));
  return {
    zboot: { bytes: signedBy(packed(image), signer), db },
    uki: { bytes: signedBy(uki(image), signer), db },
    signedInUki: { bytes: signedBy(uki(signed), signer), db },
    unsignedInZboot: { bytes: signedBy(packed(image), signer), db },
    signedThenPadded: { bytes: packed(signed), db },
    paddedThenSigned: { bytes: packed(signedBy(padded, signer)), db },
    strange: { bytes: signedBy(image, stranger), db },
    appended: { bytes: signAppended(image, { signer }), db },
  };
}
