// The operator's console in a real browser: the queue and a case by keyboard, decisions in words, two operators at once.
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectAccessible, openPage, startBrowser, type Viewport } from './support/browser.ts'
import { sessionOf } from './support/officeData.ts'
import { type Fake, refused, serveFake } from './support/officeFake.ts'
import { CASE_VIEW, CASES, operatorFake } from './support/operatorData.ts'
import { startWebSandbox, type WebSandbox } from './support/sandbox.ts'

let web: WebSandbox
let browser: Awaited<ReturnType<typeof startBrowser>>
let base: Fake
beforeAll(async () => {
  const blank = { width: 500, height: 320, channels: 3, background: '#dfe8d8' } as const
  ;[web, browser] = await Promise.all([startWebSandbox(), startBrowser()])
  base = operatorFake(await sharp({ create: blank }).png().toBuffer())
})
afterAll(async () => {
  await browser?.close()
  await web?.stop()
})

const open = async (fake: Fake, viewport: Viewport = 'desk') => {
  const watched = await openPage(browser, web.url, viewport)
  await serveFake(watched.context, fake)
  return watched
}
const CASE = '/operatore/pratiche/CR-7K2M-94QP'
const decided = (state: 'awaitingDocument' | 'approved' | 'awaitingReview') => ({
  ...CASE_VIEW,
  case: { ...CASES[0]!, state, version: 4 },
  actions: CASE_VIEW.actions.map(({ action }) => ({ action, allowed: false, why: 'La pratica è già decisa.' })),
})

it('goes through the queue and a case by keyboard alone', async () => {
  let looks = 0
  const { page, close } = await open({
    ...base,
    viewDocument: (asked) => {
      looks += 1
      return base.viewDocument!(asked)
    },
  })
  await page.goto('/operatore')
  await page.getByText('1 è in ritardo').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Pratica CR-7K2M-94QP' }).waitFor()
  await page.getByRole('img', { name: 'Fronte del documento, pagina 1 di 1' }).waitFor()
  await page.keyboard.press('2')
  const back = page.getByRole('img', { name: 'Retro del documento, pagina 1 di 2' })
  await back.waitFor()
  await page.keyboard.press('+')
  await page.keyboard.press(']')
  expect(await back.getAttribute('style')).toContain('rotate(90deg)')
  await page.keyboard.press('1')
  await page.getByRole('img', { name: 'Fronte del documento, pagina 1 di 1' }).waitFor()
  // each look is written down: the same page is not asked for twice
  expect(looks).toBe(2)
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Scorciatoie da tastiera' })
  await sheet.waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'hidden' })
  await page.keyboard.press('c')
  await page.getByRole('heading', { level: 1, name: 'Pratiche da esaminare' }).waitFor()
  await close()
})

it('approves after a confirmation that names what is doubtful, then leads to the next case', async () => {
  let version: unknown
  const { page, close } = await open({
    ...base,
    approveCase: ({ body }) => {
      version = body.version
      return decided('approved')
    },
  })
  await page.goto(CASE)
  await page.getByRole('heading', { name: 'Decisione' }).waitFor()
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog', { name: 'Approvare la pratica?' })
  await dialog.getByText('La foto del retro è molto scura: forse non si legge.').waitFor()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Approva', exact: true }).dblclick()
  await page.getByRole('heading', { name: 'Pratica approvata.' }).waitFor()
  expect(version).toBe(3)
  expect(await page.getByRole('button', { name: 'Rifiuta (x)' }).getAttribute('aria-disabled')).toBe('true')
  await page.getByRole('link', { name: /Apri la pratica successiva/ }).waitFor()
  await page.keyboard.press('n')
  await page.getByRole('heading', { level: 1, name: 'Pratica CR-3HNT-K81W' }).waitFor()
  await close()
})

it('asks again only in finished words', async () => {
  let asked: unknown
  const { page, close } = await open(
    {
      ...base,
      askAgain: ({ body }) => {
        asked = body
        return decided('awaitingDocument')
      },
    },
    'phone',
  )
  await page.goto(CASE)
  await page.getByRole('button', { name: 'Chiedi una correzione (r)' }).click()
  const dialog = page.getByRole('dialog', { name: 'Chiedi una correzione' })
  await dialog.getByRole('button', { name: 'Invia la richiesta' }).click()
  await dialog.getByText('Scrivi il motivo: il richiedente legge solo questo.').waitFor()
  await dialog.getByLabel('Comincia da un testo').selectOption('dataDiffer')
  await dialog.getByRole('button', { name: 'Invia la richiesta' }).click()
  await dialog.getByText('Il testo è incompleto').waitFor()
  await expectAccessible(page)
  await dialog.getByLabel('Testo per il richiedente').press('End')
  await dialog.getByLabel('Testo per il richiedente').pressSequentially('la scadenza.')
  await dialog.getByRole('button', { name: 'Invia la richiesta' }).click()
  await page.getByRole('heading', { name: 'Correzione chiesta: il richiedente è stato avvisato.' }).waitFor()
  expect(asked).toEqual({ version: 3, reason: expect.stringMatching(/Correggi: ?la scadenza\.$/) })
  await close()
})

