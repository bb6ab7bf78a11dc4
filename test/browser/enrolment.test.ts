// Enrolments in a real browser: from the convention's page to the tracker, on a phone and at a desk, and all that may go wrong between.
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { HOUR } from '../../src/core/lib/instant.ts'
import { needs } from '../support/judges.ts'
import {
  type Applicant,
  askForCode,
  at,
  caseNumberOn,
  check,
  chooseAddress,
  DATA,
  fillPerson,
  givePerson,
  goTo,
  MODULE,
  openAt,
  PASSWORD,
  photo,
  STEPS,
  send,
} from './support/applicant.ts'
import { expectAccessible, expectGood, openPage, startBrowser, type Viewport, type Watched } from './support/browser.ts'
import { startPortal, type TestPortal } from './support/portal.ts'

const absent = needs('chromium')
/** npm run test:pages goes each way; each run of the tests goes the ways that differ. */
const all = process.env.CERALACCA_ALL_PAGES !== undefined
let portal: TestPortal
let browser: Browser
const open: Watched[] = []

beforeAll(async () => {
  if (absent) return
  portal = await startPortal()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await portal?.stop()
})
afterEach(async () => {
  for (const watched of open.splice(0)) await watched.close()
})

/** What is typed at a step when the session is gone already. */
const LOST_OVER: { readonly [step in (typeof STEPS)[number]['name']]?: Readonly<Record<string, string>> } = {
  person: { 'Luogo di nascita': 'Tagliacozzo', Telefono: '0863 400000' },
  email: { 'E-mail di riferimento': 'altra@posta.example' },
  document: { 'Numero del documento': 'CA99999ZZ' },
}

let people = 0
const visit = async (viewport: Viewport = 'phone', options?: Parameters<typeof openPage>[3]): Promise<Watched> => {
  const watched = await openPage(browser, portal.url, viewport, options)
  open.push(watched)
  return watched
}
const applicant = async (viewport: Viewport = 'phone'): Promise<Applicant & { readonly watched: Watched }> => {
  const watched = await visit(viewport)
  const person = await portal.member()
  return { watched, page: watched.page, person, email: `persona${++people}@posta.example` }
}

const stateOf = async (caseNumber: string): Promise<{ state: string; id: string; submissions: number }> => {
  const [row] = await portal.office.db.query<{ state: string; id: string; submissions: number }>(
    'test-browser-case',
    `select state, id, (select count(*)::int from enrolment_event e where e.enrolment_id = enrolment.id and event = 'submit') submissions
     from enrolment where case_number = $1`,
    [caseNumber],
  )
  return row!
}

