// The portal beside the way that goes well: who is refused and why, its weight, both languages, narrow windows.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseDirectory } from '../../src/core/directory/schema.ts'
import { snapshotOf } from '../../src/core/directory/snapshot.ts'
import { toBase64 } from '../../src/core/lib/bytes.ts'
import { readCertificates } from '../../src/core/smime/certificate.ts'
import { EICAR } from '../../src/shell/adapters/eicar.ts'
import { verifyCommand } from '../../src/shell/cli/verify.ts'
import { needs } from '../support/judges.ts'
import { type Applicant, at, giveDocument, identify, openAt, photo, uploadFile } from './support/applicant.ts'
import {
  expectAccessible,
  expectGood,
  expectNoSideways,
  openPage,
  startBrowser,
  VIEWPORTS,
  type Watched,
} from './support/browser.ts'
import { startPortal, type TestPortal } from './support/portal.ts'

const absent = needs('chromium')
const HEAVY_BYTES = 12_000_000
let portal: TestPortal
let browser: Browser
const open: Watched[] = []

beforeAll(async () => {
  if (absent) return
  portal = await startPortal()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await portal?.stop()
})
afterEach(async () => {
  for (const watched of open.splice(0)) await watched.close()
})

const visit = async (options?: Parameters<typeof openPage>[3]): Promise<Watched> => {
  const watched = await openPage(browser, portal.url, 'phone', options)
  open.push(watched)
  return watched
}
const applicant = async (changes?: Parameters<TestPortal['member']>[0]): Promise<Applicant> => {
  const person = await portal.member(changes)
  return { page: (await visit()).page, person, email: `peso${person.memberId}@posta.example` }
}
/** The path of a photo of 12 MB, as phones that keep a film behind each photo make them. */
const heavyPhoto = async (): Promise<string> => {
  const path = join(await mkdtemp(join(tmpdir(), 'cera-photo-')), 'grande.jpg')
  await writeFile(path, Buffer.concat([await photo('GRANDE', 4_000), Buffer.alloc(HEAVY_BYTES, 7)]))
  return path
}
const refused = async (page: Page, title: string): Promise<void> => {
  await page.getByRole('button', { name: 'Verifica e continua' }).click()
  await page.getByRole('heading', { name: title }).waitFor()
  await expectAccessible(page)
}

describe.skipIf(absent)('who may not enrol is told why and what to do', () => {
  it('with a code that there is not', async () => {
    const { page } = await visit()
    await page.goto('/convenzioni/OMCEO-AQ-OO51')
    await page.getByRole('heading', { name: 'Codice convenzione non trovato' }).waitFor()
    await page.getByText('La lettera O e la cifra 0').waitFor()
    await expectAccessible(page)
  })

  it('with a check character that is wrong, before anything is sent', async () => {
    const one = await applicant()
    const { page } = one
    await identify(portal, one)
    const last = one.person.fiscalCode.at(-1) === 'A' ? 'B' : 'A'
    await page.getByLabel('Codice fiscale').fill(one.person.fiscalCode.slice(0, -1) + last)
    await page.getByText('L’ultima lettera non torna con le altre').waitFor()
    let sent = 0
    page.on('request', (request) => {
      if (request.method() === 'POST') sent += 1
    })
    await page.getByRole('button', { name: 'Verifica e continua' }).click()
    await page.getByRole('heading', { name: 'C’è un dato da correggere' }).waitFor()
    expect(sent).toBe(0)
  })

  it('under another name', async () => {
    const one = await applicant()
    await identify(portal, one)
    await one.page.getByLabel('Cognome').fill('Zanzottera')
    await refused(one.page, 'Nome o cognome non corrispondono')
    expect(await one.page.getByLabel('Cognome').inputValue()).toBe('Zanzottera')
  })

  it('of another Order', async () => {
    const one = await applicant()
    await identify(portal, one)
    await one.page.getByLabel('Codice fiscale').fill('RSSMRA80A01H501U')
    await refused(one.page, 'Non risulti nell’albo di questo Ordine')
    await one.page.getByText('0862 000000').waitFor()
  })

  it('with a case that was begun elsewhere', async () => {
    const one = await applicant()
    await openAt(portal, one, 'document')
    const other = { ...one, page: (await visit()).page }
    await identify(portal, other)
    await refused(other.page, 'La pratica è già iniziata su un altro dispositivo')
    await other.page.getByRole('link', { name: 'Riprendi la richiesta' }).waitFor()
  })
})

