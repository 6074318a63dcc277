// Run by Node 24 or later (OpenSSL 3.5), whose ML-DSA is not the library that bootpol uses: `node make.mjs > vectors.json`.
import { generateKeyPairSync, sign, verify } from 'node:crypto';

const MESSAGES = [Buffer.alloc(0), Buffer.from('A policy is a grammar of acceptable boot images.'), Buffer.alloc(5000, 0x5a)];

const vectors = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'].map((set) => {
  const { publicKey, privateKey } = generateKeyPairSync(set);
  const signatures = MESSAGES.map((message) => {
    const signature = sign(null, message, privateKey);
    if (!verify(null, message, publicKey, signature)) throw new Error(`${set} does not verify`);
    return { message: message.toString('base64'), signature: signature.toString('base64') };
  });
  return { set, spki: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), signatures };
});
process.stdout.write(`${JSON.stringify(vectors, null, 1)}\n`);
