import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyRing } from '../../../forge/keys.ts';
import { signPe } from '../../../forge/sign.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { newSigner } from '../../../forge/x509.ts';
import { ask } from './tools.ts';

/** A fault that some builds of a tool have and later ones do not. */
export type Fault = 'sbverify-missing-issuer';

/** Asks the tools which faults they have, on files that are in no comparison. */
export async function faultsOf(ring: KeyRing, folder: string): Promise<ReadonlySet<Fault>> {
  return new Set((await takesMissingIssuer(ring, folder)) ? ['sbverify-missing-issuer'] : []);
}

/** A leaf and its intermediate, embedded without their root, shown with a certificate that has nothing to do with them. */
async function takesMissingIssuer(ring: KeyRing, folder: string): Promise<boolean> {
  const key = ring.pair('p256', 'fault');
  const root = newSigner({ subject: 'Fault root', key: ring.pair('p256', 'fault root'), ca: true });
  const intermediate = newSigner({
    subject: 'Fault intermediate',
    key: ring.pair('p256', 'fault int'),
    ca: true,
    issuer: root,
  });
  const signer = newSigner({ subject: 'Fault leaf', key, issuer: intermediate });
  const unrelated = newSigner({ subject: 'Fault unrelated', key: ring.pair('p256', 'fault other') });
  const image = join(folder, 'fault.efi');
  const certificate = join(folder, 'fault.pem');
  writeFileSync(image, signPe(smallProgram({}), { signers: [{ signer }] }));
  writeFileSync(certificate, unrelated.certificatePem);
  return (await ask('sbverify', ['--cert', certificate, image])).status === 0;
}
