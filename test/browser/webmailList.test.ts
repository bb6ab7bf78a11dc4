// The list of the webmail in real browsers over the real sandbox: what came is found, chosen, moved and taken back; two
// windows and a mail program look at one box at once.
import { ImapFlow } from 'imapflow'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DOMAINS, PASSWORD, type Side } from '../support/client/sandbox.ts'
import { needs } from '../support/judges.ts'
import { expectGood, openPage, startBrowser, type Viewport, type Watched } from './support/browser.ts'
import { GIULIA, MARIO, sender, signIn, startWebSandbox, type WebSandbox } from './support/sandbox.ts'

const absent = needs('chromium')
const LIMIT_MS = 240_000

let web: WebSandbox
let browser: Browser
let desk: Watched
let phone: Watched

type Letter = { readonly subject: string; readonly text?: string; readonly to?: readonly string[] }

/** Sends certified mail as a program does. */
const send = async (side: Side, from: string, letters: readonly Letter[]): Promise<void> => {
  const transport = sender(web, side, from)
  for (const { subject, text = 'Cordiali saluti.', to = [MARIO] } of letters)
    await transport.sendMail({ from, to: [...to], subject, text })
  transport.close()
}
const receive = (...letters: readonly Letter[]): Promise<void> => send('beta', GIULIA, letters)

const visit = async (viewport: Viewport): Promise<Watched> => {
  const watched = await openPage(browser, web.url, viewport)
  await signIn(watched.page, MARIO, '/posta/arrivo')
  return watched
}

/** The row of a conversation, by its subject. */
const row = (page: Page, subject: string) => page.locator('.cm-row').filter({ hasText: subject })
const pick = (page: Page, subject: string) => row(page, subject).getByRole('checkbox')
const press = (page: Page, name: string | RegExp): Promise<void> =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click()
const notice = (page: Page, text: string | RegExp) => page.locator('.cm-notice').filter({ hasText: text })
const folder = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name })
/** Runs a search typed in the field. */
const search = async (page: Page, text: string): Promise<void> => {
  await page.getByRole('searchbox').fill(text)
  await page.getByRole('searchbox').press('Enter')
  await page
    .getByText(/conversazion[ei] trovat|Nessun messaggio corrisponde/)
    .first()
    .waitFor()
}

const OLD = Array.from({ length: 30 }, (_, n) => ({ subject: `Circolare ${String(n + 1).padStart(2, '0')}` }))

beforeAll(async () => {
  if (absent) return
  ;[web, browser] = await Promise.all([startWebSandbox(), startBrowser()])
  await receive(
    ...OLD,
    { subject: 'Convocazione', text: 'La riunione si tiene in città, perché la sede è chiusa.' },
    { subject: 'Fattura 42' },
    { subject: 'Verbale di assemblea' },
  )
  await send('alfa', MARIO, [{ subject: 'Istanza di accesso', to: [GIULIA, `nessuno@${DOMAINS.beta}`] }])
  desk = await visit('desk')
  phone = await visit('phone')
}, LIMIT_MS)
afterAll(async () => {
  await desk?.close()
  await phone?.close()
  await browser?.close()
  await web?.stop()
})

