// The webmail whole, in two browsers over the two providers of the real sandbox: a phone at Alfa and a desk at Beta write to
// each other and see what becomes of it; the evidence is checked as a court's clerk would; the line goes and comes back.
// With SCREENSHOTS=docs/it/immagini it draws the pictures of the manual: docs/it/posta.md.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DOMAINS } from '../support/client/sandbox.ts'
import { needs } from '../support/judges.ts'
import { expectGood, openPage, startBrowser, type Viewport, type Watched } from './support/browser.ts'
import { GIULIA, MARIO, signIn, startWebSandbox, type WebSandbox } from './support/sandbox.ts'

const absent = needs('chromium', 'openssl', 'python3')
const LIMIT_MS = 240_000
const NOBODY = `nessuno@${DOMAINS.beta}`
const STUDIO = 'studio@posta.example'
const SUBJECT = 'Diffida ad adempiere'

let web: WebSandbox
let browser: Browser
let phone: Watched
let desk: Watched

const visit = async (url: string, viewport: Viewport, who: string): Promise<Watched> => {
  const watched = await openPage(browser, url, viewport)
  await signIn(watched.page, who, '/posta/arrivo')
  return watched
}

const pictures = process.env.SCREENSHOTS
/** What a screen must be; where pictures are wanted, one of it. */
const screen = async (page: Page, name: string): Promise<void> => {
  await expectGood(page)
  if (!pictures) return
  const png = await page.screenshot()
  const size = (page.viewportSize()?.width ?? 0) < 600 ? 'telefono' : 'computer'
  // few colours: the repository carries them
  await sharp(png)
    .png({ palette: true, colours: 48, compressionLevel: 9, effort: 10 })
    .toFile(join(pictures, `${name}-${size}.png`))
}

const row = (page: Page, subject: string) => page.locator('.cm-row').filter({ hasText: subject })
const card = (page: Page, address: string) => page.locator('.cr-recipient').filter({ hasText: address })
/** What Giulia wrote, where it is read. */
const answer = (page: Page) => page.locator('.cr-letter:not(.cr-folded)').getByText('Adempio oggi stesso')
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

beforeAll(async () => {
  if (absent) return
  if (pictures) mkdirSync(pictures, { recursive: true })
  ;[web, browser] = await Promise.all([startWebSandbox(), startBrowser()])
  phone = await visit(web.url, 'phone', MARIO)
  desk = await visit(`http://127.0.0.1:${web.sandbox.port('beta', 'http')}`, 'desk', GIULIA)
}, LIMIT_MS)
afterAll(async () => {
  await phone?.close()
  await desk?.close()
  await browser?.close()
  await web?.stop()
}, 60_000)

