/** A measured number and the goal it is held to. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: '×' | 'µs' | 'MB' | 'k/s';
  /** Null: shown for comparison only. */
  readonly goal: number | null;
}
