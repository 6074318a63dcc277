import { describe, expect, it } from 'vitest';
import { newKeyRing } from '../../../forge/keys.ts';
import { RECIPES } from '../../../forge/recipes.ts';
import { signPe } from '../../../forge/sign.ts';
import { newSignerSet } from '../../../forge/signer-set.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { newSigner } from '../../../forge/x509.ts';
import { nativeEngine } from '../../../native-engine.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { type CollectedSignatures, collectSignatures } from '../../../runtime/signing/certificate-table.ts';

const ENGINE = nativeEngine();
const PEOPLE = newSignerSet(newKeyRing(), 'p256');

async function collect(bytes: Uint8Array): Promise<CollectedSignatures> {
  return collectSignatures(readPe(bytes, 'pe'), ENGINE);
}

function recipe(name: string): Uint8Array {
  const found = RECIPES.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no recipe \`${name}\``);
  return found.build(PEOPLE);
}

/** One letter a signature: `+` sound, `d` other digest, `s` bad signature, `-` unreadable. */
function letters({ signatures }: CollectedSignatures): string {
  return signatures
    .map(({ digest, digestMatches, intact, signer }) => {
      if (digestMatches && intact) return '+';
      if (signer === null && digest === null) return '-';
      return intact ? 'd' : 's';
    })
    .join('');
}