describe.skipIf(absent)('an enrolment', () => {
  it.each(all ? (['phone', 'desk'] as const) : (['phone'] as const))(
    'goes from the front page to the tracker, on a %s',
    async (viewport) => {
      const one = await applicant(viewport)
      const { page } = one
      await page.goto('/')
      await expectGood(page)
      await page.getByLabel('Codice della convenzione').fill('omceo aq 0051')
      await page.getByRole('button', { name: 'Continua' }).click()
      await page.getByText('Paga l’Ordine, per 36 mesi').waitFor()
      await expectGood(page)
      await page.getByRole('link', { name: 'Attiva la tua casella' }).click()
      await at(page, 'Verifichiamo che sei iscritto all’Ordine')
      expect(await page.getByText('OMCEO-AQ-0051').isVisible()).toBe(true)
      await check(portal, one)
      for (const step of STEPS) {
        expect(new URL(page.url()).pathname).toBe(step.path)
        await expectGood(page)
        await step.act(portal, one)
      }
      await expectGood(page)
      const caseNumber = await caseNumberOn(page)
      expect(await page.getByText(`Pratica ${caseNumber}`).isVisible()).toBe(true)
      expect((await stateOf(caseNumber)).state).toBe('awaitingReview')
      expect((await portal.mail(one.email)).text).toContain(caseNumber)
    },
    120_000,
  )

  it('is done by the keyboard alone', async () => {
    const one = await applicant('desk')
    const { page, person } = one
    const { keyboard } = page
    await page.goto(`/attivazione?codice=${portal.code}`)
    await at(page, 'Verifichiamo che sei iscritto all’Ordine')
    /** Tab until the focus is on what a person hears as that. */
    const reach = async (name: RegExp): Promise<void> => {
      for (let i = 0; i < 80; i++) {
        await keyboard.press('Tab')
        const heard = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement & { labels?: NodeListOf<HTMLLabelElement> }
          const label = [...(element.labels ?? [])].map((one) => one.textContent).join(' ')
          return `${element.getAttribute('aria-label') ?? ''} ${label} ${element.textContent}`
        })
        if (name.test(heard)) return
      }
      throw new Error(`Tab never came to ${name}`)
    }
    const write = async (name: RegExp, text: string): Promise<void> => {
      await reach(name)
      await keyboard.type(text)
    }
    const press = async (name: RegExp, key = 'Enter'): Promise<void> => {
      await reach(name)
      await keyboard.press(key)
    }
    await write(/^\s*Codice fiscale/, person.fiscalCode)
    await write(/^\s*Cognome/, person.surname)
    await write(/^\s*Nome/, person.givenName)
    await press(/Verifica e continua/)
    await at(page, 'Scegli l’indirizzo')
    // The focus is at the heading of each step: what comes next is the form.
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await page.getByRole('radio').first().waitFor()
    await press(/Continua/)
    await at(page, 'I tuoi dati e la password')
    for (const [label, text] of Object.entries(DATA)) await write(new RegExp(`^\\s*${label}`), text)
    await write(/^\s*Password/, PASSWORD)
    await press(/Continua/)
    await at(page, 'La tua e-mail di riferimento')
    await write(/^\s*E-mail di riferimento/, one.email)
    await press(/Inviami il codice/)
    await page.getByLabel('Codice ricevuto').waitFor()
    await write(/^\s*Codice ricevuto/, (await portal.mail(one.email)).code)
    await press(/Continua/)
    await at(page, 'Il documento di identità')
    await press(/Carta d’identità/, 'Space')
    await write(/^\s*Numero/, 'CA12345AA')
    await write(/^\s*Rilasciato/, 'Comune di L’Aquila')
    await write(/^\s*Data di scadenza/, '31/12/2030')
    for (const [id, name] of [
      ['front', /Fronte del documento/],
      ['back', /Retro del documento/],
    ] as const) {
      const file = { name: 'a.jpg', mimeType: 'image/jpeg', buffer: await photo(id) }
      // Whoever sees no dialog presses again: the page may be drawn anew under the first key.
      for (let tries = 1; ; tries++) {
        await reach(name)
        const opened = page.waitForEvent('filechooser', { timeout: 4_000 }).catch(() => undefined)
        await keyboard.press('Space')
        const chooser = await opened
        if (chooser) {
          await chooser.setFiles(file)
          break
        }
        if (tries === 3) throw new Error(`no dialog opens at ${name}`)
      }
      await page
        .locator('.cl-field', { has: page.locator(`#${id}`) })
        .getByText('Ricevuto')
        .waitFor()
    }
    await press(/^\s*Continua/)
    await at(page, 'Il modulo di attivazione')
    for (const name of [/Chiedo la casella/, /Ho letto/, /Dichiaro che/]) await press(name, 'Space')
    await press(/Accetta e continua/)
    await at(page, 'Controlla e invia')
    await press(/Invia la richiesta/)
    await page.getByRole('heading', { name: 'Richiesta inviata' }).waitFor()
  })

  it('is sent once, however often the button is pressed', async () => {
    const one = await applicant()
    await openAt(portal, one, 'summary')
    const posts: string[] = []
    one.page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/submission')) posts.push(request.url())
    })
    const button = one.page.getByRole('button', { name: 'Invia la richiesta' })
    await button.evaluate((element: HTMLElement) => {
      element.click()
      element.click()
      element.click()
    })
    await one.page.getByRole('heading', { name: 'Richiesta inviata' }).waitFor()
    expect(posts).toHaveLength(1)
    expect((await stateOf(await caseNumberOn(one.page))).submissions).toBe(1)
  })

  it('is sent once where the first answer was lost on the way', async () => {
    const one = await applicant()
    one.watched.expectErrors(/net::ERR_FAILED/)
    await openAt(portal, one, 'summary')
    let lost = 0
    await one.page.route('**/submission', async (route) => {
      if (lost++ > 0) return route.continue()
      await route.fetch() // the server has it
      await route.abort('failed') // and nobody hears of it
    })
    await send(one)
    expect(lost).toBe(2)
    expect((await stateOf(await caseNumberOn(one.page))).submissions).toBe(1)
  })

  it('says what is missing, above the form and beside each field, and leads there', async () => {
    const one = await applicant()
    const { page } = one
    await check(portal, one)
    await chooseAddress(one)
    await page.getByRole('button', { name: 'Continua' }).click()
    const summary = page.locator('.alert-danger')
    await summary.getByRole('heading', { name: 'Ci sono 7 dati da correggere' }).waitFor()
    expect(await summary.evaluate((element) => element === document.activeElement)).toBe(true)
    await expectAccessible(page)
    await summary.getByRole('link', { name: 'CAP: Campo da compilare.' }).click()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('postcode')
    await page.getByLabel('CAP').fill('6710')
    await page.getByLabel('Telefono').focus()
    await page.getByText('Il CAP ha cinque cifre, per esempio 67100.').first().waitFor()
    await fillPerson(one)
    await page.getByText('Scegli la password della casella.').waitFor({ state: 'detached' })
  })
})

