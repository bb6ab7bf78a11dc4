// What the sandbox's office holds from the first start: an Order with its roll, conventions to enrol under and to err with, staff.
import { randomBytes, randomUUID } from 'node:crypto'
import { isRefusal, type Refusal } from '../../core/api/problems.ts'
import { type ConventionTerms, HISTORIC_PASSWORD_POLICY } from '../../core/convention/convention.ts'
import { makeCaseNumber } from '../../core/enrolment/caseNumber.ts'
import type { Role } from '../../core/identity/permissions.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { addressKey } from '../../core/mail/address.ts'
import { proposeLocalParts } from '../../core/register/address.ts'
import { canonicalFiscalCode } from '../../core/register/fiscalCode.ts'
import { SYSTEM } from '../audit/write.ts'
import { placePurchase } from '../billing/purchases.ts'
import { type ConventionInput, listConventions, putConvention } from '../convention/conventions.ts'
import { listFrameworks, putFramework } from '../convention/frameworks.ts'
import { type OrderRow, putOrder } from '../convention/orders.ts'
import { findConvention } from '../convention/store.ts'
import { timestamp } from '../db/pool.ts'
import { putProvision } from '../enrolment/decide/provision.ts'
import { addEvent } from '../enrolment/store.ts'
import { hashPassword, makeScramKeys, nameSecret } from '../identity/passwords.ts'
import { addInvited, findStaffByEmail, giveRole, setStaffPassword } from '../identity/staff/store.ts'
import type { Office } from '../office.ts'
import { applyRoll } from '../register/applyRoll.ts'
import { uploadRoll } from '../register/importRoll.ts'
import { membersByCode } from '../register/store.ts'
import { SANDBOX_PASSWORD } from './contract.ts'
import { type InventedMember, READY_TO_ENROL, sandboxMembers, sandboxRoll } from './roll.ts'

export const SANDBOX_ORDER = 'OMCEO-XX'
/** Open; over; with its only seat taken. */
export const SANDBOX_CONVENTIONS = { open: 'OMCEO-XX-0001', expired: 'OMCEO-XX-0002', full: 'OMCEO-XX-0003' } as const
export const SANDBOX_STAFF: readonly { readonly email: string; readonly name: string; readonly role: Role }[] = [
  { email: 'segreteria@ordine.example', name: 'Sara Segreteria', role: 'orderAdmin' },
  { email: 'operatore@alfa.example', name: 'Ugo Operatore', role: 'operatorAdmin' },
  { email: 'operatrice@alfa.example', name: 'Olga Operatrice', role: 'operator' },
]
/** Collaborates in boxes of the contract: what she may in each, by the local part of its address. */
export const SANDBOX_COLLABORATOR = {
  email: 'giulia@studio.example',
  name: 'Giulia Neri',
  boxes: { 'mario.rossi': 'send', 'anna.bianchi': 'read' },
} as const
/** The member whose box takes the only seat of the full convention. */
export const SANDBOX_HOLDER: InventedMember = sandboxMembers().find(
  (one) => one.status === 'Iscritto' && one.email !== '' && one.pec === '' && !READY_TO_ENROL.includes(one),
)!

/** The local part of the holder's box. */
export const holderLocalPart = (domain: string): string => {
  const { surname, givenName } = SANDBOX_HOLDER
  return proposeLocalParts({ surname, givenName }, domain, () => false)[0]!
}

const FRAMEWORK = 'FEDERAZIONE-PROVA-2025'
const GIB = 1024 ** 3

const ORDER: OrderRow = {
  code: SANDBOX_ORDER,
  name: 'Ordine dei Medici di Prova',
  localHolidays: ['06-24'],
  profile: {
    fiscalCode: '80002130674',
    address: { street: 'Via dell’Ordine 1', postcode: '10100', town: 'Torino', province: 'TO' },
    secretariat: {
      phone: '011 000 0000',
      email: 'segreteria@ordine.example',
      hours: 'lunedì – venerdì, 9:00 – 12:30',
    },
    pec: 'segreteria@pec.alfa.example',
    invoicing: { format: 'FPA12', recipientCode: 'UFPROV', splitPayment: true, cig: 'Z000000000' },
  },
}

