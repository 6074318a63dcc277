import { clipped } from './lexer.ts';
import { nearestWord } from './nearest-word.ts';
import type { Slip, Spot, Wording } from './recovering-parser.ts';
import type { SyntaxErrorCode } from './syntax-error.ts';
import { spanOf, type Token } from './token.ts';
import {
  AtLeast,
  AtMost,
  Comma,
  Equals,
  ForeignOperator,
  LeftBrace,
  NumberToken,
  PropertyName,
  RightBrace,
  Word,
} from './tokens.ts';

const STATEMENTS = [
  'language',
  'policy',
  'signers',
  'param',
  'revoked',
  'artifact',
  'layer',
  'at',
  'waive',
  'test',
  'assert',
  'import',
];
const CLAUSES = ['sees', 'trimmed', 'beside', 'like', 'loads', 'revoked', 'enforce'];
const REQUIREMENTS = ['require', 'forbid', 'warn'];
const ITEMS = [...REQUIREMENTS, 'otherwise', 'section'];
const PRESENCES = ['optional', 'absent', 'many'];
const CONSTRAINTS = ['digest', 'key', 'valid', 'validity', 'count', 'timestamped', 'scheme'];

/** A word of a statement is missing: the name of a set, a text, a number. */
export function missing(code: SyntaxErrorCode, what: string, help: string | null = null): Wording {
  return (spot) => ({
    code,
    text: spot.previous ? `${what} is missing after ${quoted(spot.previous)}` : `${what} is missing`,
    label: spot.onSameLine && spot.actual ? `${what} is due before this` : `${what} is due after this`,
    help,
  });
}

/** A keyword of a statement is missing or misspelt. */
export function missingWord(code: SyntaxErrorCode, word: string, help: string): Wording {
  return (spot) => {
    const misspelt = spot.onSameLine && spot.actual && nearestWord(spot.actual.image, [word]);
    if (!misspelt || spot.actual.image === word) return missing(code, `\`${word}\``, help)(spot);
    return {
      code,
      text: `${quoted(spot.actual)} is not a word of the language here`,
      label: `did you mean \`${word}\`?`,
      help,
    };
  };
}

export function missingName(what: string): Wording {
  return (spot) => {
    const quotedName = spot.onSameLine && spot.actual?.image.startsWith('"') ? 'names stand without quotes' : null;
    return missing('BP0023', what, quotedName)(spot);
  };
}

export const missingOpenBrace: Wording = missing('BP0022', '`{`', 'blocks, groups and lists stand in braces');

export const missingCloseBrace: Wording = (spot) => ({
  code: 'BP0020',
  text: 'this brace is never closed',
  label: spot.actual
    ? `no \`}\` before ${quoted(spot.actual)} on line ${spot.actual.startLine}`
    : 'no `}` before the end of the file',
  help: null,
});

export const missingColon: Wording = missing(
  'BP0024',
  '`:`',
  'a colon stands between the name of a requirement and its condition',
);
export const missingBy: Wording = (spot) => ({
  ...missing('BP0052', '`by`')(spot),
  text: spot.previous ? `\`${spot.previous.image}\` does not say by whom` : '`by` is missing',
  help: `write \`${spot.previous?.image ?? 'signed'} by\` and a signer set: anybody can sign`,
});
export const missingOf: Wording = missing(
  'BP0053',
  '`of`',
  'groups are written `any of { }`, `all of { }`, `none of { }`',
);
export const missingCondition: Wording = (spot) =>
  operatorSlip(spot) ??
  missing(
    'BP0046',
    'a condition',
    'a property, `signed by`, `covered by`, `any of { }`, `all of { }`, `none of { }`',
  )(spot);
