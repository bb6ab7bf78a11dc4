// The provider's HTTP server with pages and API over a real database, in this process: browser tests move its clock and act as its operator.
import { join } from 'node:path'
import { approveCase, askAgain, refuseCase } from '../../../src/shell/enrolment/decide/decisions.ts'
import { provisionBox } from '../../../src/shell/enrolment/decide/provision.ts'
import { sendRequestedLink } from '../../../src/shell/enrolment/resume.ts'
import { handlers } from '../../../src/shell/servers/http/api/handlers.ts'
import { loadPages } from '../../../src/shell/servers/http/pages.ts'
import { startHttpServer } from '../../../src/shell/servers/http.ts'
import { makeConvention, type TestConvention } from '../../shell/enrolment/decide/support.ts'
import { addMember, CODE, lastMail, type Person } from '../../shell/enrolment/support.ts'
import { addStaff } from '../../support/api.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { buildPages } from './sandbox.ts'

export type TestPortal = {
  readonly url: string
  readonly office: TestOffice
  readonly convention: TestConvention
  readonly code: string
  /** A member who may enrol: another one each time. */
  readonly member: (changes?: Parameters<typeof addMember>[3]) => Promise<Person>
  /** The last ordinary mail that an address got: its text, code, and the secret of its link. */
  readonly mail: (to: string) => ReturnType<typeof lastMail>
  /** The operator decides on a case; what is approved is activated too. */
  readonly decide: (caseNumber: string, what: 'approve' | 'askAgain' | 'refuse', reason?: string) => Promise<void>
  readonly stop: () => Promise<void>
}

const PAGES = join(import.meta.dirname, '../../../dist/web')

export const startPortal = async (): Promise<TestPortal> => {
  await buildPages()
  const office = await testOffice({ sandbox: true })
  const pages = await loadPages(PAGES, { provider: 'Gestore di Prova', sandbox: true })
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    readiness: async () => ({}),
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    log: (event) => {
      if (event.kind === 'httpBug') console.error(event)
    },
    office,
    pages,
    api: { handlers, checkReplies: true, limits: { pointsPerMinute: 1_000_000 } },
  })
  // Links in e-mails lead here.
  Object.assign(office, { publicUrl: server.url })
  const convention = await makeConvention(office.db, office.clock.now())
  const { id: staffId } = await addStaff(
    office.db,
    { email: 'operatore@prova.example', roles: [{ role: 'operator' }] },
    office.clock.now(),
  )
  const decide: TestPortal['decide'] = async (caseNumber, what, reason = '') => {
    const [row] = await office.db.query<{ id: string; version: number }>(
      'test-browser-version',
      'select id, version from enrolment where case_number = $1',
      [caseNumber],
    )
    const { id, version } = row!
    const actor = { kind: 'staff', staffId, remoteAddress: '::1' } as const
    const outcome = await { approve: approveCase, askAgain, refuse: refuseCase }[what](office, actor, {
      caseNumber,
      version,
      reason,
    })
    if ('refusal' in outcome) throw new Error(`the operator's decision was refused: ${outcome.refusal}`)
    if (what === 'approve') {
      await provisionBox(office, { id, kind: 'provision', payload: { enrolment: id }, attempts: 0 })
    }
  }
  // Links are sent by the outbox, which here runs when somebody looks for mail.
  const outbox = office.outbox({ duty: (job) => sendRequestedLink(office, job) })
  let people = 0
  return {
    url: server.url,
    office,
    convention,
    code: CODE,
    member: (changes) => addMember(office.db, convention.orderId, ++people, changes),
    mail: async (to) => {
      await outbox.runDue()
      return lastMail(office.db, to)
    },
    decide,
    stop: async () => {
      await server.close()
      await office.stop()
    },
  }
}
