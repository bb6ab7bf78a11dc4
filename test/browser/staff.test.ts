// Sign-in of staff in a real browser, against the real sandbox: password, second factor, invitation, sessions, a lost session.

import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible, expectNoSideways, openPage, startBrowser } from './support/browser.ts'
import { ORDER_FAKE, sessionOf } from './support/officeData.ts'
import { refused, serveFake } from './support/officeFake.ts'
import { startWebSandbox, type WebSandbox } from './support/sandbox.ts'

let web: WebSandbox
let browser: Awaited<ReturnType<typeof startBrowser>>
beforeAll(async () => {
  ;[web, browser] = await Promise.all([startWebSandbox(), startBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await web?.stop()
})

const SECRETARY = 'segreteria@ordine.example'
const PASSWORD = 'Sandbox2026'

const giveCredentials = async (page: Page, email: string, password: string): Promise<void> => {
  await page.locator('#sign-in-email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Accedi' }).click()
}

/** The newest link of a kind in the mail that the sandbox captured. */
const linkTo = async (email: string): Promise<string> => {
  const reply = await fetch(`${web.url}/api/v1/sandbox/notices?to=${encodeURIComponent(email)}`)
  const { items } = (await reply.json()) as { items: { text: string }[] }
  return /https?:\/\/\S+\/invito\/\S+/.exec(items[0]!.text)![0].replace(/^https?:\/\/[^/]+/, '')
}

describe.each(['phone', 'desk'] as const)('at the sign-in, on a %s', (viewport) => {
  it('says what is missing and what is wrong, and lets in who gives the right words, by keyboard alone', async () => {
    const { page, close } = await openPage(browser, web.url, viewport)
    await page.goto('/ordine/OMCEO-XX/collaboratori')
    await page.waitForURL(/\/accesso\?poi=/)
    await page.getByRole('heading', { level: 1, name: 'Accesso per segreterie e operatori' }).waitFor()
    await expectAccessible(page)
    await expectNoSideways(page)
    await page.getByRole('button', { name: 'Accedi' }).click()
    await page.getByText('Scrivi l’e-mail con cui sei stato invitato.').waitFor()
    await giveCredentials(page, SECRETARY, 'sbagliata1')
    await page.getByRole('alert').getByText('E-mail o password non corrette').waitFor()
    await page.getByLabel('Password', { exact: true }).focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    // where one was going
    await page.waitForURL(/\/ordine\/OMCEO-XX\/collaboratori$/)
    await page.getByRole('heading', { level: 1, name: 'Collaboratori e ruoli' }).waitFor()
    await page.getByRole('button', { name: 'Esci' }).click()
    await page.waitForURL(/\/accesso$/)
    await close()
  })
})

it('says nothing of who exists when a password was forgotten', async () => {
  const { page, close } = await openPage(browser, web.url, 'phone')
  await page.goto('/accesso')
  await page.getByText('Password dimenticata?').click()
  await page.locator('#forgotten-email').fill('nessuno@ordine.example')
  await page.getByRole('button', { name: 'Invia il link' }).click()
  await page.getByText('Se questa e-mail ha un accesso').waitFor()
  await expectAccessible(page)
  await close()
})

it('keeps what is on the page where the session is lost, and goes on after the sign-in', async () => {
  const { page, context, close } = await openPage(browser, web.url, 'desk')
  await page.goto('/accesso')
  await giveCredentials(page, SECRETARY, PASSWORD)
  await page.waitForURL(/\/ordine\/OMCEO-XX$/)
  await page.goto('/ordine/OMCEO-XX/collaboratori')
  await page.getByLabel('Nome e cognome').fill('Nina Nuova')
  await page.getByLabel('E-mail').fill('nina@ordine.example')
  await page.getByRole('radio', { name: /segreteria/ }).check()
  await context.clearCookies()
  await page.getByRole('button', { name: 'Invia l’invito' }).click()
  const dialog = page.getByRole('dialog', { name: 'La sessione è finita: accedi di nuovo' })
  await dialog.waitFor()
  await expectAccessible(page)
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Accedi' }).click()
  await page.getByText('Invito inviato a nina@ordine.example.').waitFor()
  await page.getByRole('row', { name: /Nina Nuova/ }).waitFor()
  await expectAccessible(page)
  await close()
})

it('lets an invited secretary choose a password by its rules, and shows what her role does not open', async () => {
  const { page, close } = await openPage(browser, web.url, 'phone')
  await page.goto(await linkTo('nina@ordine.example'))
  await page.getByText('Nina Nuova, sei invitato come segreteria').waitFor()
  await expectAccessible(page)
  await page.getByLabel('Scegli una password').fill('corta1')
  await page.getByRole('button', { name: 'Accetta l’invito' }).click()
  await page.getByText('La password non rispetta ancora tutte le regole dell’elenco.').waitFor()
  await page.getByLabel('Scegli una password').fill('tramontana7verde')
  await page.getByRole('button', { name: 'Accetta l’invito' }).click()
  await page.waitForURL(/\/ordine\/OMCEO-XX$/)
  await page.getByRole('link', { name: 'Collaboratori' }).click()
  await page.getByRole('heading', { name: 'Il tuo ruolo non apre questa pagina' }).waitFor()
  await expectAccessible(page)
  await expectNoSideways(page)
  await close()
})

it('sets the second factor up, gives recovery codes to save, and ends a session elsewhere', async () => {
  const { page, close } = await openPage(browser, web.url, 'desk')
  await page.goto('/accesso')
  await giveCredentials(page, 'nina@ordine.example', 'tramontana7verde')
  await page.waitForURL(/\/ordine\/OMCEO-XX$/)
  await page.getByRole('link', { name: 'Il mio accesso' }).click()
  await page.getByRole('button', { name: 'Imposta il secondo fattore' }).click()
  await page.getByRole('button', { name: 'Comincia' }).click()
  await page.getByRole('img', { name: /Codice QR/ }).waitFor()
  await expectAccessible(page)
  const secret = ((await page.locator('ol .cl-code').textContent()) ?? '').replace(/\s/g, '')
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
  await page.getByLabel('Codice di 6 cifre').fill(code)
  await page.getByRole('button', { name: 'Attiva il secondo fattore' }).click()
  await page.getByRole('heading', { name: 'Salva i codici di recupero' }).waitFor()
  await expectAccessible(page)
  const recovery = await page.locator('.cl-codes li').allTextContents()
  expect(recovery.length).toBeGreaterThan(5)
  await page.getByRole('button', { name: 'Entra' }).click()
  await page.getByText('Conferma di averli salvati').waitFor()
  await page.getByLabel('Ho salvato i codici di recupero').check()
  await page.getByRole('button', { name: 'Entra' }).click()
  await page.getByText(`Attivo. Ti restano ${recovery.length} codici di recupero.`).waitFor()

  // another device, seen and ended from here
  const other = await openPage(browser, web.url, 'phone')
  await other.page.goto('/accesso')
  await giveCredentials(other.page, 'nina@ordine.example', 'tramontana7verde')
  await other.page.waitForURL(/\/ordine\/OMCEO-XX$/)
  await page.reload()
  await page
    .getByRole('button', { name: /Termina la sessione/ })
    .first()
    .click()
  await page.getByText('Sessione terminata.').waitFor()
  await expectAccessible(page)
  await other.page.reload()
  await other.page.waitForURL(/\/accesso\?poi=/)
  await other.close()
  await close()
})

it('asks for the second factor, takes a recovery code, and begins again for another person', async () => {
  // the sandbox never asks for it: this part is the screen's alone
  let stage: 'secondFactor' | 'full' = 'secondFactor'
  const session = () => ({ ...sessionOf('orderAdmin'), stage })
  const given: unknown[] = []
  const { page, context, close } = await openPage(browser, web.url, 'phone')
  await serveFake(context, {
    ...ORDER_FAKE,
    getSession: session,
    giveSecondFactor: ({ body }) => {
      given.push(body.code)
      if (body.code !== '7KQ2-M9XD') return refused('codeWrong')
      stage = 'full'
      return session()
    },
  })
  await page.goto('/accesso')
  await page.getByRole('heading', { level: 1, name: 'Secondo fattore' }).waitFor()
  await expectAccessible(page)
  await page.getByLabel('Codice di 6 cifre').fill('000000')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  await page.getByRole('button', { name: 'Non ho il telefono: uso un codice di recupero' }).click()
  await page.getByLabel('Codice di recupero').fill('7KQ2-M9XD')
  await page.getByRole('button', { name: 'Conferma' }).click()
  await page.waitForURL(/\/ordine\/OMCEO-XX$/)
  expect(given).toEqual(['000000', '7KQ2-M9XD'])
  await close()
})

it('speaks English where it is asked to', async () => {
  const { page, close } = await openPage(browser, web.url, 'desk')
  await page.goto('/accesso?lang=en')
  await page.getByRole('heading', { level: 1, name: 'Sign-in for secretariats and operators' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  await close()
})
