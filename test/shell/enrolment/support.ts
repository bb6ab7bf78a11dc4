// Applicants for tests: members of an Order, and the way of a case from the first page to its submission.

import { isRefusal } from '../../../src/core/api/problems.ts'
import { type CodeFacts, canonicalFiscalCode, makeFiscalCode } from '../../../src/core/register/fiscalCode.ts'
import type { Database } from '../../../src/shell/db/pool.ts'
import { timestamp } from '../../../src/shell/db/pool.ts'
import { acceptModule } from '../../../src/shell/enrolment/acceptModule.ts'
import { confirmCode, sendConfirmation } from '../../../src/shell/enrolment/referenceEmail.ts'
import { saveDraft } from '../../../src/shell/enrolment/saveDraft.ts'
import { setEnrolmentPassword } from '../../../src/shell/enrolment/setPassword.ts'
import { startEnrolment } from '../../../src/shell/enrolment/start.ts'
import { submitEnrolment } from '../../../src/shell/enrolment/submit.ts'
import { newToken } from '../../../src/shell/identity/tokens.ts'
import type { Office } from '../../../src/shell/office.ts'
import { makeDocument } from './decide/support.ts'

export const CODE = 'OMCEO-AQ-0051'
export const PASSWORD = 'Gallina7volante'

export type Person = {
  readonly fiscalCode: string
  readonly surname: string
  readonly givenName: string
  readonly memberId: number
}

const SURNAMES = ['Rossi', 'Bianchi', 'Verdi', 'Neri', 'Gallo', 'Conti', 'Marino', 'Greco', 'Lombardi', 'Fontana']

/** A member of an Order: the n-th of invented people. */
export const addMember = async (
  db: Database,
  orderId: number,
  n: number,
  changes: Partial<CodeFacts> & { readonly status?: string; readonly email?: string } = {},
): Promise<Person> => {
  const { status = 'active', email, ...rest } = changes
  const facts: CodeFacts = {
    surname: SURNAMES[n % SURNAMES.length]!,
    givenName: n % 2 === 0 ? 'Mario' : 'Lucia',
    birthDate: `19${60 + (n % 30)}-0${(n % 9) + 1}-1${n % 10}`,
    sex: n % 2 === 0 ? 'M' : 'F',
    birthPlace: 'A345',
    ...rest,
  }
  const fiscalCode = makeFiscalCode(facts)
  const [row] = await db.query<{ id: number }>(
    'test-applicant',
    `insert into member (order_id, fiscal_key, fiscal_code, surname, given_name, number, section, status, contact_email, changed_at)
     values ($1, $2, $3, $4, $5, $6, 'physician', $7, $8, $9) returning id`,
    [
      orderId,
      canonicalFiscalCode(fiscalCode),
      fiscalCode,
      facts.surname,
      facts.givenName,
      String(n),
      status,
      email,
      timestamp(0),
    ],
  )
  return { fiscalCode, surname: facts.surname, givenName: facts.givenName, memberId: row!.id }
}

export const begin = (office: Office, person: Person, more: { held?: string; code?: string } = {}) =>
  startEnrolment(office, {
    conventionCode: more.code ?? CODE,
    fiscalCode: person.fiscalCode,
    surname: person.surname,
    givenName: person.givenName,
    sessionToken: newToken('case'),
    heldEnrolmentId: more.held,
  })

/** Begins, and must not be refused. */
export const started = async (office: Office, person: Person): Promise<string> => {
  const answer = await begin(office, person)
  if (isRefusal(answer)) throw new Error(`refused: ${answer.refusal}`)
  return answer.enrolmentId
}

export const DRAFT = {
  phone: '0862 123456',
  birthPlace: 'L’Aquila',
  street: 'Via Roma 12',
  postcode: '67100',
  town: 'L’Aquila',
  province: 'AQ',
  documentType: 'identityCard',
  documentNumber: 'CA12345AA',
  documentIssuer: 'Comune di L’Aquila',
  documentExpiry: '31/12/2030',
} as const

/** The last code that was sent to an address, and the last link. */
export const lastMail = async (db: Database, to: string): Promise<{ text: string; code: string; token: string }> => {
  const [row] = await db.query<{ body_text: string }>(
    'test-last-notice',
    'select body_text from notice where recipient = $1 order by created_at desc, xmin::text::bigint desc limit 1',
    [to],
  )
  const text = row?.body_text ?? ''
  return {
    text,
    code: /\n {4}(\d{3} \d{3})\n/.exec(text)?.[1] ?? '',
    token: /#(cll_[\w-]+)/.exec(text)?.[1] ?? '',
  }
}

const must = (answer: unknown): void => {
  if (isRefusal(answer)) throw new Error(`refused: ${JSON.stringify(answer)}`)
}

/** Everything that a case needs before it is sent, but what is left out. */
export const fill = async (
  office: Office,
  id: string,
  options: { local: string; email?: string; birthDate?: string; without?: readonly string[] },
): Promise<void> => {
  const { local, email = `${local}@posta.example`, without = [] } = options
  must(await saveDraft(office, id, { address: local, birthDate: options.birthDate ?? '03/04/1970', ...DRAFT }))
  if (!without.includes('password')) must(await setEnrolmentPassword(office, id, PASSWORD))
  if (!without.includes('email')) {
    must(await sendConfirmation(office, id, email))
    must(await confirmCode(office, id, (await lastMail(office.db, email)).code))
  }
  for (const kind of ['front', 'back'])
    if (!without.includes(kind)) await makeDocument(office.db, id, kind, office.clock.now())
  if (!without.includes('acceptance')) must(await acceptModule(office, id, { remoteAddress: '::1', userAgent: 'test' }))
}

/** A case as it stands once it was sent. */
export const submitted = async (office: Office, person: Person, local: string): Promise<string> => {
  const id = await started(office, person)
  await fill(office, id, { local })
  must(await submitEnrolment(office, id, '::1'))
  return id
}
