// A real Chromium for the browser tests, and pages in it that forgive nothing: an error in the console fails the test.
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { judgePath } from '../../support/judges.ts'

/** What phones and desks have. */
export const VIEWPORTS = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } } as const
export type Viewport = keyof typeof VIEWPORTS

const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

/** Starts Chromium, one for a file of tests. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: judgePath('chromium'), args: FLAGS, headless: true })

export type Watched = {
  readonly context: BrowserContext
  readonly page: Page
  /** Says that errors of the console that match are what the test is about. */
  readonly expectErrors: (pattern: RegExp) => void
  /** Fails on what the console said, on exceptions and on violations of the content security policy; closes the page. */
  readonly close: () => Promise<void>
}

/** What Chromium writes of each answer that is no success: refusals are part of the contract, and tested as such. */
const ORDINARY = /^Failed to load resource: the server responded with a status of 4\d\d/

/** A page in a browser of its own: no cookies, nothing kept. */
export const openPage = async (
  browser: Browser,
  baseURL: string,
  viewport: Viewport,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Watched> => {
  const context = await browser.newContext({
    baseURL,
    viewport: VIEWPORTS[viewport],
    deviceScaleFactor: 1,
    hasTouch: viewport === 'phone',
    isMobile: viewport === 'phone',
    locale: 'it-IT',
    timezoneId: 'Europe/Rome',
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(15_000)
  const errors: string[] = []
  const expected: RegExp[] = [ORDINARY]
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
    })
  })
  const watch = (page: Page): void => {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
    })
    page.on('pageerror', (error) => errors.push(`exception: ${error.stack ?? error.message}`))
  }
  context.on('page', watch)
  const page = await context.newPage()
  return {
    context,
    page,
    expectErrors: (pattern) => expected.push(pattern),
    close: async () => {
      await context.close()
      expect(errors.filter((error) => !expected.some((pattern) => pattern.test(error)))).toEqual([])
    },
  }
}

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const shots: { readonly folder: string | undefined; taken: number } = { folder: process.env.SHOTS, taken: 0 }

/** A picture of each page that is judged, to look at: `SHOTS=/tmp/shots npx vitest run …`. */
const shoot = async (page: Page): Promise<void> => {
  if (!shots.folder) return
  const name = `${++shots.taken}`.padStart(3, '0') + new URL(page.url()).pathname.replace(/\W+/g, '-')
  await page.screenshot({ path: `${shots.folder}/${name}-${page.viewportSize()?.width}.png`, fullPage: true })
}

/** Fails with each violation of WCAG 2.2 AA that axe finds, and where. */
export const expectAccessible = async (page: Page): Promise<void> => {
  await shoot(page)
  // Straight in the page, which has no frames, and violations alone: a fifth of the time that axe's own driver takes.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  const violations = await page.evaluate(async (tags) => {
    const { axe: runner } = globalThis as unknown as { axe: typeof axe }
    const found = await runner.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
    return found.violations.map(({ id, help, nodes }) => ({
      rule: id,
      help,
      where: nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`),
    }))
  }, WCAG)
  expect(violations, `axe at ${page.url()}`).toEqual([])
}

/** Fails where anything is wider than the window: on a phone, and at 200 % zoom, nobody scrolls sideways. */
export const expectNoSideways = async (page: Page): Promise<void> => {
  const {
    wide,
    window: width,
    who,
  } = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement
    const beside = (one: Element): boolean => one.getBoundingClientRect().right > clientWidth + 1
    const who = scrollWidth > clientWidth ? [...document.querySelectorAll('body *')].filter(beside).at(-1) : undefined
    return { window: clientWidth, wide: scrollWidth, who: who?.outerHTML.slice(0, 300) ?? '' }
  })
  expect(wide, `width of ${page.url()}: ${who}`).toBeLessThanOrEqual(width)
}

/** 320 pixels are a phone of old, and what 1280 become at 400 % zoom; 640 are 1280 at 200 %. WCAG 2.2, 1.4.4 and 1.4.10 */
const ZOOMED = [320, 640]

/** Fails where a control or a heading is cut off: beside the window, or its words beside itself. What scrolls by itself may. */
const expectNothingCut = async (page: Page): Promise<void> => {
  const cut = await page.evaluate(() => {
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      element !== document.documentElement &&
      (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement))
    const beside = (element: HTMLElement): boolean => {
      const { left, right, width, height } = element.getBoundingClientRect()
      if (width <= 1 || height <= 1 || element.closest('.visually-hidden, [class*=skip]')) return false
      const words = element.matches('button, .btn') && element.scrollWidth > element.clientWidth + 1
      return words || ((left < -1 || right > document.documentElement.clientWidth + 1) && !scrolls(element))
    }
    const all = document.querySelectorAll<HTMLElement>(
      'a[href], button, .btn, input, select, textarea, summary, h1, h2, h3',
    )
    return [...all].filter(beside).map((one) => one.outerHTML.slice(0, 200))
  })
  expect(cut, `cut off at ${page.viewportSize()?.width} pixels of ${page.url()}`).toEqual([])
}

/** Looks at a page as phones and desks show it, and zoomed: accessible, nothing wider than the window, nothing cut off. */
export const expectGood = async (page: Page): Promise<void> => {
  const size = page.viewportSize()!
  for (const width of ZOOMED) {
    await page.setViewportSize({ width, height: size.height })
    await expectNoSideways(page)
    await expectNothingCut(page)
  }
  const here = size.width === VIEWPORTS.phone.width ? 'phone' : 'desk'
  for (const viewport of here === 'phone' ? (['desk', 'phone'] as const) : (['phone', 'desk'] as const)) {
    await page.setViewportSize(VIEWPORTS[viewport])
    await expectNoSideways(page)
    await expectNothingCut(page)
    await expectAccessible(page)
  }
}
