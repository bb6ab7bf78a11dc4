// The real sandbox for browser tests: started once for a file, with the web pages built before.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import type { Page } from 'playwright-core'
import {
  DOMAINS,
  endDatabases,
  freeOffset,
  PASSWORD,
  type Sandbox,
  type Side,
  startSandbox,
} from '../../support/client/sandbox.ts'

export type WebSandbox = {
  readonly sandbox: Sandbox
  /** Where the pages of Alfa are. */
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Starts the sandbox (it builds the pages itself where they are stale). */
export const startWebSandbox = async (): Promise<WebSandbox> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cera-web-'))
  const sandbox = await startSandbox({ dataDir, portOffset: await freeOffset(), users: 0 })
  return {
    sandbox,
    url: `http://127.0.0.1:${sandbox.port('alfa', 'http')}`,
    stop: async () => {
      await sandbox.stop()
      endDatabases(dataDir)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** A holder at Alfa, and one at Beta. */
export const MARIO = `mario.rossi@${DOMAINS.alfa}`
export const GIULIA = `giulia.neri@${DOMAINS.beta}`

/** Signs in as a person does, and goes on to a page. */
export const signIn = async (page: Page, who: string, to = '/casella'): Promise<void> => {
  await page.goto(`/casella/accesso?poi=${to}`)
  await page.getByLabel('Indirizzo PEC').fill(who)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Accedi', exact: true }).click()
  await page.waitForURL((at) => at.pathname === to)
}

/** A mail program that sends. */
export const sender = ({ sandbox }: WebSandbox, side: Side, user: string) =>
  createTransport({
    host: '127.0.0.1',
    port: sandbox.port(side, 'tls'),
    secure: true,
    tls: { rejectUnauthorized: false },
    auth: { user, pass: PASSWORD },
  })

/** Builds the pages where they are stale; for tests without a sandbox. */
export const buildPages = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../../web/build.ts'), '--if-stale'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`build of the web pages: exit ${code}`))))
  })
