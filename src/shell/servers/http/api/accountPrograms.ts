// Endpoints of phones and mail programs.
import { toString as drawQr } from 'qrcode'
import { srvRecords, zoneLine } from '../../../../core/mailbox/programs/settings.ts'
import {
  type AppPasswordRow,
  findAppPassword,
  listAppPasswords,
  makeOwnAppPassword,
  renameAppPassword,
  revokeAppPassword,
} from '../../../identity/account/appPasswords.ts'
import {
  claimHandover,
  lookAtHandover,
  makeHandover,
  profileOf,
  setUpHere,
  watchHandover,
} from '../../../identity/account/programLinks.ts'
import { handler } from './handler.ts'

const iso = (at: number): string => new Date(at).toISOString()

const shown = ({ expiresAt, lastUsedAt, lastService, lastRemoteAddress, ...row }: AppPasswordRow) => ({
  ...row,
  scopes: [...row.scopes],
  createdAt: iso(row.createdAt),
  ...(expiresAt === null ? {} : { expiresAt: iso(expiresAt) }),
  ...(lastUsedAt === null ? {} : { lastUsedAt: iso(lastUsedAt) }),
  ...(lastService === null ? {} : { lastService }),
  ...(lastRemoteAddress === null ? {} : { lastRemoteAddress }),
})

const absent = { refusal: 'notFound' } as const
const without = { refusal: 'unavailable' } as const

export const accountProgramHandlers = {
  getMailSettings: handler<'getMailSettings'>(async ({ office, caller }) => {
    const { address } = caller.mailbox
    const servers = office.mailServers
    if (!servers) return without
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
    return { address, servers, records: srvRecords(domain, servers).map(zoneLine) }
  }),
  listAppPasswords: handler<'listAppPasswords'>(async ({ office, caller }) => ({
    items: (await listAppPasswords(office.db, caller)).map(shown),
  })),
  getAppPassword: handler<'getAppPassword'>(async ({ office, caller, params }) => {
    const found = await findAppPassword(office.db, caller, params.appPassword)
    return found ? shown(found) : absent
  }),
  makeAppPassword: handler<'makeAppPassword'>(({ office, caller, body, client }) =>
    makeOwnAppPassword(office, caller, { ...body, scopes: [...new Set(body.scopes)] }, client.remoteAddress),
  ),
  renameAppPassword: handler<'renameAppPassword'>(async ({ office, caller, params, body }) =>
    (await renameAppPassword(office, caller, params.appPassword, body.name)) ? undefined : absent,
  ),
  revokeAppPassword: handler<'revokeAppPassword'>(async ({ office, caller, params, client }) =>
    (await revokeAppPassword(office, caller, params.appPassword, client.remoteAddress)) ? undefined : absent,
  ),
  setUpDevice: handler<'setUpDevice'>(async ({ office, caller, body, client }) => {
    const servers = office.mailServers
    if (!servers) return without
    const set = await setUpHere(office, caller, body, client.remoteAddress)
    return 'refusal' in set ? set : { ...set, servers }
  }),
  makeHandover: handler<'makeHandover'>(async ({ office, caller }) => {
    const { link, token, expiresAt } = await makeHandover(office, caller)
    const qrSvg = await drawQr(link, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 })
    return { link, token, qrSvg, expiresAt: iso(expiresAt) }
  }),
  lookAtHandover: handler<'lookAtHandover'>(async ({ office, body }) => {
    const found = await lookAtHandover(office, body.token)
    return 'refusal' in found ? found : { ...found, expiresAt: iso(found.expiresAt) }
  }),
  claimHandover: handler<'claimHandover'>(async ({ office, body, client }) => {
    const servers = office.mailServers
    if (!servers) return without
    const claimed = await claimHandover(office, body, client.remoteAddress)
    return 'refusal' in claimed ? claimed : { ...claimed, servers }
  }),
  watchHandover: handler<'watchHandover'>(async ({ office, body }) => {
    const found = await watchHandover(office, body.token)
    if ('refusal' in found) return found
    return { claimed: found.claimed, ...(found.signedInAt === null ? {} : { signedInAt: iso(found.signedInAt) }) }
  }),
  getProfile: handler<'getProfile'>(async ({ office, params }) => {
    const bytes = await profileOf(office, params.ticket)
    if ('refusal' in bytes) return bytes
    return { type: 'application/x-apple-aspen-config', bytes, fileName: 'pec.mobileconfig' }
  }),
}
