import { grouped } from '../bytes/grouped.ts';
import type { Reason } from '../contract/judgement.ts';
import type { PlanChild } from '../contract/plan.ts';
import type { Otherwise, ProfileName } from '../contract/vocabulary.ts';
import type { Layer, Region } from '../formats/layer.ts';
import type { LayerNode } from '../facts/node.ts';
import type { BoundBlock, BoundChild } from './bind.ts';

/** What the reserved requirement `shape` says of one layer. */
export interface ShapeRuling {
  readonly node: LayerNode;
  /** Contradicts what the block declares: refused whatever `otherwise` says. */
  readonly contradictions: readonly Reason[];
  /** Not declared at all: `otherwise` decides. */
  readonly undeclared: readonly Reason[];
  /** The layer could not be read, so its shape is not known. */
  readonly unknown: readonly Reason[];
  readonly otherwise: Otherwise;
}

/** Compares the layers and bytes that are there with what the block declares, and its own format with what the view's loader minds. */
export function judgeShape(bound: BoundBlock, like: ProfileName): ShapeRuling {
  const { node, block, children } = bound;
  const layer = node.layer();
  const unknown = layer.fault === null ? [] : [layer.fault];
  const declared = layer.fault === null ? block.children.flatMap((child) => presence(child, bound)) : [];
  return {
    node,
    contradictions: [...declared, ...formatFindings(layer, like), ...doubtOf(bound)],
    undeclared: [...undeclaredLayers(children), ...strayBytes(layer.path, layer.regions)],
    unknown,
    otherwise: block.otherwise,
  };
}

/** Faults of the layer's own format. Those of the PE form under it are for the rules of the view's profile. */
function formatFindings({ findings, pe }: Layer, like: ProfileName): readonly Reason[] {
  const isFirmware = like === 'edk2' || like === 'shim';
  return findings
    .filter((finding) => pe === null || !pe.findings.includes(finding))
    .filter(({ code }) => !(isFirmware && code === KEXEC_FINDING));
}

/** Firmware starts an Image by its PE header and does not read image_size (measured on EDK2). */
const KEXEC_FINDING = 'image-larger-than-image-size';

/** Whether one declaration's layers are there as often as it says, in every effective profile. */
function presence(declaration: PlanChild, bound: BoundBlock): readonly Reason[] {
  const matching = bound.children.filter((child) => child.declaration === declaration).map(({ node }) => node);
  const name = nameOf(declaration);
  if (declaration.presence === 'undeclared') return [];
  if (declaration.presence === 'absent') {
    return matching.map((node) => problem(node, 'layer-present', `\`${name}\` must be absent`));
  }
  const repeated = declaration.presence === 'many' ? [] : duplicates(matching, name);
  if (declaration.presence !== 'required') return repeated;
  return [...repeated, ...missing(matching, name, bound)];
}

function duplicates(nodes: readonly LayerNode[], name: string): readonly Reason[] {
  const seen = new Set<number | null>();
  return nodes.flatMap((node) => {
    const profile = node.part?.profile ?? null;
    if (!seen.has(profile)) return (seen.add(profile), []);
    return [problem(node, 'layer-repeated', `a second \`${name}\`, where exactly one is declared`)];
  });
}

function missing(matching: readonly LayerNode[], name: string, bound: BoundBlock): readonly Reason[] {
  const profiles = new Set(bound.children.map(({ node }) => node.part?.profile ?? null));
  const present = new Set(matching.map((node) => node.part?.profile ?? null));
  if (present.has(null)) return [];
  const lacking = [...profiles].filter((profile) => profile !== null && !present.has(profile));
  if (matching.length > 0 && lacking.length === 0) return [];
  const where = matching.length === 0 ? '' : ` in profile @${String(lacking[0])}`;
  return [problem(bound.node, 'layer-missing', `\`${name}\` is missing${where}`)];
}

function undeclaredLayers(children: readonly BoundChild[]): readonly Reason[] {
  return children
    .filter(({ declaration }) => declaration === null || declaration.presence === 'undeclared')
    .map(({ node }) => {
      const range = node.part?.range ?? [0, 0];
      return {
        code: 'layer-undeclared',
        text: `\`${node.kind === 'section' ? (node.part?.slot ?? 'section') : node.kind}\` is not declared here`,
        layer: node.parent?.path ?? node.path,
        offsetBytes: range[0],
        lengthBytes: range[1] - range[0],
      };
    });
}

/** Bytes with content that belong to nothing: rule f. */
function strayBytes(path: string, regions: readonly Region[]): readonly Reason[] {
  return regions
    .filter(({ role, zero }) => role === 'stray' || ((role === 'padding' || role === 'gap') && zero === false))
    .map(({ range, name }) => ({
      code: 'bytes-undeclared',
      text: `${grouped(range[1] - range[0])} bytes belong to nothing that is declared (${name})`,
      layer: path,
      offsetBytes: range[0],
      lengthBytes: range[1] - range[0],
    }));
}

function doubtOf({ node }: BoundBlock): readonly Reason[] {
  const doubt = node.layer().origin?.doubt ?? null;
  return doubt === null ? [] : [doubt];
}

function nameOf(declaration: PlanChild): string {
  return declaration.section ?? declaration.alternatives.map(({ kind }) => kind).join('` or `');
}

function problem(node: LayerNode, code: string, text: string): Reason {
  return { code, text, layer: node.path, offsetBytes: 0, lengthBytes: 0 };
}
