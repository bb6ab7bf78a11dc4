// Every page of both consoles, and pages of the portal in states that take long to reach, at each width, with invented
// data: accessible, never wider than the window.
import sharp from 'sharp'
import { afterAll, beforeAll, it } from 'vitest'
import { expectGood, openPage, startBrowser } from './support/browser.ts'
import { ORDER_FAKE, ROLL, STAFF_FAKE, sessionOf } from './support/officeData.ts'
import { type Fake, serveFake } from './support/officeFake.ts'
import { operatorFake } from './support/operatorData.ts'
import { CLOSED, GRACE, ORDER_PAYS, PORTAL_FAKE } from './support/portalData.ts'
import { startWebSandbox, type WebSandbox } from './support/sandbox.ts'

let web: WebSandbox
let browser: Awaited<ReturnType<typeof startBrowser>>
let paper: Buffer
beforeAll(async () => {
  const blank = { width: 500, height: 320, channels: 3, background: '#dfe8d8' } as const
  ;[web, browser, paper] = await Promise.all([
    startWebSandbox(),
    startBrowser(),
    sharp({ create: blank }).png().toBuffer(),
  ])
})
afterAll(async () => {
  await browser?.close()
  await web?.stop()
})

const ORDER = '/ordine/OMCEO-XX'
const PAGES = {
  order: [
    '',
    '/iscritti',
    '/iscritti?exception=enrolling&sort=number&q=giosue',
    '/iscritti/1',
    '/iscritti/nuovo',
    '/albo',
    `/albo/${ROLL.id}`,
    '/costi',
    '/collaboratori',
    '/registro',
    '/inesistente',
  ].map((path) => ORDER + path),
  operator: [
    '',
    '/pratiche/CR-7K2M-94QP',
    '/carte',
    `/carte/${ROLL.id}`,
    '/caselle?q=anna',
    '/convenzioni',
    '/convenzioni/nuova',
    '/convenzioni/OMCEO-XX-0001',
    '/ordini',
    '/ordini/OMCEO-XX',
    '/accordi',
    '/accordi/FED-2026',
    '/fatture',
    '/fatture?state=rejected&order=OMCEO-XX&year=2026',
    '/operatori',
    '/registro',
    '/profilo',
  ].map((path) => `/operatore${path}`),
  staff: ['/accesso/profilo', '/ordine', '/invito/abc', '/invito/password'],
  portal: ['/pratica', `/rinnovo#${ORDER_PAYS}`, `/rinnovo?#${GRACE}`, `/rinnovo?#${CLOSED}`],
} as const

const FACTOR = { required: true, set: true, recoveryCodesLeft: 3 }
const FAKES: Readonly<Record<keyof typeof PAGES, () => Fake>> = {
  order: () => ORDER_FAKE,
  operator: () => operatorFake(paper),
  staff: () => ({
    ...STAFF_FAKE,
    getSession: () => ({ ...sessionOf('orderAdmin', 'operator'), secondFactor: FACTOR }),
  }),
  portal: () => PORTAL_FAKE,
}

it.each(Object.keys(PAGES) as (keyof typeof PAGES)[])(
  'each page of %s is accessible and fits phones, desks and zoomed windows',
  async (part) => {
    const { page, context, close } = await openPage(browser, web.url, 'phone')
    await serveFake(context, FAKES[part]())
    for (const path of PAGES[part]) {
      await page.goto(path)
      await page.locator('h1').waitFor()
      // what is on its way has come
      await page.locator('.cl-spinner').first().waitFor({ state: 'detached' })
      await expectGood(page)
    }
    await close()
  },
  240_000,
)
