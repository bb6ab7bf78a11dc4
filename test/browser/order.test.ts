// The Order's console in a real browser: filters in the address, a selection across them, invitations, procedures, rights.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectAccessible, openPage, startBrowser, type Viewport } from './support/browser.ts'
import { MEMBERS, ORDER_FAKE, ROLL, sessionOf } from './support/officeData.ts'
import { type Asked, type Fake, refused, serveFake } from './support/officeFake.ts'
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

const open = async (fake: Fake, viewport: Viewport = 'desk') => {
  const watched = await openPage(browser, web.url, viewport)
  await serveFake(watched.context, fake)
  return watched
}

it('leads from an exception to its members, keeps filters in the address, and goes back', async () => {
  const { page, close } = await open(ORDER_FAKE)
  await page.goto('/ordine/OMCEO-XX')
  await page.getByRole('link', { name: /^Vedi e invita/ }).click()
  await page.waitForURL(/\/iscritti\?exception=noDomicile$/)
  await page.getByRole('link', { name: 'Rossi Mario' }).waitFor()
  expect(await page.getByRole('link', { name: 'Gallo Pia' }).count()).toBe(0)
  await page.getByLabel('Cerca per nome, codice fiscale, numero o indirizzo').fill('giosuè')
  await page.getByLabel('Ordina per').selectOption('number')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Mostra', exact: true }).click()
  await page.waitForURL((url) => url.searchParams.get('q') === 'giosuè' && url.searchParams.get('sort') === 'number')
  await page.goBack()
  await page.waitForURL(/\/iscritti\?exception=noDomicile$/)
  expect(await page.getByLabel('Situazione').inputValue()).toBe('noDomicile')
  expect(await page.getByLabel('Cerca per nome, codice fiscale, numero o indirizzo').inputValue()).toBe('')
  await page.reload()
  expect(await page.getByLabel('Situazione').inputValue()).toBe('noDomicile')
  await close()
})

it('invites a selection that outlives the filters: preview first, then the outcome for each', async () => {
  let sent: Asked | undefined
  const fake: Fake = {
    ...ORDER_FAKE,
    listMembers: ({ query }) => ({
      items: MEMBERS.filter((one) => (query.get('q') === 'verdi' ? one.surname === 'Verdi' : one.surname !== 'Verdi')),
      total: 5,
    }),
    sendInvitations: (asked) => {
      sent = asked
      return ORDER_FAKE.sendInvitations!(asked)
    },
  }
  const { page, close } = await open(fake, 'phone')
  await page.goto('/ordine/OMCEO-XX/iscritti')
  const invite = page.getByRole('button', { name: 'Invita i selezionati' })
  expect(await invite.getAttribute('aria-disabled')).toBe('true')
  await page.getByText('Seleziona prima qualcuno dall’elenco.').waitFor()
  await page.getByRole('checkbox', { name: 'Seleziona Rossi Mario' }).check()
  await page.getByLabel('Cerca per nome, codice fiscale, numero o indirizzo').fill('verdi')
  await page.keyboard.press('Enter')
  await page.getByRole('checkbox', { name: 'Seleziona Verdi Ugo' }).check()
  await page.getByText('2 iscritti selezionati').waitFor()
  await invite.click()
  await page.getByRole('heading', { name: 'Lo riceve 1 iscritto' }).waitFor()
  await page.getByText('È cancellato dall’albo.').waitFor()
  await expectAccessible(page)
  expect(sent).toBeUndefined()
  await page.getByRole('button', { name: 'Invia 1 invito' }).dblclick()
  await page.getByRole('heading', { level: 1, name: 'Esito degli inviti' }).waitFor()
  await page.getByText('Inviti in partenza: 1. Non inviati: 1.').waitFor()
  expect(sent!.body).toEqual({ convention: 'OMCEO-XX-0001', members: [2, 5] })
  await expectAccessible(page)
  await close()
})

