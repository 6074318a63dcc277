import { exampleAfter, exampleBlock, exampleStatements } from '../examples.ts';
import type { DiagnosticSpec } from '../spec.ts';

const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** BP02xx: values of the wrong type, malformed, or impossible. */
export const VALUE_CODES = {
  BP0201: {
    severity: 'error',
    title: '`{name}` is not a property',
    page: 'A condition asks for a signature, for coverage, or for a property of the fact table. The table is closed, so that a misspelt property is an error and not a condition that never holds.',
    bad: exampleBlock('image', 'require machine: architecture in { arm64 }'),
    good: exampleBlock('image', 'require machine: arch in { arm64 }'),
  },
  BP0202: {
    severity: 'error',
    title: '{layer} has no `{property}`',
    page: 'Every property belongs to certain kinds of layers. Asked of another kind it would never have a value.',
    bad: exampleBlock('image', 'require codec: compression in { gzip }'),
    good: exampleBlock('zboot', 'require codec: compression in { gzip }\nimage'),
  },
  BP0203: {
    severity: 'error',
    title: '`{property}` is not written like this',
    page: 'Every property has one form: a list of words, a bound, a text, or its bare name. The form follows from what the property is.',
    bad: exampleBlock('image', 'require small: size "64 MiB"'),
    good: exampleBlock('image', 'require small: size <= 64 MiB'),
  },
  BP0204: {
    severity: 'error',
    title: '`{word}` is not {noun}',
    page: 'Compressions, architectures, digests, key families, schemes and profiles are closed lists. A word outside its list could never match anything, so it is refused instead of ignored.',
    bad: exampleBlock('zboot', 'require codec: compression in { gzp, zstd }\nimage'),
    good: exampleBlock('zboot', 'require codec: compression in { gzip, zstd }\nimage'),
  },
  BP0205: {
    severity: 'error',
    title: '{layer} never has {property} {words}',
    page: 'All the listed values are real ones, but a layer of this kind never has any of them: the condition comes out the same for every image.',
    bad: exampleBlock('zboot', 'require codec: compression in { bzip2 }\nimage'),
    good: exampleBlock('zboot', 'require codec: compression in { gzip }\nimage'),
  },
  BP0206: {
    severity: 'error',
    title: 'malformed digest: {fault}',
    page: 'A digest is written `ALGORITHM:HEX`, in lower-case hexadecimal, with exactly as many digits as the algorithm gives. A digest that is one digit short would match nothing.',
    bad: exampleBlock('image', 'require exact: sha256 in { sha256:e3b0c44298fc1c14 }'),
    good: exampleBlock('image', `require exact: sha256 in { sha256:${SHA256_OF_NOTHING} }`),
  },
  BP0207: {
    severity: 'error',
    title: '`{date}` is not a date',
    page: 'Dates are written `YYYY-MM-DD` and must exist in the calendar. They are days in UTC, and `until` includes its day.',
    bad: exampleAfter('waive outer until 2027-02-30 because "vendor key is late"'),
    good: exampleAfter('waive outer until 2027-02-28 because "vendor key is late"'),
  },
  BP0210: {
    severity: 'error',
    title: 'no layer can meet both: {conflict}',
    page: 'The parts of an `all of` must hold together. These two exclude each other, so the condition comes out the same for every image.',
    bad: exampleBlock('image', 'require small: all of {\n  size >= 64 MiB\n  size <= 32 MiB\n}'),
    good: exampleBlock('image', 'require small: all of {\n  size >= 32 MiB\n  size <= 64 MiB\n}'),
  },
  BP0211: {
    severity: 'error',
    title: '`key {family} >= {bits}` {consequence}',
    page: 'A least key size must separate keys that exist. RSA keys in Secure Boot have 1024 to 16384 bits, elliptic curve keys 192 to 521. A bound below says nothing, one above refuses every key; the usual slip is a size of the other family.',
    bad: exampleBlock('image', 'require outer: signed by distro { key ec >= 2048 }'),
    good: exampleBlock('image', 'require outer: signed by distro { key ec >= 256 }'),
  },
  BP0212: {
    severity: 'error',
    title: '`count >= {count}` says nothing',
    page: '`signed by` already asks for one signature. `count` asks for more distinct signer certificates, so it starts to mean something at 1.',
    bad: exampleBlock('image', 'require outer: signed by distro { count >= 0 }'),
    good: exampleBlock('image', 'require outer: signed by distro { count >= 2 }'),
  },
  BP0214: {
    severity: 'error',
    title: 'constraint `{constraint}` is given twice',
    page: 'A signature condition states each constraint once. Two would leave open whether both must hold or the last one wins.',
    bad: exampleBlock('image', 'require outer: signed by distro { key rsa >= 2048  key rsa >= 3072 }'),
    good: exampleBlock('image', 'require outer: signed by distro { key rsa >= 3072  key ec >= 256 }'),
  },
  BP0215: {
    severity: 'error',
    title: '{layer} cannot carry an Authenticode signature',
    page: 'Authenticode signs PE files. A section or an archive inside one can be covered by the signature of what encloses it, but it never carries its own: ask for `covered by`.',
    bad: exampleBlock('initrd', 'require rd: signed by distro'),
    good: exampleBlock('initrd', 'require rd: covered by distro'),
  },
  BP0216: {
    severity: 'error',
    title: '`{property} "{text}"` {consequence}',
    page: 'A question about text must be one that some text answers with yes and some with no. `word` looks for one word between white space, and `is` compares without white space at the ends.',
    bad: exampleBlock(
      'uki',
      `
require outer: signed by distro
linux: one of { image }
cmdline { forbid shell: contains "" }`,
    ),
    good: exampleBlock(
      'uki',
      `
require outer: signed by distro
linux: one of { image }
cmdline { forbid shell: contains "init=" }`,
    ),
  },
  BP0217: {
    severity: 'error',
    title: 'the number is out of range: {fault}',
    page: 'Numbers are whole, not negative, and at most 2^53 - 1; sizes count bytes. `size >= 0` holds for every layer, and an SBAT generation starts at 1.',
    bad: exampleBlock('image', 'require outer: signed by distro\nrequire small: size >= 0'),
    good: exampleBlock('image', 'require outer: signed by distro\nrequire small: size >= 1 MiB'),
  },
  BP0218: {
    severity: 'error',
    title: '`{algorithm}` is never the digest that `{property}` compares',
    page: 'The property `sha256` is the SHA-256 digest of the bytes of a layer. A digest of another algorithm has another length and would match nothing.',
    bad: exampleBlock('image', `require exact: sha256 in { sha512:${SHA256_OF_NOTHING}${SHA256_OF_NOTHING} }`),
    good: exampleBlock('image', `require exact: sha256 in { sha256:${SHA256_OF_NOTHING} }`),
  },
  BP0219: {
    severity: 'error',
    title: '`{section}` is not the name of another section: {fault}',
    page: '`section ".name"` declares a section that is none of the known ones. The name in a PE header has 1 to 8 characters; the sections of a Unified Kernel Image are declared by their kind, such as `cmdline`, so that their properties can be asked.',
    bad: exampleBlock('uki', 'require outer: signed by distro\nlinux: one of { image }\nsection ".cmdline" optional'),
    good: exampleBlock('uki', 'require outer: signed by distro\nlinux: one of { image }\ncmdline optional'),
  },
  BP0220: {
    severity: 'error',
    title: 'cannot read signer file `{path}`: {fault}',
    page: 'Signer files are read when the policy is checked, at their path relative to the policy file. A policy whose keys cannot be read is never used without them.',
    bad: exampleStatements(
      'signers distro = file "missing.pem"\nartifact image {\n  require outer: signed by distro\n}',
    ),
    good: exampleStatements(
      'signers distro = file "distro.pem"\nartifact image {\n  require outer: signed by distro\n}',
    ),
  },
  BP0221: {
    severity: 'error',
    title: '`{path}` is not a signer file: {fault}',
    page: 'A signer file holds certificates in PEM or DER, or an EFI signature list (`.esl`, `.auth`, or an efivarfs variable). Anything left over after what was understood makes the file unusable.',
    bad: exampleStatements(
      'signers distro = file "broken.pem"\nartifact image {\n  require outer: signed by distro\n}',
    ),
    good: exampleStatements(
      'signers distro = file "distro.pem"\nartifact image {\n  require outer: signed by distro\n}',
    ),
  },
  BP0222: {
    severity: 'error',
    title: 'signer file `{path}` holds nothing to trust',
    page: 'The file could be read, but it holds no certificate and no digest. Signers without members make every condition on them false, and a list of revocations without members revokes nothing.',
    bad: exampleStatements('signers distro = file "empty.esl"\nartifact image {\n  require outer: signed by distro\n}'),
    good: exampleStatements(
      'signers distro = file "distro.pem"\nartifact image {\n  require outer: signed by distro\n}',
    ),
  },
} as const satisfies Record<string, DiagnosticSpec>;
