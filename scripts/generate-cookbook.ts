import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = 'policies/cookbook';

/** The cookbook, from the policies in it: each begins with a title and what it is for, as a comment. */
export function cookbookPage(): Readonly<Record<string, string>> {
  const recipes = readdirSync(FOLDER).sort().map(recipeOf);
  const contents = recipes.map(({ file, title }) => `- [${title}](#${anchorOf(title)}) (\`${file}\`)`);
  return { 'docs/cookbook.md': [PAGE_HEAD, ...contents, '', ...recipes.map(section)].join('\n') };
}

const PAGE_HEAD = `# Cookbook

Policies that people ask for, each whole, with its tests; they lie in \`policies/cookbook/\`. Take what you need into a policy of
your own: requirements are a set, and their order means nothing. Signers are params: bind them with \`--bind NAME=FILE\`, or
replace \`param signers NAME\` by \`signers NAME = file "…"\`.
`;

interface Recipe {
  readonly file: string;
  readonly title: string;
  readonly text: string;
  readonly policy: string;
}

function recipeOf(file: string): Recipe {
  const lines = readFileSync(`${FOLDER}/${file}`, 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  const [title = '', ...rest] = lines.slice(0, end).map((line) => line.replace(/^# ?/, ''));
  if (end < 2 || title === '') throw new Error(`${FOLDER}/${file} does not say what it is for`);
  return { file, title, text: rest.join('\n').trim(), policy: lines.slice(end).join('\n').trimEnd() };
}

function section({ title, text, policy }: Recipe): string {
  return `## ${title}\n\n${text}\n\n\`\`\`bootpol\n${policy}\n\`\`\`\n`;
}

/** How GitHub names the anchor of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}
