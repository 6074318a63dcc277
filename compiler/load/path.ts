/**
 * The path of a file that another one names, joined to the folder of that one: both relative to the policy that is
 * compiled, with `/` between folders, `.` and inner `..` resolved. An absolute path stays as it is.
 */
export function pathFrom(naming: string, named: string): string {
  if (isAbsolutePath(named)) return named;
  const folder = naming.slice(0, naming.lastIndexOf('/') + 1);
  const root = folder.startsWith('/') ? '/' : '';
  const parts: string[] = [];
  for (const part of `${folder}${named}`.split('/')) {
    if (part === '' || part === '.') continue;
    const above = parts.at(-1);
    if (part !== '..' || above === undefined || above === '..') parts.push(part);
    else parts.pop();
  }
  return root + parts.join('/');
}

/** Whether a path begins at the root of a file system, as Unix or as Windows writes it. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:[/\\])/.test(path);
}
