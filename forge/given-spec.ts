/** A layer as a policy's test describes it, plain data; `docs/language.md`, "Tests", says what each part means. */
export interface GivenSpec {
  readonly kind: string;
  readonly section: string | null;
  readonly text: string | null;
  readonly absent: boolean;
  readonly signedBy: readonly string[];
  readonly properties: Readonly<Record<string, string | number | null>>;
  readonly children: readonly GivenSpec[];
}
