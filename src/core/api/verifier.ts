// What the public page that verifies messages judges by. The messages themselves are never sent.
import Type from 'typebox'
import type { Endpoint } from './endpoint.ts'
import { At } from './shared.ts'

export const verifierEndpoints = {
  getVerifierSnapshot: {
    method: 'GET',
    path: '/verifier/snapshot',
    summary: 'Authorities and providers by which anybody can verify certified mail on their own device',
    tag: 'provider',
    access: { kind: 'public' },
    reply: Type.Object({
      /** DER in base64. */
      authorities: Type.Array(Type.String()),
      /** Absent while this provider has no copy of the directory. */
      directory: Type.Optional(
        Type.Object({
          at: Type.Optional(At),
          providers: Type.Array(
            Type.Object({
              name: Type.String(),
              certificates: Type.Array(Type.String()),
              /** Digests of its domains: six bytes each of SHA-256, sorted, in base64. */
              domains: Type.String(),
            }),
          ),
        }),
      ),
    }),
  },
} as const satisfies Record<string, Endpoint>
