// The workload `webmail`: what the mail's page weighs, and how a box of many messages scrolls, opens and is searched in Chromium.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { judges } from '../../test/support/judges.ts'
import { rareWord } from '../jmap/messages.ts'
import { awaitFacts, fill } from '../jmap/steps.ts'
import { quantile, round } from '../measure.ts'
import { atMost, type Context, type Report } from '../report.ts'
import { startChromium } from './visit.ts'
import { gzipBytes } from './weigh.ts'

const WEIGHT_KB = 250
const OPEN_MS = 150
const SEARCH_MS = 200
const TIMES = 40
/** A frame at 60 a second, and a little. */
const FRAME_MS = 20
const FRAMES = 600
const FAST_PIXELS = 90

type MailBench = {
  readonly scroll: (
    frames: number,
    pixels: number,
  ) => Promise<{ readonly times: readonly number[]; readonly rows: number }>
  readonly show: (at: number) => void
  readonly open: (at: number) => Promise<number>
  readonly search: (text: string) => Promise<number>
}

const SCRIPT = readFileSync(join(import.meta.dirname, 'mail.js'), 'utf8')

const signIn = async (page: Page, user: string, password: string): Promise<void> => {
  await page.goto('/casella/accesso?poi=/posta/arrivo')
  await page.fill('#account-name', user)
  await page.fill('#account-password', password)
  await page.click('form button[type=submit]')
  await page.waitForURL((at) => at.pathname === '/posta/arrivo')
  await page.waitForSelector('.cm-row-link')
}

/** A row further down each time, in sight: what was opened before is not opened again. */
const openMany = async (page: Page): Promise<readonly number[]> => {
  const all: number[] = []
  for (let n = 0; n < TIMES; n++) {
    const at = n * 5
    await page.evaluate((row) => (globalThis as unknown as { mailBench: MailBench }).mailBench.show(row), at)
    await page.waitForSelector(`.cm-row-link[data-at="${at}"]`)
    all.push(await page.evaluate((row) => (globalThis as unknown as { mailBench: MailBench }).mailBench.open(row), at))
  }
  return all.sort((a, b) => a - b)
}

const searchMany = async (page: Page): Promise<readonly number[]> => {
  const all: number[] = []
  for (let n = 0; n < TIMES; n++) {
    const text = n % 2 === 0 ? rareWord(n) : `procedura ${rareWord(n).slice(0, 12)}`
    all.push(
      await page.evaluate((words) => (globalThis as unknown as { mailBench: MailBench }).mailBench.search(words), text),
    )
  }
  return all.sort((a, b) => a - b)
}

export const webmail = async (context: Context): Promise<readonly Report[]> => {
  const chromium = judges.find((one) => one.name === 'chromium')
  if (chromium?.path === undefined)
    return [{ name: 'webmail', workload: 'the webmail', checks: [], figures: { chromium: 'not measured: missing' } }]
  const ours = await context.arena.ours('rsa')
  const user = 0
  context.say(`filling a box with ${context.box} messages …`)
  await fill(ours, user, context.box)
  await awaitFacts(ours)
  const { imap } = ours.mail(user)
  const browser = await startChromium()
  try {
    const tab = await browser.newContext({
      baseURL: `http://127.0.0.1:${ours.httpPorts[0]}`,
      viewport: { width: 1280, height: 900 },
      locale: 'it-IT',
      serviceWorkers: 'block',
    })
    const page = await tab.newPage()
    await signIn(page, imap.user, imap.password)
    const urls: string[] = []
    page.on('request', (one) => urls.push(one.url()))
    await page.reload()
    await page.click('.cm-row-link[data-at="0"]')
    await page.waitForSelector('.cr-letter')
    const weightKb = (await gzipBytes(urls.filter((url) => !/\/(?:jmap|api)\b/.test(url)))) / 1_000
    await page.goto('/posta/arrivo')
    await page.waitForSelector('.cm-row-link')
    await page.evaluate(SCRIPT)
    context.say('scrolling …')
    const scrolled = await page.evaluate(
      ([frames, pixels]) =>
        (globalThis as unknown as { mailBench: MailBench }).mailBench.scroll(frames as number, pixels as number),
      [FRAMES, FAST_PIXELS],
    )
    const slow = scrolled.times.filter((ms) => ms > FRAME_MS).length / scrolled.times.length
    context.say(`${round(slow * 100)} % of ${scrolled.times.length} frames over ${FRAME_MS} ms; opening …`)
    const opened = await openMany(page)
    context.say(`opened in ${round(quantile(opened, 0.95))} ms (p95); searching …`)
    const searched = await searchMany(page)
    return [
      {
        name: 'webmail',
        workload: `the webmail on a box of ${context.box} messages, Chromium without a screen, loopback`,
        checks: [
          atMost('KB as gzip, list and an open conversation', weightKb, WEIGHT_KB),
          atMost('share of frames over 20 ms while scrolling', slow, 0.02),
          atMost('click to conversation, p95 ms', quantile(opened, 0.95), OPEN_MS),
          atMost('search, p95 ms', quantile(searched, 0.95), SEARCH_MS),
        ],
        figures: {
          frameP50Ms: round(
            quantile(
              [...scrolled.times].sort((a, b) => a - b),
              0.5,
            ),
          ),
          frameP95Ms: round(
            quantile(
              [...scrolled.times].sort((a, b) => a - b),
              0.95,
            ),
          ),
          rowsScrolled: scrolled.rows,
          openP50Ms: round(quantile(opened, 0.5)),
          searchP50Ms: round(quantile(searched, 0.5)),
        },
      },
    ]
  } finally {
    await browser.close()
  }
}