describe('collectSignatures', () => {
  it.each([
    ['unsigned', '', []],
    ['good', '+', []],
    ['flip-checksum', '+', []],
    ['flip-text', 'd', []],
    ['flip-header-slack', 'd', []],
    ['flip-p7-signature', 's', []],
    ['flip-p7-spcdigest', 's', []],
    ['flip-spc-obsolete', 's', []],
    ['spc-digest-wrong-signed', 'd', []],
    ['trail-8zero', 'd', []],
    ['overlay-signed', '+', []],
    ['overlay-inserted', 'd', []],
    ['unsorted-raw', '+', []],
    ['unsorted-raw-tableorder-digest', 'd', []],
    ['gap', '+', []],
    ['gap-flip', '+', []],
    ['gap-skipdigest', 'd', []],
    ['gap-flatdigest', 'd', []],
    ['odd-length-overlay', '+', []],
    ['odd-length-overlay-unpadded-digest', 'd', []],
    ['hash-md5', '+', []],
    ['hash-sha1', '+', []],
    ['hash-sha224', '+', []],
    ['hash-sha384', '+', []],
    ['hash-sha512', '+', []],
    ['hash-image256-signer512', '+', []],
    ['digest-truncated', 'd', []],
    ['digest-extra-byte', 'd', []],
    ['rsa1024', '+', []],
    ['rsa3072', '+', []],
    ['rsa4096', '+', []],
    ['rsapss', '+', []],
    ['ecdsa-p256', '+', []],
    ['ecdsa-p384-sha384', '+', []],
    ['ecdsa-p384-sha256', '+', []],
    ['ecdsa-p521-sha512', '+', []],
    ['attr-none', '+', []],
    ['attr-md-wrong', 's', []],
    ['attr-ctype-data', '+', []],
    ['ski', '+', []],
    ['content-octet-wrapped', '+', []],
    ['no-certificates', 's', []],
    ['si0', '-', []],
    ['si2-good-evil', '++', []],
    ['two-evil-good', '++', []],
    ['three-evil-evil-good', '+++', []],
    ['two-badsig-good', 's+', []],
    ['diroff-unaligned4', '+', ['certificate-table-unaligned']],
    ['wclen-unpadded', '+', []],
    ['wclen-padded', '+', []],
    ['wcpad-64zeros', '+', []],
    ['wcpad-64rand', '+', ['certificate-table-trailing-bytes']],
    ['wcpad-in-padding', '+', ['certificate-table-padding']],
    ['wcrev-0100', '+', ['certificate-table-revision']],
    ['wctype-1', '', ['certificate-table-type']],
    ['wctype-0ef1', '', ['certificate-table-type']],
    ['p7-no-contentinfo', '-', ['certificate-table-unreadable']],
    ['two-garbage-good', '-+', ['certificate-table-unreadable']],
    ['two-good-garbage', '+-', ['certificate-table-unreadable']],
    ['wclen-long', '', ['certificate-table-entry-length']],
    ['wclen-7', '', ['certificate-table-entry-length']],
    ['dir-unpadded', '+', ['certificate-table-unpadded']],
    ['dirsize-plus8-pasteof', '', ['certificate-table-out-of-file']],
    ['dirsize-zero', '', ['certificate-table-directory']],
    ['diroff-zero', '', ['certificate-table-directory']],
    ['dirsize-plus512-zeros', '+', ['certificate-table-entry-length']],
  ])('finds in %s the signatures `%s` and the faults %j', async (name, expected, codes) => {
    const collected = await collect(recipe(name));
    expect(letters(collected)).toBe(expected);
    expect(collected.findings.map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    ['attr-none', 'cms-no-signed-attributes'],
    ['attr-ctype-data', 'cms-content-type-attribute'],
    ['attr-ctype-absent', 'cms-content-type-attribute'],
    ['attr-md-wrong', 'cms-message-digest'],
    ['sigalg-sha256WithRSA', 'cms-signature-algorithm'],
    ['rsapss', 'cms-signature-algorithm'],
    ['ecdsa-bare-key', 'cms-signature-algorithm'],
    ['ed25519', 'cms-signature-unsupported'],
    ['version-3', 'cms-version'],
    ['content-data', 'cms-content-type'],
    ['content-octet-wrapped', 'cms-content-wrapped'],
    ['si0', 'cms-no-signer'],
    ['no-certificates', 'cms-signer-absent'],
    ['p7-no-contentinfo', 'cms-not-signed-data'],
    ['flip-text', 'authenticode-digest-mismatch'],
    ['flip-p7-signature', 'cms-signature-bad'],
  ])('says of %s that it is %s', async (name, code) => {
    const { signatures } = await collect(recipe(name));
    expect(signatures.flatMap(({ findings }) => findings).map((finding) => finding.code)).toContain(code);
  });

  it('has nothing to say of a good signature', async () => {
    const { signatures, strayRanges, entryRanges } = await collect(recipe('good'));
    expect(signatures[0]).toMatchObject({
      index: 0,
      digestAlgorithm: 'sha256',
      signerDigestAlgorithm: 'sha256',
      keyAlgorithm: 'rsa',
      keyBits: 2048,
      findings: [],
      signer: { subject: 'CN=Forge good' },
    });
    expect(strayRanges).toEqual([]);
    expect(entryRanges).toEqual([[signatures[0]?.offsetBytes, expect.any(Number)]]);
  });

  it.each([
    ['wcpad-64rand', 64],
    ['wcpad-64zeros', 0],
    ['good', 0],
  ])('counts in %s at least %d stray bytes', async (name, least) => {
    const { strayRanges } = await collect(recipe(name));
    const bytes = strayRanges.reduce((sum, [start, end]) => sum + end - start, 0);
    expect(bytes >= least && bytes < least + 16 && (least > 0 || bytes === 0)).toBe(true);
  });

  it('takes an entry that is no CMS for stray bytes, and a wrong signature for a signature', async () => {
    expect((await collect(recipe('two-good-garbage'))).strayRanges).toHaveLength(1);
    expect((await collect(recipe('two-badsig-good'))).strayRanges).toHaveLength(0);
  });

  it('lists the chain from the signer up, whatever the order of the certificates', async () => {
    const { signatures } = await collect(recipe('chain-root-in-db-reversed'));
    expect(signatures[0]?.chain.map(({ subject }) => subject)).toEqual([
      'CN=Forge A-leaf',
      'CN=Forge A-int',
      'CN=Forge A-root',
    ]);
  });

  it('reads the signing time', async () => {
    const { signatures } = await collect(recipe('attr-extra-signingtime'));
    expect(signatures[0]?.signingTime).toBe('2025-06-01T12:00:00.000Z');
  });

  it('refuses a CMS of more certificates than its limit, quickly', async () => {
    const signer = newSigner({ subject: 'many', key: 'p256' });
    const embed = Array.from({ length: 101 }, () => signer.certificateDer);
    const many = await collect(signPe(smallProgram({}), { signers: [{ signer, embed }] }));
    expect(many.signatures[0]?.findings[0]?.code).toBe('cms-too-many');
    const hundred = await collect(signPe(smallProgram({}), { signers: [{ signer, embed: embed.slice(1) }] }));
    expect(letters(hundred)).toBe('+');
  });

  it('walks a table of a hundred empty entries only so far', async () => {
    const empty = { raw: new Uint8Array(0) };
    const bytes = signPe(smallProgram({}), { signers: Array.from({ length: 100 }, () => empty) });
    const { findings, signatures } = await collect(bytes);
    expect(signatures).toHaveLength(64);
    expect(findings.at(-1)?.code).toBe('certificate-table-unreadable');
    expect(findings.map(({ code }) => code)).toContain('certificate-table-leftover');
  });
});
