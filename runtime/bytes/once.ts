/** Makes a function that computes its value when first asked and gives the same value ever after. */
export function once<T>(compute: () => T): () => T {
  let memory: { readonly value: T } | null = null;
  return () => {
    memory ??= { value: compute() };
    return memory.value;
  };
}
