// The years of a holder with a box, in real browsers over a whole provider: ways to sign in, programs, the reference
// e-mail, a forgotten password, a dead reference e-mail; each page looked at in both sizes. One story, in order.
import { execFileSync } from 'node:child_process'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/lib/instant.ts'
import { SANDBOX_STAFF } from '../../src/shell/sandbox/office.ts'
import { needs } from '../support/judges.ts'
import { type AccountHouse, addAuthenticator, codeAt, qrOn, startAccountHouse } from './support/account.ts'
import { at, photo, upload } from './support/applicant.ts'
import { expectAccessible, expectGood, startBrowser, type Watched } from './support/browser.ts'

const absent = needs('chromium', 'openssl')
const NEXT = 'sette Pere gialle 4'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'
const UGO = SANDBOX_STAFF[1]!

let house: AccountHouse
let browser: Browser
/** The holder's own desk, on which the whole story is told. */
let desk: Watched
let page: Page
let secret = ''
let codes: readonly string[] = []
let appPassword = ''
const others: Watched[] = []

beforeAll(async () => {
  if (absent) return
  ;[house, browser] = await Promise.all([startAccountHouse(), startBrowser()])
  desk = await house.visit(browser, 'desk')
  page = desk.page
  await addAuthenticator(page)
})
afterAll(async () => {
  await desk?.close()
  await browser?.close()
  await house?.stop()
})
afterEach(async () => {
  for (const watched of others.splice(0)) await watched.close()
})

const visit = async (
  ...[viewport, options]: [Parameters<AccountHouse['visit']>[1], Parameters<AccountHouse['visit']>[2]?]
) => {
  const watched = await house.visit(browser, viewport, options)
  others.push(watched)
  return watched.page
}
const press = (where: Page, name: string | RegExp): Promise<void> =>
  where.getByRole('button', { name, exact: typeof name === 'string' }).click()
const typeIn = (where: Page, password = house.password): Promise<void> =>
  where.getByLabel('Password', { exact: true }).fill(password)
const signIn = async (where: Page, password = house.password): Promise<void> => {
  await where.getByLabel('Indirizzo PEC').fill(house.holder.address)
  await typeIn(where, password)
  await press(where, 'Accedi')
}
const home = (where: Page) => where.waitForURL(/\/casella$/)
const leave = async (): Promise<void> => {
  await press(page, 'Esci')
  await page.waitForURL(/\/casella\/accesso/)
}
const code = (): string => codeAt(secret, house.pair.clock.now())
/** Ten minutes later a proof is wanted again. */
const later = (ms = 11 * MINUTE): void => house.pair.clock.advance(ms)
const open = async (path: string, heading: string): Promise<void> => {
  await page.goto(`/casella/${path}`)
  await at(page, heading)
}
/** The field that has the focus, by its label. */
const focused = (where: Page): Promise<string> =>
  where.evaluate(() => {
    const one = document.activeElement
    const label = one instanceof HTMLInputElement ? one.labels?.[0]?.textContent : one?.textContent
    return (label ?? '').trim()
  })
/** Goes on by Tab to what is called so; a keyboard that cannot get there fails. */
const tabTo = async (where: Page, name: string): Promise<void> => {
  for (let i = 0; i < 40; i++) {
    await where.keyboard.press('Tab')
    if ((await focused(where)) === name) return
  }
  throw new Error(`the keyboard does not come to ${name}`)
}

/** Many pages in each part of the story: on a machine that does much else they take their time. */
const LIMIT_MS = 240_000