describe.skipIf(absent)('a paper', () => {
  it('that is none is refused in words, and another one takes its place', async () => {
    const one = await applicant()
    const { page } = one
    await openAt(portal, one, 'document')
    const front = page.locator('.cl-field', { has: page.locator('input#front') })
    const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(3_000, 1)])
    await page.locator('input#front').setInputFiles({ name: 'carta.jpg', mimeType: 'image/jpeg', buffer: program })
    await front.locator('.cl-error').waitFor()
    expect(await front.locator('.cl-error').textContent()).toMatch(/programma|eseguibile/i)
    await expectAccessible(page)
    const virus = { name: 'carta.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(EICAR) }
    await page.locator('input#front').setInputFiles(virus)
    await front.getByText('Il file contiene un virus').waitFor()
    // A photo of many megabytes is made smaller before it travels.
    const large = await heavyPhoto()
    await uploadFile(page, 'front', large)
    await rm(dirname(large), { recursive: true })
    const [kept] = await portal.office.db.query<{ bytes: number }>(
      'test-kept',
      `select size_bytes as bytes from document where kind = 'front' and state = 'current'
         and enrolment_id = (select id from enrolment where member_id = $1)`,
      [one.person.memberId],
    )
    expect(kept!.bytes).toBeLessThan(HEAVY_BYTES / 4)
    await giveDocument(one)
  })
})

describe.skipIf(absent)('a holder who pays', () => {
  it('renews by the link of the expiry notice, knows what it costs and what comes next', async () => {
    const box = await portal.box({ payer: 'member', receivesWhenExpired: true })
    const link = await box.expiring()
    for (const viewport of ['phone', 'desk'] as const) {
      const { page } = await visit({ viewport: VIEWPORTS[viewport] })
      await page.goto(link)
      await page.getByText('32,94 € IVA compresa (27,00 € più IVA)').waitFor()
      expect(page.url()).not.toContain('#')
      await page.reload()
      await page.getByText('ciò che arriva vale in legge come ricevuto').waitFor()
      await expectAccessible(page)
      await expectNoSideways(page)
      if (viewport === 'phone') continue
      await page.getByRole('button', { name: 'Rinnova con obbligo di pagare 32,94 €' }).dblclick()
      await at(page, 'Casella rinnovata')
      await expectAccessible(page)
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Scarica la fattura (PDF)' }).click(),
      ])
      expect((await readFile(await file.path())).subarray(0, 5).toString()).toBe('%PDF-')
    }
    const { page } = await visit()
    await page.goto(link)
    await at(page, 'Casella rinnovata')
    await page.goto(`/rinnovo?#${'x'.repeat(43)}`)
    await page.getByRole('heading', { name: 'Questo link non apre nessun rinnovo' }).waitFor()
    await expectAccessible(page)
  })
})

const SAMPLES = 'spec/samples'

/** What the server of the samples' network would give to the verifier. */
const sampleSnapshot = async () => {
  const directory = parseDirectory(await readFile(`${SAMPLES}/igpec.ldif`))
  const roots = readCertificates(await readFile(`${SAMPLES}/test_ca.pem`))
  if (directory.kind === 'problems' || 'kind' in roots) throw new Error('the samples cannot be read')
  const { providers } = snapshotOf(directory.records, undefined)
  const at = '2026-11-23T09:00:00.000Z'
  return { authorities: roots.map((one) => toBase64(one.der)), directory: { at, providers } }
}

/** What the command says of a file: verdict, and whether all could be checked. */
const byCommand = async (
  file: string,
): Promise<Record<'verdict' | 'kind', string> & { readonly complete: boolean }> => {
  let out = ''
  const io = { write: (text: string) => (out += text) }
  const given = ['--ca', `${SAMPLES}/test_ca.pem`, '--directory', `${SAMPLES}/igpec.ldif.p7m`]
  await verifyCommand([file, ...given, '--json'], { stdout: io, stderr: io })
  return JSON.parse(out)
}

const SAID: Readonly<Record<string, string>> = {
  holds: 'È autentico',
  partly: 'È integro, ma non si sa chi l’ha firmato',
  fails: 'Non è autentico',
  notPec: 'Non è un messaggio PEC',
  anomalyEnvelope: 'La busta è autentica, ma contiene posta ordinaria',
}