const TERMS: ConventionTerms = {
  termMonths: 36,
  priceCents: 2_700,
  payer: 'order',
  passwordPolicy: HISTORIC_PASSWORD_POLICY,
  quotaBytes: GIB,
  graceDays: 90,
  receivesWhenExpired: false,
  takeOutDays: 60,
  secondPairOfEyes: false,
  orderSeesUnread: true,
  helpDeskPhone: '800 000 000',
}

const conventionsOf = (domain: string): readonly ConventionInput[] => {
  const base = { order: SANDBOX_ORDER, framework: FRAMEWORK, domain, terms: TERMS as ConventionInput['terms'] }
  const { open, expired, full } = SANDBOX_CONVENTIONS
  return [
    { ...base, code: open, startsOn: '2025-01-01', endsOn: '2039-12-31' },
    { ...base, code: expired, startsOn: '2020-01-01', endsOn: '2022-12-31' },
    { ...base, code: full, startsOn: '2025-01-01', endsOn: '2039-12-31', seats: 1 },
  ]
}

/** What must succeed: a refusal here is a bug of the sandbox. */
const must = <T extends object>(value: T | Refusal): T => {
  if (isRefusal(value)) throw new Error(`the sandbox's office: ${JSON.stringify(value)}`)
  return value
}

/** Order, framework and conventions, where they are missing; the Order's id. */
const seedConventions = async (office: Office): Promise<number> => {
  const known = await office.db.query<{ id: number }>(
    'sandbox-order',
    'select id from professional_order where code = $1',
    [SANDBOX_ORDER],
  )
  if (known.length === 0) must(await putOrder(office, SYSTEM, SANDBOX_ORDER, ORDER))
  if ((await listFrameworks(office)).length === 0) {
    const framework = {
      code: FRAMEWORK,
      federation: 'Federazione di Prova degli Ordini',
      title: 'Accordo quadro per la posta certificata degli iscritti',
      signedOn: '2025-01-01',
    }
    must(await putFramework(office, SYSTEM, FRAMEWORK, framework))
  }
  const there = new Set((await listConventions(office)).map(({ code }) => code))
  for (const convention of conventionsOf(office.provider.domain)) {
    if (!there.has(convention.code)) must(await putConvention(office, SYSTEM, convention.code, convention))
  }
  return (await findConvention(office.db, SANDBOX_CONVENTIONS.open))!.order.id
}

/** The roll, as the secretariat would upload it; never again, for people change what it says. */
const seedRoll = async (office: Office, orderId: number): Promise<void> => {
  const [row] = await office.db.query('sandbox-roll', 'select from member where order_id = $1 limit 1', [orderId])
  if (row) return
  const once = async function* (): AsyncIterable<Uint8Array> {
    yield new TextEncoder().encode(sandboxRoll())
  }
  const roll = must(await uploadRoll(office, { orderId, actor: SYSTEM, fileName: 'albo-di-prova.csv', body: once() }))
  must(await applyRoll(office, { orderId, id: roll.id, actor: SYSTEM }))
}

/** Who works here, where the accounts are missing. */
const seedStaff = async (office: Office, orderId: number, passwordHash: string): Promise<void> => {
  for (const { email, name, role } of SANDBOX_STAFF) {
    const emailKey = addressKey(email)
    if (await findStaffByEmail(office.db, emailKey)) continue
    await office.db.tx(async (tx) => {
      const now = office.clock.now()
      const { id } = await addInvited(tx, { email, emailKey, name }, now)
      setStaffPassword(tx, id, passwordHash)
      giveRole(tx, id, role === 'orderAdmin' ? orderId : null, role, now)
    })
  }
}

const draftOf = ({ birthDate }: InventedMember, local: string) => ({
  address: local,
  phone: '011 000 0001',
  birthPlace: 'Torino',
  birthDate,
  street: 'Via di Prova 1',
  postcode: '10100',
  town: 'Torino',
  province: 'TO',
  documentType: 'identityCard',
  documentNumber: 'CA00000AA',
  documentIssuer: 'Comune di Torino',
  documentExpiry: '2035-01-01',
})

