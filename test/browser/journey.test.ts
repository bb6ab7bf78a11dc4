// The people of a convention in real browsers over two whole providers: a member on a phone, two operators and a secretary
// at their desks; real PostgreSQL, clamd and certified mail.
import { readFile } from 'node:fs/promises'
import type { Browser, Download, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fromLatin1, toUtf8 } from '../../src/core/lib/bytes.ts'
import { decodeQuotedPrintable } from '../../src/core/mail/encoding.ts'
import { clamdScanner } from '../../src/shell/adapters/clamd.ts'
import { EICAR } from '../../src/shell/adapters/eicar.ts'
import { SANDBOX_PASSWORD } from '../../src/shell/sandbox/contract.ts'
import { SANDBOX_CONVENTIONS, SANDBOX_HOLDER, SANDBOX_STAFF, seedOffice } from '../../src/shell/sandbox/office.ts'
import { inventMembers, READY_TO_ENROL, rollCsv, STRUCK_OFF } from '../../src/shell/sandbox/roll.ts'
import { message, send as sendMail } from '../journeys/support/mail.ts'
import { kindsOf, textOf } from '../journeys/support/observe.ts'
import { type Pair, startPair } from '../journeys/support/pair.ts'
import { lastMail } from '../shell/enrolment/support.ts'
import { type RunningClamd, startClamd } from '../support/clamd.ts'
import { needs } from '../support/judges.ts'
import {
  type Applicant,
  acceptModule,
  at,
  caseNumberOn,
  describeDocument,
  goTo,
  identify,
  PASSWORD,
  photo,
  send,
  upload,
} from './support/applicant.ts'
import { expectAccessible, expectNoSideways, openPage, startBrowser, type Viewport } from './support/browser.ts'
import { type Counter, servePortal } from './support/portal.ts'

const absent = needs('chromium', 'clamd')
const [SECRETARY, UGO, OLGA] = SANDBOX_STAFF
const ORDER = '/ordine/OMCEO-XX'
const SCAN_LIMIT = 20_000_000

let pair: Pair
let clamd: RunningClamd
let browser: Browser
let portal: Awaited<ReturnType<typeof servePortal>>
const open: Awaited<ReturnType<typeof openPage>>[] = []
/** The mail of the office leaves and arrives when somebody looks for it. */
const counter: Counter = {
  code: SANDBOX_CONVENTIONS.open,
  mail: async (to) => {
    await pair.settle()
    return lastMail(pair.alfa.world.db, to)
  },
}

beforeAll(async () => {
  if (absent) return
  ;[clamd, browser] = await Promise.all([startClamd(SCAN_LIMIT), startBrowser()])
  const scanner = clamdScanner({ address: { kind: 'unix', path: clamd.socketPath } })
  pair = await startPair({ office: true, scanner })
  await seedOffice(pair.alfa.office!)
  await pair.settle()
  portal = await servePortal(pair.alfa.office!)
})
afterAll(async () => {
  await browser?.close()
  await portal?.close()
  await pair?.stop()
  await clamd?.stop()
})
afterEach(async () => {
  for (const watched of open.splice(0)) await watched.close()
})

const visit = async (viewport: Viewport): Promise<Page> => {
  const watched = await openPage(browser, portal.url, viewport)
  open.push(watched)
  return watched.page
}
/** Somebody who works here, signed in, at a desk of their own. */
const signedIn = async (who: (typeof SANDBOX_STAFF)[number] | undefined, path: string): Promise<Page> => {
  const page = await visit('desk')
  await page.goto(`/accesso?poi=${encodeURIComponent(path)}`)
  await page.locator('#sign-in-email').fill(who!.email)
  await page.getByLabel('Password', { exact: true }).fill(SANDBOX_PASSWORD)
  await page.getByRole('button', { name: 'Accedi' }).click()
  await page.waitForURL((url) => url.pathname + url.search === path)
  return page
}
const press = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('button', { name }).click()
const jpeg = async (words: string) => ({ name: `${words}.jpg`, mimeType: 'image/jpeg', buffer: await photo(words) })
/** The person of a roll, as the helpers of the portal want them. */
const applicant = (page: Page, one: (typeof READY_TO_ENROL)[number]): Applicant => ({
  page,
  person: { fiscalCode: one.fiscalCode, surname: one.surname, givenName: one.givenName, memberId: 0 },
  email: `${one.givenName}.${one.number}@posta.example`.toLowerCase().replace('ò', 'o'),
})