describe.skipIf(absent)('nothing typed is lost', () => {
  it('by Back and reload', async () => {
    const one = await applicant()
    const { page } = one
    await goTo(portal, one, 'person')
    await page.getByLabel('Luogo di nascita').fill('Sulmona')
    await page.getByLabel('Via e numero civico').fill('Via dei Mille 7')
    await page.goBack()
    await at(page, 'Scegli l’indirizzo')
    await page.goForward()
    expect(await page.getByLabel('Luogo di nascita').inputValue()).toBe('Sulmona')
    await page.getByLabel('Comune', { exact: true }).fill('Sulmona')
    await page.reload()
    await at(page, 'I tuoi dati e la password')
    expect(await page.getByLabel('Via e numero civico').inputValue()).toBe('Via dei Mille 7')
    expect(await page.getByLabel('Comune', { exact: true }).inputValue()).toBe('Sulmona')
  })

  it('on the first page either, before there is a case', async () => {
    const { page } = await visit()
    await page.goto('/attivazione')
    await page.getByLabel('Codice fiscale').fill('RSSMRA70D03')
    await page.getByLabel('Cognome').fill('Rossi')
    await page.reload()
    expect(await page.getByLabel('Codice fiscale').inputValue()).toBe('RSSMRA70D03')
    await page.goto('/')
    await page.goBack()
    expect(await page.getByLabel('Cognome').inputValue()).toBe('Rossi')
  })

  it('while the network is away: it is kept once it is back', async () => {
    const one = await applicant()
    const { page } = one
    one.watched.expectErrors(/net::ERR_INTERNET_DISCONNECTED/)
    await goTo(portal, one, 'person')
    await page.getByText('Salvato').waitFor()
    await one.watched.context.setOffline(true)
    await page.getByLabel('Luogo di nascita').fill('Avezzano')
    await page.getByText('Non ancora salvato').waitFor()
    await one.watched.context.setOffline(false)
    await page.getByText('Salvato').waitFor()
    await page.reload()
    await at(page, 'I tuoi dati e la password')
    expect(await page.getByLabel('Luogo di nascita').inputValue()).toBe('Avezzano')
  })

  it('by a session that is lost at each step', async () => {
    const one = await applicant()
    const { page } = one
    await check(portal, one)
    for (const step of STEPS) {
      expect(new URL(page.url()).pathname).toBe(step.path)
      const typed = Object.entries(LOST_OVER[step.name] ?? {})
      await page.getByText('Salvataggio').waitFor({ state: 'detached' })
      await one.watched.context.clearCookies()
      for (const [label, text] of typed) await page.getByLabel(label).fill(text)
      if (step.name === 'module') {
        // Nothing is to be saved here: the first word to the server is the acceptance.
        for (const words of MODULE) await page.getByLabel(words).check()
      }
      await page.locator('form button[type=submit]').click()
      await page.getByRole('heading', { name: 'La pratica non è più aperta su questo dispositivo' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Riapri la pratica' }).click()
      if (['document', 'module', 'summary'].includes(step.name)) {
        // Since the e-mail is confirmed, the case opens by a link to it alone.
        await page.getByText('abbiamo inviato un link').waitFor()
        const other = await one.watched.context.newPage()
        await other.goto(`/riprendi#${(await portal.mail(one.email)).token}`)
        await other.getByText('Passo').waitFor()
        await other.close()
        await page.locator('.alert-warning').getByRole('button', { name: 'Continua' }).click()
      }
      await page.getByRole('heading', { name: 'La pratica non è più aperta' }).waitFor({ state: 'detached' })
      for (const [label, text] of typed) expect(await page.getByLabel(label).inputValue()).toBe(text)
      if (step.name === 'email') {
        // A new case, for nobody could open the old one: it has all but the password, which no browser keeps.
        await page.goBack()
        await givePerson(one)
      }
      portal.office.clock.advance(HOUR) // so many links at once are not sent
      await step.act(portal, one)
    }
  }, 120_000)
})

describe.skipIf(absent)('another device', () => {
  it('confirms the e-mail by its link, and the first page goes on by itself', async () => {
    const one = await applicant()
    await goTo(portal, one, 'email')
    await askForCode(one)
    const { token } = await portal.mail(one.email)
    const phone = await visit()
    await phone.page.goto(`/conferma#${token}`)
    await phone.page.getByRole('heading', { name: 'E-mail confermata' }).waitFor()
    await expectAccessible(phone.page)
    await one.page.getByText(`${one.email} è confermata.`).waitFor()
    await one.page.getByRole('button', { name: 'Continua' }).click()
    await at(one.page, 'Il documento di identità')
  })

  it('is told what to do where the link is worn out', async () => {
    const { page } = await visit()
    await page.goto('/riprendi#cll_nothing')
    await page.getByRole('heading', { name: 'Il link non vale più' }).waitFor()
    await page.getByRole('button', { name: 'Inviami il link' }).waitFor()
    await expectAccessible(page)
    await page.goto('/pratica')
    await page.reload()
    await page.getByRole('heading', { name: 'Su questo dispositivo non c’è una pratica aperta' }).waitFor()
    await expectAccessible(page)
  })
})

describe.skipIf(absent)('the operator', () => {
  it('refuses: why, and that there is a way on', async () => {
    const one = await applicant()
    await openAt(portal, one, 'summary')
    await send(one)
    await portal.decide(await caseNumberOn(one.page), 'refuse', 'Il documento è di un’altra persona.')
    await one.page.getByRole('button', { name: 'Aggiorna' }).click()
    await one.page.getByText('Il documento è di un’altra persona.').waitFor()
    await expectAccessible(one.page)
    await one.page.getByRole('link', { name: 'Fai una richiesta nuova' }).click()
    await one.page.getByRole('link', { name: 'Attiva la tua casella' }).waitFor()
  })
})

describe.skipIf(absent)('the applicant', () => {
  it('takes the case back, after being asked', async () => {
    const one = await applicant()
    const { page } = one
    await openAt(portal, one, 'summary')
    await send(one)
    await page.getByRole('button', { name: 'Ritira la richiesta' }).click()
    await page.getByRole('dialog', { name: 'Vuoi ritirare la richiesta?' }).waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Ritira la richiesta' }).click()
    await page.getByRole('button', { name: 'Sì, ritira' }).click()
    await page.getByRole('heading', { name: 'Hai ritirato la richiesta' }).waitFor()
    await expectAccessible(page)
    expect((await stateOf(await caseNumberOn(page))).state).toBe('withdrawn')
  })

  it('leaves nothing on a device that is shared', async () => {
    const one = await applicant()
    const { page } = one
    await goTo(portal, one, 'person')
    await page.getByRole('button', { name: 'Esci' }).click()
    await page.getByRole('heading', { name: 'Sei uscito' }).waitFor()
    await page.goto('/attivazione/dati')
    await page.getByRole('heading', { name: 'Su questo dispositivo non c’è una pratica aperta' }).waitFor()
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain(
      one.person.fiscalCode,
    )
  })
})
