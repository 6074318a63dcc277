import { performance } from 'node:perf_hooks';
import { ContentInfo, SignedData } from 'pkijs';
import { signPe } from '../../forge/sign.ts';
import { smallProgram } from '../../forge/small-program.ts';
import { newSigner } from '../../forge/x509.ts';
import { nativeEngine } from '../../native-engine.ts';
import { readPe } from '../../runtime/formats/pe.ts';
import { collectSignatures } from '../../runtime/signing/certificate-table.ts';

/** What one warm check of one signature costs, in microseconds: RSA-2048, two certificates, SHA-256. */
export interface SignatureCost {
  /** Ours: the certificate table, the CMS, the image digest of a small file, and the signature. */
  readonly ours: number;
  /** PKI.js: the CMS and the signature. */
  readonly pkijs: number;
}

/** Measures both in turn, so that whatever else the machine does falls on both; the least of many batches. */
export async function signatureCost(): Promise<SignatureCost> {
  const root = newSigner({ subject: 'Root', key: 'rsa2048', ca: true });
  const middle = newSigner({ subject: 'Middle', key: 'rsa2048', issuer: root, ca: true });
  const signer = newSigner({ subject: 'Leaf', key: 'rsa2048', issuer: middle });
  const file = signPe(smallProgram({}), { signers: [{ signer }] });
  const engine = nativeEngine();
  const pe = readPe(file, 'pe');
  const { signatures } = await collectSignatures(pe, engine);
  const [signature] = signatures;
  if (signature?.intact !== true || signature.certificates.length !== 2)
    throw new Error('the scene is not as described');
  const cms = file.slice(signature.cmsOffsetBytes, signature.offsetBytes + signature.sizeBytes);
  const theirs = async (): Promise<void> => {
    const signed = new SignedData({ schema: ContentInfo.fromBER(cms).content });
    if (!(await signed.verify({ signer: 0, checkChain: false }))) throw new Error('PKI.js refuses the signature');
  };
  const ours = async (): Promise<void> => {
    await collectSignatures(pe, engine);
  };
  const costs = { ours: Infinity, pkijs: Infinity };
  for (let round = 0; round < ROUNDS; round += 1) {
    costs.ours = Math.min(costs.ours, await batch(ours));
    costs.pkijs = Math.min(costs.pkijs, await batch(theirs));
  }
  return costs;
}

const ROUNDS = 25;
const CALLS = 40;

async function batch(call: () => Promise<void>): Promise<number> {
  const start = performance.now();
  for (let each = 0; each < CALLS; each += 1) await call();
  return ((performance.now() - start) * 1000) / CALLS;
}
