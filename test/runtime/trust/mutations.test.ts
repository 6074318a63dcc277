import { describe, expect, it } from 'vitest';
import { newKeyRing } from '../../../forge/keys.ts';
import { peFields } from '../../../forge/pe-fields.ts';
import { signPe } from '../../../forge/sign.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { newSigner } from '../../../forge/x509.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { anchorsOf, judge } from './question.ts';

const RING = newKeyRing();
const ROOT = newSigner({ subject: 'root', key: RING.pair('rsa2048', 'root'), ca: true });
const LEAF = newSigner({ subject: 'leaf', key: RING.pair('rsa1024', 'leaf'), issuer: ROOT });
const SIGNED = signPe(smallProgram({}), { signers: [{ signer: LEAF }] });
const ANCHORS = anchorsOf(ROOT.certificateDer);
const FIELDS = peFields(SIGNED);
const TABLE = FIELDS.certificateTable.address;

/** Where a change changes nothing that anybody vouches for: CheckSum, and dwLength while what it cuts off is padding. */
function mayChange(offset: number): boolean {
  return (offset >= FIELDS.checksumOffset && offset < FIELDS.checksumOffset + 4) || offset === TABLE;
}

async function acceptedWith(offset: number, mask: number): Promise<boolean> {
  const changed = Uint8Array.from(SIGNED);
  changed[offset] = (changed[offset] ?? 0) ^ mask;
  if (!attempt(() => readPe(changed, 'pe')).ok) return false;
  return (await judge(changed, { anchors: ANCHORS })).outcome === 'true';
}

describe('one flipped bit', () => {
  it('is accepted nowhere in the certificate table', async () => {
    const accepted: number[] = [];
    for (let offset = TABLE; offset < SIGNED.length; offset += 1) {
      for (const mask of [1 << (offset % 8), 0x20]) {
        if (await acceptedWith(offset, mask)) accepted.push(offset - TABLE);
      }
    }
    expect(accepted.filter((offset) => !mayChange(offset + TABLE))).toEqual([]);
  }, 60_000);

  it('is accepted nowhere in headers and sections but in CheckSum', async () => {
    const accepted: number[] = [];
    for (let offset = 0; offset < TABLE; offset += offset < 0x300 ? 1 : 7) {
      if (await acceptedWith(offset, 1 << (offset % 8))) accepted.push(offset);
    }
    expect(accepted.every(mayChange)).toBe(true);
    expect(accepted).toHaveLength(4);
  }, 60_000);

  it('is not there in the file that was signed', async () => {
    expect((await judge(SIGNED, { anchors: ANCHORS })).outcome).toBe('true');
  });
});

describe('truncation', () => {
  it('is never accepted and never crashes', async () => {
    for (let size = 0; size < SIGNED.length; size += 13) {
      const cut = SIGNED.slice(0, size);
      if (!attempt(() => readPe(cut, 'pe')).ok) continue;
      expect((await judge(cut, { anchors: ANCHORS })).outcome).toBe('false');
    }
  });
});
