// The provider's HTTP server with pages and API over a real database, in this process: browser tests move its clock and act as its operator.
import { join } from 'node:path'
import { handlers } from '../../../src/shell/servers/http/api/handlers.ts'
import { loadPages } from '../../../src/shell/servers/http/pages.ts'
import { startHttpServer } from '../../../src/shell/servers/http.ts'
import { makeConvention, type TestConvention } from '../../shell/enrolment/decide/support.ts'
import { addMember, CODE, lastMail, type Person } from '../../shell/enrolment/support.ts'
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
  let people = 0
  return {
    url: server.url,
    office,
    convention,
    code: CODE,
    member: (changes) => addMember(office.db, convention.orderId, ++people, changes),
    mail: (to) => lastMail(office.db, to),
    stop: async () => {
      await server.close()
      await office.stop()
    },
  }
}
