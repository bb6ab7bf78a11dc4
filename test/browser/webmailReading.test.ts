// Reading in the webmail in a real browser over the real sandbox: hostile mail runs nothing and asks for nothing, certified
// mail says what it is worth, what was sent tells its story as receipts come.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { printFatturaPa } from '../../src/core/billing/fatturapa.ts'
import { anInvoice } from '../core/billing/support/invoices.ts'
import { DOMAINS, PASSWORD, type Side } from '../support/client/sandbox.ts'
import { judgePath, needs } from '../support/judges.ts'
import { expectGood, openPage, startBrowser, type Watched } from './support/browser.ts'
import { HOSTILE, SPY } from './support/hostileMail.ts'
import { GIULIA, MARIO, sender, signIn, startWebSandbox, type WebSandbox } from './support/sandbox.ts'

const absent = needs('chromium', 'openssl')
const LIMIT_MS = 240_000

let web: WebSandbox
let browser: Browser
let watched: Watched
let page: Page
let folder: string
/** Every address that the browser asked for. */
const asked: string[] = []
const dialogs: string[] = []

type Json = Readonly<Record<string, never>>
const authorization = `Basic ${Buffer.from(`${MARIO}:${PASSWORD}`).toString('base64')}`
let account: string

const jmap = async (...calls: readonly [string, object][]): Promise<Json[]> => {
  const response = await fetch(`${web.url}/jmap`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({
      using: ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail', 'urn:ceralacca:pec'],
      methodCalls: calls.map(([name, args], n) => [name, { accountId: account, ...args }, String(n)]),
    }),
  })
  const { methodResponses } = (await response.json()) as { methodResponses: [string, Json, string][] }
  return methodResponses.map(([, args]) => args)
}

