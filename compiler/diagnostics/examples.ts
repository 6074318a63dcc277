const HEADER = 'language 1\npolicy example\n';
const SIGNERS = 'signers distro = file "distro.pem"\n';

/** An example policy: header, one signer set, and the statements given. */
export function examplePolicy(statements: string): string {
  return `${HEADER}${SIGNERS}${ended(statements)}`;
}

/** An example policy that declares its signers itself. */
export function exampleStatements(statements: string): string {
  return `${HEADER}${ended(statements)}`;
}

/** An example policy about one kind of artifact, with the lines of its block; signers only where the lines name some. */
export function exampleBlock(kind: string, lines: string): string {
  const indented = lines
    .trim()
    .split('\n')
    .map((line) => `  ${line}\n`);
  const artifact = `artifact ${kind} {\n${indented.join('')}}`;
  return / by /.test(lines) ? examplePolicy(artifact) : exampleStatements(artifact);
}

/** A small sound policy, followed by the statements given. */
export function exampleAfter(statements: string): string {
  return examplePolicy(`artifact image {\n  require outer: signed by distro\n}\n${ended(statements)}`);
}

function ended(statements: string): string {
  return `${statements.trim()}\n`;
}
