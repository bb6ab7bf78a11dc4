// Writing in the webmail in a real browser over the real sandbox: to certified and ordinary recipients, called back, put off,
// without a line; and whatever the line does in the middle of sending, the message leaves once.
import { createHash } from 'node:crypto'
import type { Browser, BrowserContext, Page, Request, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD } from '../support/client/sandbox.ts'
import { needs } from '../support/judges.ts'
import { expectAccessible, expectGood, openPage, startBrowser, type Viewport, type Watched } from './support/browser.ts'
import { GIULIA, MARIO, signIn, startWebSandbox, type WebSandbox } from './support/sandbox.ts'

const absent = needs('chromium')
const LIMIT_MS = 240_000
const STUDIO = 'studio@ordinaria.example'

let web: WebSandbox
let browser: Browser
let watched: Watched
let page: Page

type Json = Readonly<Record<string, unknown>>
type Message = {
  readonly id: string
  readonly threadId: string
  readonly blobId: string
  readonly mailboxIds: Json
  readonly messageId: string[]
}

/** JMAP as a program speaks it, to the box of Mario or of Giulia. */
const jmapOf = (side: 'alfa' | 'beta', user: string) => {
  const url = `http://127.0.0.1:${web.sandbox.port(side, 'http')}`
  const authorization = `Basic ${Buffer.from(`${user}:${PASSWORD}`).toString('base64')}`
  const session = fetch(`${url}/jmap/session`, { headers: { authorization } }).then(
    async (response) => (await response.json()) as { primaryAccounts: Record<string, string> },
  )
  const account = async (): Promise<string> => (await session).primaryAccounts['urn:ietf:params:jmap:mail']!
  const call = async (...calls: readonly [string, object][]): Promise<Json[]> => {
    const accountId = await account()
    const response = await fetch(`${url}/jmap`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({
        using: [
          'urn:ietf:params:jmap:core',
          'urn:ietf:params:jmap:mail',
          'urn:ietf:params:jmap:submission',
          'urn:ceralacca:pec',
        ],
        methodCalls: calls.map(([name, args], n) => [name, { accountId, ...args }, String(n)]),
      }),
    })
    return ((await response.json()) as { methodResponses: [string, Json, string][] }).methodResponses.map(([, a]) => a)
  }
  const found = async (filter: object): Promise<readonly Message[]> => {
    const [, got] = await call(
      ['Email/query', { filter }],
      [
        'Email/get',
        {
          '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' },
          properties: ['id', 'threadId', 'blobId', 'mailboxIds', 'messageId'],
        },
      ],
    )
    return got!.list as readonly Message[]
  }
  const raw = async (blobId: string): Promise<string> => {
    const response = await fetch(`${url}/jmap/download/${await account()}/${blobId}/a?type=message/rfc822`, {
      headers: { authorization },
    })
    return Buffer.from(await response.arrayBuffer()).toString('latin1')
  }
  return { call, found, raw }
}
let mario: ReturnType<typeof jmapOf>
let giulia: ReturnType<typeof jmapOf>

/** Asks again until there is something: what the providers do between them takes its time. */
const until = async <T>(ask: () => Promise<T | undefined | false>): Promise<T> => {
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const arrived = (subject: string) =>
  until(async () => {
    const list = await giulia.found({ subject: `POSTA CERTIFICATA: ${subject}` })
    return list.length > 0 && list
  })

type Submission = { readonly id: string; readonly undoStatus: string; readonly emailId: string }

/** All that was submitted of messages with a subject. */
const submissions = async (subject: string): Promise<readonly Submission[]> => {
  const emails = new Set((await mario.found({ subject })).map(({ id }) => id))
  const [got] = await mario.call(['EmailSubmission/get', { ids: null }])
  return (got!.list as readonly Submission[]).filter(({ emailId }) => emails.has(emailId))
}

const inFolder = async (role: string, subject: string): Promise<readonly Message[]> => {
  const [folders] = await mario.call(['Mailbox/get', { ids: null, properties: ['role'] }])
  const folder = (folders!.list as readonly { id: string; role: string }[]).find((one) => one.role === role)!
  return mario.found({ operator: 'AND', conditions: [{ inMailbox: folder.id }, { subject }] })
}

const to = (page: Page) => page.getByRole('combobox', { name: 'A', exact: true })
const notices = (page: Page) => page.locator('.cm-notices')
const look = (page: Page) => page.getByRole('dialog', { name: 'Un ultimo sguardo' })

const write = async (page: Page, subject: string, recipients = [GIULIA]): Promise<void> => {
  await page.goto('/posta/scrivi')
  for (const one of recipients) {
    await to(page).fill(one)
    await to(page).press('Enter')
  }
  await page.getByLabel('Oggetto').fill(subject)
  await page.getByLabel('Testo del messaggio').fill('Buongiorno.\nperché è una prova')
}

const send = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Invia', exact: true }).click()
  await look(page)
    .getByRole('button', { name: /^Invia (?:adesso|comunque)$/ })
    .click()
  await page.waitForURL(/\/posta\/arrivo$/)
}

