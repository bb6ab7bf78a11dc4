// Members as the Order's console sees them: rows of lists with their exceptions, one member whole, corrections.
import type { Refusal } from '../../core/api/problems.ts'
import { PROCEDURE_KINDS, type ProcedureKind, whyNot } from '../../core/enrolment/procedures.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { parseAddrSpec } from '../../core/mail/address.ts'
import { parseFiscalCode } from '../../core/register/fiscalCode.ts'
import { wordsOf } from '../../core/register/letters.ts'
import type { Section } from '../../core/register/member.ts'
import { exceptionsOf, type MemberException } from '../../core/register/standing.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import { isDuplicate } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { domicilesOf } from './domicileStore.ts'
import { casesOf, memberEvents } from './historyStore.ts'
import {
  countMembers,
  type ListedMember,
  listedMember,
  listMembers,
  type MemberFilter,
  type MemberSort,
} from './listStore.ts'
import { lockMember, membersByCode, putMembers } from './store.ts'

export type Staff = Extract<Actor, { kind: 'staff' }>

/** A row with what a secretariat must look at. */
export type MemberSeen = ListedMember & { readonly exceptions: readonly MemberException[] }

const seen = (row: ListedMember, now: number): MemberSeen => ({
  ...row,
  exceptions: exceptionsOf(
    {
      status: row.status,
      confirmed: row.confirmed,
      awaiting: row.awaiting,
      enrolling: row.case_state !== null,
      box:
        row.box_state === null
          ? undefined
          : {
              state: row.box_state,
              expiresAt: row.expires_at!,
              usedBytes: row.used_bytes!,
              quotaBytes: row.quota_bytes!,
              unreadSince: row.unread_since ?? undefined,
            },
    },
    now,
  ),
})

/** One member of an Order; another Order's is none. */
export const findMemberRow = async (office: Office, orderId: number, id: number): Promise<MemberSeen | undefined> => {
  const row = await listedMember(office.db, orderId, id)
  return row && seen(row, office.clock.now())
}

export type MemberQuery = Omit<MemberFilter, 'words'> & { readonly q?: string | undefined }

/** What was typed, as the words that are looked for. */
const filterOf = ({ q, ...rest }: MemberQuery): MemberFilter => {
  const typed = (q ?? '').trim()
  // codes and numbers have digits, which no name has
  const words = typed.split(/\s+/).flatMap((word) => (/\d/.test(word) ? [word.toLowerCase()] : wordsOf(word)))
  return { ...rest, words: words.slice(0, 8) }
}

const CURSOR = /^(\d{1,15})\.([A-Za-z0-9_-]*)$/
const cursorOf = ({ id, sort_key: key }: ListedMember): string => `${id}.${Buffer.from(key).toString('base64url')}`
const placeOf = (cursor: string | undefined) => {
  const found = cursor === undefined ? null : CURSOR.exec(cursor)
  return found ? { id: Number(found[1]), key: Buffer.from(found[2]!, 'base64url').toString() } : undefined
}

/** A page of members; with the first one, how many there are. */
export const pageOfMembers = async (
  office: Office,
  orderId: number,
  query: MemberQuery & {
    readonly sort?: MemberSort | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
): Promise<{ readonly items: readonly MemberSeen[]; readonly next?: string; readonly total?: number }> => {
  const { sort = 'name', cursor, limit, ...given } = query
  const filter = filterOf(given)
  const now = office.clock.now()
  const after = placeOf(cursor)
  const rows = await listMembers(office.db, orderId, filter, { sort, after, limit: limit + 1 }, now)
  // A first page that is not full has shown all there are: it has just cost a look at the whole register.
  const count = async () => (rows.length <= limit ? rows.length : countMembers(office.db, orderId, filter, now))
  const total = after === undefined ? await count() : undefined
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map((row) => seen(row, now)),
    ...(rows.length > limit && last ? { next: cursorOf(last) } : {}),
    ...(total === undefined ? {} : { total }),
  }
}

