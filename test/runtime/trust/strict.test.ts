import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newKeyRing } from '../../../forge/keys.ts';
import { RECIPES } from '../../../forge/recipes.ts';
import { recipeDb, recipeDbx } from '../../../forge/recipes-trust.ts';
import { signPe } from '../../../forge/sign.ts';
import { newSignerSet } from '../../../forge/signer-set.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { newSigner } from '../../../forge/x509.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { collectSignatures } from '../../../runtime/signing/certificate-table.ts';
import { judgeSignature } from '../../../runtime/trust/profile.ts';
import { FINDING_RULES, STRICT_RULES, TOLERATED_FINDINGS } from '../../../runtime/trust/strict-rules.ts';
import { anchorsOf, codesOf, ENGINE, judge, PLAIN } from './question.ts';

const RING = newKeyRing();
const PEOPLE = newSignerSet(RING, 'p256');
const DB = anchorsOf(recipeDb(PEOPLE));
const DBX = anchorsOf(recipeDbx(PEOPLE));

function recipe(name: string): Uint8Array {
  const found = RECIPES.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no recipe \`${name}\``);
  return found.build(PEOPLE);
}

describe('like strict', () => {
  it.each([
    'good',
    'flip-checksum',
    'wclen-unpadded',
    'wclen-padded',
    'wcpad-64zeros',
    'diroff-unaligned4',
    'overlay-signed',
    'unsorted-raw',
    'gap-zero',
    'sizeofheaders-small',
    'odd-length-overlay',
    'two-good-good2',
    'two-sha1-sha256',
    'two-evil-good',
    'nested-evil-in-good',
    'hash-sha384',
    'hash-sha512',
    'attr-extra-signingtime',
    'attr-opus-stmt',
    'unauth-unknown',
    'rsa1024',
    'rsa3072',
    'rsa4096',
    'ecdsa-p256',
    'ecdsa-p384-sha384',
    'ecdsa-p521-sha512',
    'cert-eku-serverauth',
    'cert-eku-none',
    'cert-ku-encipher',
    'cert-expired',
    'cert-future',
    'chain-root-in-db',
    'chain-root-in-db-full',
    'chain-root-in-db-reversed',
    'chain-int-in-db-leafonly',
    'chain-leaf-in-db',
    'chain-leaf-in-db-leafonly',
    'chain-leaf-serverauth',
    'chain-leaf-ku-encipher',
    'chain-int-expired',
    'chain-leaf-ecdsa',
    'chain-root-expired',
    'imghash-dbx-pad8',
  ])('accepts %s', async (name) => {
    const ruling = await judge(recipe(name), { anchors: DB, revoked: DBX });
    expect(codesOf(ruling)).toEqual([]);
    expect(ruling.outcome).toBe('true');
  });

  it.each([
    ['unsigned', 'no-signature'],
    ['flip-dllchar', 'authenticode-digest-mismatch'],
    ['flip-text', 'authenticode-digest-mismatch'],
    ['flip-p7-signature', 'cms-signature-bad'],
    ['flip-p7-cert', 'signer-unknown'],
    ['flip-spc-obsolete', 'cms-message-digest'],
    ['trail-8zero', 'authenticode-digest-mismatch'],
    ['dirsize-plus8-rand', 'certificate-table-entry-length'],
    ['dirsize-plus512-zeros', 'certificate-table-entry-length'],
    ['dirsize-plus8-pasteof', 'certificate-table-out-of-file'],
    ['dirsize-minus8', 'certificate-table-entry-length'],
    ['dir-unpadded', 'certificate-table-unpadded'],
    ['wcpad-64rand', 'certificate-table-trailing-bytes'],
    ['wcpad-in-padding', 'certificate-table-padding'],
    ['wclen-7', 'certificate-table-entry-length'],
    ['wcrev-0100', 'certificate-table-revision'],
    ['wctype-1', 'certificate-table-type'],
    ['p7-no-contentinfo', 'cms-not-signed-data'],
    ['gap', 'pe-gap-with-content'],
    ['overlap', 'pe-sections-overlap'],
    ['section-past-eof', 'pe-section-out-of-file'],
    ['two-evil-evil', 'signer-unknown'],
    ['two-badsig-good', 'cms-signature-bad'],
    ['two-garbage-good', 'certificate-table-unreadable'],
    ['two-good-garbage', 'certificate-table-unreadable'],
    ['two-good-revoked', 'signer-revoked'],
    ['si2-good-evil', 'signers-disagree'],
    ['si2-evil-good', 'signers-disagree'],
    ['si0', 'cms-no-signer'],
    ['digests-idle', 'cms-digest-set'],
    ['two-good-absent', 'cms-signer-absent'],
    ['two-good-data', 'cms-content-type'],
    ['evil', 'signer-unknown'],
    ['imposter', 'signer-unknown'],
    ['reissued', 'signer-unknown'],
    ['hash-md5', 'digest-not-taken'],
    ['hash-sha1', 'digest-weak'],
    ['hash-sha224', 'digest-not-taken'],
    ['hash-image256-signer512', 'digests-differ'],
    ['hash-image1-signer256', 'digests-differ'],
    ['sigalg-sha256WithRSA', 'cms-signature-algorithm'],
    ['attr-none', 'cms-no-signed-attributes'],
    ['attr-unsorted', 'cms-not-der'],
    ['attr-ctype-data', 'cms-content-type-attribute'],
    ['attr-ctype-absent', 'cms-content-type-attribute'],
    ['attr-signingtime-1999', 'signing-time'],
    ['content-data', 'cms-content-type'],
    ['version-3', 'cms-version'],
    ['rsapss', 'cms-signature-algorithm'],
    ['ed25519', 'key-algorithm'],
    ['chain-root-in-db-noint', 'signer-unknown'],
    ['chain-leaf-sha1sig', 'certificate-digest-weak'],
    ['chain-int-notca', 'chain-not-ca'],
    ['chain-pathlen', 'chain-path-length'],
    ['chain-issuer-notca-in-db', 'chain-not-ca'],
    ['dbx-leaf', 'signer-revoked'],
    ['dbx-int', 'signer-revoked'],
    ['dbx-leaf-tbs', 'signer-revoked'],
    ['dbx-same-cert', 'signer-revoked'],
    ['imghash-db-unsigned', 'no-signature'],
    ['imghash-dbx-good', 'image-revoked'],
    ['imghash-dbx-sha512signed', 'image-revoked'],
  ])('refuses %s: %s', async (name, code) => {
    const ruling = await judge(recipe(name), { anchors: DB, revoked: DBX });
    expect(ruling.outcome).toBe('false');
    expect(codesOf(ruling)).toContain(code);
  });

  it.each([
    ['imghash-db-unsigned', 'true'],
    ['imghash-db-evil', 'true'],
    ['imghash-db-unsigned-trail', 'false'],
    ['imghash-dbx-good', 'false'],
    ['unsigned', 'false'],
    ['good', 'true'],
  ] as const)('with image digests allowed makes %s %s', async (name, outcome) => {
    const ruling = await judge(recipe(name), { anchors: DB, revoked: DBX, allowDigests: 'yes' });
    expect(ruling.outcome).toBe(outcome);
  });

  it('refuses BER that is not DER, and takes the same signature as DER', async () => {
    const signer = newSigner({ subject: 'ber', key: RING.pair('rsa2048', 'good') });
    const bytes = signPe(smallProgram({}), { signers: [{ signer }] });
    const anchors = anchorsOf(signer.certificateDer);
    expect((await judge(bytes, { anchors })).outcome).toBe('true');
    const { signatures } = await collectSignatures(readPe(bytes, 'pe'), ENGINE);
    const [signature] = signatures;
    if (signature === undefined) throw new Error('no signature');
    const der = bytes.slice(signature.cmsOffsetBytes, signature.offsetBytes + signature.sizeBytes);
    const body = der.subarray(4, 4 + (der[2] ?? 0) * 256 + (der[3] ?? 0));
    const raw = Uint8Array.of(0x30, 0x80, ...body, 0, 0);
    const ruling = await judge(signPe(smallProgram({}), { signers: [{ raw }] }), { anchors });
    expect(codesOf(ruling)).toEqual(['cms-not-der']);
    expect(ruling.rulings[0]?.signature).toMatchObject({ intact: true, digestMatches: true });
  });

  it('judges one signature among several', async () => {
    const bytes = recipe('two-evil-good');
    const pe = readPe(bytes, 'pe');
    const collected = await collectSignatures(pe, ENGINE);
    const question = {
      pe,
      collected,
      anchors: DB,
      revoked: [],
      constraints: PLAIN,
      at: new Date(0),
      engine: ENGINE,
    } as const;
    const rulings = await Promise.all(
      collected.signatures.map((signature) =>
        judgeSignature({ ...question, signature, profile: 'strict', allowDigests: 'no' }),
      ),
    );
    expect(rulings.map(({ trusted }) => trusted)).toEqual([false, true]);
  });

  it('is undecided when a revoked image digest cannot be computed', async () => {
    const pe = readPe(recipe('good'), 'pe');
    const lacking = {
      ...ENGINE,
      digest: (...asked: Parameters<typeof ENGINE.digest>) => {
        if (asked[0] === 'sha512') throw new RangeError('no sha512');
        return ENGINE.digest(...asked);
      },
    };
    const collected = await collectSignatures(pe, lacking);
    const revoked = [{ kind: 'image-digest', algorithm: 'sha512', hex: '00' }] as const;
    expect(await judge(recipe('good'), { anchors: DB, revoked, collected })).toMatchObject({
      outcome: 'undecided',
      reasons: [{ code: 'revocation-unknown' }],
    });
  });
});

describe('the rules of strict', () => {
  it('have each code once', () => {
    const codes = STRICT_RULES.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('name every finding of the signing folder, or tolerate it', () => {
    const folder = new URL('../../../runtime/signing/', import.meta.url);
    const source = readdirSync(folder)
      .map((file) => readFileSync(new URL(file, folder), 'utf8'))
      .join('\n');
    const emitted = new Set(source.match(/(?<=')(?:cms|certificate-table|der|authenticode)-[a-z-]+(?=')/g));
    const ruled = new Set([...FINDING_RULES.map(({ code }) => code), ...TOLERATED_FINDINGS]);
    const layoutOnly = ['authenticode-headers', 'authenticode-section', 'authenticode-digest'];
    expect([...emitted].filter((code) => !ruled.has(code) && !layoutOnly.includes(code))).toEqual([]);
    expect(
      [...FINDING_RULES].map(({ code }) => code).filter((code) => !emitted.has(code) && code !== 'asn1-field'),
    ).toEqual([]);
  });
});
