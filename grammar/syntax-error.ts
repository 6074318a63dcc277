import type { Span } from './source.ts';

/** One slip in a policy's text, worded for its author. */
export interface SyntaxError {
  readonly code: SyntaxErrorCode;
  /** The title: the fact, in the author's nouns, on one line. */
  readonly text: string;
  readonly span: Span;
  /** Stands under the place. */
  readonly label: string;
  /** What to do, where that is known. */
  readonly help: string | null;
}

/** What the documentation says of one code; `bad` has exactly this slip, `good` is the same text without it. */
export interface SyntaxErrorPage {
  readonly title: string;
  readonly doc: string;
  readonly bad: string;
  readonly good: string;
}

export type SyntaxErrorCode = keyof typeof PAGES;

const PAGES = {
  BP0001: page(
    'a character that the language does not have',
    'Policies are made of words, numbers, texts in double quotes and the signs `{ } , : = <= >=`. Any other character outside comments and texts is a slip; lines need no `;`.',
    'signers distro = file "keys/ca.pem";\n',
    'signers distro = file "keys/ca.pem"\n',
  ),
  BP0002: page(
    'a text without its closing quote',
    'A text begins and ends with `"` on one line.',
    'signers distro = file "keys/ca.pem\n',
    'signers distro = file "keys/ca.pem"\n',
  ),
  BP0003: page(
    'an unknown escape in a text',
    'Within a text, `\\"` is a quote, `\\\\` a backslash and `\\n` a line end; there are no other escapes.',
    'signers distro = file "keys\\ca.pem"\n',
    'signers distro = file "keys\\\\ca.pem"\n',
  ),
  BP0004: page(
    'a text in other quotes',
    'Texts stand in straight double quotes only.',
    "signers distro = file 'keys/ca.pem'\n",
    'signers distro = file "keys/ca.pem"\n',
  ),
  BP0005: page(
    'a malformed date',
    'Dates are written year-month-day with four, two and two digits, such as `2027-03-31`.',
    'artifact zboot {\n  require outer from 31.3.2027: signed by distro\n}\n',
    'artifact zboot {\n  require outer from 2027-03-31: signed by distro\n}\n',
  ),
  BP0006: page(
    'a malformed number',
    'Numbers are decimal digits alone, below 2^53. A unit follows after a space: `64 MiB`.',
    'artifact zboot {\n  require small: size <= 64MiB\n}\n',
    'artifact zboot {\n  require small: size <= 64 MiB\n}\n',
  ),
  BP0007: page(
    'a malformed digest',
    'A digest is an algorithm, a colon and hexadecimal digits without spaces: `sha256:9f86…`.',
    'import "base.bootpol" sha256:xyz\n',
    'import "base.bootpol" sha256:9f86d081\n',
  ),
  BP0008: page(
    'a malformed name',
    'Names are made of the letters a to z, digits and `_`, begin with a letter, and may have single hyphens inside.',
    'artifact zboot {\n  require größe: size <= 64 MiB\n}\n',
    'artifact zboot {\n  require groesse: size <= 64 MiB\n}\n',
  ),
  BP0009: page(
    'a hidden character',
    'Control characters and characters that change the direction of text or have no width are refused, in texts and comments too: a reviewer must see what the compiler reads.',
    'signers distro = file "keys/\u202Eca.pem"\n',
    'signers distro = file "keys/ca.pem"\n',
  ),
  BP0010: page(
    'parentheses or square brackets',
    'Lists and groups stand in braces; conditions are grouped by `any of { }`, `all of { }` and `none of { }`.',
    'artifact zboot {\n  require codec: compression in [gzip, zstd]\n}\n',
    'artifact zboot {\n  require codec: compression in { gzip, zstd }\n}\n',
  ),
  BP0011: page(
    'a policy longer than 1 MiB',
    'The text of a policy has at most 1,048,576 characters. Nothing of a longer one is read.',
    '',
    'language 1\n',
  ),
  BP0012: page(
    'braces nested too deep',
    'Braces nest at most 100 levels deep. Nothing of a text that goes deeper is parsed.',
    '',
    'language 1\n',
  ),
  BP0013: page(
    'too many syntax errors',
    'After 100 syntax errors the parser stops: the text is probably not a policy.',
    '',
    'language 1\n',
  ),
  BP0020: page(
    'a brace that is never closed',
    'Every `{` needs its `}` before the next statement.',
    'artifact zboot {\n  require outer: signed by distro\n\nartifact image {\n  require inner: signed by distro\n}\n',
    'artifact zboot {\n  require outer: signed by distro\n}\nartifact image {\n  require inner: signed by distro\n}\n',
  ),
  BP0021: page(
    'a closing brace that closes nothing',
    'There is one `}` more than `{`. Often the block was closed too early.',
    'artifact zboot {\n  require outer: signed by distro\n}\n}\n',
    'artifact zboot {\n  require outer: signed by distro\n}\n',
  ),
  BP0022: page(
    'a missing opening brace',
    'Blocks, groups and lists stand in braces, lists of one element too.',
    'artifact zboot {\n  require codec: compression in gzip\n}\n',
    'artifact zboot {\n  require codec: compression in { gzip }\n}\n',
  ),
  BP0023: page(
    'a missing name',
    'Signer sets, requirements, views and blocks have names: words of letters, digits and hyphens, without quotes.',
    'artifact zboot {\n  require: signed by distro\n}\n',
    'artifact zboot {\n  require outer: signed by distro\n}\n',
  ),
  BP0024: page(
    'a missing colon',
    'A colon stands between the name of a requirement and its condition.',
    'artifact zboot {\n  require outer signed by distro\n}\n',
    'artifact zboot {\n  require outer: signed by distro\n}\n',
  ),
  BP0025: page(
    'a missing equals sign',
    '`signers NAME = …` and `revoked = …` give a value after an equals sign.',
    'signers distro file "keys/ca.pem"\n',
    'signers distro = file "keys/ca.pem"\n',
  ),
  BP0026: page(
    'a slip in a list',
    'The elements of a list are separated by one comma, or stand on lines of their own.',
    'artifact zboot {\n  require codec: compression in { gzip zstd }\n}\n',
    'artifact zboot {\n  require codec: compression in { gzip, zstd }\n}\n',
  ),
  BP0027: page(
    'nothing between braces',
    'Lists and groups have at least one element. A view that enforces nothing says `enforce nothing`.',
    'artifact zboot {\n  require codec: compression in { }\n}\n',
    'artifact zboot {\n  require codec: compression in { gzip }\n}\n',
  ),
  BP0028: page(
    'a missing text',
    'Paths, titles, reasons and section names are texts in double quotes.',
    'signers distro = file keys\n',
    'signers distro = file "keys"\n',
  ),
  BP0029: page(
    'a missing number',
    'Here a number is due, such as the version after `language` or the limit after `<=`.',
    'artifact zboot {\n  require small: size <= gzip\n}\n',
    'artifact zboot {\n  require small: size <= 1024\n}\n',
  ),
  BP0030: page(
    'a missing date',
    '`from` and `until` are followed by a date, such as `2027-03-31`.',
    'artifact zboot {\n  require outer from : signed by distro\n}\n',
    'artifact zboot {\n  require outer from 2027-03-31: signed by distro\n}\n',
  ),
  BP0031: page(
    'a missing digest',
    'A waiver for some images names them by digest: `for sha256:…`.',
    'waive codec until 2027-03-31 for because "REL-412"\n',
    'waive codec until 2027-03-31 for sha256:9f86d081 because "REL-412"\n',
  ),
  BP0040: page(
    'an unknown statement',
    'The statements of a policy are `language`, `policy`, `signers`, `param`, `revoked`, `artifact`, `layer`, `at`, `waive`, `test`, `assert` and `import`.',
    'artefact zboot {\n  require outer: signed by distro\n}\n',
    'artifact zboot {\n  require outer: signed by distro\n}\n',
  ),
  BP0041: page(
    'a requirement outside a block',
    'Requirements and nested layers stand inside `artifact KIND { }` or `layer KIND { }`. Often the block before was closed too early.',
    'require outer: signed by distro\n',
    'artifact zboot {\n  require outer: signed by distro\n}\n',
  ),
  BP0042: page(
    '`language` or `policy` out of place',
    'A policy begins with `language 1`, then `policy NAME`; each stands once.',
    'policy distro\nlanguage 1\n',
    'language 1\npolicy distro\n',
  ),
  BP0043: page(
    'an unknown line in a block',
    'A block holds requirements (`require`, `forbid` or `warn`, a name, a colon, a condition), nested layers, and `otherwise`.',
    'artifact zboot {\n  requre outer: signed by distro\n}\n',
    'artifact zboot {\n  require outer: signed by distro\n}\n',
  ),
  BP0044: page(
    'signers without a source',
    'A signer set is `file "PATH"` or a list of other sets in braces.',
    'signers distro = "keys/ca.pem"\n',
    'signers distro = file "keys/ca.pem"\n',
  ),
  BP0045: page(
    'an incomplete statement',
    'A word that this statement needs is missing, such as `signers` after `param`, or `until` and `because` in a waiver.',
    'waive codec until 2027-03-31 for sha256:9f86d081\n',
    'waive codec until 2027-03-31 for sha256:9f86d081 because "REL-412"\n',
  ),
  BP0046: page(
    'a requirement without a condition',
    'After the colon comes the condition: a property, `signed by`, `covered by`, `any of { }` …',
    'artifact zboot {\n  require outer:\n}\n',
    'artifact zboot {\n  require outer: signed by distro\n}\n',
  ),
  BP0047: page(
    'words after the end',
    'What stands here is complete, and the words after it belong to nothing. A statement ends where the next one begins.',
    'param signers ring optional\n',
    'param signers ring\n',
  ),
  BP0050: page(
    '`and` or `or` between conditions',
    'There is no operator between conditions or between signers: an *or* must not be readable as an *and*. Alternatives are `any of { … }`, conjunctions `all of { … }`.',
    'artifact zboot {\n  require outer: signed by distro or signed by modules\n}\n',
    'artifact zboot {\n  require outer: any of { signed by distro, signed by modules }\n}\n',
  ),
  BP0051: page(
    '`not` before a condition',
    'The negative of a condition is `forbid NAME: …` or `none of { … }`.',
    'artifact zboot {\n  require unsigned: not signed by distro\n}\n',
    'artifact zboot {\n  require unsigned: none of { signed by distro }\n}\n',
  ),
  BP0052: page(
    '`signed` without `by`',
    'A signature counts only by whom it was made: `signed by SIGNERS`, `allowed by SIGNERS`, `covered by SIGNERS`.',
    'artifact zboot {\n  require outer: signed\n}\n',
    'artifact zboot {\n  require outer: signed by distro\n}\n',
  ),
  BP0053: page(
    '`any`, `all`, `none` or `one` without `of`',
    'Groups are written `any of { }`, `all of { }`, `none of { }`, and `one of { }` for kinds of layers.',
    'artifact zboot {\n  require outer: any { signed by distro }\n}\n',
    'artifact zboot {\n  require outer: any of { signed by distro }\n}\n',
  ),
  BP0054: page(
    'an unknown comparison',
    'Properties are compared by `in { … }`, `<=` and `>=`, or take a text.',
    'artifact zboot {\n  require codec: compression == gzip\n}\n',
    'artifact zboot {\n  require codec: compression in { gzip }\n}\n',
  ),
  BP0055: page(
    'a word after a property',
    'The values of a property stand after `in`, in braces.',
    'artifact zboot {\n  require codec: compression gzip\n}\n',
    'artifact zboot {\n  require codec: compression in { gzip }\n}\n',
  ),
  BP0056: page(
    'an unknown unit',
    'Sizes are in bytes, or in `KiB`, `MiB` or `GiB`.',
    'artifact zboot {\n  require small: size <= 64 MB\n}\n',
    'artifact zboot {\n  require small: size <= 64 MiB\n}\n',
  ),
  BP0057: page(
    'an incomplete `sbat` condition',
    'The condition is `sbat COMPONENT >= GENERATION`.',
    'artifact uki {\n  require level: sbat systemd = 2\n}\n',
    'artifact uki {\n  require level: sbat systemd >= 2\n}\n',
  ),
  BP0058: page(
    'an unknown constraint on a signature',
    'Constraints are `digest in { }`, `key FAMILY >= BITS`, `valid at signing`, `valid now`, `validity ignored`, `count >= N`, `timestamped` and `scheme NAME`.',
    'artifact uki {\n  require envelope: signed by distro { digset in { sha256 } }\n}\n',
    'artifact uki {\n  require envelope: signed by distro { digest in { sha256 } }\n}\n',
  ),
  BP0059: page(
    'an incomplete constraint on a signature',
    'A part of the constraint is missing: `key rsa >= 2048`, `valid at signing`, `validity ignored`, `count >= 2`.',
    'artifact uki {\n  require envelope: signed by distro { key rsa 2048 }\n}\n',
    'artifact uki {\n  require envelope: signed by distro { key rsa >= 2048 }\n}\n',
  ),
  BP0060: page(
    'constraints after `covered by`',
    'Only `signed by` and `allowed by` take constraints; coverage follows from the signatures of the layers around.',
    'artifact uki {\n  require rd: covered by distro { count >= 2 }\n}\n',
    'artifact uki {\n  require rd: covered by distro\n}\n',
  ),
  BP0061: page(
    'a list where one signer set is due',
    '`signed by` takes one signer set. Say `any of { signed by a, signed by b }`, or define `signers both = { a, b }`.',
    'artifact uki {\n  require envelope: signed by { distro, modules }\n}\n',
    'artifact uki {\n  require envelope: any of { signed by distro, signed by modules }\n}\n',
  ),
  BP0070: page(
    'an unknown clause of a view',
    'After `at NAME` come, in any order, `sees`, `trimmed`, `beside`, `like`, `loads`, `revoked by` and `enforce`.',
    'at kexec sess image like linux\n',
    'at kexec sees image like linux\n',
  ),
  BP0071: page(
    'a clause given twice',
    'Each clause of a view stands at most once.',
    'at kexec sees image sees file\n',
    'at kexec sees image\n',
  ),
  BP0072: page(
    'an incomplete clause of a view',
    'A word is missing after `sees`, `beside`, `like`, `revoked` or `enforce`.',
    'at kexec sees like linux\n',
    'at kexec sees image like linux\n',
  ),
  BP0075: page(
    'an unknown word after a nested layer',
    'After the kind of a nested layer may stand `optional`, `absent` or `many`, then a colon, a block, or a comma.',
    'artifact uki {\n  initrd optinal\n}\n',
    'artifact uki {\n  initrd optional\n}\n',
  ),
  BP0076: page(
    'a nested artifact that is not a kind',
    'After the colon comes one kind, or `one of { … }` with several.',
    'artifact uki {\n  linux: { zboot, bzimage }\n}\n',
    'artifact uki {\n  linux: one of { zboot, bzimage }\n}\n',
  ),
  BP0080: page(
    'an unknown line in a test',
    'A test holds `given LAYER …` and `expect VERDICT …`.',
    'test "outer" {\n  give zboot signed by distro\n  expect accept\n}\n',
    'test "outer" {\n  given zboot signed by distro\n  expect accept\n}\n',
  ),
  BP0081: page(
    'an unknown part of a given layer',
    'A given layer has `signed by NAME`, and in braces its properties and nested layers, on lines of their own or separated by commas.',
    'test "outer" {\n  given zboot signed by distro 5\n  expect accept\n}\n',
    'test "outer" {\n  given zboot signed by distro\n  expect accept\n}\n',
  ),
  BP0099: page(
    'something that cannot stand here',
    'The text cannot be read on from here, and no more is known.',
    '',
    'language 1\n',
  ),
} as const satisfies Record<string, SyntaxErrorPage>;

/** Every code of a syntax error, with what the documentation says of it. Codes are permanent. */
export const SYNTAX_ERRORS: Readonly<Record<SyntaxErrorCode, SyntaxErrorPage>> = PAGES;

// eslint-disable-next-line max-params -- a row of the table, in the order of its columns
function page(title: string, doc: string, bad: string, good: string): SyntaxErrorPage {
  return { title, doc, bad, good };
}
