import { exampleAfter, exampleStatements } from '../examples.ts';
import type { DiagnosticSpec } from '../spec.ts';

/** BP04xx: enforcement points that cannot work as written. */
export const VIEW_CODES = {
  BP0401: {
    severity: 'error',
    title: 'view `{name}` does not say what it enforces',
    page: 'Every view names the requirements that it enforces. A view that enforces none, because that is how the world is, says `enforce nothing`.',
    bad: exampleAfter('at firmware sees file'),
    good: exampleAfter('at firmware sees file enforce { outer }'),
  },
  BP0402: {
    severity: 'error',
    title: 'view `{name}` never sees anything: no artifact holds {kinds}',
    page: 'A view is handed the layers that it sees. When no artifact of the policy declares such a layer, the view refuses every file.',
    bad: exampleAfter('at kexec sees bzimage enforce { outer }'),
    good: exampleAfter('at kexec sees image enforce { outer }'),
  },
  BP0404: {
    severity: 'error',
    title: 'a view that sees the file cannot have it trimmed',
    page: '`trimmed` cuts a nested layer at the end of its certificate table when it is handed over, as kexec-tools 2.0.31 does. A view that sees the file is handed the file as it is.',
    bad: exampleAfter('at firmware sees file trimmed enforce { outer }'),
    good: exampleAfter('at firmware sees image trimmed enforce { outer }'),
  },
  BP0405: {
    severity: 'error',
    title: '{layer} is nothing that a loader starts from',
    page: '`loads { … }` lists the formats that an enforcement point can load: whole programs and RAM disks, the kinds that can be a file of their own.',
    bad: exampleAfter('at kexec sees file loads { cmdline } enforce { outer }'),
    good: exampleAfter('at kexec sees file loads { image } enforce { outer }'),
  },
  BP0406: {
    severity: 'error',
    title: '`file` stands alone in `sees`',
    page: '`sees file` hands over the whole file, whatever it is. A list names the kinds of layers of which the outermost is handed over instead.',
    bad: exampleAfter('at kexec sees { file, image } enforce { outer }'),
    good: exampleAfter('at kexec sees image enforce { outer }'),
  },
  BP0407: {
    severity: 'error',
    title: 'scheme `{scheme}` is not available {where}',
    page: 'Signatures of PCR 11 stand in the `.pcrsig` section of a UKI and are made with a bare key, for a TPM to check. On other layers, by signers that hold certificates, or with constraints about certificates and times, a condition on them could never hold.',
    bad: exampleAfter('artifact pe {\n  require tpm: signed by distro { scheme pcr }\n}'),
    good: `${exampleAfter('artifact uki {\n  require tpm: signed by tpm { scheme pcr }\n  otherwise warn\n}')}signers tpm = file "tpm.pub.pem"\n`,
  },
  BP0408: {
    severity: 'error',
    title: 'view `{name}` does not say what it sees',
    page: 'What an enforcement point is handed decides which signatures are still there. There is no default, because every wrong one would be believed.',
    bad: exampleAfter('at firmware enforce { outer }'),
    good: exampleAfter('at firmware sees file enforce { outer }'),
  },
  BP0409: {
    severity: 'error',
    title: 'the signers `{name}` are bare public keys, which sign PCR values alone',
    page: 'A PEM block `PUBLIC KEY` is the key of `.pcrpkey`. Authenticode and appended signatures are made by holders of certificates, and a bare key never stands for one. A condition on them could never hold.',
    bad: exampleStatements(
      'signers tpm = file "tpm.pub.pem"\nartifact uki {\n  require outer: signed by tpm\n  otherwise warn\n}',
    ),
    good: exampleStatements(
      'signers tpm = file "tpm.pub.pem"\nartifact uki {\n  require outer: signed by tpm { scheme pcr }\n  otherwise warn\n}',
    ),
  },
} as const satisfies Record<string, DiagnosticSpec>;
