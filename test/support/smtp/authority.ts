// A certificate authority for tests of TLS, and server certificates of it.
import { createSecureContext, type SecureContext } from 'node:tls'
import { makeAuthority } from '../../../src/shell/sandbox/authority.ts'

export type TestAuthority = {
  /** The root, PEM. */
  readonly root: string
  /** A server's context for the names. */
  readonly issue: (...names: string[]) => Promise<SecureContext>
}

/** Makes an authority. */
export const testAuthority = async (name = 'Test Root'): Promise<TestAuthority> => {
  const authority = await makeAuthority({ crlUrl: 'http://127.0.0.1/none.crl', name })
  const issue = async (...names: string[]): Promise<SecureContext> => {
    const { keyPem, certificatePem } = await authority.issueServerCertificate({ names })
    return createSecureContext({ key: keyPem, cert: certificatePem })
  }
  return { root: authority.certificatePem, issue }
}