const visit = async (viewport: Viewport, options = {}): Promise<Watched> => {
  const one = await openPage(browser, web.url, viewport, options)
  await signIn(one.page, MARIO)
  return one
}

beforeAll(async () => {
  if (absent) return
  ;[web, browser] = await Promise.all([startWebSandbox(), startBrowser()])
  mario = jmapOf('alfa', MARIO)
  giulia = jmapOf('beta', GIULIA)
  watched = await visit('phone')
  page = watched.page
}, LIMIT_MS)

afterAll(async () => {
  await watched?.close()
  await browser?.close()
  await web?.stop()
}, 60_000)

describe.skipIf(absent)('writing', { timeout: 120_000 }, () => {
  it('writes to a certified and an ordinary recipient with an attachment, and says what will have legal value', async () => {
    const subject = 'Trasmissione di un atto'
    await page.goto('/posta/scrivi')
    await to(page).waitFor()
    await expectAccessible(page)
    // a list as it is pasted, with one that is none
    await to(page).fill(`"Neri, Giulia" <${GIULIA}>; ${STUDIO}, niccolò@pec.it`)
    await to(page).press('Enter')
    await page.getByText('contiene una lettera accentata').waitFor()
    await page.getByText('ordinaria: nessuna ricevuta di consegna').first().waitFor()
    await page.getByLabel('Oggetto').fill(subject)
    await page.getByLabel('Testo del messaggio').fill('Buongiorno,\nin allegato trasmetto l’atto.\n')
    await page.getByRole('button', { name: 'Invia', exact: true }).click()
    await look(page).getByText('«niccolò@pec.it» non è un indirizzo').waitFor()
    await look(page).getByText('parla di un allegato').waitFor()
    expect(await look(page).getByRole('button').allTextContents()).toEqual(['Torna al messaggio'])
    await look(page).getByRole('button', { name: 'Torna al messaggio' }).click()
    await page.getByRole('button', { name: 'Correggi' }).click()
    expect(await to(page).inputValue()).toBe('niccolò@pec.it')
    await to(page).fill('')
    const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * 7) % 256))
    await page
      .getByLabel('Allega', { exact: true })
      .last()
      .setInputFiles({ name: 'atto però.pdf', mimeType: 'application/pdf', buffer: bytes })
    await page.getByText('atto però.pdf', { exact: true }).waitFor()
    await page.locator('.cw-file progress').waitFor({ state: 'detached' })
    await page.getByText('Ricevuta di consegna:').click()
    await page.getByRole('radio', { name: /^Breve/ }).check()
    await page.getByText(/^Bozza salvata alle/).waitFor()
    await expectGood(page)
    await page.getByRole('button', { name: 'Invia', exact: true }).click()
    await look(page).getByText('avrai la ricevuta di consegna').waitFor()
    await look(page).getByText('posta ordinaria: avrai solo la ricevuta di accettazione').waitFor()
    await expectGood(page)
    await look(page).getByRole('button', { name: 'Invia adesso' }).click()
    await page.waitForURL(/\/posta\/arrivo$/)
    const [envelope] = await arrived(subject)
    const raw = await giulia.raw(envelope!.blobId)
    expect(raw).toMatch(/\r\nX-TipoRicevuta: breve\r\n/)
    const body = /filename\*=utf-8''atto%20per%C3%B2\.pdf[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)\r\n--/.exec(raw)![1]!
    const digest = (of: Buffer): string => createHash('sha256').update(of).digest('hex')
    expect(digest(Buffer.from(body, 'base64'))).toBe(digest(bytes))
    expect(await submissions(subject)).toMatchObject([{ undoStatus: 'final' }])
    expect(await inFolder('drafts', subject)).toEqual([])
    expect(await inFolder('sent', subject)).toHaveLength(1)
  })

  it('calls a message back while it waits', async () => {
    const subject = 'Da richiamare'
    await write(page, subject)
    await send(page)
    await notices(page)
      .getByText(/^Il messaggio parte fra/)
      .waitFor()
    await notices(page).getByRole('button', { name: 'Annulla l’invio' }).click()
    await page.waitForURL(/\/posta\/scrivi\?bozza=/)
    expect(await page.getByLabel('Oggetto').inputValue()).toBe(subject)
    expect(await submissions(subject)).toMatchObject([{ undoStatus: 'canceled' }])
    expect(await inFolder('drafts', subject)).toHaveLength(1)
    await page.getByRole('button', { name: 'Elimina la bozza' }).click()
    await notices(page).getByText('Bozza eliminata.').waitFor()
    await until(async () => (await inFolder('trash', subject)).length === 1)
  })

  it('puts a message off, shows it among those that wait, and changes it', async () => {
    const subject = 'Per l’anno nuovo'
    await write(page, subject)
    await page.getByRole('button', { name: 'Invia più tardi' }).click()
    const dialog = page.getByRole('dialog', { name: 'Invia più tardi' })
    await dialog.getByLabel('Giorno').fill('2020-01-01')
    await dialog.getByRole('button', { name: 'Programma', exact: true }).click()
    await dialog.getByText('Quest’ora è già passata').waitFor()
    const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10)
    await dialog.getByLabel('Giorno').fill(day)
    await dialog.getByLabel('Ora', { exact: true }).fill('08:15')
    await dialog.getByRole('button', { name: 'Programma', exact: true }).click()
    await notices(page)
      .getByText(/^Programmato: parte .* alle 08:15\.$/)
      .waitFor()
    const [sent] = await inFolder('sent', subject)
    await page.goto(`/posta/inviata/${sent!.threadId}`)
    await page.getByText(/^Non è ancora partito: parte .* alle 08:15\.$/).waitFor()
    await page.goto('/posta/programmate')
    await page.getByRole('heading', { name: subject }).waitFor()
    await expectGood(page)
    expect(await submissions(subject)).toMatchObject([{ undoStatus: 'pending' }])
    await page.getByRole('button', { name: /^Cambia/ }).click()
    await page.waitForURL(/\/posta\/scrivi\?bozza=/)
    expect(await page.getByLabel('Oggetto').inputValue()).toBe(subject)
    expect(await submissions(subject)).toMatchObject([{ undoStatus: 'canceled' }])
  })

  it('keeps a draft that two pages change, both of them', async () => {
    const subject = 'A quattro mani'
    await write(page, subject)
    await page.getByText(/^Bozza salvata alle/).waitFor()
    const [draft] = await until(async () => {
      const list = await inFolder('drafts', subject)
      return list.length === 1 && list
    })
    const other = await visit('desk')
    await other.page.goto(`/posta/scrivi?bozza=${draft!.id}`)
    await other.page.getByLabel('Testo del messaggio').fill('Scritto al computer')
    await other.page.getByText(/^Bozza salvata alle/).waitFor()
    await page.getByText('Questa bozza è stata cambiata altrove').waitFor()
    await page.getByLabel('Testo del messaggio').fill('Scritto al telefono')
    await until(async () => (await inFolder('drafts', subject)).length === 2)
    // the page is left and found again
    await page.reload()
    await page.getByLabel('Testo del messaggio').waitFor()
    await other.close()
  })

  it('keeps a message that is sent without a line, bytes and all, and sends it once when the line is back', async () => {
    const subject = 'Dal treno'
    await write(page, subject)
    await watched.context.setOffline(true)
    watched.expectErrors(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/)
    await page
      .getByLabel('Allega', { exact: true })
      .last()
      .setInputFiles({ name: 'foto.png', mimeType: 'image/png', buffer: Buffer.alloc(70_000, 5) })
    await page.getByText('conservato su questo dispositivo').waitFor()
    await send(page)
    await notices(page)
      .getByText(/conservato su questo dispositivo e parte da solo/)
      .waitFor()
    expect(await inFolder('sent', subject)).toEqual([])
    // the page is closed, and opened again another day
    await page.close()
    await watched.context.setOffline(false)
    page = await watched.context.newPage()
    await page.goto('/posta/arrivo')
    const [envelope] = await arrived(subject)
    expect(await giulia.raw(envelope!.blobId)).toContain('foto.png')
    expect(await submissions(subject)).toHaveLength(1)
  })

  it('takes a message back that has not left the device', async () => {
    const subject = 'Ripensamento'
    await write(page, subject)
    await watched.context.setOffline(true)
    await send(page)
    await notices(page).getByRole('button', { name: 'Annulla l’invio' }).click()
    await page.waitForURL(/\/posta\/scrivi\?bozza=/)
    expect(await page.getByLabel('Oggetto').inputValue()).toBe(subject)
    await watched.context.setOffline(false)
    await page.getByText(/^Bozza salvata alle/).waitFor()
    await until(async () => (await inFolder('drafts', subject)).length === 1)
    expect(await submissions(subject)).toEqual([])
  })

  it('has settings and templates', async () => {
    await page.goto('/posta/impostazioni')
    await page.getByLabel('Nome che vede chi riceve').fill('Mario Rossi')
    await page.getByLabel('Firma (facoltativo)').fill('Dott. Mario Rossi')
    await page.getByRole('button', { name: 'Salva nome e firma' }).click()
    await notices(page).getByText('Salvato.').waitFor()
    await page.getByRole('radio', { name: 'Scuri' }).check()
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
    await expectGood(page)
    await page.goto('/posta/scrivi')
    await to(page).waitFor()
    expect(await page.getByLabel('Testo del messaggio').inputValue()).toBe('\n\n-- \nDott. Mario Rossi')
    await page.getByLabel('Oggetto').fill('Sollecito')
    await page.getByLabel('Testo del messaggio').fill('Buongiorno,\nsollecito la risposta.\n\n-- \nDott. Mario Rossi')
    await page.getByRole('button', { name: 'Modelli' }).click()
    await page.getByRole('button', { name: 'Salva questo messaggio come modello' }).click()
    await page.getByLabel('Nome del modello').fill('Sollecito')
    await page.getByRole('button', { name: 'Salva il modello' }).click()
    await notices(page).getByText('Modello salvato.').waitFor()
    await expectAccessible(page)
    await page.goto('/posta/impostazioni')
    await page.getByRole('link', { name: 'Scrivi con questo' }).click()
    await to(page).waitFor()
    expect(await page.getByLabel('Testo del messaggio').inputValue()).toBe(
      'Buongiorno,\nsollecito la risposta.\n\n-- \nDott. Mario Rossi',
    )
    await page.goto('/posta/impostazioni')
    await page.getByRole('radio', { name: 'Come il dispositivo' }).check()
  })
})