describe.skipIf(absent)('a member enrols', () => {
  it('on two devices, mends what an operator asks, and two operators decide at once; then certified mail comes and goes', async () => {
    const { alfa, beta } = pair
    // A name with an apostrophe and two surnames, a fiscal code with letters for digits.
    const one = applicant(await visit('phone'), READY_TO_ENROL[1]!)
    await goTo(counter, one, 'document')
    await describeDocument(one)
    await one.page
      .locator('input#front')
      .setInputFiles({ name: 'carta.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(EICAR) })
    const front = one.page.locator('.cl-field', { has: one.page.locator('input#front') })
    await front.getByText('Il file contiene un virus').waitFor()
    await upload(one.page, 'front', 'fronte.jpg', await photo('FRONTE'))
    await one.page.getByText('Salvato').waitFor()

    const second = { ...one, page: await visit('desk') }
    await second.page.goto(`/riprendi?codice=${counter.code}`)
    await second.page.getByLabel('Codice fiscale').fill(one.person.fiscalCode)
    await press(second.page, 'Inviami il link')
    await second.page.getByRole('heading', { name: 'Controlla la posta' }).waitFor()
    await second.page.goto(`/riprendi#${(await counter.mail(one.email)).token}`)
    await at(second.page, 'Il documento di identità')
    expect(await second.page.getByLabel('Numero del documento').inputValue()).toBe('ca12345aa')
    await second.page.getByText('Ricevuto').waitFor() // the front, from the phone
    await upload(second.page, 'back', 'retro.jpg', await photo('RETRO'))
    await press(second.page, 'Continua')
    await at(second.page, 'Il modulo di attivazione')
    await acceptModule(second)
    await send(second)
    const caseNumber = await caseNumberOn(second.page)

    const ugo = await signedIn(UGO, '/operatore')
    await ugo.getByText('nessuna è in ritardo').waitFor()
    await ugo.getByRole('link', { name: 'Comincia dalla più vecchia' }).click()
    await at(ugo, `Pratica ${caseNumber}`)
    await ugo.getByRole('img', { name: /^Fronte del documento/ }).waitFor()
    await expectAccessible(ugo)
    await press(ugo, 'Chiedi una correzione (r)')
    const asking = ugo.getByRole('dialog', { name: 'Chiedi una correzione' })
    await asking.getByLabel('Testo per il richiedente').fill('La foto del retro è tagliata: rifalla intera.')
    await asking.getByRole('button', { name: 'Invia la richiesta' }).click()
    await ugo.getByRole('heading', { name: 'Correzione chiesta: il richiedente è stato avvisato.' }).waitFor()

    // On the phone again, by the link in the e-mail that asks.
    const asked = await counter.mail(one.email)
    expect(asked.text).toContain('La foto del retro è tagliata')
    await one.page.goto(`/riprendi#${asked.token}`)
    await one.page.getByText('La foto del retro è tagliata').waitFor()
    await expectAccessible(one.page)
    await one.page.getByRole('link', { name: 'Correggi la richiesta' }).click()
    await at(one.page, 'Controlla e invia di nuovo')
    await one.page.getByRole('link', { name: 'Modifica: Immagini' }).click()
    await at(one.page, 'Il documento di identità')
    await upload(one.page, 'back', 'retro.jpg', await photo('INTERO'))
    await press(one.page, 'Continua')
    await at(one.page, 'Controlla e invia di nuovo')
    await press(one.page, 'Invia di nuovo')
    await one.page.getByRole('heading', { name: 'Richiesta inviata' }).waitFor()

    const olga = await signedIn(OLGA, `/operatore/pratiche/${caseNumber}`)
    await ugo.reload()
    for (const page of [ugo, olga]) await page.getByRole('heading', { name: 'Decisione' }).waitFor()
    await press(olga, 'Rifiuta (x)')
    const refusing = olga.getByRole('dialog', { name: 'Rifiuta la pratica' })
    await refusing.getByLabel('Testo per il richiedente').fill('Il documento è di un’altra persona.')
    await press(ugo, 'Approva (a)')
    await ugo.getByRole('dialog').getByRole('button', { name: 'Approva', exact: true }).dblclick()
    await ugo.getByRole('heading', { name: 'Pratica approvata.' }).waitFor()
    await refusing.getByRole('button', { name: 'Rifiuta la pratica' }).click()
    await olga.getByRole('heading', { name: 'La pratica è cambiata mentre la guardavi' }).waitFor()
    await olga.getByRole('status').getByText(UGO!.name).waitFor()
    expect(await olga.getByRole('button', { name: 'Rifiuta (x)' }).getAttribute('aria-disabled')).toBe('true')
    await expectAccessible(olga)

    await pair.settle()
    await one.page.reload()
    await one.page.getByRole('heading', { name: 'La casella è attiva' }).waitFor()
    await expectAccessible(one.page)
    const { text } = await counter.mail(one.email)
    const address = /\S+@pec\.alfa\.example/.exec(text)![0]
    await one.page.getByText(address).first().waitFor()

    // The first message says in plain words what delivery means in law; the desk that wrote it has its receipts.
    const [welcome, ...others] = await alfa.inbox(address)
    expect([welcome!.kind, others]).toEqual(['transportEnvelope', []])
    const said = toUtf8(fromLatin1(decodeQuotedPrintable(await textOf(alfa, welcome!))))
    for (const words of ['CHE COSA VALE PER LEGGE', 'art. 48', caseNumber]) expect(said).toContain(words)
    expect((await kindsOf(alfa, 'assistenza@pec.alfa.example')).slice(-2)).toEqual(['acceptance', 'deliveryComplete'])
    const question = message({ to: address, subject: 'Una domanda', messageId: '<domanda@client.example>' })
    expect((await sendMail(beta, 'giulia.neri', [address], question)).code).toBe(250)
    await pair.settle()
    const inbox = await alfa.inbox(address)
    expect(inbox.map(({ kind }) => kind)).toEqual(['transportEnvelope', 'transportEnvelope'])
    expect(await textOf(alfa, inbox[1]!)).toContain('Una domanda')
    const GIULIA = 'giulia.neri@pec.beta.example'
    const answer = message({ to: GIULIA, messageId: '<risposta@client.example>' })
    expect((await sendMail(alfa, address.split('@')[0]!, [GIULIA], answer, address, PASSWORD)).code).toBe(250)
    await pair.settle()
    expect((await kindsOf(alfa, address)).slice(2)).toEqual(['acceptance', 'deliveryComplete'])
    expect((await kindsOf(beta, GIULIA)).at(-1)).toBe('transportEnvelope')
  }, 180_000)

  it('once, and not where there is no place', async () => {
    const page = await visit('phone')
    const refused = async (title: string): Promise<void> => {
      await press(page, 'Verifica e continua')
      await page.getByRole('heading', { name: title }).waitFor()
      await expectAccessible(page)
    }
    await identify(counter, applicant(page, READY_TO_ENROL[1]!))
    await refused('Hai già una casella o una pratica in questa convenzione')
    await identify(counter, applicant(page, STRUCK_OFF))
    await refused('L’iscrizione all’albo non è attiva')
    for (const [code, title] of [
      [SANDBOX_CONVENTIONS.full, 'I posti della convenzione sono esauriti'],
      [SANDBOX_CONVENTIONS.expired, 'La convenzione è chiusa alle nuove attivazioni'],
    ] as const) {
      await page.goto(`/convenzioni/${code}`)
      await page.getByRole('heading', { name: title }).waitFor()
      expect(await page.getByRole('link', { name: 'Attiva la tua casella' }).count()).toBe(0)
      await expectAccessible(page)
    }
  })
})

const textOfDownload = async (download: Download): Promise<string> => readFile((await download.path())!, 'utf8')

describe.skipIf(absent)('the secretary', () => {
  it('finds members by filters that live in the address, and takes them as files', async () => {
    const page = await signedIn(SECRETARY, `${ORDER}/iscritti`)
    await page.getByLabel('Situazione').selectOption('noDomicile')
    await page.getByLabel('Cerca per nome, codice fiscale, numero o indirizzo').fill('de santis')
    await press(page, /^Mostra$/)
    const elena = page.getByRole('link', { name: 'De Santis Elena' })
    await elena.waitFor()
    const filtered = page.url()
    expect(new URL(filtered).searchParams.get('q')).toBe('de santis')
    await page.reload()
    await elena.waitFor()
    expect(await page.getByLabel('Situazione').inputValue()).toBe('noDomicile')
    await elena.click()
    await at(page, 'De Santis Elena')
    await page.goBack()
    await elena.waitFor()
    expect(page.url()).toBe(filtered)
    const [csv] = await Promise.all([page.waitForEvent('download'), press(page, 'Scarica CSV')])
    const rows = (await textOfDownload(csv)).trim().split('\n')
    expect(rows.length).toBeGreaterThan(1)
    expect(rows.slice(1).filter((row) => !/de santis/i.test(row))).toEqual([])
    const [xlsx] = await Promise.all([page.waitForEvent('download'), press(page, 'Scarica Excel')])
    expect((await readFile((await xlsx.path())!)).subarray(0, 2).toString()).toBe('PK')
    await page.goBack()
    await page.waitForURL(/\/iscritti$/)
    expect(await page.getByLabel('Situazione').inputValue()).toBe('')
  })

  it('imports a roll with wrong rows: sees them by row, and the others apply', async () => {
    const page = await signedIn(SECRETARY, `${ORDER}/albo`)
    const [good, other, typo, nameless] = inventMembers(4, 77, 9001)
    const last = typo!.fiscalCode.at(-1) === 'A' ? 'B' : 'A'
    const wrong = [
      { ...typo!, fiscalCode: typo!.fiscalCode.slice(0, -1) + last },
      { ...nameless!, surname: '' },
    ]
    const buffer = Buffer.from(rollCsv([good!, wrong[0]!, other!, wrong[1]!]))
    await page.getByLabel('Scegli il file').setInputFiles({ name: 'nuovi.csv', mimeType: 'text/csv', buffer })
    await page.getByText('2 righe hanno un errore').waitFor()
    for (const [row, text] of [
      ['3', "L'ultima lettera del codice fiscale non torna"],
      ['5', 'Manca il cognome o il nome'],
    ] as const)
      await page
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name: row, exact: true }) })
        .getByText(text)
        .waitFor()
    await expectAccessible(page)
    await expectNoSideways(page)
    const [errors] = await Promise.all([
      page.waitForEvent('download'),
      press(page, /^Scarica tutte le righe con errori/),
    ])
    expect(await textOfDownload(errors)).toContain(wrong[0]!.fiscalCode)
    await page.getByRole('button', { name: 'Importa 2 righe' }).dblclick()
    await page.getByRole('heading', { name: 'Albo importato' }).waitFor()
    await page.getByText('Aggiunti 2 iscritti, aggiornati 0.').waitFor()
    await page.goto(`${ORDER}/iscritti?q=${good!.fiscalCode}`)
    await page.getByText(good!.fiscalCode).waitFor()
    await page.goto(`${ORDER}/iscritti?q=${typo!.fiscalCode}`)
    await page.getByText('Nessun iscritto con questi filtri').waitFor()
  })

  it('invites many at once: preview first, then what became of each', async () => {
    const page = await signedIn(SECRETARY, `${ORDER}/iscritti`)
    const pick = async ({ surname, givenName, fiscalCode }: (typeof READY_TO_ENROL)[number]): Promise<void> => {
      await page.getByLabel('Cerca per nome, codice fiscale, numero o indirizzo').fill(fiscalCode)
      await press(page, /^Mostra$/)
      await page.getByRole('checkbox', { name: `Seleziona ${surname} ${givenName}` }).check()
    }
    for (const one of [READY_TO_ENROL[0]!, STRUCK_OFF, SANDBOX_HOLDER]) await pick(one)
    await page.getByText('3 iscritti selezionati').waitFor()
    await press(page, 'Invita i selezionati')
    await page.getByRole('heading', { name: 'Lo riceve 1 iscritto' }).waitFor()
    await page.getByText('Non è iscritto all’albo.').waitFor()
    await expectAccessible(page)
    const before = (await counter.mail(READY_TO_ENROL[0]!.email)).text
    expect(before).not.toContain(portal.url)
    await page.getByRole('button', { name: 'Invia 1 invito' }).dblclick()
    await at(page, 'Esito degli inviti')
    await page.getByText('Inviti in partenza: 1. Non inviati: 2.').waitFor()
    expect(await page.getByRole('row').count()).toBe(4)
    await expectAccessible(page)
    const { text } = await counter.mail(READY_TO_ENROL[0]!.email)
    expect(text).toContain(`${portal.url}/convenzioni/${counter.code}`)
  })

  it('takes the papers of a member who stands at the desk', async () => {
    const page = await signedIn(SECRETARY, `${ORDER}/iscritti?q=${READY_TO_ENROL[0]!.fiscalCode}`)
    await page.getByRole('link', { name: 'De Santis Elena' }).click()
    await at(page, 'De Santis Elena')
    await press(page, 'Carica documenti per l’iscritto')
    const field = (label: string) => page.getByRole('group', { name: label })
    const front = field('Fronte del documento d’identità')
    await front
      .locator('input[type=file]')
      .last()
      .setInputFiles(await jpeg('FRONTE'))
    await front.getByText(/ricevuto, pratica \d\d-/).waitFor()
    const back = field('Retro del documento d’identità')
    await back
      .locator('input[type=file]')
      .last()
      .setInputFiles(await jpeg('RETRO'))
    await back.getByText(/ricevuto, pratica \d\d-/).waitFor()
    await expectAccessible(page)
    const numbers = (await page.getByText(/ricevuto, pratica/).allTextContents()).map(
      (text) => /\d\d-\S{4}-\S{4}/.exec(text)![0],
    )
    expect(new Set(numbers).size).toBe(1)
    await page.getByRole('row', { name: new RegExp(numbers[0]!) }).waitFor()
  })
})