export const missingElement: Wording = (spot) => ({
  ...missing('BP0027', 'an element')(spot),
  text: 'nothing stands between these braces',
  label: 'an element is due before this',
  help: 'a view that enforces nothing says `enforce nothing`',
});
export const missingComma: Wording = (spot) => ({
  code: 'BP0026',
  text: `a comma is missing between ${quoted(spot.previous)} and ${quoted(spot.actual)}`,
  label: 'a comma is due before this',
  help: null,
});

/** Requirements without a name, told by what follows. */
export const requirementWithoutName: Wording = (spot) => ({
  code: 'BP0023',
  text: 'this requirement has no name',
  label: 'a name and `:` are due before this',
  help: `write \`${spot.previous?.image ?? 'require'} NAME: ${spot.actual?.image ?? 'signed'} ${spot.next?.image ?? 'by'} …\``,
});

export const signerList: Wording = () => ({
  code: 'BP0061',
  text: 'a list stands where one signer set is due',
  label: 'one name is due here',
  help: 'write `any of { signed by a, signed by b }`, or define a set: `signers both = { a, b }`',
});

export const missingSource: Wording = missing('BP0044', '`file` or `{`', 'a set is `file "PATH"` or `{ a, b }`');
export const uncoveredConstraints: Wording = () => ({
  code: 'BP0060',
  text: '`covered by` takes no constraints',
  label: 'constraints follow `signed by` and `allowed by` only',
  help: null,
});
export const repeatedClause: Wording = (spot) => ({
  code: 'BP0071',
  text: `this view has a second \`${spot.actual?.image ?? ''}\``,
  label: 'given before',
  help: 'each clause stands at most once',
});
export const headOutOfPlace: Wording = (spot) => ({
  code: 'BP0042',
  text: `\`${spot.actual?.image ?? ''}\` is out of place`,
  label: 'stands once, before all other statements',
  help: 'a policy begins with `language 1`, then `policy NAME`',
});
export const missingKind: Wording = (spot) => ({
  ...missing('BP0076', 'a kind or `one of`', '`linux: zboot`, or `linux: one of { zboot, bzimage }`')(spot),
});

/** A word after a nested layer that is no `optional`, `absent` or `many`. */
export const unknownPresence: Wording = (spot) => ({
  code: 'BP0075',
  text: PRESENCES.includes(spot.actual?.image ?? '')
    ? `${quoted(spot.actual)} cannot stand after ${quoted(spot.previous)}`
    : `${quoted(spot.actual)} says nothing about a nested layer`,
  ...hint(spot.actual, PRESENCES, 'unknown word'),
  help: 'one of `optional`, `absent`, `many` may stand right after the kind of a layer',
});

/** A line of a block that begins like a nested layer and goes on like a requirement. */
export const misspeltItem: Wording = (spot) => ({
  code: 'BP0043',
  text: `${quoted(spot.previous)} begins no line of a block`,
  ...hint(spot.previous, ITEMS, 'unknown word'),
  help: 'requirements begin with `require`, `forbid` or `warn`, a name and `:`',
  ...(spot.previous ? { span: spanOf(spot.previous) } : {}),
});

/** `outer: signed by distro` */
export function requirementWithoutMode(name: Token): Slip {
  return {
    code: 'BP0043',
    text: `${quoted(name)} begins no line of a block`,
    label: '`require`, `forbid` or `warn` is due before this',
    help: `write \`require ${clipped(name.image)}: …\``,
    span: spanOf(name),
  };
}

/** A condition in a block, without `require NAME:`. */
export const bareCondition: Wording = (spot) => ({
  code: 'BP0043',
  text: 'this condition belongs to no requirement',
  label: '`require NAME:` is due before the condition',
  help: `write \`require NAME: ${spot.previous?.image ?? ''} ${spot.actual?.image ?? ''} …\``,
  ...(spot.previous ? { span: spanOf(spot.previous) } : {}),
});

