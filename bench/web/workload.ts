// The workload `portal`: what the pages of enrolment weigh, and when they answer on a slow line and a slow processor.
import type { Browser } from 'playwright-core'
import { judges } from '../../test/support/judges.ts'
import { median, round } from '../measure.ts'
import { atMost, type Context, type Report, type Workload } from '../report.ts'
import { calibrate, type Page, startChromium, type Visit, visit } from './visit.ts'
import { webmail } from './webmail.ts'
import { gzipBytes } from './weigh.ts'

const BUDGET_KB = 200
const INTERACTIVE_MS = 2_000
/** At least: a visit is short, and others' noise is long. */
const RUNS = 5

const PAGES: readonly Page[] = [
  { name: 'convention', path: '/convenzioni/OMCEO-XX-0001', control: 'a[href^="/attivazione"]', act: 'click' },
  { name: 'enrolment', path: '/attivazione?codice=OMCEO-XX-0001', control: '#surname', act: 'type' },
]

type Measured = Visit & { readonly calibrationMs: number }

const measure = async (browser: Browser, origin: string, page: Page, runs: number): Promise<readonly Measured[]> => {
  await visit(browser, origin, page) // the server's first, and the browser's
  const all: Measured[] = []
  for (let n = 0; n < runs; n++) {
    const before = await calibrate(browser)
    const visited = await visit(browser, origin, page)
    all.push({ ...visited, calibrationMs: (before + (await calibrate(browser))) / 2 })
  }
  return all
}

const reportOf = async (page: Page, all: readonly Measured[]): Promise<Report> => {
  const middle = (of: (one: Measured) => number): number => round(median(all.map(of)))
  const calibrations = all.map((one) => one.calibrationMs)
  const gzipKb = (await gzipBytes(all.at(-1)!.urls)) / 1_000
  return {
    name: `portal ${page.name}`,
    workload: `${page.path} on a phone never there before: slow 4G, processor 4 times slower`,
    checks: [
      atMost('KB as gzip, all told', gzipKb, BUDGET_KB),
      atMost(
        'ms until it answers and is quiet',
        middle((one) => one.interactiveMs),
        INTERACTIVE_MS,
      ),
    ],
    figures: {
      firstPaintMs: middle((one) => one.firstPaintMs),
      interactiveMs: middle((one) => one.interactiveMs),
      interactiveMsOfEachRun: all.map((one) => round(one.interactiveMs)),
      mainThreadMs: middle((one) => one.mainThreadMs),
      wireKb: middle((one) => one.wireBytes / 1_000),
      requests: middle((one) => one.urls.length),
      // The same work without a brake: its slowest over its quickest is the noise of others on this machine.
      calibrationMs: middle((one) => one.calibrationMs),
      calibrationSpread: round(Math.max(...calibrations) / Math.min(...calibrations)),
    },
  }
}

const portal = async (context: Context): Promise<readonly Report[]> => {
  const chromium = judges.find((one) => one.name === 'chromium')
  if (chromium?.path === undefined) {
    return [
      { name: 'portal', workload: 'pages of enrolment', checks: [], figures: { chromium: 'not measured: missing' } },
    ]
  }
  const ours = await context.arena.ours('rsa')
  const browser = await startChromium()
  try {
    const reports: Report[] = []
    for (const page of PAGES) {
      const all = await measure(browser, `http://127.0.0.1:${ours.httpPorts[0]}`, page, Math.max(context.runs, RUNS))
      reports.push(await reportOf(page, all))
    }
    return reports
  } finally {
    await browser.close()
  }
}

export const WEB_WORKLOADS: readonly Workload[] = [
  { name: 'portal', run: portal },
  { name: 'webmail', run: webmail },
]