/** Puts a message into the box as a program would; gives the id of its thread. */
const put = async (raw: string): Promise<string> => {
  const response = await fetch(`${web.url}/jmap/upload/${account}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'message/rfc822' },
    body: Buffer.from(raw, 'latin1'),
  })
  const { blobId } = (await response.json()) as { blobId: string }
  const [folders] = await jmap(['Mailbox/get', { ids: null, properties: ['role'] }])
  const inbox = (folders!.list as unknown as { id: string; role: string }[]).find(({ role }) => role === 'inbox')!
  const [done] = await jmap(['Email/import', { emails: { a: { blobId, mailboxIds: { [inbox.id]: true } } } }])
  return (done!.created as unknown as { a: { threadId: string } }).a.threadId
}

const smtp = (side: Side, user: string) => sender(web, side, user)

/** The thread of a subject, once it is there. */
const threadOf = async (subject: string): Promise<string> => {
  for (;;) {
    const [, found] = await jmap(
      ['Email/query', { filter: { subject } }],
      ['Email/get', { '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' }, properties: ['threadId'] }],
    )
    const [first] = found!.list as unknown as { threadId: string }[]
    if (first) return first.threadId
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const open = async (threadId: string): Promise<void> => {
  await page.goto(`/posta/arrivo/${threadId}`)
  await page.locator('.cr-letter:not(.cr-folded)').first().waitFor()
  await page.locator('.cr-letter .cl-spinner').first().waitFor({ state: 'detached' })
}

/** All that is read: the page's words and those in the frames. */
const words = async (): Promise<string> =>
  page.evaluate(() => {
    const frames = Array.from(document.querySelectorAll('iframe'))
    return [document.body.innerText, ...frames.map((one) => one.contentDocument?.body.innerText ?? '')].join('\n')
  })

beforeAll(async () => {
  if (absent) return
  ;[web, browser, folder] = await Promise.all([
    startWebSandbox(),
    startBrowser(),
    mkdtemp(join(tmpdir(), 'cera-reading-')),
  ])
  const session = await fetch(`${web.url}/jmap/session`, { headers: { authorization } })
  const { primaryAccounts } = (await session.json()) as { primaryAccounts: Record<string, string> }
  account = primaryAccounts['urn:ietf:params:jmap:mail']!
  watched = await openPage(browser, web.url, 'desk')
  page = watched.page
  // what a sandbox without scripts says of each handler that it does not run, and of a base that it does not take
  watched.expectErrors(/^Blocked script execution|^Setting the document's base URI/)
  watched.context.on('request', (request) => asked.push(request.url()))
  await watched.context.route(`${SPY}/**`, (route) => route.fulfill({ status: 200, body: '' }))
  watched.context.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await signIn(page, MARIO)
}, LIMIT_MS)

afterAll(async () => {
  await watched?.close()
  await browser?.close()
  await web?.stop()
  if (folder) await rm(folder, { recursive: true })
}, 60_000)

/** What a sender may hope for: none of it must be there. */
const harm = (): Promise<unknown> =>
  page.evaluate(() => {
    const frames = Array.from(document.querySelectorAll('iframe'))
    const inside = frames.flatMap((one) => (one.contentDocument ? [one.contentDocument] : []))
    const all = [document, ...inside]
    const every = (selector: string) => all.flatMap((one) => Array.from(one.querySelectorAll(selector)))
    return {
      ran: '__ran' in window || frames.some((one) => '__ran' in (one.contentWindow ?? {})),
      elements: inside.flatMap((one) =>
        Array.from(
          one.querySelectorAll(
            'script, style, link, meta[http-equiv], base, form, input, button, iframe, object, embed, svg, math, video, audio, source',
          ),
          ({ outerHTML }) => outerHTML,
        ),
      ),
      handlers: every('*').flatMap((one) =>
        one.getAttributeNames().filter((name) => /^on|^srcset$|^ping$|^background$/.test(name)),
      ),
      links: every('.cr-body a[href], body:not(:has(#app)) a[href]').flatMap((one) =>
        /^(?:https?:|blob:)/.test((one as HTMLAnchorElement).href) ? [] : [one.outerHTML],
      ),
      open: inside.flatMap((one) =>
        Array.from(one.querySelectorAll('a[href]')).filter((link) => {
          const { target, relList } = link as HTMLAnchorElement
          return target !== '_blank' || !relList.contains('noopener') || !relList.contains('noreferrer')
        }),
      ),
      sandbox: frames.map((one) => one.getAttribute('sandbox')).filter((one) => one?.includes('allow-scripts')),
      wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
      title: document.title.includes('PWNED'),
    }
  })

const HARMLESS = { ran: false, elements: [], handlers: [], links: [], open: [], sandbox: [], wide: false, title: false }

describe.skipIf(absent)('reading in the webmail', { timeout: LIMIT_MS }, () => {
  it('draws a corpus of hostile messages: nothing runs, nothing is asked for, the page stays usable', async () => {
    for (const { name, raw, shows } of HOSTILE) {
      const thread = await put(raw)
      await open(thread)
      await page
        .waitForFunction(
          () =>
            Array.from(document.querySelectorAll('iframe')).every(
              (one) => (one.contentDocument?.body?.childNodes.length ?? 0) > 0,
            ),
          undefined,
          { timeout: 60_000 },
        )
        .catch(() => {
          throw new Error(`${name}: its frame stays empty`)
        })
      expect(await words(), name).toMatch(shows)
      expect(await harm(), name).toEqual(HARMLESS)
    }
    const foreign = asked.filter((url) => !url.startsWith(web.url) && !/^(?:blob|data):/.test(url))
    expect(foreign).toEqual([])
    expect(dialogs).toEqual([])
    expect(page.url()).toContain('/posta/arrivo/')
  })

  it('opens a certified message on what was written, says what it proves, and shows what is attached', async () => {
    const file = (name: string): string => join(folder, name)
    await writeFile(file('f.xml'), printFatturaPa(anInvoice))
    const openssl = (...args: readonly string[]) =>
      execFileSync(judgePath('openssl'), args, { cwd: folder, stdio: 'pipe' })
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'k.pem',
      '-out',
      'c.pem',
      '-subj',
      '/C=IT/CN=Neri Giulia',
    )
    for (const [from, to] of [
      ['f.xml', 'a.p7m'],
      ['a.p7m', 'b.p7m'],
    ] as const)
      openssl(
        'cms',
        '-sign',
        '-binary',
        '-nodetach',
        '-in',
        from,
        '-signer',
        'c.pem',
        '-inkey',
        'k.pem',
        '-outform',
        'DER',
        '-out',
        to,
      )
    await smtp('beta', GIULIA).sendMail({
      from: `"avv. Giulia Neri" <${GIULIA}>`,
      to: MARIO,
      subject: 'Diffida',
      text: 'Egregio dottore, La invito a rispondere.',
      attachments: [{ filename: 'IT01234560017_00001.xml.p7m.p7m', content: await readFile(file('b.p7m')) }],
    })
    await open(await threadOf('Diffida'))
    await page.getByRole('heading', { level: 1, name: 'Diffida', exact: true }).waitFor()
    await page.getByText(/^Ricevuta il .* da giulia\.neri@pec\.beta\.example\. La firma del gestore prova/).waitFor()
    await page.getByRole('button', { name: 'Anteprima IT01234560017_00001.xml.p7m.p7m' }).click()
    await page.getByText('Firma esterna 2 di 2').waitFor()
    await page.getByText('Neri Giulia').first().waitFor()
    await page.getByText('Totale documento').waitFor()
    await page.getByText('Prove tecniche').click()
    await page.getByText('La verifica è riuscita').waitFor()
    await page.getByRole('button', { name: 'Mostra i primi 200 KB' }).click()
    await page.getByText('X-Trasporto: posta-certificata').first().waitFor()
    await expectGood(page)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Scarica le prove' }).click(),
    ])
    const bytes = await readFile((await download.path())!)
    expect(bytes.subarray(0, 2).toString()).toBe('PK')
    await page.emulateMedia({ media: 'print' })
    await page.getByText(/^SHA-256 del messaggio: [0-9a-f]{64}$/).waitFor()
    await page.emulateMedia({ media: 'screen' })
  })

  it('tells of what was sent for each recipient, as receipts come', async () => {
    await smtp('alfa', MARIO).sendMail({
      from: MARIO,
      to: [GIULIA, `nessuno@${DOMAINS.beta}`, 'info@posta.example'],
      subject: 'Richiesta',
      text: 'Si chiede la rettifica.',
    })
    await open(await threadOf('Richiesta'))
    const card = page.getByRole('region', { name: 'Che cosa è successo al tuo invio' })
    await card.getByText(/^Consegnata il .* Vale come ricevuta, anche se non la apre\.$/).waitFor()
    await card.getByText(/^Non consegnata il/).waitFor()
    await card.getByText(/^Indirizzo di posta ordinaria: nessuna ricevuta di consegna/).waitFor()
    await card
      .getByText(/ricevut[ae]$/)
      .first()
      .click()
    await card.getByText('Ricevuta di accettazione').first().waitFor()
    await expectGood(page)
  })
})