export const strayStatement: Wording = (spot) => {
  const image = spot.actual?.image ?? '';
  if (spot.actual?.tokenType === RightBrace) {
    return {
      code: 'BP0021',
      text: 'this `}` closes nothing',
      label: 'no `{` is open here',
      help: 'perhaps a block was closed too early',
    };
  }
  if (!spot.actual || (spot.onSameLine && spot.previous?.tokenType !== RightBrace)) return trailing(spot);
  if ([...REQUIREMENTS, 'otherwise'].includes(image)) {
    return {
      code: 'BP0041',
      text: `\`${image}\` stands outside every block`,
      label: 'belongs inside `artifact KIND { }`',
      help: 'perhaps the block before was closed too early',
    };
  }
  return {
    code: 'BP0040',
    text: `${quoted(spot.actual)} begins no statement`,
    ...hint(spot.actual, [...STATEMENTS, ...CLAUSES, ...ITEMS], 'unknown statement'),
    help: null,
  };
};

export const strayItem: Wording = (spot) => {
  if (spot.onSameLine && spot.previous?.tokenType !== LeftBrace) return operatorSlip(spot) ?? trailing(spot);
  if (spot.actual && CONDITION_WORDS.has(spot.actual.image)) {
    return {
      code: 'BP0043',
      text: 'this condition belongs to no requirement',
      label: '`require NAME:` is due before the condition',
      help: null,
    };
  }
  return {
    code: 'BP0043',
    text: `${quoted(spot.actual)} begins no line of a block`,
    ...hint(spot.actual, ITEMS, 'a requirement or a nested layer is due here'),
    help: null,
  };
};

export const strayCondition: Wording = (spot) => operatorSlip(spot) ?? trailing(spot);

export const strayConstraint: Wording = (spot) => ({
  code: 'BP0058',
  text: `${quoted(spot.actual)} is not a constraint on a signature`,
  ...hint(spot.actual, CONSTRAINTS, 'unknown constraint'),
  help: `constraints are ${CONSTRAINTS.map((word) => `\`${word}\``).join(', ')}`,
});

export const strayClause: Wording = (spot) => ({
  code: 'BP0070',
  text: `${quoted(spot.actual)} is not a clause of a view`,
  ...hint(spot.actual, CLAUSES, 'unknown clause'),
  help: `clauses are ${CLAUSES.map((word) => `\`${word}\``).join(', ')}`,
});

export const strayTestLine: Wording = (spot) => ({
  code: 'BP0080',
  text: `${quoted(spot.actual)} begins no line of a test`,
  ...hint(spot.actual, ['given', 'expect'], '`given` or `expect` is due here'),
  help: null,
});

export const strayGiven: Wording = (spot) => ({
  code: 'BP0081',
  text: `${quoted(spot.actual)} is no part of a given layer`,
  label: 'unexpected here',
  help: 'a given layer has `signed by NAME`, and properties and nested layers in braces',
});

export const strayElement: Wording = (spot) => {
  const image = spot.actual?.image ?? '';
  if (image.startsWith('"'))
    return {
      code: 'BP0026',
      text: `${quoted(spot.actual)} stands in quotes`,
      label: 'a text in a list',
      help: `the elements of a list are words: \`${clipped(image.slice(1, -1))}\``,
    };
  if (image === 'and' || image === 'or')
    return {
      code: 'BP0026',
      text: `\`${image}\` stands between the elements of a list`,
      label: 'a comma is due here',
      help: null,
    };
  if (spot.actual?.tokenType === Comma)
    return {
      code: 'BP0026',
      text: 'a comma without an element before it',
      label: 'an element is due before this',
      help: null,
    };
  return {
    code: 'BP0026',
    text: `${quoted(spot.actual)} is no element of a list`,
    label: 'a word is due here',
    help: null,
  };
};

const CONDITION_WORDS: ReadonlySet<string> = new Set(['any', 'all', 'none', 'signed', 'allowed', 'covered']);

