// Endpoint of the public verifier's data.
import { verifierSnapshot } from '../../../evidence/snapshot.ts'
import { handler } from './handler.ts'

export const verifierHandlers = {
  getVerifierSnapshot: handler<'getVerifierSnapshot'>(async ({ office }) => {
    const { authorities, directory } = verifierSnapshot(office.evidence)
    return {
      authorities,
      ...(directory && {
        directory: {
          ...(directory.at !== undefined && { at: new Date(directory.at).toISOString() }),
          providers: directory.providers.map((one) => ({ ...one, certificates: [...one.certificates] })),
        },
      }),
    }
  }),
}
