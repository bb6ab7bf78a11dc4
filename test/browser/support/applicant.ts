// An applicant at the portal: what a person does on each page, by the words that a person reads.
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { newLink } from '../../../src/shell/enrolment/keys.ts'
import { saveDraft } from '../../../src/shell/enrolment/saveDraft.ts'
import { fill, type Person, started } from '../../shell/enrolment/support.ts'
import type { Counter, TestPortal } from './portal.ts'

export const PASSWORD = 'Gallina7volante'

/** A photo of a document, as large and as sharp as a phone's. */
export const photo = async (words: string, width = 1600): Promise<Buffer> => {
  const height = Math.round(width * 0.63)
  const lines = Array.from(
    { length: 12 },
    (_, i) => `<text x="60" y="${90 + i * 75}" font-size="52" fill="#223">${words} ${i} 0123456789 ABCDEFGH</text>`,
  )
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#dfe8ee"/>${lines.join('')}</svg>`
  return sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer()
}

export type Applicant = {
  readonly page: Page
  readonly person: Person
  readonly email: string
}

const press = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('button', { name }).click()

/** Waits until the page of that heading is there. */
export const at = (page: Page, heading: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name: heading }).waitFor()

/** From the page of the convention to the first page of the wizard, filled in. */
export const identify = async (portal: Counter, { page, person }: Applicant): Promise<void> => {
  await page.goto(`/attivazione?codice=${portal.code}`)
  await page.getByLabel('Codice fiscale').fill(person.fiscalCode.toLowerCase())
  await page.getByLabel('Cognome').fill(person.surname)
  await page.getByLabel('Nome', { exact: true }).fill(person.givenName)
}

export const check = async (portal: Counter, applicant: Applicant): Promise<void> => {
  await identify(portal, applicant)
  await press(applicant.page, 'Verifica e continua')
  await at(applicant.page, 'Scegli l’indirizzo')
}

export const chooseAddress = async ({ page }: Applicant): Promise<void> => {
  await page.getByRole('radio').first().check()
  await press(page, 'Continua')
  await at(page, 'I tuoi dati e la password')
}

export const DATA = {
  'Luogo di nascita': 'L’Aquila',
  'Via e numero civico': 'Via Roma 12',
  Comune: 'L’Aquila',
  CAP: '67100',
  Provincia: 'aq',
  Telefono: '0862 123456',
} as const

export const fillPerson = async ({ page }: Applicant): Promise<void> => {
  for (const [label, text] of Object.entries(DATA)) await page.getByLabel(label, { exact: true }).fill(text)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
}

export const givePerson = async (applicant: Applicant): Promise<void> => {
  await fillPerson(applicant)
  await press(applicant.page, 'Continua')
  await at(applicant.page, 'La tua e-mail di riferimento')
}

export const askForCode = async ({ page, email }: Applicant): Promise<void> => {
  await page.getByLabel('E-mail di riferimento').fill(email)
  await press(page, 'Inviami il codice')
  await page.getByLabel('Codice ricevuto').waitFor()
}

export const confirmEmail = async (portal: Counter, applicant: Applicant): Promise<void> => {
  await askForCode(applicant)
  await applicant.page.getByLabel('Codice ricevuto').fill((await portal.mail(applicant.email)).code)
  await press(applicant.page, 'Continua')
  await at(applicant.page, 'Il documento di identità')
}

export const describeDocument = async ({ page }: Applicant): Promise<void> => {
  await page.getByLabel('Carta d’identità').check()
  await page.getByLabel('Numero del documento').fill('ca12345aa')
  await page.getByLabel('Rilasciato da').fill('Comune di L’Aquila')
  await page.getByLabel('Data di scadenza').fill('31/12/2030')
}

/** Gives a file to a side; resolves when the server has it. */
export const upload = async (page: Page, id: string, name: string, buffer: Buffer, mimeType = 'image/jpeg') =>
  uploadFile(page, id, { name, mimeType, buffer })

/** The same with a file on the disk, or any that Chromium is given. */
export const uploadFile = async (page: Page, id: string, file: Parameters<Page['setInputFiles']>[1]): Promise<void> => {
  await page.locator(`input#${id}`).setInputFiles(file)
  await page
    .locator('.cl-field', { has: page.locator(`input#${id}`) })
    .getByText('Ricevuto')
    .waitFor()
}

export const giveDocument = async (applicant: Applicant): Promise<void> => {
  const { page } = applicant
  await describeDocument(applicant)
  await upload(page, 'front', 'fronte.jpg', await photo('FRONTE'))
  await upload(page, 'back', 'retro.jpg', await photo('RETRO'))
  await press(page, 'Continua')
  await at(page, 'Il modulo di attivazione')
}

/** What is ticked in the module. */
export const MODULE = ['Chiedo la casella', 'Ho letto l’informativa', 'Dichiaro che è vero'] as const

export const acceptModule = async ({ page }: Applicant): Promise<void> => {
  for (const words of MODULE) await page.getByLabel(words).check()
  await press(page, 'Accetta e continua')
  await at(page, 'Controlla e invia')
}

export const send = async ({ page }: Applicant): Promise<void> => {
  await press(page, 'Invia la richiesta')
  await page.getByRole('heading', { name: 'Richiesta inviata' }).waitFor()
}

/** All steps in their order, each from its page to the next. */
export const STEPS = [
  { name: 'address', path: '/attivazione/indirizzo', act: (_: Counter, one: Applicant) => chooseAddress(one) },
  { name: 'person', path: '/attivazione/dati', act: (_: Counter, one: Applicant) => givePerson(one) },
  { name: 'email', path: '/attivazione/email', act: confirmEmail },
  { name: 'document', path: '/attivazione/documento', act: (_: Counter, one: Applicant) => giveDocument(one) },
  { name: 'module', path: '/attivazione/modulo', act: (_: Counter, one: Applicant) => acceptModule(one) },
  { name: 'summary', path: '/attivazione/riepilogo', act: (_: Counter, one: Applicant) => send(one) },
] as const

/** From the beginning to the page of a step. */
export const goTo = async (
  portal: Counter,
  applicant: Applicant,
  step: (typeof STEPS)[number]['name'],
): Promise<void> => {
  await check(portal, applicant)
  for (const one of STEPS) {
    if (one.name === step) return
    await one.act(portal, applicant)
  }
}

/** What is still to come at a late step, and its heading. */
const LATE = {
  document: { without: ['front', 'back', 'acceptance'], heading: 'Il documento di identità' },
  module: { without: ['acceptance'], heading: 'Il modulo di attivazione' },
  summary: { without: [], heading: 'Controlla e invia' },
} as const

/** The page of a late step with all before it given by the verbs, opened by a link: for tests of what comes from there on. */
export const openAt = async (
  { office }: TestPortal,
  { page, person, email }: Applicant,
  step: keyof typeof LATE,
): Promise<void> => {
  const { without, heading } = LATE[step]
  const enrolmentId = await started(office, person)
  await fill(office, enrolmentId, { local: email.split('@')[0]!, email, without })
  await saveDraft(office, enrolmentId, { step })
  const token = await office.db.tx(async (tx) =>
    newLink(tx, { enrolmentId, purpose: 'resume', email }, office.clock.now()),
  )
  await page.goto(`/riprendi#${token}`)
  await at(page, heading)
}

/** The number of the case, as the foot of each page says it. */
export const caseNumberOn = async (page: Page): Promise<string> =>
  (
    (await page
      .locator('footer')
      .getByText(/^\d\d-[A-Z0-9]{4}-[A-Z0-9]{4}$/)
      .textContent()) ?? ''
  ).trim()