describe.skipIf(absent)('the holder of a box', { timeout: LIMIT_MS }, () => {
  it('signs in by keyboard alone, and finds each page of the account in order', async () => {
    await page.goto('/casella')
    await at(page, 'Accedi alla tua casella PEC')
    await expectGood(page)
    await tabTo(page, 'Indirizzo PEC')
    await page.keyboard.type(house.holder.address)
    await tabTo(page, 'Password')
    await page.keyboard.type(house.password)
    await page.keyboard.press('Enter')
    await home(page)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expectGood(page)
    const paths = await page
      .locator('nav a[href^="/casella/"]:not([aria-current])')
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname))
    expect(paths).toContain('/casella/sicurezza')
    for (const path of paths) {
      await page.goto(path)
      await page.locator('h1').waitFor()
      await page.locator('.cl-spinner').first().waitFor({ state: 'detached' })
      await expectGood(page)
    }
  })

  it('changes the reference e-mail by keyboard, once the password is given again; a link confirms, the old one undoes', async () => {
    later()
    await open('riferimento', 'E-mail di riferimento')
    await tabTo(page, 'Nuova e-mail di riferimento')
    await page.keyboard.type('nuova@posta.example')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Conferma che sei tu' })
    await dialog.waitFor()
    await expectAccessible(page)
    if ((await focused(page)) !== 'Password') await tabTo(page, 'Password')
    await page.keyboard.type(house.password)
    await page.keyboard.press('Enter')
    await page.getByText('Abbiamo scritto a nuova@posta.example').waitFor()
    await expectGood(page)

    const phone = await visit('phone')
    const [asked] = await house.letters('nuova@posta.example', 'referenceConfirm')
    await phone.goto(`/riferimento#${asked!.token}`)
    await phone.getByText('Vuoi che nuova@posta.example sia').waitFor()
    await expectGood(phone)
    await press(phone, 'Conferma')
    await phone.getByText('Ora è nuova@posta.example.').waitFor()
    await page.reload()
    await page.getByText('Modifica recente').waitFor()
    await expectAccessible(page)

    const [told] = await house.letters(house.holder.reference, 'referenceOld')
    await phone.goto(`/riferimento?#${told!.token}`)
    await press(phone, 'Annulla la modifica')
    await phone.getByText(`Vale di nuovo ${house.holder.reference}.`).waitFor()
    await expectAccessible(phone)
    // Every session has ended with it.
    await page.goto('/casella/riferimento')
    await page.waitForURL(/\/casella\/accesso/)
  })

  it('makes a passkey with a proof, and enters by it without an address', async () => {
    await signIn(page)
    await page.waitForURL(/\/casella\/riferimento$/)
    later()
    await open('sicurezza', 'Sicurezza')
    await page.getByLabel('Nome della passkey').fill('Studio')
    await press(page, 'Aggiungi una passkey')
    await page.getByRole('dialog', { name: 'Conferma che sei tu' }).waitFor()
    await typeIn(page)
    await press(page, 'Conferma')
    // It is a second factor: recovery codes come with it.
    await page.getByText('Salva i codici di recupero').waitFor()
    await expectGood(page)
    await press(page, 'Li ho salvati')
    await page.getByRole('button', { name: 'Togli Studio' }).waitFor()
    await leave()
    await press(page, 'Accedi con una passkey')
    await home(page)
  })

  it('sets up codes, is asked for one, has the device trusted, and is helped by a recovery code elsewhere', async () => {
    await open('sicurezza', 'Sicurezza')
    await press(page, 'Aggiungi i codici di un’app')
    await page.getByRole('img', { name: 'Codice QR da inquadrare con l’app dei codici' }).waitFor()
    expect(await qrOn(page)).toMatch(/^otpauth:\/\/totp\//)
    secret = (await page.locator('.cl-code').textContent())!.trim()
    await expectGood(page)
    await page.getByLabel('Codice di 6 cifre').fill(code())
    await press(page, 'Conferma')
    await page.getByText('Salva i codici di recupero').waitFor()
    codes = await page.locator('.cl-codes .cl-code').allTextContents()
    expect(codes).toHaveLength(10)
    await expectAccessible(page)
    await press(page, 'Li ho salvati')
    await page.getByText('Codici di recupero rimasti: 10.').waitFor()

    later(MINUTE)
    await leave()
    await signIn(page)
    await page.getByLabel('Codice di 6 cifre').waitFor()
    await expectGood(page)
    await page.getByLabel('Codice di 6 cifre').fill(code())
    await page.getByLabel('Non chiedere il codice').check()
    await press(page, 'Conferma')
    await home(page)
    await leave()
    await signIn(page)
    await home(page)
  })

  it('is shown in English on another device, whose session the first one ends', async () => {
    const phone = await visit('phone')
    await phone.goto('/casella/accesso')
    await phone.getByRole('button', { name: 'English' }).click()
    await at(phone, 'Sign in to your certified mailbox')
    await expectGood(phone)
    await phone.getByLabel('PEC address').fill(house.holder.address)
    await typeIn(phone)
    await press(phone, 'Sign in')
    await phone.getByLabel('6-digit code').fill(codes[0]!)
    await press(phone, 'Confirm')
    await home(phone)
    await phone.goto('/casella/sicurezza')
    await at(phone, 'Security')
    await phone.getByText('Recovery code').first().waitFor()
    await expectGood(phone)

    await open('accessi', 'Accessi aperti')
    await page.getByRole('button', { name: /^Chiudi/ }).click()
    await page.getByRole('button', { name: /^Chiudi/ }).waitFor({ state: 'detached' })
    // Here nobody may do anything more; what was on the page stays behind the dialog.
    await phone.getByLabel('Name of the passkey').fill('Stolen')
    await press(phone, 'Add a passkey')
    await phone.getByRole('dialog', { name: 'Sign in again' }).waitFor()
    await expectAccessible(phone)
  })

  it('makes a password for a program, which is shown once and opens the box; the page sees it', async () => {
    await open('programmi', 'Telefono e programmi di posta')
    await page.getByLabel('Come lo chiami').fill('Thunderbird in studio')
    await press(page, 'Crea la password')
    await page.getByText('La password è pronta').waitFor()
    appPassword = (await page.locator('.cl-code').first().textContent())!.trim()
    await expectGood(page)
    expect(await house.readByImap(appPassword)).toBeGreaterThan(0)
    // The main password no longer does, once there is a second factor.
    expect(await house.readByImap(house.password)).toBeUndefined()
    await page.getByText('Funziona: il programma si è collegato alla casella.').waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Togli Thunderbird in studio' }).waitFor()
    expect(await page.content()).not.toContain(appPassword)
  })

  it('configures an iPhone by a QR: the profile is signed, and its password opens the box', async () => {
    await press(page, 'Mostra il codice QR')
    await page.getByRole('img', { name: 'Codice QR da inquadrare con il telefono' }).waitFor()
    await expectAccessible(page)
    const link = new URL(await qrOn(page))
    expect(link.origin).toBe(house.url)
    const phone = await visit('phone', { userAgent: IPHONE })
    await phone.goto(link.pathname + link.hash)
    await phone.getByText(`Stai per collegare ${house.holder.address}`).waitFor()
    await expectGood(phone)
    const [file] = await Promise.all([phone.waitForEvent('download'), press(phone, 'Scarica il profilo')])
    const xml = execFileSync('openssl', [
      ...['cms', '-verify', '-inform', 'DER', '-in', (await file.path())!, '-CAfile', house.caFile, '-purpose', 'any'],
    ]).toString()
    expect(xml).toContain('com.apple.mail.managed')
    expect(await house.readByImap(/<key>IncomingPassword<\/key>\s*<string>([^<]+)</.exec(xml)![1]!)).toBeGreaterThan(0)
    await phone.getByText('Funziona').waitFor()
    await expectAccessible(phone)
  })

  it('chooses a new password by the link of a letter, and ends the programs with it', async () => {
    later(DAY)
    const phone = await visit('phone')
    await phone.goto('/casella/accesso')
    await phone.getByRole('link', { name: 'Hai dimenticato la password?' }).click()
    await at(phone, 'Scegli una nuova password')
    await expectGood(phone)
    await phone.getByLabel('Indirizzo PEC').fill(house.holder.address)
    await press(phone, 'Invia link e codice')
    await phone.getByLabel('Codice ricevuto').waitFor()
    await expectGood(phone)
    const [letter] = await house.letters(house.holder.reference, 'passwordReset')
    await phone.goto(`/nuova-password?#${letter!.token}`)
    await phone.getByText(`Nuova password per ${house.holder.address}`).waitFor()
    await expectGood(phone)
    await phone.getByLabel('Nuova password').fill(NEXT)
    await phone.getByLabel('Togli anche le password').check()
    await press(phone, 'Imposta la password')
    await phone.getByText('La nuova password è attiva').waitFor()
    await expectAccessible(phone)
    await phone.goto(`/nuova-password?spent#${letter!.token}`)
    await phone.getByRole('button', { name: 'Chiedi un nuovo link' }).waitFor()
    expect(await house.readByImap(appPassword)).toBeUndefined()
    // The second factor stays, and no device is trusted any more.
    await page.goto('/casella/accesso')
    await signIn(page, NEXT)
    await page.getByLabel('Codice di 6 cifre').fill(codes[1]!)
    await press(page, 'Conferma')
    await home(page)
  })

  it('who no longer reads the reference e-mail has it changed by papers that an operator approves', async () => {
    const phone = await visit('phone')
    await phone.goto('/recupero')
    await at(phone, 'Cambia l’e-mail di riferimento che non leggi più')
    await expectGood(phone)
    await phone.getByLabel('Indirizzo PEC').fill(house.holder.address)
    await phone.getByLabel('Codice fiscale del titolare').fill(house.holder.fiscalCode)
    await phone.getByLabel('Nuova e-mail di riferimento').fill('viva@posta.example')
    await press(phone, 'Inizia la richiesta')
    await phone.getByText('1. Conferma la nuova e-mail').waitFor()
    const [form] = await Promise.all([
      phone.waitForEvent('download'),
      phone.getByRole('link', { name: 'Scarica il modulo (PDF)' }).click(),
    ])
    expect(form.suggestedFilename()).toMatch(/^modulo-\d\d-\w{4}-\w{4}\.pdf$/)
    await expectGood(phone)

    // The link of the letter goes on with the request on another device.
    const [link] = await house.letters('viva@posta.example', 'recoveryLink')
    const tablet = await visit('phone')
    await tablet.goto(`/recupero#${link!.token}`)
    await tablet.getByText('La nuova e-mail è confermata.').waitFor()
    await upload(tablet, 'request-module', 'modulo.jpg', await photo('MODULO'))
    await upload(tablet, 'request-front', 'fronte.jpg', await photo('FRONTE'))
    await press(tablet, 'Invia la richiesta')
    await tablet.getByText('La richiesta è stata inviata').waitFor()
    await expectAccessible(tablet)
    expect(await house.letters(house.holder.reference, 'recoveryWarning')).toHaveLength(1)

    const ugo = await visit('desk')
    await ugo.goto('/accesso?poi=/operatore/recuperi')
    await ugo.locator('#sign-in-email').fill(UGO.email)
    await typeIn(ugo)
    await press(ugo, 'Accedi')
    await at(ugo, 'Recuperi')
    await expectAccessible(ugo)
    await ugo.getByRole('link', { name: /^\d\d-\w{4}-\w{4}$/ }).click()
    await ugo.getByText('Casella e codice fiscale corrispondono.').waitFor()
    await ugo.getByRole('img', { name: /pagina 1 di 1/ }).waitFor()
    await expectGood(ugo)
    await press(ugo, 'Approva')
    await ugo.getByRole('dialog').getByRole('button', { name: 'Approva' }).click()
    await ugo.getByRole('button', { name: 'Togli l’attesa' }).waitFor()
    await expectAccessible(ugo)
    await tablet.reload()
    await tablet.getByText('L’e-mail di riferimento è cambiata').waitFor()

    // A day later the new one serves; the old one, which somebody else may read, does not.
    later(25 * HOUR)
    await tablet.getByRole('link', { name: 'Scegli una nuova password' }).click()
    await tablet.getByLabel('Indirizzo PEC').fill(house.holder.address)
    const before = (await house.letters(house.holder.reference, 'passwordReset')).length
    await press(tablet, 'Invia link e codice')
    await tablet.getByLabel('Codice ricevuto').waitFor()
    const [reset] = await house.letters('viva@posta.example', 'passwordReset')
    expect((await house.letters(house.holder.reference, 'passwordReset')).length).toBe(before)
    await tablet.getByLabel('Codice ricevuto').fill(reset!.code)
    await press(tablet, 'Continua')
    await tablet.getByText(`Nuova password per ${house.holder.address}`).waitFor()
  })
})
