import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';

const GRAMMAR = 'apps/vscode/syntaxes/bootpol.tmLanguage.json';
const GOLDENS = 'test/golden/textmate';
/** A policy with every statement of the language, also those that no shipped policy has. */
export const EVERYTHING = 'test/apps/vscode/everything.bootpol';

/** How the grammar of the VS Code extension colours every shipped policy and one of all statements, `{ path: content }`. */
export async function textmateGoldens(grammarText: string): Promise<Readonly<Record<string, string>>> {
  const grammar = await loadGrammar(grammarText);
  const shipped = shippedPolicies().map((name) => [name, readFileSync(join('policies', name), 'utf8')] as const);
  return Object.fromEntries(
    [...shipped, ['everything.bootpol', readFileSync(EVERYTHING, 'utf8')] as const].map(([name, text]) => [
      join(GOLDENS, `${name.replaceAll('/', '-')}.txt`),
      coloured(grammar, text),
    ]),
  );
}

/** Names of the shipped policies, in `policies/`. */
export function shippedPolicies(): readonly string[] {
  const names = readdirSync('policies', { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.bootpol')).sort();
}

/** The grammar as editors load it: by Oniguruma, the engine of VS Code. */
export async function loadGrammar(text = readFileSync(GRAMMAR, 'utf8')): Promise<IGrammar> {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(new Uint8Array(readFileSync(wasm)).buffer);
  const { createOnigScanner, createOnigString } = oniguruma;
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: () => Promise.resolve(textmate.parseRawGrammar(text, GRAMMAR)),
  });
  const loaded = await registry.loadGrammar('source.bootpol');
  if (loaded === null) throw new Error('the grammar cannot be loaded');
  return loaded;
}

/** Every stretch of one colour on a line of its own, with the last of its scopes. */
export function coloured(grammar: IGrammar, text: string): string {
  const lines: string[] = [];
  let state = textmate.INITIAL;
  for (const line of text.split('\n')) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    const words = joined(
      tokens.map(({ startIndex, endIndex, scopes }) => [line.slice(startIndex, endIndex), scopeOf(scopes)]),
    );
    lines.push(...words.map(([word, scope]) => `${word}  ${scope}`));
  }
  return `${lines.join('\n')}\n`;
}

/** Neighbours of one scope, such as the quotes and the letters of a text, as one; white space without a scope left out. */
function joined(tokens: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  for (const [word, scope] of tokens) {
    const last = found.at(-1);
    if (last && last[1] === scope) last[0] += word;
    else found.push([word, scope]);
  }
  return found.filter(([word, scope]) => scope !== '-' || word.trim() !== '');
}

function scopeOf(scopes: readonly string[]): string {
  return (scopes.at(-1) ?? '').replace(/^source\.bootpol$/, '-').replace(/\.bootpol$/, '');
}
