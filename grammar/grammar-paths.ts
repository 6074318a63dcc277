import { type TokenType, tokenMatcher } from 'chevrotain';
import type { GrammarRule, Production } from './productions.ts';
import type { Token } from './token.ts';

/** A token that the grammar lets stand at some place, and for what. */
export interface Expected {
  readonly type: TokenType;
  /** The rule that asks for it, and which of its tokens of this type it is: `signature.Word0`. */
  readonly slot: string;
  /** The rules around it, innermost first: `nameList`, `enforceClause`, `clause` … */
  readonly rules: readonly string[];
}

/** A place in the grammar, with the way back to the rules that led there. Opaque. */
export interface GrammarPlace {
  readonly node: number;
  readonly frame: Frame | null;
}

/** The grammar as an automaton over tokens: what can stand where, without the parser's recovery and gates. */
export interface GrammarPaths {
  /** The places before the first token. */
  readonly start: readonly GrammarPlace[];
  /** Every token that can stand at these places. */
  expected(places: readonly GrammarPlace[]): readonly Expected[];
  /** The places behind a token; none where it cannot stand. */
  step(places: readonly GrammarPlace[], token: Token): readonly GrammarPlace[];
}

/**
 * Makes the automaton of a grammar from the rules that the parser recorded. Chevrotain's content assist explores every path
 * anew for every question, and is gone from its later versions.
 */
export function grammarPaths(rules: readonly GrammarRule[], startRule: string): GrammarPaths {
  const graph: Graph = { nodes: [], rules: new Map() };
  for (const rule of rules) declareRule(rule.name, graph);
  for (const rule of rules) addRule(rule, graph);
  const first = graph.rules.get(startRule);
  if (first === undefined) throw new Error(`the grammar has no rule ${startRule}`);
  return {
    start: [{ node: first.entry, frame: { rule: startRule, returnTo: null, parent: null, callees: new Map() } }],
    expected: (places) => reachable(places, graph).map(expectedOf),
    step: (places, token) =>
      reachable(places, graph)
        .filter(({ edge }) => tokenMatcher(token, edge.type))
        .map(({ edge, frame }) => ({ node: edge.to, frame })),
  };
}

/** One rule that is being read: its name, and where its caller goes on. */
interface Frame {
  readonly rule: string;
  readonly returnTo: number | null;
  readonly parent: Frame | null;
  /** The frames of rules called from here, so that equal ones are the same. */
  readonly callees: Map<number, Frame>;
}

interface Node {
  readonly skips: number[];
  readonly tokens: TokenEdge[];
  readonly calls: { readonly rule: string; readonly entry: number; readonly to: number }[];
  /** Whether a rule ends here. */
  ends: 'here' | 'later';
}

interface TokenEdge {
  readonly type: TokenType;
  readonly slot: string;
  readonly to: number;
}

interface Graph {
  readonly nodes: Node[];
  readonly rules: Map<string, { readonly entry: number; readonly exit: number }>;
}

function newNode({ nodes }: Graph): number {
  nodes.push({ skips: [], tokens: [], calls: [], ends: 'later' });
  return nodes.length - 1;
}

function declareRule(name: string, graph: Graph): void {
  graph.rules.set(name, { entry: newNode(graph), exit: newNode(graph) });
}

function addRule(rule: GrammarRule, graph: Graph): void {
  const ends = graph.rules.get(rule.name);
  if (ends === undefined) return;
  const last = addSequence(rule.parts, ends.entry, { graph, rule: rule.name });
  graph.nodes[last]?.skips.push(ends.exit);
  const exit = graph.nodes[ends.exit];
  if (exit) exit.ends = 'here';
}

interface Building {
  readonly graph: Graph;
  readonly rule: string;
}

function addSequence(productions: readonly Production[], from: number, building: Building): number {
  return productions.reduce((at, production) => addProduction(production, at, building), from);
}

/** Adds a production behind a node; gives the node behind it. */
function addProduction(production: Production, from: number, building: Building): number {
  const { graph, rule } = building;
  const { nodes } = graph;
  const to = newNode(graph);
  switch (production.kind) {
    case 'token': {
      const { type, index } = production;
      nodes[from]?.tokens.push({ type, slot: `${rule}.${type.name}${index}`, to });
      break;
    }
    case 'rule': {
      const called = graph.rules.get(production.name);
      if (called) nodes[from]?.calls.push({ rule: production.name, entry: called.entry, to });
      break;
    }
    case 'choice':
      for (const alternative of production.alternatives) {
        nodes[addSequence(alternative, from, building)]?.skips.push(to);
      }
      break;
    case 'option':
      nodes[addSequence(production.parts, from, building)]?.skips.push(to);
      nodes[from]?.skips.push(to);
      break;
    case 'loop': {
      // Its own node, so that going round never leads back into what stands before it.
      const round = newNode(graph);
      nodes[from]?.skips.push(round);
      nodes[addSequence(production.parts, round, building)]?.skips.push(round, to);
      nodes[round]?.skips.push(to);
      break;
    }
  }
  return to;
}

interface Reached {
  readonly edge: TokenEdge;
  readonly frame: Frame | null;
}

/** Every token edge that can be reached without a token. */
function reachable(places: readonly GrammarPlace[], graph: Graph): readonly Reached[] {
  const reached: Reached[] = [];
  const seen = new Map<Frame | null, Set<number>>();
  const open = [...places];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { node, frame } = place;
    const inFrame = seen.get(frame) ?? new Set();
    if (inFrame.has(node)) continue;
    seen.set(frame, inFrame.add(node));
    const { skips, tokens, calls, ends } = graph.nodes[node] ?? EMPTY_NODE;
    for (const edge of tokens) reached.push({ edge, frame });
    for (const to of skips) open.push({ node: to, frame });
    for (const { rule, entry, to } of calls) open.push({ node: entry, frame: calleeOf(frame, rule, to) });
    if (ends === 'here' && frame?.returnTo !== null && frame) open.push({ node: frame.returnTo, frame: frame.parent });
  }
  return reached;
}

const EMPTY_NODE: Node = { skips: [], tokens: [], calls: [], ends: 'later' };

function calleeOf(parent: Frame | null, rule: string, returnTo: number): Frame {
  const known = parent?.callees.get(returnTo);
  if (known) return known;
  const frame: Frame = { rule, returnTo, parent, callees: new Map() };
  parent?.callees.set(returnTo, frame);
  return frame;
}

function expectedOf({ edge, frame }: Reached): Expected {
  const rules: string[] = [];
  for (let each = frame; each !== null; each = each.parent) rules.push(each.rule);
  return { type: edge.type, slot: edge.slot, rules };
}