/** One member has a box already: an approved case, from which the provider makes it when it starts. */
const seedHolder = async (office: Office, orderId: number, passwordHash: string): Promise<void> => {
  const { db } = office
  const { convention } = (await findConvention(db, SANDBOX_CONVENTIONS.full))!
  const [there] = await db.query('sandbox-holder', 'select from enrolment where convention_id = $1 limit 1', [
    convention.id,
  ])
  const key = canonicalFiscalCode(SANDBOX_HOLDER.fiscalCode)!
  const member = (await membersByCode(db, orderId, [key], false)).get(key)
  if (there || !member) return
  const now = office.clock.now()
  const local = holderLocalPart(convention.domain)
  const address = `${local}@${convention.domain}`
  const keys = await makeScramKeys(await nameSecret(db), address, SANDBOX_PASSWORD)
  const id = randomUUID()
  await db.tx(async (tx) => {
    tx.send(
      'sandbox-case',
      `insert into enrolment (id, case_number, convention_id, member_id, state, fiscal_key, address, address_key, draft,
         password_hash, scram_salt, scram_iterations, scram_stored_key, scram_server_key, reference_email,
         reference_confirmed_at, accepted_at, acceptance, created_at, changed_at, submitted_at, decided_at)
       values ($1, $2, $3, $4, 'approved', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, 'onScreen', $15, $15, $15, $15)`,
      [
        id,
        makeCaseNumber(Number(civilDateOf(now).slice(0, 4)), randomBytes(8)),
        convention.id,
        member.id,
        key,
        address,
        addressKey(address),
        JSON.stringify(draftOf(SANDBOX_HOLDER, local)),
        passwordHash,
        keys.salt,
        keys.iterations,
        keys.storedKey,
        keys.serverKey,
        SANDBOX_HOLDER.email,
        timestamp(now),
      ],
    )
    for (const event of ['start', 'accept', 'submit'])
      addEvent(tx, id, { event, actor: { kind: 'applicant' }, at: now })
    addEvent(tx, id, { event: 'approve', actor: { kind: 'system' }, at: now })
    putProvision(tx, id, now)
    const order = { enrolmentId: id, conventionId: convention.id, memberId: member.id, kind: 'first', term: 1 } as const
    await placePurchase(tx, office, order, now)
  })
}

/** The collaborator, where she is missing and the boxes are there. */
const seedCollaborator = async ({ db, clock, provider }: Office, passwordHash: string): Promise<void> => {
  const { email, name, boxes } = SANDBOX_COLLABORATOR
  const addresses = Object.keys(boxes).map((local) => `${local}@${provider.domain}`)
  const now = timestamp(clock.now())
  await db.tx(async (tx) => {
    const [account] = await tx.query<{ id: number }>(
      'sandbox-collaborator',
      `insert into account (kind, email, email_key, name, password_hash, created_at) values ('delegate', $1, $1, $2, $3, $4)
       on conflict (email_key) do nothing returning id`,
      [email, name, passwordHash, now],
    )
    if (!account) return
    tx.send(
      'sandbox-delegation',
      `insert into delegation (account_id, mailbox_id, rights, given_at)
       select $1, b.id, w.rights, $4 from unnest($2::text[], $3::text[]) w (address, rights)
         join mailbox b on b.address_key = w.address`,
      [account.id, addresses.map(addressKey), Object.values(boxes), now],
    )
  })
}

/** Fills the sandbox's office; what is there stays as it is, so that every start may call it. */
export const seedOffice = async (office: Office): Promise<void> => {
  const passwordHash = await hashPassword(SANDBOX_PASSWORD)
  const orderId = await seedConventions(office)
  await seedStaff(office, orderId, passwordHash)
  await seedRoll(office, orderId)
  await seedHolder(office, orderId, passwordHash)
  await seedCollaborator(office, passwordHash)
}
