import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, u16le } from '../../forge/bytes.ts';
import { element } from '../../forge/der.ts';
import { type EslType, forgeEsl } from '../../forge/esl.ts';
import { signPe } from '../../forge/sign.ts';
import { smallProgram } from '../../forge/small-program.ts';
import { newSigner, type Signer } from '../../forge/x509.ts';
import {
  type Anchor,
  askEnforcer,
  compareEnforcers,
  DEFAULT_LIMITS,
  type EnforcerVerdict,
  inspect,
  nativeEngine,
  readAnchorFile,
} from '../../index.ts';
import { anchorsOf } from '../runtime/trust/question.ts';

// Cost at n and at 4n: four times, for work that is linear; sixteen times for work that is quadratic.
const FACTOR = 4;
const MOST = 9;

const ENGINE = nativeEngine();
const PROGRAM = smallProgram({});
const AT = new Date('2026-06-15');
const NOBODY: readonly Anchor[] = [];

describe('the cost of a signature grows no faster than its bytes', () => {
  let us: Signer;
  let db: readonly Anchor[];
  beforeAll(() => {
    us = newSigner({ subject: 'Us', key: 'rsa1024' });
    db = anchorsOf(us.certificateDer);
  });

  /** What all enforcers say, and the CPU microseconds that it took, with taking the file apart. */
  const ask = async (bytes: Uint8Array, trust = { db, dbx: NOBODY }): Promise<Asked> => {
    const start = process.cpuUsage();
    await inspect(bytes, { limits: DEFAULT_LIMITS, engine: ENGINE });
    const verdicts = await compareEnforcers(bytes, { ...trust, at: AT, engine: ENGINE });
    const { user, system } = process.cpuUsage(start);
    return { cost: user + system, verdicts };
  };

  const refused = ({ verdicts }: Asked): readonly string[] =>
    verdicts.map(({ verdict, decisive }) => (verdict === 'accept' ? 'accept' : (decisive?.code ?? '')));

  const HOSTILE: readonly (readonly [string, number, (n: number) => Uint8Array, RegExp])[] = [
    ['64 KiB of nested SEQUENCEs', 65_536, (n) => raw(nested(n)), /der-too-deep|cms-unreadable|cms-/],
    ['64 KiB of nested SEQUENCEs of indefinite length', 65_536, (n) => raw(opened(n)), /der-|cms-/],
    ['an OBJECT IDENTIFIER of 1 MiB', 1_048_576, (n) => raw(withOid(n)), /der-content|cms-/],
    ['10,000 certificates', 10_000, (n) => certified(us, n), /cms-|der-|certificate/],
    ['10,000 digest algorithms', 10_000, (n) => raw(algorithms(n)), /cms-|der-/],
  ];

  test.each(HOSTILE)(
    '%s',
    async (_, n, build, why) => {
      const [few, many] = [build(n / FACTOR), build(n)];
      let ratio = Infinity;
      for (let round = 0; round < 3 && ratio > MOST; round += 1) {
        const answer = await ask(many);
        expect(refused(answer).join(' ')).toMatch(why);
        ratio = Math.min(ratio, answer.cost / (await ask(few)).cost);
      }
      expect(ratio).toBeLessThan(MOST);
    },
    120_000,
  );

  test('100 certificates are read, and the one that signed is found among them', async () => {
    const unsigned = 'certificate-self-signature';
    const said = ['accept', 'accept', unsigned, unsigned];
    expect(refused(await ask(certified(us, 100)))).toEqual(said);
    expect(refused(await ask(certified(us, 101)))).not.toContain('accept');
  });

  const LISTS: readonly (readonly [number, string, (n: number) => Uint8Array])[] = [
    [10_000, 'image digests', (n) => list('sha256', digests(n))],
    [10_000, 'TBS digests', (n) => list('x509-sha256', digests(n))],
    [1_000, 'certificates', (n) => list('x509', certificates(us, n))],
  ];

  test.each(LISTS)(
    '%i %s in a signature list, as db and as dbx',
    async (n, _, build) => {
      const signed = signPe(PROGRAM, { signers: [{ signer: us }] });
      const all = anchorsIn(build(n));
      expect(all).toHaveLength(n);
      const [few, many] = [all.slice(0, n / FACTOR), all];
      let ratio = Infinity;
      for (let round = 0; round < 3 && ratio > MOST; round += 1) {
        const answer = await ask(signed, { db: [...many, ...db], dbx: many });
        expect(refused(answer)).toEqual(['accept', 'accept', 'accept', 'accept']);
        ratio = Math.min(ratio, answer.cost / (await ask(signed, { db: [...few, ...db], dbx: few })).cost);
      }
      expect(ratio).toBeLessThan(MOST);
    },
    120_000,
  );

  test('10,000 certificates in a signature list are read, and the last of them believed', async () => {
    const all = anchorsIn(concatBytes(list('x509', certificates(us, 9_999)), list('x509', [us.certificateDer])));
    expect(all).toHaveLength(10_000);
    const signed = signPe(PROGRAM, { signers: [{ signer: us }] });
    const trust = { dbx: NOBODY, at: AT, engine: ENGINE };
    expect((await askEnforcer(signed, 'edk2', { ...trust, db: all })).verdict).toBe('accept');
    const others = await askEnforcer(signed, 'edk2', { ...trust, db: all.slice(0, 100) });
    expect(others.decisive?.code).toBe('signer-unknown');
  }, 120_000);
});

