import { describe, expect, test } from 'vitest';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { signPe } from '../../../forge/sign.ts';
import { judge, newBench, outcomeOf, signed, ukiOf, zbootOf } from '../../policy-case.ts';

const bench = newBench();
const initrd = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });

/** The kernel is asked for wherever it is, the initrd only where the envelope is seen. */
const UKI = `param signers us
artifact uki {
  require envelope: signed by us
  linux: one of { image }
  initrd optional { require rd from 2030-01-01: covered by us }
  osrel, cmdline
}
layer image { require inner: any of { signed by us, covered by us } }
`;

describe('an assertion about a file', () => {
  test('holds, and is told, where everything that the view uses is covered', async () => {
    const policy = `${UKI}at f sees file enforce { envelope, inner }\nassert no uncovered byte at f`;
    const verdict = await judge(policy, signed(ukiOf(bench, { initrd }), bench.us), bench);
    expect(verdict.verdict).toBe('accept');
    expect(verdict.views[0]?.requirements.find(({ name }) => name === 'assert')).toMatchObject({
      outcome: 'satisfied',
      layer: 'uki',
      place: { line: 12, column: 1 },
    });
  });

  test('refuses the file where a signature leaves bytes of a layer out, with layer and offset', async () => {
    const policy = `param signers us
artifact zboot { require outer: signed by us\nimage { require inner: any of { signed by us, covered by us } }\notherwise allow }
at f sees file like linux enforce { outer, inner }
`;
    const stray = signPe(zbootOf(bench), {
      signers: [{ signer: bench.us }],
      tableTrailer: new Uint8Array(16).fill(0x41),
    });
    const plain = await judge(policy, stray, bench);
    const verdict = await judge(`${policy}assert no uncovered byte at f`, stray, bench);
    expect([plain.verdict, verdict.verdict]).toEqual(['accept', 'reject']);
    const asserted = verdict.views[0]?.requirements.find(({ name }) => name === 'assert');
    expect(asserted).toMatchObject({ outcome: 'violated', layer: 'zboot' });
    expect(asserted?.reasons).toMatchObject([{ code: 'uncovered-incomplete', layer: 'zboot' }]);
    const { offsetBytes = 0, lengthBytes = 0 } = asserted?.reasons[0] ?? {};
    // An ECDSA signature is 70 to 72 bytes long, and the padding behind it belongs to nothing either.
    expect([offsetBytes + lengthBytes, lengthBytes >= 16]).toEqual([stray.length, true]);
    const sound = await judge(`${policy}assert no uncovered byte at f`, signed(zbootOf(bench), bench.us), bench);
    expect(sound.verdict).toBe('accept');
  });

  test('about one kind says nothing of others', async () => {
    const unsigned = ukiOf(bench, { linux: signed(bench.image, bench.us), initrd });
    const policy = (assertion: string): string => `${UKI.replace(' from 2030-01-01', '')}
at k sees image loads { image } enforce { inner }
at n sees file loads { uki, image } enforce { inner, envelope, rd }
assert ${assertion}`;
    const kernel = await judge(policy('no uncovered image at k'), unsigned, bench);
    expect(kernel.views[0]?.verdict).toBe('accept');
    expect(outcomeOf(kernel, 'assert')).toBe('satisfied');
  });

  test('is not lifted by a waiver of every requirement', async () => {
    const policy = `${UKI.replace('osrel, cmdline', 'osrel, cmdline\n  otherwise allow')}at f sees file like linux enforce { envelope, inner }
waive shape until 2099-01-01 because "test"
assert no uncovered byte at f`;
    const trailer = new Uint8Array(16).fill(0x41);
    const stray = signPe(ukiOf(bench), { signers: [{ signer: bench.us }], tableTrailer: trailer });
    const verdict = await judge(policy, stray, bench);
    expect(outcomeOf(verdict, 'assert')).toBe('violated');
    expect(verdict.verdict).toBe('reject');
  });

  test('is silent where the view refuses before it looks', async () => {
    const policy = `${UKI}at f sees file loads { zboot } enforce { envelope, inner }\nassert no uncovered byte at f`;
    const verdict = await judge(policy, signed(ukiOf(bench), bench.us), bench);
    expect([verdict.verdict, outcomeOf(verdict, 'assert')]).toEqual(['reject', null]);
  });
});
