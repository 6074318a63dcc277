import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { astOf } from '../../compiler/syntax/ast-from-cst.ts';
import { leavesOf } from '../../grammar/cst.ts';
import { parsePolicy } from '../../grammar/parser.ts';
import { sourceOf } from '../../grammar/source.ts';
import { SYNTAX_ERRORS } from '../../grammar/syntax-error.ts';

const SAMPLE = `language 1
policy distro-arm64 version 7 "Boot images of the arm64 distribution"

signers distro  = file "keys/distro-ca.pem"        # PEM, DER or an EFI signature list (.esl/.auth)
signers modules = file "keys/signing_key.x509"
signers ours    = { distro, modules }
param signers ring                                 # bound by the caller
revoked         = file "keys/dbx.esl"

artifact zboot {
  require outer: signed by distro
  require codec: compression in { gzip, zstd }
  image {
    require inner: any of {
      signed by ring
      covered by ours
    }
  }
}

artifact uki {
  require envelope: signed by distro { digest in { sha256, sha384 }  key rsa >= 2048 }
  linux: one of { zboot, bzimage }
  initrd optional {
    require rd: covered by distro
    require rd-codec: compression in { none, zstd }
  }
  cmdline optional {
    forbid shell: contains "init=/bin/sh"
  }
  osrel, uname, sbat
  splash optional
  otherwise reject
}

at firmware sees file  like edk2  enforce { outer, codec, envelope, rd, rd-codec, shell }
at kexec    sees image trimmed like linux loads { image } enforce { inner, rd }

waive codec until 2027-03-31 for sha256:${'0a'.repeat(32)} because "installer kernel is still lzma, REL-412"

test "user space strips the envelope, so kexec cannot vouch for the initrd" {
  given uki signed by distro { linux: zboot { compression zstd  image signed by ring }  initrd }
  expect accept at firmware
  expect reject at kexec because rd
}
assert no uncovered byte at firmware
`;

const parse = (text: string) => parsePolicy(sourceOf('test.bootpol', text));

describe('the parser', () => {
  test('reads the whole sample of the language without an error', () => {
    const parsed = parse(SAMPLE);
    expect(parsed.errors).toEqual([]);
    expect(astOf(parsed).statements.map(({ kind }) => kind)).toEqual([
      'signers',
      'signers',
      'signers',
      'param',
      'revoked',
      'artifact',
      'artifact',
      'view',
      'view',
      'waive',
      'test',
      'assert',
    ]);
  });

  test('keeps every token and comment at its place', () => {
    const { cst, comments } = parse(SAMPLE);
    const pieces = [...leavesOf(cst), ...comments].sort((a, b) => a.startOffset - b.startOffset);
    let printed = '';
    for (const { startOffset, image } of pieces) {
      expect(SAMPLE.slice(printed.length, startOffset)).toMatch(/^\s*$/);
      printed = SAMPLE.slice(0, startOffset) + image;
    }
    expect(SAMPLE.slice(printed.length)).toMatch(/^\s*$/);
  });

  test('gives three errors for three slips, each with a code of its own table', () => {
    const { errors } = parse(
      'language 1\npolicy p\nartifact zboot {\n  requre outer: signed by a\n  require codec compression in { gzip }\n}\nat kexec sees file enforce { outer } sees file\n',
    );
    expect(errors).toHaveLength(3);
    for (const { code } of errors) expect(Object.keys(SYNTAX_ERRORS)).toContain(code);
  });

  test.each(Object.entries(SYNTAX_ERRORS).filter(([, { bad }]) => bad !== ''))(
    '%s: its bad example has that error, its good one has none',
    (code, page) => {
      expect(parse(page.bad).errors.map((error) => error.code)).toContain(code);
      expect(parse(page.good).errors).toEqual([]);
    },
  );

  test('answers braces nested a hundred thousand deep with an error, not an exception', () => {
    const { errors } = parse(`language 1\npolicy p\nartifact zboot ${'{ image '.repeat(100_000)}`);
    expect(errors.map(({ code }) => code)).toContain('BP0012');
  });

  test('answers a text of more than 1 MiB, and more than a hundred slips, with one code each', () => {
    expect(parse(`# ${'x'.repeat(1_048_576)}`).errors.map(({ code }) => code)).toEqual(['BP0011']);
    expect(parse('§ '.repeat(500)).errors.map(({ code }) => code)).toContain('BP0013');
  });

  test('never throws, whatever the tokens', () => {
    const words = SAMPLE.split(/\s+/).filter((word) => word !== '');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words, '{', '}', '"', ':', '\n'), { maxLength: 60 }), (soup) => {
        const parsed = parse(soup.join(' '));
        expect(() => astOf(parsed)).not.toThrow();
      }),
      { numRuns: 300, seed: 6 },
    );
  });
});