describe.skipIf(absent)('the verifier of messages', () => {
  it('says what the command says, and sends nothing anywhere', async () => {
    const { page, expectErrors } = await visit()
    const snapshot = await sampleSnapshot()
    await page.route('**/verifier/snapshot', (route) => route.fulfill({ json: snapshot }))
    const answer = await page.goto('/verifica-messaggio')
    expect(answer?.headers()['content-security-policy']).toMatch(
      /connect-src 127\.0\.0\.1:\d+\/api\/v1\/verifier\/snapshot;/,
    )
    await at(page, 'Verifica un messaggio PEC')
    await expectGood(page)
    const requests: string[] = []
    page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`))
    const choose = (file: string) => page.locator('input#file').setInputFiles(file)
    const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.eml')).sort()
    const title = page.locator('.cl-result .alert h2')
    for (const [i, name] of names.entries()) {
      if (i > 0) requests.length = 0
      await choose(`${SAMPLES}/${name}`)
      await page.locator('.cl-result').getByText(name, { exact: true }).waitFor()
      const { verdict, complete, kind } = await byCommand(`${SAMPLES}/${name}`)
      const told = verdict === 'holds' && kind === 'anomalyEnvelope' ? kind : verdict
      expect(await title.textContent(), name).toBe(SAID[told === 'holds' && !complete ? 'partly' : told])
      // The first file brings program and directory; from then on nothing at all is asked of anybody.
      if (i > 0) expect(requests).toEqual([])
      else {
        expect(requests.filter((one) => !one.startsWith('GET /assets/'))).toEqual(['GET /api/v1/verifier/snapshot'])
      }
      if (!name.startsWith('02_')) continue
      for (const summary of await page.locator('details > summary').all()) await summary.click()
      await page.getByRole('heading', { name: 'Impronte SHA-256' }).waitFor()
      await expectGood(page)
    }
    expectErrors(/connect-src|Content Security Policy/)
    // Nothing can: the page itself is forbidden to.
    const leak = await page.evaluate(() =>
      fetch('/api/v1/openapi.json').then(
        () => 'sent',
        () => 'stopped',
      ),
    )
    expect(leak).toBe('stopped')
    await page.getByRole('button', { name: 'English' }).click()
    await at(page, 'Verify a certified message')
    await expectAccessible(page)
  })

  it('opens archives, and without a directory says what it could not check', async () => {
    const watched = await visit({ viewport: VIEWPORTS.desk, hasTouch: false, isMobile: false })
    const { page } = watched
    await page.goto('/verifica-messaggio')
    const folder = await mkdtemp(join(tmpdir(), 'cera-verify-'))
    const zip = (name: string, ...files: string[]): string => {
      execFileSync('python3', ['-m', 'zipfile', '-c', join(folder, name), ...files.map((one) => `${SAMPLES}/${one}`)])
      return join(folder, name)
    }
    const choose = (file: string) => page.locator('input#file').setInputFiles(file)
    const said = (name: string) => page.getByRole('heading', { level: 2, name }).waitFor()
    await choose(zip('prove.zip', '01_accettazione.eml', '02_busta_di_trasporto.eml', '04_consegna_completa_To.eml'))
    await said('Le prove sono integre, ma non si sa chi le ha firmate')
    await page.getByText('Non controllato con l’indice dei gestori').waitFor()
    await page.getByRole('cell', { name: 'consegnato' }).waitFor()
    await expectGood(page)
    await choose(zip('false.zip', '01_accettazione.eml', '02b_busta_manomessa_NEGATIVO.eml'))
    await said('Le prove non reggono')
    await expectAccessible(page)
    await choose(`${SAMPLES}/igpec.ldif.p7m`)
    await said('Il documento è quello firmato')
    await expectAccessible(page)
    await writeFile(join(folder, 'rotto.zip'), 'PK\x03\x04 e poi niente')
    await choose(join(folder, 'rotto.zip'))
    await said('L’archivio non è stato aperto')
    await expectAccessible(page)
    await rm(folder, { recursive: true })
    await page.getByRole('link', { name: 'Gestore di Prova' }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForURL(/\/$/)
  })
})

/** The budget of the issue for the page on which one enrols, fonts and all. */
const BUDGET_BYTES = 200_000

it.skipIf(absent)('weighs little: the page of enrolment with all that it loads', async () => {
  const { page, context } = await visit()
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  let bytes = 0
  session.on('Network.loadingFinished', (event) => {
    bytes += event.encodedDataLength
  })
  // Chromium would take brotli: the budget is of gzip.
  await page.setExtraHTTPHeaders({ 'accept-encoding': 'gzip' })
  await page.goto(`/attivazione?codice=${portal.code}`, { waitUntil: 'networkidle' })
  await at(page, 'Verifichiamo che sei iscritto all’Ordine')
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThan(BUDGET_BYTES)
})

it.skipIf(absent)('speaks English when it is asked to, and remembers', async () => {
  const { page } = await visit()
  await page.goto(`/convenzioni/${portal.code}`)
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('link', { name: 'Activate your box' }).click()
  await at(page, 'We check that you are a member of the Order')
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
  await page.getByLabel('Fiscal code').fill('RSSMRA80A01H501U')
  await page.getByLabel('Surname').fill('Rossi')
  await page.getByLabel('Given name').fill('Mario')
  await page.getByRole('button', { name: 'Check and continue' }).click()
  await page.getByRole('heading', { name: 'You are not on the roll of this Order' }).waitFor()
  await expectAccessible(page)
  await page.reload()
  await at(page, 'We check that you are a member of the Order')
})

it.skipIf(absent)('is good to look at beside the way too: each width, zoomed windows, accessible', async () => {
  const { page } = await visit()
  for (const path of ['/attivazione', '/riprendi', '/conferma#cll_x', '/pratica', '/sandbox/posta', '/inesistente']) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expectGood(page)
  }
})