describe.skipIf(absent)('the list of the webmail', { timeout: LIMIT_MS }, () => {
  it('shows conversations as what they are, and finds them by words and by one line of text', async () => {
    const { page } = desk
    await row(page, 'Verbale di assemblea').getByText('Certificata').waitFor()
    expect(await page.title()).toMatch(/^\(\d+\) /)
    expect(await page.locator('.cm-row').first().getAttribute('aria-setsize')).toMatch(/^\d+$/)
    await expectGood(page)

    await search(page, 'perché città')
    await row(page, 'Convocazione').locator('mark').first().waitFor()
    expect(await row(page, 'Convocazione').locator('mark').allTextContents()).toEqual(
      expect.arrayContaining(['città', 'perché']),
    )
    expect(await page.locator('.cm-row').count()).toBe(1)
    await expectGood(page)

    await press(page, 'Filtri di ricerca')
    await page.getByLabel('Parole').fill('')
    await page.getByLabel('Stato di consegna').selectOption({ label: 'Mancata consegna' })
    await expectGood(page)
    await page.getByRole('form', { name: 'Filtri di ricerca' }).getByRole('button', { name: 'Cerca' }).click()
    await page.waitForURL(/q=stato%3Amancata$/)
    await row(page, 'Istanza di accesso').getByText('Non consegnata a 1 di 2').waitFor()
    expect(await page.locator('.cm-row').count()).toBe(1)

    await press(page, 'Salva questa ricerca')
    await page.getByLabel('Nome della ricerca').fill('Non arrivate')
    await press(page, 'Salva')
    await notice(page, 'Non arrivate').waitFor()
    await folder(page, 'Posta in arrivo').click()
    await phone.page.reload()
    await press(phone.page, 'Apri le cartelle')
    await folder(phone.page, 'Non arrivate').click()
    await row(phone.page, 'Istanza di accesso').waitFor()
    await phone.page.goto('/posta/arrivo')

    await search(page, 'parolachenonesiste')
    await page.getByRole('link', { name: 'Cerca anche nel cestino' }).click()
    await page.waitForURL(/cestino/)
  })

  it('moves what is chosen, deletes it, and takes both back', async () => {
    const { page } = desk
    await folder(page, 'Posta in arrivo').click()
    await press(page, 'Nuova cartella')
    await page.getByLabel('Nome della cartella').fill('Gare')
    await press(page, 'Salva')
    await notice(page, 'Gare').waitFor()
    await page.getByText('Questa cartella è vuota.').waitFor()

    await folder(page, 'Posta in arrivo').click()
    await pick(page, 'Verbale di assemblea').click()
    await pick(page, 'Convocazione').click({ modifiers: ['Shift'] })
    await page.getByText('3 selezionate').waitFor()
    await press(page, 'Sposta…')
    await page.getByRole('dialog').getByRole('button', { name: 'Gare' }).click()
    await notice(page, '3 conversazioni spostate in Gare').waitFor()
    await row(page, 'Fattura 42').waitFor({ state: 'detached' })
    await folder(page, 'Gare').click()
    await row(page, 'Fattura 42').waitFor()
    await page.locator('.cm-notice').getByRole('button', { name: 'Annulla' }).click()
    await page.getByText('Questa cartella è vuota.').waitFor()

    await folder(page, 'Posta in arrivo').click()
    await pick(page, 'Fattura 42').click()
    await press(page, 'Elimina')
    await row(page, 'Fattura 42').waitFor({ state: 'detached' })
    await page.locator('.cm-notice').getByRole('button', { name: 'Annulla' }).click()
    await row(page, 'Fattura 42').waitFor()
  })

  it('works by single keys, which can be switched off', async () => {
    const { page } = desk
    await row(page, 'Fattura 42').getByRole('link').focus()
    await page.keyboard.press('s')
    await row(page, 'Fattura 42').getByText('In evidenza').waitFor()
    await page.keyboard.press('#')
    await row(page, 'Fattura 42').waitFor({ state: 'detached' })
    await page.keyboard.press('z')
    await row(page, 'Fattura 42').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('?j')
    expect(await page.getByRole('searchbox').inputValue()).toBe('?j')
    await page.getByRole('searchbox').fill('')
    await page.locator('.cm-row-link').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('j')
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.at)).toBe('2')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Scorciatoie da tastiera' }).waitFor()
    await expectGood(page)
    await page.getByLabel('Usa le scorciatoie con un solo tasto').uncheck()
    await page.keyboard.press('Escape')
    await page.locator('.cm-row-link').first().focus()
    await page.keyboard.press('?')
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  it('shows in two windows and in a mail program one box, as it changes, without moving what is read', async () => {
    const { page } = desk
    const small = phone.page
    await row(small, 'Fattura 42').waitFor()
    await page.locator('.cm-scroller').evaluate((box) => box.scrollTo(0, 800))
    const kept = row(page, 'Circolare 20')
    await kept.waitFor()
    const before = (await kept.boundingBox())!.y
    await receive({ subject: 'Appena arrivata' })
    await page.getByRole('button', { name: '1 nuovo messaggio' }).waitFor()
    expect(Math.abs((await kept.boundingBox())!.y - before)).toBeLessThan(2)
    await row(small, 'Appena arrivata').getByText('Da leggere.').waitFor()
    await press(page, '1 nuovo messaggio')
    await row(page, 'Appena arrivata').waitFor()

    const program = new ImapFlow({
      host: '127.0.0.1',
      port: web.sandbox.port('alfa', 'imapTls'),
      secure: true,
      tls: { rejectUnauthorized: false },
      auth: { user: MARIO, pass: PASSWORD },
      logger: false,
    })
    await program.connect()
    const lock = await program.getMailboxLock('INBOX')
    const found = await program.search({ subject: 'Appena arrivata' }, { uid: true })
    await program.messageFlagsAdd(found || [], ['\\Seen', '\\Flagged'], { uid: true })
    for (const window of [page, small]) {
      await row(window, 'Appena arrivata').getByText('In evidenza').waitFor()
      await row(window, 'Appena arrivata').getByText('Da leggere.').waitFor({ state: 'detached' })
    }
    // and the other way: what a window removes is gone from the program
    await pick(page, 'Appena arrivata').click()
    await press(page, 'Elimina')
    await row(small, 'Appena arrivata').waitFor({ state: 'detached' })
    await expect.poll(() => program.search({ subject: 'Appena arrivata' }, { uid: true })).toEqual([])
    lock.release()
    await program.logout()
  })

  it('lets a finger choose on a phone, and empties the bin only when one is sure', async () => {
    const { page } = phone
    await expectGood(page)
    await press(page, 'Seleziona')
    await row(page, 'Fattura 42').getByRole('link').click()
    await page.getByText('1 selezionata').waitFor()
    await expectGood(page)
    await press(page, 'Altro…')
    await press(page, 'Segna come lette')
    await row(page, 'Fattura 42').getByText('Da leggere.').waitFor({ state: 'detached' })
    await press(page, 'Apri le cartelle')
    await expectGood(page)
    await folder(page, 'Cestino').click()
    await row(page, 'Appena arrivata').waitFor()
    await press(page, 'Seleziona')
    await pick(page, 'Appena arrivata').click()
    await press(page, 'Elimina per sempre')
    await page.getByRole('dialog').getByRole('button', { name: 'Elimina per sempre' }).click()
    await page.getByText('Il cestino è vuoto.').waitFor()

    await page.goto('/posta/eliminati')
    await page.getByText(/Si può riprendere fino al/).waitFor()
    await expectGood(page)
    await press(page, /^Riprendi/)
    await page.getByText(/^Nulla: /).waitFor()
    await page.goto('/posta/cestino')
    await row(page, 'Appena arrivata').waitFor()
  })
})
