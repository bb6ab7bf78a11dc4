// One visit to a page in a real Chromium behind a slow line and a slow processor: when it could be read, and when it answered.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type CDPSession, chromium } from 'playwright-core'
import { judgePath } from '../../test/support/judges.ts'

/** Lighthouse's slow 4G: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up. */
const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1024 * 1024) / 8,
  uploadThroughput: (750 * 1024) / 8,
} as const
/** A phone of the middle beside this machine. */
const SLOWER = 4

/** What a person does first on a page, and how one sees that the page took it. */
export type Page = {
  readonly name: string
  readonly path: string
  /** The control. */
  readonly control: string
  /** `type`: a letter that the page keeps for Back and reload. `click`: a link that the page follows itself. */
  readonly act: 'type' | 'click'
}

export type Visit = {
  readonly firstPaintMs: number
  /** The control answered, and no long task followed within a second. */
  readonly interactiveMs: number
  /** Time of a processor that the page's main thread had until then, slowed. */
  readonly mainThreadMs: number
  /** As they travelled, heads included. */
  readonly wireBytes: number
  readonly urls: readonly string[]
}

const FLAGS = ['--no-sandbox', '--disable-background-networking', '--disable-gpu', '--no-first-run', '--disable-sync']

export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: judgePath('chromium'),
    args: [...FLAGS, '--disable-component-update', '--disable-dev-shm-usage'],
    headless: true,
  })

type Marks = { readonly quietAt: number; readonly paintAt: number }

const WATCH = readFileSync(join(import.meta.dirname, 'watch.js'), 'utf8')

const throttle = async (session: CDPSession): Promise<void> => {
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', SLOW_4G)
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
}

/** Opens a page as one who was never there. */
export const visit = async (browser: Browser, origin: string, { path, control, act }: Page): Promise<Visit> => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    locale: 'it-IT',
  })
  try {
    const tab = await context.newPage()
    const session = await context.newCDPSession(tab)
    await throttle(session)
    let wireBytes = 0
    session.on('Network.loadingFinished', (event) => {
      wireBytes += event.encodedDataLength
    })
    const urls: string[] = []
    session.on('Network.requestWillBeSent', (event) => urls.push(event.request.url))
    await tab.addInitScript({ content: `${WATCH}\nwatchPage(${JSON.stringify({ control, act })})` })
    await tab.goto(`${origin}${path}`, { waitUntil: 'commit', timeout: 60_000 })
    const handle = await tab.waitForFunction(
      () => {
        const { marks } = globalThis as unknown as { marks: Marks }
        return marks.quietAt > 0 && marks.paintAt > 0 ? marks : undefined
      },
      undefined,
      { timeout: 60_000, polling: 200 },
    )
    const marks = (await handle.jsonValue()) as Marks
    const { metrics } = await session.send('Performance.getMetrics')
    const taskSeconds = metrics.find((one) => one.name === 'TaskDuration')?.value ?? Number.NaN
    return {
      firstPaintMs: marks.paintAt,
      interactiveMs: marks.quietAt,
      mainThreadMs: taskSeconds * 1_000,
      wireBytes,
      urls,
    }
  } finally {
    await context.close()
  }
}

/** What a fixed piece of work takes in an unslowed page: it tells how busy the machine is with other things. */
export const calibrate = async (browser: Browser): Promise<number> => {
  const page = await browser.newPage()
  try {
    return await page.evaluate(() => {
      const begun = performance.now()
      let text = ''
      for (let n = 0; n < 400_000; n++) text = `${n}${text}`.slice(0, 40)
      let sum = 0
      for (let n = 0; n < 40_000_000; n++) sum = (sum + n * 31) | 0
      return performance.now() - begun + (sum + text.length) * 0
    })
  } finally {
    await page.close()
  }
}
