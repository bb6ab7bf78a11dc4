// The consoles against the real sandbox, from click to row: conventions, Orders, boxes, invoices, the trail of it all.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectAccessible, expectNoSideways, openPage, startBrowser, type Viewport } from './support/browser.ts'
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

const signedIn = async (email: string, path: string, viewport: Viewport = 'desk') => {
  const watched = await openPage(browser, web.url, viewport)
  await watched.page.goto(`/accesso?poi=${encodeURIComponent(path)}`)
  await watched.page.locator('#sign-in-email').fill(email)
  await watched.page.locator('#sign-in-password').fill('Sandbox2026')
  await watched.page.getByRole('button', { name: 'Accedi' }).click()
  await watched.page.waitForURL((url) => url.pathname + url.search === path)
  return watched
}
const OPERATOR = 'operatore@alfa.example'
const settled = (page: Page) => page.locator('.cl-spinner').first().waitFor({ state: 'detached' })

it('changes the seats of a convention, and takes no dates that cannot be', async () => {
  const { page, close } = await signedIn(OPERATOR, '/operatore/convenzioni/OMCEO-XX-0001')
  await page.getByLabel('Posti').fill('180')
  await page.getByRole('button', { name: 'Salva' }).click()
  await page.getByText('Salvato.').waitFor()
  await page.getByRole('link', { name: 'Tutte le convenzioni' }).click()
  const row = page.getByRole('row', { name: /OMCEO-XX-0001/ })
  expect(await row.textContent()).toContain('su 180')
  await page.goto('/operatore/convenzioni/OMCEO-XX-0001')
  await page.getByLabel('Ultima attivazione possibile').fill('01/01/2020')
  await page.getByRole('button', { name: 'Salva' }).click()
  await page.getByRole('link', { name: 'La fine precede l’inizio.' }).waitFor()
  await expectAccessible(page)
  await close()
})

it('keeps what an Order is known by', async () => {
  const { page, close } = await signedIn(OPERATOR, '/operatore/ordini/OMCEO-XX', 'phone')
  await page.getByLabel('Festività locali').fill('24/06, 30/02')
  await page.getByRole('button', { name: 'Salva' }).click()
  await page.getByRole('link', { name: /Scrivi giorno e mese come 10\/06/ }).waitFor()
  await page.getByLabel('Festività locali').fill('24/06, 10/06')
  await page.getByRole('button', { name: 'Salva' }).click()
  await page.getByText('Salvato.').waitFor()
  await page.reload()
  expect(await page.getByLabel('Festività locali').inputValue()).toMatch(/24\/06/)
  await expectNoSideways(page)
  await close()
})

it('suspends a box in words and resumes it; what may not be done says why', async () => {
  const { page, close } = await signedIn(OPERATOR, '/operatore/caselle?q=pec.alfa.example')
  const card = page.locator('section.cl-card').first()
  await card.waitFor()
  const address = (await card.locator('h2').textContent()) ?? ''
  await card.getByRole('button', { name: `Sospendi ${address}` }).click()
  const dialog = page.getByRole('dialog', { name: `Sospendi ${address}` })
  await dialog.getByRole('button', { name: 'Sospendi' }).click()
  await dialog.getByText('Scrivi il motivo.').waitFor()
  await dialog.getByLabel('Motivo').fill('Credenziali rubate, denuncia presentata')
  await dialog.getByRole('button', { name: 'Sospendi' }).click()
  await page.getByText(`${address}: ora è sospesa.`).waitFor()
  await card.getByText('Si sospende solo una casella attiva.').waitFor()
  await expectAccessible(page)
  await card.getByRole('button', { name: `Riattiva ${address}` }).click()
  const again = page.getByRole('dialog', { name: `Riattiva ${address}` })
  await again.getByLabel('Motivo').fill('Password cambiata')
  await again.getByRole('button', { name: 'Riattiva' }).click()
  await page.getByText(`${address}: ora è attiva.`).waitFor()
  await close()
})

it('gives the invoices of an Order as files, and the trail of who did what by filters in the address', async () => {
  const { page, close } = await signedIn('segreteria@ordine.example', '/ordine/OMCEO-XX/costi')
  const [pdf] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /^PDF, copia di cortesia/ }).click(),
  ])
  expect((await readFile((await pdf.path())!)).subarray(0, 5).toString()).toBe('%PDF-')
  const [xml] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /^XML \(FatturaPA\)/ }).click(),
  ])
  expect(await readFile((await xml.path())!, 'utf8')).toContain('FatturaElettronica')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Registro attività' }).click()
  await page.getByLabel('Attività', { exact: true }).selectOption('roll.applied')
  await page.getByRole('button', { name: 'Mostra', exact: true }).click()
  await page.waitForURL(/action=roll\.applied/)
  await settled(page)
  expect(await page.getByRole('rowheader').allTextContents()).toEqual(['Albo importato'])
  await expectAccessible(page)
  await close()
})
