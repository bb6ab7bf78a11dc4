// Who calls: by HTTP Basic as in IMAP (RFC 8620 §8.2), or by the session of our own pages.
import type { FastifyRequest } from 'fastify'
import { findAccountCaller } from '../../identity/account/sessions.ts'
import type { Mailbox } from '../../mailstore/mailboxes.ts'
import type { Office } from '../../office.ts'
import { isCrossSite, isForeignUpgrade } from '../http/api/crossSite.ts'
import { readSecrets } from '../http/api/secrets.ts'
import { readBasic } from '../http/basic.ts'
import type { JmapOptions, Login } from './options.ts'

export type CallerOptions = {
  readonly jmap: JmapOptions
  /** Where there are pages, with their sessions. */
  readonly office?: Office | undefined
}

export type Refusal = 'unauthorized' | 'throttled' | 'crossSite'

const loginOf = ({ whyEnded }: JmapOptions, mailbox: Mailbox, remoteAddress: string): Login => {
  const { id, address, by } = mailbox
  return {
    mailboxId: id,
    address,
    username: address,
    rights: by?.rights ?? 'own',
    sends: by?.sends ?? true,
    by,
    remoteAddress,
    opener: by ? { kind: 'program', id: by.appPasswordId } : { kind: 'main' },
    mayGoOn: async () => (await whyEnded(mailbox)) === undefined,
  }
}

const bySession = async (office: Office, request: FastifyRequest): Promise<Login | Refusal> => {
  const secrets = readSecrets(request, office.publicUrl.startsWith('https:'))
  const token = secrets.given('account')
  if (token === undefined) return 'unauthorized'
  const { host } = new URL(office.publicUrl)
  if (isCrossSite(request, secrets.byCookie, host) || isForeignUpgrade(request, secrets.byCookie, host))
    return 'crossSite'
  const caller = await findAccountCaller(office.db, token, office.clock.now())
  if (!caller) return 'unauthorized'
  const { mailbox, rights, signInName } = caller
  return {
    mailboxId: mailbox.id,
    address: mailbox.address,
    username: signInName,
    rights,
    sends: rights !== 'read',
    // What a collaborator sends stands in the trail under his name.
    by:
      rights === 'own'
        ? undefined
        : { appPasswordId: caller.sessionId, accountId: caller.accountId, rights, sends: rights === 'send' },
    remoteAddress: request.ip,
    opener: { kind: 'session', id: caller.sessionId },
    mayGoOn: async (how) => {
      const now = await findAccountCaller(office.db, token, office.clock.now(), how === 'used' ? undefined : 'unseen')
      return now?.sessionId === caller.sessionId && now.mailbox.id === mailbox.id && now.rights === rights
    },
  }
}

/** Who calls, or why nobody is let in. Throws Fault. */
export const findLogin = async ({ jmap, office }: CallerOptions, request: FastifyRequest): Promise<Login | Refusal> => {
  const credentials = readBasic(request.headers.authorization)
  if (credentials) {
    if (isForeignUpgrade(request, false, undefined)) return 'crossSite'
    const outcome = await jmap.desk.authenticate({ ...credentials, remoteAddress: request.ip })
    if ('login' in outcome) return loginOf(jmap, outcome.login, request.ip)
    return outcome.refusal === 'throttled' ? 'throttled' : 'unauthorized'
  }
  return office ? bySession(office, request) : 'unauthorized'
}
