import { describe, expect, test } from 'vitest';
import { newKeyRing } from '../../../forge/keys.ts';
import { signPe } from '../../../forge/sign.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { newSigner, type Signer, type SignerSpec } from '../../../forge/x509.ts';
import type { Engine } from '../../../runtime/bytes/engine.ts';
import type { Anchor } from '../../../runtime/contract/anchor.ts';
import { judgeAs } from '../../../runtime/trust/judge-enforcer.ts';
import { anchorsOf, codesOf, ENGINE, judge } from './question.ts';
import { answers } from './table-d/rows.ts';

// Each row: a chain with one thing wrong and the same chain with it right; what EDK2, Linux, shim and `strict` say of both.

const RING = newKeyRing();
const PROGRAM = smallProgram({});

/** A certificate with a key of its own, unless `about` gives another. */
function certificate(subject: string, about: Partial<SignerSpec> = {}): Signer {
  return newSigner({ subject, key: RING.pair('rsa1024', subject), ...about });
}

/** The signer, and all issuers of it that are embedded beside it. */
type Chain = readonly [signer: Signer, ...issuers: readonly Signer[]];

function signedBy(chain: Chain): Uint8Array {
  const [signer] = chain;
  return signPe(PROGRAM, { signers: [{ signer, embed: chain.map(({ certificateDer }) => certificateDer) }] });
}

function anchorsFor(signer: Signer): readonly Anchor[] {
  return anchorsOf(signer.certificateDer);
}

async function said(chain: Chain, anchor: Signer): Promise<string> {
  const bytes = signedBy(chain);
  const trust = { anchors: anchorsFor(anchor), revoked: [] };
  const strictly = await judge(bytes, trust);
  const strict = strictly.outcome === 'true' ? 'A' : (strictly.reasons[0]?.code ?? '');
  return `${await answers(bytes, trust)} ${strict}`;
}

const ROOT = certificate('Root', { ca: true });

function intermediate(about: Partial<SignerSpec>): Chain {
  const issuer = certificate('Middle', { ca: true, issuer: ROOT, ...about });
  return [certificate('Leaf', { issuer }), issuer];
}

/** Two intermediates under a root of a path length. */
function underPathLength(pathLength: number): readonly [Chain, Signer] {
  const root = certificate('Narrow', { ca: true, pathLength });
  const upper = certificate('Upper', { ca: true, issuer: root });
  const lower = certificate('Lower', { ca: true, issuer: upper });
  return [[certificate('Leaf', { issuer: lower }), lower, upper], root];
}

/** A leaf that names its issuer by another name, or whose issuer has another key than it was signed with. */
function mismatched(about: Partial<SignerSpec>): Chain {
  const issuer = certificate('Middle', { ca: true, issuer: ROOT });
  const embedded = certificate('Middle', { ca: true, issuer: ROOT, ...about });
  return [certificate('Leaf', { issuer }), embedded];
}

/** Two certificates that issued each other, and before them one under the root or not: OpenSSL takes the first that fits. */
function looped(end: 'loose' | 'rooted'): Chain {
  const first = certificate('First', { ca: true });
  const second = certificate('Second', { ca: true, issuer: first });
  const back = certificate('First', { ca: true, issuer: second });
  const rooted = certificate('First', { ca: true, issuer: ROOT });
  return [certificate('Leaf', { issuer: second }), second, ...(end === 'rooted' ? [rooted] : []), back];
}

describe('chains', () => {
  test.each([
    [
      'two intermediates where one is allowed',
      ...underPathLength(1),
      ...underPathLength(2),
      'chain-path-length A A chain-path-length',
    ],
    [
      'an issuer that says it is no CA',
      intermediate({ ca: false }),
      ROOT,
      intermediate({}),
      ROOT,
      'chain-not-ca A chain-not-ca chain-not-ca',
    ],
    [
      'an issuer whose key may not sign certificates',
      intermediate({ keyUsage: ['digitalSignature'] }),
      ROOT,
      intermediate({ keyUsage: ['keyCertSign'] }),
      ROOT,
      'chain-not-ca A signer-unknown chain-not-ca',
    ],
    [
      'an issuer of another name',
      mismatched({ subject: 'Muddle', key: RING.pair('rsa1024', 'Middle') }),
      ROOT,
      mismatched({}),
      ROOT,
      // Linux goes by key identifiers (pkcs7_verify.c pkcs7_verify_sig_chain).
      'signer-unknown A signer-unknown signer-unknown',
    ],
    [
      'an issuer of another key, and the key identifier of that key',
      mismatched({ key: RING.pair('rsa1024', 'Other') }),
      ROOT,
      mismatched({}),
      ROOT,
      'signer-unknown signer-unknown signer-unknown signer-unknown',
    ],
    [
      'certificates that issued each other',
      looped('loose'),
      ROOT,
      looped('rooted'),
      ROOT,
      'signer-unknown signer-unknown signer-unknown signer-unknown',
    ],
  ] as const)('with %s are refused, and without it accepted', async (_, wrong, anchor, right, otherAnchor, codes) => {
    expect(await said(wrong, anchor)).toBe(codes);
    expect(await said(right, otherAnchor)).toMatch(/ A /);
  });
});

/** So many intermediates of one name, each with its own key and issued by the next; the last one under the root or not. */
function namesakes(count: number, top: Signer | null): Chain {
  const chain: Signer[] = [];
  for (let index = 0; index < count; index += 1) {
    const issuer = chain[0] ?? top;
    const about = issuer === null ? {} : { issuer };
    const key = RING.pair('rsa1024', `same ${index}`);
    chain.unshift(certificate('Same', { ca: true, serial: Uint8Array.of(1, index), key, ...about }));
  }
  const [issuer] = chain;
  if (issuer === undefined) throw new Error('no chain');
  return [certificate('Leaf of Same', { issuer }), ...chain];
}

describe('50 intermediates of one name', () => {
  test('are refused by all without an anchor above them', async () => {
    const stranger = certificate('Stranger', { ca: true });
    expect(await said(namesakes(50, stranger), ROOT)).toBe(
      'signer-unknown signer-unknown signer-unknown chain-too-long',
    );
  });

  test('cost no more for each than 12 do', async () => {
    const cost = async (count: number): Promise<number> => {
      const bytes = signedBy(namesakes(count, certificate('Stranger', { ca: true })));
      const counted = countingEngine();
      const trust = { anchors: anchorsFor(ROOT), revoked: [] };
      for (const enforcer of ['edk2', 'linux', 'shim'] as const) {
        await judgeAs(enforcer, { bytes, layer: 'pe', ...trust, engine: counted.engine, machine: {} });
      }
      expect(codesOf(await judge(bytes, { ...trust, engine: counted.engine }))).toContain('signer-unknown');
      return counted.work();
    };
    expect(await cost(48)).toBeLessThan(6 * (await cost(12)));
  });

  test('of which five are under the root are accepted', async () => {
    expect(await said(namesakes(5, ROOT), ROOT)).toBe('A A A A');
  });
});

/** An engine that counts what it is asked. */
function countingEngine(): { readonly engine: Engine; readonly work: () => number } {
  let work = 0;
  return {
    engine: { ...ENGINE, digest: (algorithm, chunks) => ((work += 1), ENGINE.digest(algorithm, chunks)) },
    work: () => work,
  };
}