/** All members of a selection, in batches: for files. */
export async function* allMembers(
  office: Office,
  orderId: number,
  query: MemberQuery,
): AsyncGenerator<readonly MemberSeen[]> {
  const filter = filterOf(query)
  const now = office.clock.now()
  let after: { id: number; key: string } | undefined
  for (;;) {
    const rows = await listMembers(office.db, orderId, filter, { sort: 'name', after, limit: 1000 }, now)
    if (rows.length > 0) yield rows.map((row) => seen(row, now))
    if (rows.length < 1000) return
    const last = rows.at(-1)!
    after = { id: last.id, key: last.sort_key }
  }
}

/** One member whole: domiciles, cases, what happened, and what may be begun. */
export const memberWhole = async (office: Office, orderId: number, id: number) => {
  const member = await findMemberRow(office, orderId, id)
  if (!member) return undefined
  const [domiciles, cases, events] = await Promise.all([
    domicilesOf(office.db, id),
    casesOf(office.db, id),
    memberEvents(office.db, orderId, id),
  ])
  const procedures = PROCEDURE_KINDS.map((kind: ProcedureKind) => ({
    kind,
    why: whyNot(kind, member.status, member.box_state !== null),
  }))
  return { member, domiciles, cases, events, procedures }
}

const EMAIL_WRONG: Refusal = { refusal: 'emailInvalid' }
const isEmail = (text: string | undefined): boolean => text === undefined || parseAddrSpec(text) !== undefined

export type MemberCorrection = {
  readonly surname?: string | undefined
  readonly givenName?: string | undefined
  readonly number?: string | undefined
  readonly section?: Section | undefined
  /** An empty text takes it away. */
  readonly contactEmail?: string | undefined
}

const tidy = (text: string): string => text.trim().replace(/\s+/g, ' ')

/** Corrects what the register holds of a member; what is not given stays. */
export const correctMember = (
  office: Office,
  orderId: number,
  id: number,
  correction: MemberCorrection,
  actor: Staff,
): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const member = await lockMember(tx, orderId, id)
    if (!member) return { refusal: 'notFound' }
    const email = correction.contactEmail?.trim()
    if (email && !isEmail(email)) return EMAIL_WRONG
    const at = office.clock.now()
    const { surname, givenName, number, section } = correction
    const next = {
      ...member,
      ...(surname === undefined ? {} : { surname: tidy(surname) }),
      ...(givenName === undefined ? {} : { givenName: tidy(givenName) }),
      ...(number === undefined ? {} : { number: tidy(number) }),
      ...(section === undefined ? {} : { section }),
      ...(email === undefined ? {} : { email: email === '' ? undefined : email }),
    }
    const fields = Object.keys(correction)
    await putMembers(tx, orderId, [next], at)
    writeAudit(tx, [
      { at, actor, orderId, action: 'member.changed', subjectKind: 'member', subjectId: id, details: { fields } },
    ])
    return undefined
  })

export type NewMember = {
  readonly fiscalCode: string
  readonly surname: string
  readonly givenName: string
  readonly number: string
  readonly section: Section
  readonly contactEmail?: string | undefined
}

/** Adds one member to the register; gives the id. */
export const addMember = async (
  office: Office,
  orderId: number,
  member: NewMember,
  actor: Staff,
): Promise<{ readonly id: number } | Refusal> => {
  const at = office.clock.now()
  const code = parseFiscalCode(member.fiscalCode, Number(civilDateOf(at).slice(0, 4)))
  if (code.kind === 'refused') return { refusal: 'fiscalCodeInvalid' }
  const email = member.contactEmail?.trim() || undefined
  if (!isEmail(email)) return EMAIL_WRONG
  try {
    return await office.db.tx(async (tx) => {
      if ((await membersByCode(tx, orderId, [code.canonical], true)).size > 0) return { refusal: 'memberExists' }
      const facts = {
        fiscalCode: code.code,
        canonicalCode: code.canonical,
        surname: tidy(member.surname),
        givenName: tidy(member.givenName),
        number: tidy(member.number),
        section: member.section,
        status: 'active' as const,
        statusSince: civilDateOf(at),
        email,
      }
      const id = (await putMembers(tx, orderId, [facts], at)).get(code.canonical)!
      writeAudit(tx, [{ at, actor, orderId, action: 'member.added', subjectKind: 'member', subjectId: id }])
      return { id }
    })
  } catch (error) {
    if (isDuplicate(error)) return { refusal: 'memberExists' }
    throw error
  }
}
