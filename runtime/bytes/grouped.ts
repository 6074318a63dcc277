/** A whole number for people, such as `31,457,280`; without `Intl`, whose first use costs a dozen milliseconds. */
export function grouped(count: number): string {
  const digits = String(count);
  let text = digits.slice(-3);
  for (let end = digits.length - 3; end > 0; end -= 3) text = `${digits.slice(Math.max(0, end - 3), end)},${text}`;
  return text;
}
