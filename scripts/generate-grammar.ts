import type { ISerializedGast } from 'chevrotain';
import { PolicyParser } from '../grammar/policy-parser.ts';
import { railroadOf, separatorOf } from './railroad.ts';

/** The grammar for readers, as the parser has it: EBNF and a page of railroad diagrams, `{ path: content }`. */
export function grammarPages(): Readonly<Record<string, string>> {
  const rules = fromTheTop(new PolicyParser('skipped').getSerializedGastProductions().flatMap(ruleOf));
  return { 'docs/grammar/bootpol.ebnf': ebnf(rules), 'docs/grammar/railroad.html': page(rules) };
}

interface GrammarRule {
  readonly name: string;
  readonly definition: readonly ISerializedGast[];
}

function ruleOf(production: ISerializedGast): readonly GrammarRule[] {
  if (!('name' in production) || !('definition' in production)) return [];
  return [{ name: String(production.name), definition: production.definition }];
}

/** The rules in the order in which a reader meets them, from `policyFile` down. */
function fromTheTop(rules: readonly GrammarRule[]): readonly GrammarRule[] {
  const ordered: GrammarRule[] = [];
  const visit = (name: string): void => {
    const rule = rules.find((each) => each.name === name);
    if (rule === undefined || ordered.includes(rule)) return;
    ordered.push(rule);
    rule.definition.flatMap(namesIn).forEach(visit);
  };
  visit('policyFile');
  return ordered;
}

/** Names of the rules that a piece refers to, in order. */
function namesIn(node: ISerializedGast): readonly string[] {
  if (node.type === 'NonTerminal' && 'name' in node) return [String(node.name)];
  return 'definition' in node ? node.definition.flatMap(namesIn) : [];
}

function ebnf(rules: readonly GrammarRule[]): string {
  const head = [
    '(* The bootpol language, version 1, in the EBNF of the W3C: ? optional, * any number, + once or more. *)',
    '(* Generated from the parser by `npm run generate`. Comments run from # to the end of the line. *)',
  ];
  const lines = rules.map(({ name, definition }) => `${name} ::= ${sequence(definition)}`);
  return `${[...head, ...lines].join('\n\n')}\n`;
}

function sequence(nodes: readonly ISerializedGast[]): string {
  return nodes.map(term).join(' ');
}

function term(node: ISerializedGast): string {
  const inner = 'definition' in node ? sequence(node.definition) : '';
  switch (node.type) {
    case 'Terminal':
      return terminal(node);
    case 'NonTerminal':
      return 'name' in node ? String(node.name) : '';
    case 'Option':
      return `(${inner})?`;
    case 'Repetition':
      return `(${inner})*`;
    case 'RepetitionMandatory':
      return `(${inner})+`;
    case 'RepetitionWithSeparator':
      return `(${inner} (${separator(node)} ${inner})*)?`;
    case 'RepetitionMandatoryWithSeparator':
      return `${inner} (${separator(node)} ${inner})*`;
    case 'Alternation':
      return `(${'definition' in node ? node.definition.map(term).join(' | ') : ''})`;
    default:
      return inner;
  }
}

function separator(node: ISerializedGast): string {
  const between = separatorOf(node);
  return between === null ? '' : term(between);
}

/** Signs and keywords are quoted; classes such as names stay words. */
function terminal(node: ISerializedGast): string {
  const label = 'label' in node && typeof node.label === 'string' ? node.label : '';
  if (label === '"text"') return 'a-text';
  return label.includes(' ') ? label.replaceAll(' ', '-') : `"${label.replaceAll('"', '')}"`;
}

function page(rules: readonly GrammarRule[]): string {
  const parts = rules.map(({ name, definition }) => `<h2 id="${name}">${name}</h2>\n${railroadOf(definition)}`);
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
${parts.join('\n')}
</html>
`;
}