it('explains that another operator was quicker, and keeps the words', async () => {
  let turn = 0
  const { page, close } = await open({
    ...base,
    getCase: (asked) => {
      turn += 1
      return turn === 1
        ? base.getCase!(asked)
        : {
            ...decided('awaitingReview'),
            actions: CASE_VIEW.actions,
            events: [
              ...CASE_VIEW.events,
              { at: '2026-11-26T08:00:00Z', event: 'firstApproval', actor: 'staff', staff: 'Ugo Operatore' },
            ],
          }
    },
    refuseCase: () => refused('caseChanged'),
  })
  await page.goto(CASE)
  await page.getByRole('heading', { name: 'Decisione' }).waitFor()
  await page.keyboard.press('x')
  const dialog = page.getByRole('dialog', { name: 'Rifiuta la pratica' })
  await dialog.getByLabel('Testo per il richiedente').fill('Il documento è di un’altra persona.')
  await dialog.getByRole('button', { name: 'Rifiuta la pratica' }).click()
  await page.getByRole('heading', { name: 'La pratica è cambiata mentre la guardavi' }).waitFor()
  await page.getByRole('status').getByText('Ugo Operatore').waitFor()
  await expectAccessible(page)
  await page.keyboard.press('x')
  expect(await dialog.getByLabel('Testo per il richiedente').inputValue()).toBe('Il documento è di un’altra persona.')
  await close()
})

it('shows an operator what only administrators do, disabled and with the reason', async () => {
  const { page, close } = await open({ ...base, getSession: () => sessionOf('operator') })
  await page.goto('/operatore/convenzioni')
  expect(await page.getByRole('button', { name: 'Nuova convenzione' }).getAttribute('aria-disabled')).toBe('true')
  await page.getByText('Il ruolo “operatore” non lo permette').waitFor()
  await page.goto('/operatore/caselle')
  await page.getByRole('heading', { name: 'Il tuo ruolo non apre questa pagina' }).waitFor()
  await expectAccessible(page)
  await close()
})

it('explains in law what an expired box that receives means, and warns of a long grace', async () => {
  let saved: Record<string, unknown> | undefined
  const { page, close } = await open({
    ...base,
    putConvention: ({ body }) => {
      saved = body
      return { ...(body as object), standing: 'open', taken: 0 } as never
    },
  })
  await page.goto('/operatore/convenzioni/OMCEO-XX-0001')
  await page.getByText('ciò che arriva è consegnato, con tutti i suoi effetti').waitFor()
  await page.getByLabel('Giorni di tolleranza dopo la scadenza').fill('120')
  await page.getByText('Con tolleranza oltre 90 giorni').waitFor()
  await page.getByRole('radio', { name: /No, non riceve/ }).check()
  await page.getByLabel('Prezzo di un periodo').fill('27,5')
  await page.getByRole('button', { name: 'Salva' }).click()
  await page.getByText('Salvato.').waitFor()
  expect(saved!.terms).toMatchObject({ receivesWhenExpired: false, graceDays: 120, priceCents: 2750 })
  await close()
})

it('notes what the exchange system answered of an invoice, and gives its file under the name that is wanted', async () => {
  let noted: unknown
  const { page, close } = await open({
    ...base,
    noteInvoiceExchange: ({ body }) => {
      noted = body
      return { id: '018f7f43-1b2c-4a5d-9e6f-0a1b2c3d4e64', exchangeState: 'rejected' }
    },
  })
  await page.goto('/operatore/fatture')
  await page.getByRole('heading', { name: '2 acquisti senza fattura' }).waitFor()
  await page.getByLabel('Stato allo SdI').selectOption('rejected')
  await page.getByRole('button', { name: 'Mostra', exact: true }).click()
  await page.getByText('2026/000122').waitFor()
  expect(new URL(page.url()).search).toBe('?state=rejected')
  await page.goBack()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'XML (FatturaPA) del documento 2026/000124' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('IT01234560017_00004.xml')
  await page.getByRole('button', { name: 'Annota l’esito allo SdI del documento 2026/000124' }).click()
  const dialog = page.getByRole('dialog', { name: 'Documento 2026/000124: che cosa è successo?' })
  await dialog.getByRole('button', { name: 'Annota' }).click()
  await dialog.getByText('Scegli che cosa è successo.').waitFor()
  await dialog.getByRole('radio', { name: /Notifica di scarto/ }).check()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Annota' }).click()
  await page.getByText('Documento 2026/000124: ora è “scartata: da inviare di nuovo”.').waitFor()
  expect(noted).toEqual({ event: 'reject' })
  await close()
})