/** Operators of other languages, and what this one has in their place. */
function operatorSlip(spot: Spot): Slip | null {
  const { actual, previous } = spot;
  const image = actual?.image ?? '';
  if (['and', 'or', '&&', '||', '&', '|'].includes(image)) {
    const isOr = image.startsWith('o') || image.startsWith('|');
    return {
      code: 'BP0050',
      text: `conditions are not joined by \`${image}\``,
      label: `no operator stands between conditions`,
      help: isOr ? 'alternatives are `any of { …, … }`' : 'to require both: `all of { …, … }`, or two requirements',
    };
  }
  if (image === 'not' || image === '!') {
    return {
      code: 'BP0051',
      text: `conditions are not negated by \`${image}\``,
      label: 'no negation',
      help: 'write `forbid NAME: …`, or `none of { … }`',
    };
  }
  const operator =
    actual?.tokenType === Equals ||
    actual?.tokenType === ForeignOperator ||
    actual?.tokenType === AtMost ||
    actual?.tokenType === AtLeast;
  if (operator)
    return {
      code: 'BP0054',
      text: `${quoted(actual)} does not compare anything here`,
      label: 'unknown comparison',
      help: comparisonHelp(image),
    };
  if (!spot.onSameLine || !actual || !previous) return null;
  if (previous.tokenType === NumberToken && actual.tokenType.CATEGORIES?.includes(Word)) return unknownUnit(actual);
  const afterProperty = previous.tokenType.CATEGORIES?.includes(PropertyName);
  return afterProperty ? valueSlip(previous, actual) : null;
}

function comparisonHelp(image: string): string {
  if (image === '<' || image === '=<') return 'limits are written `<=`';
  if (image === '>' || image === '=>') return 'limits are written `>=`';
  return 'properties are compared by `in { … }`, `<=` and `>=`';
}

function unknownUnit(actual: Token): Slip {
  return {
    code: 'BP0056',
    text: `${quoted(actual)} is not a unit`,
    ...hint(actual, ['KiB', 'MiB', 'GiB'], 'unknown unit'),
    help: 'units are `KiB`, `MiB`, `GiB`; a number alone is in bytes',
  };
}

function valueSlip(previous: Token, actual: Token): Slip {
  const text = `${quoted(actual)} cannot stand after ${quoted(previous)}`;
  const help = actual.tokenType.CATEGORIES?.includes(Word)
    ? `values stand in a list: \`${clipped(previous.image)} in { ${clipped(actual.image)} }\``
    : null;
  return { code: 'BP0055', text, label: 'unexpected here', help };
}

function trailing(spot: Spot): Slip {
  const text = spot.previous
    ? `${quoted(spot.actual)} cannot stand after ${quoted(spot.previous)}`
    : `${quoted(spot.actual)} cannot stand here`;
  return {
    code: 'BP0047',
    text,
    ...hint(spot.actual, ['version', 'from', 'until', 'for', 'because', 'at', 'of', 'by', 'in'], 'unexpected here'),
    help: null,
  };
}

function hint(token: Token | null, candidates: readonly string[], otherwise: string): { readonly label: string } {
  const image = token?.image ?? '';
  const near = candidates.includes(image) ? null : nearestWord(image, candidates);
  return { label: near ? `did you mean \`${near}\`?` : otherwise };
}

/** Whether a word looks like a misspelt `require`, `forbid`, `warn`, `otherwise` or `section`. */
export function resemblesItem(token: Token): boolean {
  return nearestWord(token.image, ITEMS) !== null;
}

/** Whether a word looks like a misspelt `optional`, `absent` or `many`. */
export function resemblesPresence(token: Token): boolean {
  return nearestWord(token.image, PRESENCES) !== null;
}

function quoted(token: Token | null): string {
  return token ? `\`${clipped(token.image)}\`` : 'the end of the file';
}

export const constraintWord = (word: string): Wording =>
  missingWord('BP0059', word, 'such as `key rsa >= 2048`, `valid at signing`, `valid now`, `validity ignored`');
export const clauseWord = (what: string): Wording => missing('BP0072', what);