interface Asked {
  readonly cost: number;
  readonly verdicts: readonly EnforcerVerdict[];
}

function anchorsIn(bytes: Uint8Array): readonly Anchor[] {
  const file = readAnchorFile(bytes, 'list');
  if (!file.ok) throw new Error(file.text);
  return file.anchors;
}

function raw(blob: Uint8Array): Uint8Array {
  return signPe(PROGRAM, { signers: [{ raw: blob }] });
}

/** So many bytes of SEQUENCEs, each with the next in it: `30 83 LL LL LL`. */
function nested(bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes - (bytes % 5));
  for (let at = 0; at < whole.length; at += 5) {
    const left = whole.length - at - 5;
    whole.set([0x30, 0x83, left >> 16, (left >> 8) & 0xff, left & 0xff], at);
  }
  return whole;
}

/** The same without an end. */
function opened(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => (at % 2 === 0 ? 0x30 : 0x80));
}

function withOid(bytes: number): Uint8Array {
  return element(0x30, element(0x06, new Uint8Array(bytes).fill(0x81).with(bytes - 1, 1)));
}

/** A ContentInfo whose set of digest algorithms has so many members. */
function algorithms(count: number): Uint8Array {
  const one = element(0x30, Uint8Array.of(0x06, 0x01, 0x2a));
  const set = element(0x31, concatBytes(...Array.from({ length: count }, () => one)));
  const signedData = element(0x30, concatBytes(Uint8Array.of(0x02, 0x01, 0x01), set));
  const oid = Uint8Array.of(0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02);
  return element(0x30, concatBytes(oid, element(0xa0, signedData)));
}

function certified(signer: Signer, count: number): Uint8Array {
  const embed = [...certificates(signer, count - 1), signer.certificateDer];
  return signPe(PROGRAM, { signers: [{ signer, embed }] });
}

/** Certificates that differ in the serial number alone, so that their own signatures do not hold. */
function certificates({ certificateDer }: Signer, count: number): readonly Uint8Array[] {
  // SEQUENCE { SEQUENCE { [0] { INTEGER 2 }, INTEGER serial of 16 octets, … } … }
  const serial = certificateDer.findIndex((octet, at) => octet === 0x02 && certificateDer[at + 1] === 16);
  return Array.from({ length: count }, (_, at) => {
    const other = certificateDer.slice();
    other.set(u16le(at), serial + 16);
    other[serial + 4] = (certificateDer[serial + 4] ?? 0) ^ 0xff;
    return other;
  });
}

function digests(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, at) => concatBytes(u16le(at), new Uint8Array(30)));
}

function list(type: EslType, data: readonly Uint8Array[]): Uint8Array {
  return forgeEsl(...data.map((one) => ({ type, data: one })));
}
