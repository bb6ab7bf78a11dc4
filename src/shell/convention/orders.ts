// Orders as the operator keeps them: added, changed, listed.
import type { Static } from 'typebox'
import type { OrderBody } from '../../core/api/operator.ts'
import type { Refusal } from '../../core/api/problems.ts'
import type { OrderProfile } from '../../core/convention/convention.ts'
import { isCivilDate, type YearDay } from '../../core/lib/calendar.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import { invoiceNow } from '../billing/withheld.ts'
import { timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { isBodyCode, isEmail, refuseFields } from './fields.ts'

export type OrderRow = Static<typeof OrderBody>
export type ListedOrder = OrderRow & { readonly members: number; readonly boxes: number }

/** A leap year, so that 29 February is a day. */
const isYearDay = (day: YearDay): boolean => isCivilDate(`2024-${day}`)

const wrongForm = ({ profile, localHolidays }: OrderRow): Refusal | undefined => {
  const { format, recipientCode } = profile.invoicing
  const length = format === 'FPA12' ? 6 : 7
  return refuseFields('badRequest', [
    [
      'localHolidays',
      localHolidays.every(isYearDay),
      'day',
      'Un giorno non esiste: scrivi mese e giorno, per esempio 06-10.',
      'A day does not exist: write month and day, such as 06-10.',
    ],
    [
      'profile.invoicing.recipientCode',
      new RegExp(`^[A-Z0-9]{${length}}$`).test(recipientCode),
      'recipientCode',
      `Il codice destinatario di una fattura ${format} ha ${length} caratteri, lettere maiuscole o cifre.`,
      `The recipient code of an invoice ${format} has ${length} characters, capitals or digits.`,
    ],
    [
      'profile.address.province',
      /^[A-Z]{2}$/.test(profile.address.province),
      'province',
      'La provincia ha due lettere maiuscole.',
      'The province has two capitals.',
    ],
  ])
}

const wrongCodes = ({ profile }: OrderRow): Refusal | undefined =>
  refuseFields('fiscalCodeInvalid', [
    [
      'profile.fiscalCode',
      isBodyCode(profile.fiscalCode),
      'checkDigit',
      'Il codice fiscale di un ente ha 11 cifre e l’ultima controlla le altre: una è sbagliata.',
      'The fiscal code of a body has 11 digits and the last checks the others: one is wrong.',
    ],
    [
      'profile.vatNumber',
      profile.vatNumber === undefined || isBodyCode(profile.vatNumber),
      'checkDigit',
      'La partita IVA ha 11 cifre e l’ultima controlla le altre: una è sbagliata.',
      'The VAT number has 11 digits and the last checks the others: one is wrong.',
    ],
  ])

const NO_EMAIL = ['form', 'L’indirizzo e-mail non è valido.', 'The e-mail address is not valid.'] as const

const wrongEmails = ({ profile }: OrderRow): Refusal | undefined =>
  refuseFields('emailInvalid', [
    ['profile.secretariat.email', isEmail(profile.secretariat.email), ...NO_EMAIL],
    ['profile.pec', profile.pec === undefined || isEmail(profile.pec), ...NO_EMAIL],
  ])

/** Adds an Order or changes what is known of it. */
export const putOrder = async (
  office: Office,
  actor: Actor,
  code: string,
  order: OrderRow,
): Promise<OrderRow | Refusal> => {
  if (code !== order.code) return { refusal: 'codeMismatch' }
  const refusal = wrongForm(order) ?? wrongCodes(order) ?? wrongEmails(order)
  if (refusal) return refusal
  const now = office.clock.now()
  await office.db.tx(async (tx) => {
    const [row] = await tx.query<{ id: number; added: boolean }>(
      'order-put',
      `insert into professional_order (code, name, profile, local_holidays, created_at) values ($1, $2, $3, $4, $5)
       on conflict (code) do update set name = excluded.name, profile = excluded.profile, local_holidays = excluded.local_holidays
       returning id, xmax = 0 as added`,
      [code, order.name.trim(), JSON.stringify(order.profile), order.localHolidays, timestamp(now)],
    )
    const action = row!.added ? 'order.added' : 'order.changed'
    writeAudit(tx, [{ at: now, actor, orderId: row!.id, action, subjectKind: 'order', subjectId: code }])
    invoiceNow(tx, now) // what its old profile could not pay for, the new one may
  })
  return { ...order, name: order.name.trim() }
}

/** All Orders with the people on their registers and their living boxes, by code. */
export const listOrders = async (office: Office): Promise<readonly ListedOrder[]> => {
  const rows = await office.db.query<{
    code: string
    name: string
    profile: OrderProfile
    local_holidays: readonly string[]
    members: number
    boxes: number
  }>(
    'order-list',
    `select o.code, o.name, o.profile, o.local_holidays, coalesce(m.members, 0) as members, coalesce(b.boxes, 0) as boxes
     from professional_order o
       left join (select order_id, count(*)::int as members from member where status in ('active', 'suspended') group by order_id) m
         on m.order_id = o.id
       left join (select c.order_id, count(*)::int as boxes from mailbox_term t join convention c on c.id = t.convention_id
                  where t.state in ('active', 'suspended', 'expired') group by c.order_id) b on b.order_id = o.id
     order by o.code`,
  )
  return rows.map(({ code, name, profile, local_holidays, members, boxes }) => ({
    code,
    name,
    localHolidays: [...local_holidays],
    profile,
    members,
    boxes,
  }))
}