it('shows wrong rows of a roll and its columns before anything is written', async () => {
  let mapping: unknown
  const fake: Fake = {
    ...ORDER_FAKE,
    uploadRoll: () => ROLL,
    mapRoll: ({ body }) => {
      mapping = body.mapping
      return { ...ROLL, mapping: body.mapping as typeof ROLL.mapping, counts: { ...ROLL.counts, changed: 6 } }
    },
    applyRoll: () => ({ ...ROLL, state: 'applied', appliedAt: ROLL.createdAt }),
  }
  const { page, close } = await open(fake)
  await page.goto('/ordine/OMCEO-XX/albo')
  const content = Buffer.from('Cod. fiscale;Cognome\nX;Rossi\n')
  await page.getByLabel('Scegli il file').setInputFiles({ name: 'albo.csv', mimeType: 'text/csv', buffer: content })
  await page.waitForURL(new RegExp(`/albo/${ROLL.id}$`))
  await page.getByText('Manca il cognome.').waitFor()
  await page.getByLabel('Che cosa contiene la colonna Note').selectOption('email')
  await page.getByText('Hai cambiato le colonne').waitFor()
  expect(await page.getByRole('button', { name: /^Importa \d/ }).count()).toBe(0)
  // one meaning, one column
  expect(await page.getByLabel('Che cosa contiene la colonna E-mail').inputValue()).toBe('')
  await page.getByRole('button', { name: 'Aggiorna l’anteprima' }).click()
  await page.getByRole('button', { name: 'Importa 18 righe' }).click()
  await page.getByRole('heading', { name: 'Albo importato' }).waitFor()
  expect(mapping).toEqual({ fiscalCode: 0, surname: 1, givenName: 2, number: 3, section: 4, email: 6 })
  await expectAccessible(page)
  await close()
})

it('tells what follows a procedure before it is confirmed, and why one may not begin', async () => {
  let begun: unknown
  const fake: Fake = {
    ...ORDER_FAKE,
    beginProcedure: ({ body }) => {
      begun = body
      return MEMBERS[0]!
    },
  }
  const { page, close } = await open(fake, 'phone')
  await page.goto('/ordine/OMCEO-XX/iscritti/1')
  await page.getByText('L’iscritto non è sospeso.').waitFor()
  await page.getByRole('button', { name: 'Cancella dall’albo' }).click()
  const dialog = page.getByRole('dialog', { name: 'Cancella dall’albo' })
  await dialog.getByText('l’indirizzo non sarà mai dato a un’altra persona').waitFor()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Cancella dall’albo' }).click()
  await dialog.getByRole('heading', { name: 'Ci sono 2 dati da correggere' }).waitFor()
  await dialog.getByLabel('Motivo').fill('Delibera 12/2026')
  await dialog.getByLabel('Ho letto che cosa succede alla casella').check()
  await dialog.getByRole('button', { name: 'Cancella dall’albo' }).click()
  await page.getByText('Procedura registrata: cancella dall’albo.').waitFor()
  expect(begun).toMatchObject({ kind: 'strikeOff', reason: 'Delibera 12/2026' })
  await close()
})

it('shows to a reader what the role does not allow, disabled and with the reason', async () => {
  const { page, close } = await open({ ...ORDER_FAKE, getSession: () => sessionOf('orderReader') })
  await page.goto('/ordine/OMCEO-XX/iscritti/1')
  const edit = page.getByRole('button', { name: 'Correggi i dati' })
  expect(await edit.getAttribute('aria-disabled')).toBe('true')
  await edit.press('Enter')
  expect(await page.getByRole('dialog').count()).toBe(0)
  await expectAccessible(page)
  await page.goto('/ordine/OMCEO-YY')
  await page.getByText('Non hai un ruolo presso questo ente').waitFor()
  await close()
})

it('keeps what was typed where the server refuses, and says what to do', async () => {
  const { page, close } = await open({ ...ORDER_FAKE, addMember: () => refused('memberExists') })
  await page.goto('/ordine/OMCEO-XX/iscritti/nuovo')
  await page.getByLabel('Codice fiscale').fill('rssmra 80a01h501y')
  await page.getByRole('button', { name: 'Aggiungi all’albo' }).click()
  await page.getByRole('link', { name: 'L’ultimo carattere non torna: c’è un errore di battitura.' }).waitFor()
  await page.getByLabel('Codice fiscale').fill('rssmra 80a01h501u')
  await page.getByLabel('Cognome').fill('Rossi')
  await page.getByLabel('Nome', { exact: true }).fill('Mario')
  await page.getByLabel('Numero di iscrizione').fill('77')
  await page.getByRole('button', { name: 'Aggiungi all’albo' }).click()
  await page.getByRole('alert').getByText('L’iscritto è già nell’albo').waitFor()
  expect(await page.getByLabel('Cognome').inputValue()).toBe('Rossi')
  await close()
})
