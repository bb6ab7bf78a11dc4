// Endpoints of getting back into a box: password, new password by link, reference e-mail.
import { changeAccountPassword, passwordRules } from '../../../identity/account/password.ts'
import {
  askReferenceChange,
  confirmStillMine,
  dropReferenceChange,
  giveReferenceCode,
  lookAtReferenceLink,
  referenceStanding,
  undoOwnChange,
  useReferenceLink,
} from '../../../identity/account/reference.ts'
import { askReset, giveResetCode, lookAtReset, resetPassword } from '../../../identity/account/reset.ts'
import type { Office } from '../../../office.ts'
import { handler } from './handler.ts'

const iso = (at: number): string => new Date(at).toISOString()

const referenceView = async (office: Office, accountId: number) => {
  const { asked, cooling, ...rest } = await referenceStanding(office, accountId)
  return {
    ...rest,
    asked: asked && { ...asked, expiresAt: iso(asked.expiresAt) },
    cooling: cooling && { ...cooling, until: iso(cooling.until) },
  }
}

export const accountRecoveryHandlers = {
  getPasswordRules: handler<'getPasswordRules'>(async ({ office, caller }) => {
    const { policy, owner } = await passwordRules(office, caller)
    return { policy, owner: plainOwner(owner) }
  }),
  changeAccountPassword: handler<'changeAccountPassword'>(({ office, caller, body, client }) =>
    changeAccountPassword(office, caller, body, client.remoteAddress),
  ),
  askPasswordReset: handler<'askPasswordReset'>(({ office, body, client }) =>
    askReset(office, body.address, client.remoteAddress),
  ),
  giveResetCode: handler<'giveResetCode'>(({ office, body }) => giveResetCode(office, body)),
  lookAtReset: handler<'lookAtReset'>(async ({ office, body }) => {
    const found = await lookAtReset(office, body.token)
    if ('refusal' in found) return found
    const { person, expiresAt } = found
    // Who has the link reads the reference e-mail, no more: the fiscal code is not told.
    const { names, addresses } = plainOwner(person.owner)
    return { address: person.address, policy: person.policy, owner: { names, addresses }, expiresAt: iso(expiresAt) }
  }),
  resetPassword: handler<'resetPassword'>(({ office, body, client }) =>
    resetPassword(office, body, client.remoteAddress),
  ),
  getReference: handler<'getReference'>(({ office, caller }) => referenceView(office, caller.accountId)),
  askReferenceChange: handler<'askReferenceChange'>(
    async ({ office, caller, body }) =>
      (await askReferenceChange(office, caller, body.email)) ?? referenceView(office, caller.accountId),
  ),
  giveReferenceCode: handler<'giveReferenceCode'>(
    async ({ office, caller, body, client }) =>
      (await giveReferenceCode(office, caller, body.code, client.remoteAddress)) ??
      referenceView(office, caller.accountId),
  ),
  dropReferenceChange: handler<'dropReferenceChange'>(async ({ office, caller }) => {
    await dropReferenceChange(office, caller)
    return referenceView(office, caller.accountId)
  }),
  undoReferenceChange: handler<'undoReferenceChange'>(
    async ({ office, caller, client }) =>
      (await undoOwnChange(office, caller, client.remoteAddress)) ?? referenceView(office, caller.accountId),
  ),
  confirmReferenceStillMine: handler<'confirmReferenceStillMine'>(async ({ office, caller }) => {
    await confirmStillMine(office, caller)
    return referenceView(office, caller.accountId)
  }),
  lookAtReferenceLink: handler<'lookAtReferenceLink'>(({ office, body }) => lookAtReferenceLink(office, body.token)),
  useReferenceLink: handler<'useReferenceLink'>(({ office, body, client }) =>
    useReferenceLink(office, body.token, client.remoteAddress),
  ),
}

/** As the schemas of replies have it. */
const plainOwner = ({
  names = [],
  fiscalCode,
  addresses = [],
}: {
  readonly names?: readonly string[]
  readonly fiscalCode?: string
  readonly addresses?: readonly string[]
}) => ({ names: [...names], addresses: [...addresses], ...(fiscalCode === undefined ? {} : { fiscalCode }) })
