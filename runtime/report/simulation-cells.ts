import type { Reason } from '../contract/judgement.ts';
import type { Gap, RequirementVerdict, ViewGaps, ViewVerdict } from '../contract/verdict.ts';
import type { Examination } from '../evaluate/evaluate.ts';
import type { SimulatedLayer, SimulationCell, SimulationReason } from './simulation-schema.ts';

/** Reasons of one cell that are kept; a file with thousands of faults has no more to say. */
const REASON_LIMIT = 12;

/** What each view of one policy says of one file. */
export function simulationCells(
  { verdict, gaps }: Examination,
  { policy, layers }: { readonly policy: number; readonly layers: readonly Pick<SimulatedLayer, 'path' | 'kind'>[] },
): readonly SimulationCell[] {
  return verdict.views.map((view): SimulationCell => {
    const accepted = view.verdict.startsWith('accept');
    const open = accepted ? gapsOf(view, gaps) : [];
    return {
      policy,
      view: view.name,
      verdict: view.verdict,
      initrd: initrdOf({ accepted: accepted ? 'yes' : 'no', open, layers }),
      reasons: reasonsOf(view).slice(0, REASON_LIMIT),
      unprotected: open.map(({ layer, kind, sizeBytes, uncoveredBytes, because, text }) => ({
        ...{ layer, kind, sizeBytes, uncoveredBytes, because, text },
      })),
    };
  });
}

function gapsOf(view: ViewVerdict, gaps: readonly ViewGaps[]): readonly Gap[] {
  return gaps.find((each) => each.view === view.name)?.gaps ?? [];
}

interface InitrdQuestion {
  readonly accepted: 'yes' | 'no';
  readonly open: readonly Gap[];
  readonly layers: readonly Pick<SimulatedLayer, 'path' | 'kind'>[];
}

/** An initrd is open when bytes of it are, or of what stands around it and is open as a whole. */
function initrdOf({ accepted, open, layers }: InitrdQuestion): SimulationCell['initrd'] {
  const initrds = layers.filter(({ kind }) => kind === 'initrd');
  if (initrds.length === 0) return 'none';
  if (accepted === 'no') return 'refused';
  const isOpen = initrds.some(({ path }) =>
    open.some(({ layer, uncoveredBytes, sizeBytes }) => {
      const around = path.startsWith(`${layer}/`) && uncoveredBytes === sizeBytes;
      return layer === path || around;
    }),
  );
  return isOpen ? 'open' : 'covered';
}

/** Why a view did not simply accept: its own reasons, then those of each requirement that was not satisfied. */
function reasonsOf({ reasons, requirements }: ViewVerdict): readonly SimulationReason[] {
  const failed = requirements.filter(({ outcome }) => outcome !== 'satisfied');
  return [
    ...reasons.map((reason) => told(reason, null)),
    ...failed.flatMap((requirement) => reasonsOfRequirement(requirement).map((each) => told(each, requirement.name))),
  ];
}

function told({ code, text, layer, offsetBytes }: Reason, requirement: string | null): SimulationReason {
  return { requirement, code, text, layer, offsetBytes };
}

function reasonsOfRequirement({ reasons, layer, waiver }: RequirementVerdict): readonly Reason[] {
  if (waiver === null) return reasons;
  return [{ code: 'waived', text: `waived: ${waiver}`, layer, offsetBytes: 0, lengthBytes: 0 }];
}