describe.skipIf(absent)('a line that is cut while a message is sent', { timeout: 120_000 }, () => {
  let cut: Watched
  /** Which request is to be cut next, and on which side of the server. */
  let next: { readonly method: string; readonly when: 'before' | 'after' } | undefined
  let seen: () => void = () => {}

  const calls = (request: Request): readonly string[] => {
    const { methodCalls = [] } = (request.postDataJSON() ?? {}) as { methodCalls?: [string][] }
    return methodCalls.map(([name]) => name)
  }
  const scissors = async (route: Route): Promise<void> => {
    const request = route.request()
    if (!next || !calls(request).includes(next.method)) return route.continue()
    const { when } = next
    next = undefined
    if (when === 'after') await route.fetch()
    await route.abort('connectionreset')
    seen()
  }
  const cutAt = (method: string, when: 'before' | 'after'): Promise<void> => {
    next = { method, when }
    return new Promise((resolve) => {
      seen = resolve
    })
  }

  beforeAll(async () => {
    if (absent) return
    // no time to call back: what is submitted is certified
    await mario.call(['PecSettings/set', { update: { singleton: { undoSeconds: 0 } } }])
    // a worker would make its requests out of the scissors' reach
    cut = await visit('desk', { serviceWorkers: 'block' })
    cut.expectErrors(/ERR_CONNECTION_RESET|ERR_FAILED|Service Worker registration blocked/)
    const context: BrowserContext = cut.context
    await cut.page.clock.install()
    await context.route(/\/jmap$/, scissors)
  }, LIMIT_MS)
  afterAll(async () => {
    await cut?.close()
  })

  it.each([
    ['before the draft is made', 'Email/set', 'before'],
    ['after the draft is made, before it is told', 'Email/set', 'after'],
    ['between the draft and the submission', 'EmailSubmission/set', 'before'],
    ['after the submission, before it is told', 'EmailSubmission/set', 'after'],
  ] as const)('%s: it leaves, once', async (name, method, when) => {
    const { page } = cut
    const subject = `Taglio ${name}`
    await write(page, subject)
    await page.getByText(/^Bozza salvata alle/).waitFor()
    await page.getByRole('button', { name: 'Invia', exact: true }).click()
    const done = cutAt(method, when)
    await look(page).getByRole('button', { name: 'Invia adesso' }).click()
    await done
    // it asks, and waits for as long as the server may still be at it
    const left = until(async () => (await submissions(subject)).some(({ undoStatus }) => undoStatus === 'final'))
    for (let turn = 0; turn < 12 && (await submissions(subject)).length === 0; turn++) {
      await page.clock.runFor(5_000)
    }
    await left
    expect(await arrived(subject)).toHaveLength(1)
    await page.goto('/posta/inviata')
    expect((await submissions(subject)).map(({ undoStatus }) => undoStatus)).toEqual(['final'])
    expect(await inFolder('drafts', subject)).toEqual([])
    expect(await inFolder('sent', subject)).toHaveLength(1)
  })
})
