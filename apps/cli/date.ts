/** The moment that `--at` names: the start of that day in UTC, or the default when it is not given; null when it is no day. */
export function momentOf(written: string | undefined, now: Date): Date | null {
  if (written === undefined) return now;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return null;
  const moment = new Date(`${written}T00:00:00Z`);
  const real = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(written);
  return real ? moment : null;
}
