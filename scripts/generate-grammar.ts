import { tokenLabel } from 'chevrotain';
import type { GrammarRule, Production } from '../grammar/productions.ts';
import { PolicyParser } from '../grammar/policy-parser.ts';
import { railroadOf } from './railroad.ts';

/** The grammar for readers, as the parser has it: EBNF and a page of railroad diagrams, `{ path: content }`. */
export function grammarPages(): Readonly<Record<string, string>> {
  const rules = fromTheTop(new PolicyParser().grammar());
  return { 'docs/grammar/bootpol.ebnf': ebnf(rules), 'docs/grammar/railroad.html': page(rules) };
}

/** The rules in the order in which a reader meets them, from `policyFile` down. */
function fromTheTop(rules: readonly GrammarRule[]): readonly GrammarRule[] {
  const ordered: GrammarRule[] = [];
  const visit = (name: string): void => {
    const rule = rules.find((each) => each.name === name);
    if (rule === undefined || ordered.includes(rule)) return;
    ordered.push(rule);
    rule.parts.flatMap(namesIn).forEach(visit);
  };
  visit('policyFile');
  return ordered;
}

/** Names of the rules that a piece refers to, in order. */
function namesIn(production: Production): readonly string[] {
  switch (production.kind) {
    case 'token':
      return [];
    case 'rule':
      return [production.name];
    case 'choice':
      return production.alternatives.flatMap((alternative) => alternative.flatMap(namesIn));
    case 'option':
    case 'loop':
      return production.parts.flatMap(namesIn);
  }
}

function ebnf(rules: readonly GrammarRule[]): string {
  const head = [
    '(* The bootpol language, version 1, in the EBNF of the W3C: ? optional, * any number, + once or more. *)',
    '(* Generated from the parser by `npm run generate`. Comments run from # to the end of the line. *)',
  ];
  const lines = rules.map(({ name, parts }) => `${name} ::= ${sequence(parts)}`);
  return `${[...head, ...lines].join('\n\n')}\n`;
}

function sequence(productions: readonly Production[]): string {
  return productions.map(term).join(' ');
}

function term(production: Production): string {
  switch (production.kind) {
    case 'token':
      return terminal(tokenLabel(production.type));
    case 'rule':
      return production.name;
    case 'option':
      return `(${sequence(production.parts)})?`;
    case 'loop':
      return `(${sequence(production.parts)})*`;
    case 'choice':
      return `(${production.alternatives.map(sequence).join(' | ')})`;
  }
}

/** Signs and keywords are quoted; classes such as names stay words. */
function terminal(label: string): string {
  if (label === '"text"') return 'a-text';
  return label.includes(' ') ? label.replaceAll(' ', '-') : `"${label.replaceAll('"', '')}"`;
}

function page(rules: readonly GrammarRule[]): string {
  const sections = rules.map(({ name, parts }) => `<h2 id="${name}">${name}</h2>\n${railroadOf(parts)}`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>bootpol grammar</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
  h2 { font: bold 1rem ui-monospace, monospace; margin: 2rem 0 .5rem; }
  svg { max-width: 100%; height: auto; }
  path { fill: none; stroke: #555; stroke-width: 1.5; }
  rect { stroke: #555; stroke-width: 1.2; }
  rect.terminal { fill: #e6f2e6; } rect.rule { fill: #e6ecf7; }
  text { font: 13px ui-monospace, monospace; text-anchor: middle; }
</style>
<h1>The bootpol language, version 1</h1>
<p>Rounded boxes are words and signs of the text; square boxes are other rules of this page. Generated from the parser.</p>
${sections.join('\n')}
</html>
`;
}