describe.skipIf(absent)('certified mail between two people', { timeout: 120_000 }, () => {
  it('is written on a phone, and each recipient’s state comes by itself', async () => {
    const { page } = phone
    await page.goto('/posta/scrivi')
    const to = page.getByRole('combobox', { name: 'A', exact: true })
    for (const one of [GIULIA, NOBODY, STUDIO]) {
      await to.fill(one)
      await to.press('Enter')
    }
    await page.getByText('ordinaria: nessuna ricevuta di consegna').first().waitFor()
    await page.getByLabel('Oggetto').fill(SUBJECT)
    await page.getByLabel('Testo del messaggio').fill('Con la presente La diffido ad adempiere entro quindici giorni.')
    await page.getByText(/^Bozza salvata alle/).waitFor()
    await screen(page, 'scrivere')
    await button(page, 'Invia').click()
    const look = page.getByRole('dialog', { name: 'Un ultimo sguardo' })
    await look.waitFor()
    await screen(page, 'ultimo-sguardo')
    await look.getByRole('button', { name: /^Invia (?:adesso|comunque)$/ }).click()
    await page.waitForURL(/\/posta\/arrivo$/)
    await page.goto('/posta/inviata')
    await row(page, SUBJECT).getByRole('link').click()
    await card(page, GIULIA).getByText('Vale come ricevuta, anche se non la apre').waitFor()
    await card(page, NOBODY).getByText('Non consegnata', { exact: false }).first().waitFor()
    await card(page, STUDIO).getByText('Posta ordinaria').first().waitFor()
    await screen(page, 'inviato')
  })

  it('appears at a desk by itself, says what it is worth, and is answered', async () => {
    const { page } = desk
    await row(page, SUBJECT).waitFor()
    await screen(page, 'elenco')
    await row(page, SUBJECT).getByRole('link').click()
    await page.getByText('La firma del gestore prova mittente, data e contenuto').waitFor()
    await screen(page, 'leggere')
    await button(page, 'Rispondi').click()
    await page.getByLabel('Testo del messaggio').pressSequentially('Adempio oggi stesso. ')
    await screen(page, 'rispondere')
    await button(page, 'Invia').click()
    await page
      .getByRole('dialog', { name: 'Un ultimo sguardo' })
      .getByRole('button', { name: /^Invia (?:adesso|comunque)$/ })
      .click()
    await page.waitForURL(/\/posta\/arrivo/)
  })

  it('comes back into the same conversation while it is open', async () => {
    const { page } = phone
    // it waits for ten seconds in which it may be called back
    await answer(page).waitFor({ timeout: 60_000 })
    await page.goto('/posta/arrivo')
    await row(page, SUBJECT).waitFor()
    await screen(page, 'elenco')
  })

  it('gives evidence that openssl checks by its own instructions, and verify agrees', async () => {
    const { page } = phone
    await page.goto('/posta/inviata')
    await row(page, SUBJECT).getByRole('link').click()
    // the one that was sent is folded behind the answer
    const folded = page.locator('.cr-folded button')
    if (await folded.count()) await folded.first().click()
    await page.getByText('Prove tecniche').first().click()
    const take = page.getByRole('link', { name: 'Scarica le prove' }).or(button(page, 'Scarica le prove')).first()
    await take.waitFor()
    await take.scrollIntoViewIfNeeded()
    await screen(page, 'prove')
    const [download] = await Promise.all([page.waitForEvent('download'), take.click()])
    const folder = mkdtempSync(join(tmpdir(), 'cera-prove-'))
    try {
      const zip = join(folder, 'prove.zip')
      await download.saveAs(zip)
      const inside = join(folder, 'prove')
      execFileSync('python3', ['-m', 'zipfile', '-e', zip, inside])
      const readme = readFileSync(join(inside, 'LEGGIMI.txt'), 'utf8')
      const commands = [...readme.matchAll(/^ {4}((?:openssl|sha256sum|tail) .*)$/gm)].map((found) => found[1]!)
      expect(commands.length).toBeGreaterThan(5)
      for (const command of commands)
        execFileSync('bash', ['-o', 'pipefail', '-c', command], { cwd: inside, stdio: 'pipe' })
      const main = join(import.meta.dirname, '../../src/main.ts')
      const verdict = execFileSync(process.execPath, [main, 'verify', '--json', zip], { encoding: 'utf8' })
      expect(JSON.parse(verdict.split('\n')[0]!)).toMatchObject({ kind: 'archive', verdict: 'holds' })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('is read again without a line, and what is done meanwhile is told when it is back', async () => {
    const { page, context, expectErrors } = phone
    expectErrors(/ERR_INTERNET_DISCONNECTED|Failed to fetch/)
    await page.goto('/posta/arrivo')
    await row(page, SUBJECT).getByRole('link').click()
    await answer(page).waitFor()
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready
    })
    await page.reload()
    await answer(page).waitFor()
    // what was read is kept when the page has a moment
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve, 50))))
    await context.setOffline(true)
    await page.reload()
    await answer(page).waitFor()
    await page.getByText('Senza connessione').waitFor()
    await button(page, 'Archivia').click()
    await page.getByText('Conversazione archiviata').waitFor()
    await screen(page, 'senza-connessione')
    await context.setOffline(false)
    await page.getByText('Senza connessione').waitFor({ state: 'detached' })
    await page.goto('/posta/archivio')
    await row(page, SUBJECT).waitFor()
  })
})

describe.skipIf(absent)('every screen', { timeout: 180_000 }, () => {
  const SCREENS = [
    ['/posta/arrivo', 'arrivo'],
    ['/posta/inviata', 'inviata'],
    ['/posta/bozze', 'bozze'],
    ['/posta/cestino', 'cestino'],
    ['/posta/cerca?q=diffida', 'cercare'],
    ['/posta/cerca?q=nulladitutto', 'cercare-nulla'],
    ['/posta/programmate', 'programmate'],
    ['/posta/eliminati', 'eliminati'],
    ['/posta/impostazioni', 'impostazioni'],
    ['/posta/non-esiste', 'non-esiste'],
  ] as const

  /** Where every colour is. */
  const DARK: readonly string[] = ['/posta/inviata', '/posta/cerca?q=diffida', '/posta/impostazioni']

  it.each(['light', 'dark'] as const)('is accessible and fits, in the %s theme', async (theme) => {
    for (const { page } of [phone, desk]) {
      await page.emulateMedia({ colorScheme: theme })
      for (const [path, name] of theme === 'light' ? SCREENS : SCREENS.filter(([path]) => DARK.includes(path))) {
        await page.goto(path)
        await page.locator('#main').waitFor()
        await page.locator('.cl-spinner, .cm-skeleton').first().waitFor({ state: 'detached' })
        await screen(page, theme === 'dark' ? `${name}-scuro` : name)
      }
    }
  })
})
