import type { Plan } from '../contract/plan.ts';
import type { FootprintReport } from './footprint-schema.ts';

/** A compiled policy, by the name that the caller knows its file by. */
export interface PlannedPolicy {
  readonly file: string;
  readonly plan: Plan;
}

/** What every view of some policies must carry, as one value of the published schema. */
export function footprintReport(policies: readonly PlannedPolicy[]): FootprintReport {
  return {
    version: 1,
    policies: policies.map(({ file, plan }) => ({
      file,
      name: plan.policy.name,
      version: plan.policy.version,
      digest: plan.digest,
      views: plan.footprint.map(({ view, parsers, decoders, schemes, digests, keys }) => ({
        name: view,
        like: plan.views.find(({ name }) => name === view)?.like ?? 'strict',
        parsers: [...parsers],
        decoders: [...decoders],
        schemes: [...schemes],
        digests: [...digests],
        keys: [...keys],
      })),
    })),
  };
}
