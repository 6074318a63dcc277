import type { Plan, PlanBlock, PlanCondition, PlanPlace, PlanRequirement } from '../../runtime/contract/plan.ts';
import { commentText, literal } from './es-literal.ts';
import { declarationText } from './es-declaration.ts';

/** A policy as a module of its own. */
export interface EmittedModule {
  /** ECMAScript that imports `bootpol/runtime` and nothing else. */
  readonly code: string;
  /** TypeScript declarations of it. */
  readonly declaration: string;
}

/** How the first line of every emitted file begins: what does not is not ours to replace. */
export const EMITTED_MARK = '// Written by `bootpol build`';

/**
 * Compiles a plan to a module: conditions as functions, everything else as data.
 *
 * The text depends on the plan alone. Nothing of the policy's own text can end a literal or a comment of it.
 */
export function emitModule(plan: Plan): EmittedModule {
  const requirements = plan.artifacts.flatMap(requirementsOf);
  const emitting: Emitting = { names: new Map(), constants: new Map(), functions: new Map(), texts: [] };
  for (const requirement of requirements) emitRequirement(requirement, emitting);
  const head = headText(plan);
  const program = programText(plan, requirements, emitting);
  return {
    code: [head, IMPORTS, metadataText(plan), LOGIC, ...emitting.texts, program].join('\n'),
    declaration: `${head}\n${declarationText(plan)}`,
  };
}

const IMPORTS = `import { nativeEngine, PENDING, verifierOf } from 'bootpol/runtime';
`;

/**
 * Three values: true if one part is, false if all are, and so on. A part that is still being computed is left out of the
 * proof of a group that is decided without it.
 */
const LOGIC = `function leaf(condition, judgement) {
  if (judgement === PENDING) return PENDING;
  return { outcome: judgement.outcome, condition, children: [], reasons: judgement.reasons };
}

function anyOf(condition, parts) {
  if (has(parts, 'true')) return group(condition, 'true', parts);
  if (parts.includes(PENDING)) return PENDING;
  return group(condition, has(parts, 'undecided') ? 'undecided' : 'false', parts);
}

function allOf(condition, parts) {
  if (has(parts, 'false')) return group(condition, 'false', parts);
  if (parts.includes(PENDING)) return PENDING;
  return group(condition, has(parts, 'undecided') ? 'undecided' : 'true', parts);
}

function noneOf(condition, parts) {
  if (has(parts, 'true')) return group(condition, 'false', parts);
  if (parts.includes(PENDING)) return PENDING;
  return group(condition, has(parts, 'undecided') ? 'undecided' : 'true', parts);
}

function has(parts, outcome) {
  return parts.some((part) => part !== PENDING && part.outcome === outcome);
}

function group(condition, outcome, parts) {
  return { outcome, condition, children: parts.filter((part) => part !== PENDING), reasons: [] };
}
`;

function requirementsOf({ requirements, children }: PlanBlock): readonly PlanRequirement[] {
  return [...requirements, ...children.flatMap(({ alternatives }) => alternatives.flatMap(requirementsOf))];
}

function headText({ policy, digest }: Plan): string {
  const version = policy.version === null ? '' : `, version ${policy.version}`;
  return `${EMITTED_MARK}: changes are lost when it runs again.
// Policy ${commentText(policy.name)}${version}; plan sha256:${digest}
`;
}

function metadataText({ policy, digest }: Plan): string {
  return `export const policy = Object.freeze(${literal({ ...policy, digest }, NO_NAMES)});\n`;
}

const NO_NAMES: ReadonlyMap<object, string> = new Map();

/** What is written so far. A block that applies at several places is written once. */
interface Emitting {
  /** Constants by the objects of the plan that they stand for. */
  readonly names: Map<object, string>;
  /** Constants by what they hold. */
  readonly constants: Map<string, string>;
  /** Functions by what they ask. */
  readonly functions: Map<string, string>;
  readonly texts: string[];
}

/** The conditions of a requirement as constants, then the function that asks them. */
function emitRequirement(requirement: PlanRequirement, emitting: Emitting): void {
  const { name, mode, condition, place } = requirement;
  const constants: string[] = [];
  nameCondition(condition, constants, emitting);
  const key = functionKey(requirement, emitting);
  if (emitting.functions.has(key)) return;
  const called = `requirement${emitting.functions.size}`;
  emitting.functions.set(key, called);
  const body = askingText(condition, emitting.names, '  ');
  emitting.texts.push(`// ${mode} ${commentText(name)} (${placeText(place)})
${constants.map((text) => `${text}\n`).join('')}function ${called}(subject) {
  return ${body};
}
`);
}

function functionKey({ name, mode, place, condition }: PlanRequirement, { names }: Emitting): string {
  return JSON.stringify([name, mode, place, names.get(condition)]);
}

function nameCondition(condition: PlanCondition, constants: string[], emitting: Emitting): void {
  if ('conditions' in condition) for (const inner of condition.conditions) nameCondition(inner, constants, emitting);
  const text = literal(condition, emitting.names);
  const known = emitting.constants.get(text);
  const name = known ?? `c${emitting.constants.size}`;
  if (known === undefined) {
    constants.push(`const ${name} = ${text};`);
    emitting.constants.set(text, name);
  }
  emitting.names.set(condition, name);
}

function askingText(condition: PlanCondition, names: ReadonlyMap<object, string>, indent: string): string {
  const name = names.get(condition) ?? '';
  switch (condition.kind) {
    case 'any':
    case 'all':
    case 'none': {
      const inner = `${indent}  `;
      const parts = condition.conditions.map((part) => `${inner}${askingText(part, names, inner)},\n`);
      return `${condition.kind}Of(${name}, [\n${parts.join('')}${indent}])`;
    }
    case 'signed':
      return `leaf(${name}, subject.signedBy(${name}.signers, ${name}.constraints))`;
    case 'allowed':
      return `leaf(${name}, subject.allowedBy(${name}.signers, ${name}.constraints))`;
    case 'covered':
      return `leaf(${name}, subject.coveredBy(${name}.signers))`;
    case 'property':
      return `leaf(${name}, subject.property(${name}.property, ${name}.argument, ${name}.test))`;
  }
}

function programText(plan: Plan, requirements: readonly PlanRequirement[], emitting: Emitting): string {
  const byId = [...requirements].sort((a, b) => a.id - b.id);
  const conditions = byId.map((each) => `  ${emitting.functions.get(functionKey(each, emitting)) ?? ''},\n`);
  return `const plan = ${literal(plan, emitting.names)};

const conditions = [
${conditions.join('')}];

/** Judges one file under the policy. */
export const verify = verifierOf({ plan, conditions }, nativeEngine());
`;
}

function placeText({ file, line, column }: PlanPlace): string {
  return `${commentText(file)}:${line}:${column}`;
}
