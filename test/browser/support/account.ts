// A provider with the holder of a box for browser tests of the account: real mail, real IMAP, one clock that the test moves.
import { readFile } from 'node:fs/promises'
import { ImapFlow } from 'imapflow'
import { Secret, TOTP } from 'otpauth'
import type { Browser, CDPSession, Page } from 'playwright-core'
import sharp from 'sharp'
import { readQrTexts } from '../../../src/shell/documents/qr.ts'
import { SANDBOX_PASSWORD } from '../../../src/shell/sandbox/contract.ts'
import { holderLocalPart, SANDBOX_HOLDER, seedOffice } from '../../../src/shell/sandbox/office.ts'
import { type Pair, startPair } from '../../journeys/support/pair.ts'
import { reservePort } from '../../support/ports.ts'
import { openPage, type Viewport, type Watched } from './browser.ts'
import { servePortal } from './portal.ts'

export type Letter = { readonly kind: string; readonly text: string; readonly code: string; readonly token: string }

export type AccountHouse = {
  readonly pair: Pair
  readonly url: string
  /** The box, and the reference e-mail that it has at first. */
  readonly holder: { readonly address: string; readonly reference: string; readonly fiscalCode: string }
  readonly password: string
  readonly visit: (browser: Browser, viewport: Viewport, options?: Parameters<typeof openPage>[3]) => Promise<Watched>
  /** Letters to an ordinary address, of a kind, oldest first. */
  readonly letters: (to: string, kind: string) => Promise<readonly Letter[]>
  /** Signs a mail program in, and tells how many messages wait; undefined where the password does not open. */
  readonly readByImap: (password: string) => Promise<number | undefined>
  readonly caFile: string
  readonly stop: () => Promise<void>
}

export const startAccountHouse = async (): Promise<AccountHouse> => {
  const imap = await reservePort()
  const alfa = { CERALACCA_ROLES: 'submission incoming imap worker', CERALACCA_IMAP_TLS: `127.0.0.1:${imap}` }
  const pair = await startPair({ office: true, alfa })
  const office = pair.alfa.office!
  await seedOffice(office)
  await pair.settle()
  const portal = await servePortal(office)
  // Passkeys belong to a name, never to a number.
  const url = portal.url.replace('127.0.0.1', 'localhost')
  Object.assign(office, { publicUrl: url })
  const address = `${holderLocalPart(pair.alfa.domain)}@${pair.alfa.domain}`
  return {
    pair,
    url,
    holder: { address, reference: SANDBOX_HOLDER.email, fiscalCode: SANDBOX_HOLDER.fiscalCode },
    password: SANDBOX_PASSWORD,
    visit: (browser, viewport, options) => openPage(browser, url, viewport, options),
    letters: async (to, kind) => {
      await pair.settle()
      const rows = await office.db.query<{ text: string }>(
        'test-letters',
        `select body_text as text from notice where recipient = $1 and kind = $2
         order by created_at, xmin::text::bigint`,
        [to, kind],
      )
      return rows.map(({ text }) => ({
        kind,
        text,
        code: /\n {4}(\d{4} \d{4})\n/.exec(text)?.[1] ?? '',
        token: /#(cll_[\w-]+)/.exec(text)?.[1] ?? '',
      }))
    },
    readByImap: async (password) => {
      const client = new ImapFlow({
        host: 'localhost',
        port: imap,
        secure: true,
        auth: { user: address, pass: password },
        tls: { ca: await readFile(pair.caFile, 'utf8') },
        logger: false,
      })
      try {
        await client.connect()
      } catch (error) {
        if ((error as { authenticationFailed?: boolean }).authenticationFailed) return undefined
        throw error
      }
      const status = await client.status('INBOX', { messages: true })
      await client.logout()
      return status ? status.messages : undefined
    },
    caFile: pair.caFile,
    stop: async () => {
      await portal.close()
      await pair.stop()
    },
  }
}

/** Gives a page an authenticator that finds its person there whenever it is asked. */
export const addAuthenticator = async (page: Page): Promise<CDPSession> => {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return session
}

/** What an app of codes shows at an instant. */
export const codeAt = (secret: string, at: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({ timestamp: at })

/** What a phone's camera reads of the page. */
export const qrOn = async (page: Page): Promise<string> => {
  const picture = await page.locator('img.cl-qr').screenshot()
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const [text] = await readQrTexts({ pixels: data, width, height, channels } as never)
  if (text === undefined) throw new Error('no QR can be read on the page')
  return text
}
