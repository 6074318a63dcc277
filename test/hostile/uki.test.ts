import { describe, expect, test } from 'vitest';
import { utf8 } from '../../forge/bytes.ts';
import { forgeBzImage } from '../../forge/bzimage.ts';
import { newKeyRing } from '../../forge/keys.ts';
import { pcrPublicKeyPem } from '../../forge/pcr.ts';
import { forgePe, type PeSectionSpec } from '../../forge/pe.ts';
import { forgeUki } from '../../forge/uki.ts';
import { forgeHwids } from '../../forge/uki-contents.ts';
import { DEFAULT_LIMITS, inspect, type InspectedLayer, nativeEngine, predictPcr11 } from '../../index.ts';
import { seeded } from '../fuzz/mutation.ts';
import { growthOf } from '../growth.ts';

const LINUX = forgeBzImage({});
const options = { limits: DEFAULT_LIMITS, engine: nativeEngine() };

async function rootOf(bytes: Uint8Array): Promise<InspectedLayer> {
  return (await inspect(bytes, options)).root;
}

/** A UKI with these sections behind its kernel. */
function ukiWith(sections: readonly PeSectionSpec[]): Uint8Array {
  return forgePe({ machine: 'x64', sectionAlignment: 512, sections: [{ name: '.linux', data: LINUX }, ...sections] });
}

function repeated(name: string, count: number, text = 'x'): readonly PeSectionSpec[] {
  return Array.from({ length: count }, () => ({ name, data: utf8(text) }));
}

describe('hostile UKIs', () => {
  test('65,535 sections are read, and what is wrong with them is said in few findings', async () => {
    const asked = { ...options, banks: ['sha256'], phases: [''], profile: null } as const;
    const answer = await predictPcr11(ukiWith(repeated('.osrel', 65_534)), asked);
    if (!answer.ok) throw new Error(answer.finding.text);
    expect(answer.prediction.images[0]?.sections.map(({ name }) => name)).toEqual(['.linux', '.osrel']);
    expect(answer.prediction.findings.length).toBeLessThan(65);
  }, 120_000);

  test.each(['.profile', '.dtbauto', '.cmdline'])(
    'four times as many `%s` sections cost at most nine times as much',
    async (name) => {
      const [few, many] = [ukiWith(repeated(name, 500)), ukiWith(repeated(name, 2000))];
      expect(await growthOf(rootOf, { few, many, most: 9 })).toBeLessThan(9);
    },
    120_000,
  );

  test('PCR 11 of 256 profiles is predicted, and of the rest it is said that a stub knows no more', async () => {
    const asked = { ...options, banks: ['sha256'], phases: [''], profile: null } as const;
    const answer = await predictPcr11(ukiWith(repeated('.profile', 300, 'ID=a')), asked);
    if (!answer.ok) throw new Error(answer.finding.text);
    expect(answer.prediction.images).toHaveLength(256);
    expect(answer.prediction.findings.map(({ code }) => code)).toContain('uki-too-many-profiles');
  }, 60_000);

  test('a thousand signatures of PCR 11 cost time in proportion', async () => {
    const pcrpkey = pcrPublicKeyPem(newKeyRing().pair('rsa2048', 'pcr'));
    const entry = { pcrs: [11], pkfp: 'ab'.repeat(32), pol: 'cd'.repeat(32), sig: 'AAEC' };
    const uki = (count: number) => {
      const pcrsig = JSON.stringify({ sha256: Array.from({ length: count }, () => entry) });
      return forgeUki({ linux: LINUX, pcrpkey, pcrsig });
    };
    const [few, many] = [uki(250), uki(1000)];
    expect(await growthOf(rootOf, { few, many, most: 9 })).toBeLessThan(9);
    expect((await rootOf(many)).signatures).toHaveLength(1000);
  }, 120_000);

  test.each([
    ['deeply nested', '['.repeat(400_000)],
    ['deeply nested objects', '{"a":'.repeat(100_000)],
    ['one long string', `{"sha256":"${'x'.repeat(500_000)}"}`],
    ['many escapes', `{"sha256":"${'\\\\'.repeat(200_000)}"}`],
    ['many names', `{${Array.from({ length: 20_000 }, (_, index) => `"${index}":[]`).join()}}`],
    ['too long', ' '.repeat(2 ** 20 + 1)],
  ])('a `.pcrsig` that is %s ends in a finding or in no signature', async (_, pcrsig) => {
    const root = await rootOf(forgeUki({ linux: LINUX, pcrsig }));
    expect(root.fault).toBeNull();
    expect(root.signatures).toEqual([]);
  });

  test('garbage in every section is survived', async () => {
    const next = seeded(7);
    const garbage = (size: number) => Uint8Array.from({ length: size }, () => next() & 0xff);
    const names = [
      'dtb',
      'dtbauto',
      'hwids',
      'efifw',
      'splash',
      'ucode',
      'pcrsig',
      'pcrpkey',
      'profile',
      'osrel',
      'sbat',
    ];
    for (let round = 0; round < 50; round += 1) {
      const parts = Object.fromEntries(names.map((name) => [name, garbage(next() % 300)]));
      const root = await rootOf(forgeUki({ linux: LINUX, ...parts }));
      expect(root).toMatchObject({ kind: 'uki', fault: null });
    }
  }, 60_000);

  test('strings that many hardware ids share are not copied for each', async () => {
    const row = { type: 1, chid: new Uint8Array(16), name: 'n'.repeat(1000), selects: 's'.repeat(1000) } as const;
    const root = await rootOf(forgeUki({ linux: LINUX, hwids: forgeHwids(Array.from({ length: 1000 }, () => row)) }));
    const header = root.children.find(({ kind }) => kind === 'hwids')?.header ?? {};
    expect(header['hardware ids']).toBe(1000);
    expect(Object.keys(header)).toHaveLength(33);
  });
});
