// What the mailboxes hold at the end: each message fetched over the API, read here anew, its signature verified.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCertificates } from '../../src/core/smime/certificate.ts'
import { verifyMessage } from '../../src/shell/cli/verify/message.ts'
import { type MailboxClient, openMailbox } from '../support/client/mailbox.ts'
import { DOMAINS, PASSWORD, type Sandbox, type Side } from '../support/client/sandbox.ts'
import { USERS } from './traffic.ts'

/** One message of a mailbox, as its own bytes say. */
export type Found = {
  readonly mailbox: string
  readonly uid: number
  /** X-Ricevuta or X-Trasporto. */
  readonly marker: string
  /** `errore` of the certification data. */
  readonly error: string
  /** Message-ID of the sender's program. */
  readonly clientMsgid: string
  readonly identifier: string
  /** Recipient that a delivery or non-delivery is about. */
  readonly about: string
  /** What of its signature, chain and form does not hold; empty where all does. */
  readonly faults: readonly string[]
}

export type Evidence = {
  /** Reads what came since the last time; gives how much it was. */
  readonly collect: () => Promise<number>
  readonly found: readonly Found[]
  readonly close: () => void
}

const plain = (text: string): string =>
  text.replace(
    /&(lt|gt|quot|apos|amp);/g,
    (_, name: string) => ({ lt: '<', gt: '>', quot: '"', apos: "'" })[name] ?? '&',
  )

const fieldOf = (head: string, name: string): string =>
  new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''

/** The part daticert.xml, taken out by its name alone: a second reader, which shares no code with the server. */
const certificationData = (message: string): string => {
  const named = message.search(/name="?daticert\.xml/i)
  const start = message.indexOf('\r\n\r\n', named)
  const end = message.indexOf('\r\n--', start)
  return named < 0 ? '' : Buffer.from(message.slice(start, end), 'base64').toString('utf8')
}

const elementOf = (xml: string, name: string): string =>
  plain(new RegExp(`<${name}[^>]*>([^<]*)</${name}>`).exec(xml)?.[1]?.trim() ?? '')

/** Reads a message of certified mail; what it is not able to find is empty. */
export const readFound = (mailbox: string, uid: number, bytes: Buffer): Omit<Found, 'faults'> => {
  const message = bytes.toString('latin1')
  const head = message.slice(0, message.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ')
  const xml = certificationData(message)
  return {
    mailbox,
    uid,
    marker: (fieldOf(head, 'X-Ricevuta') || fieldOf(head, 'X-Trasporto')).toLowerCase(),
    error: /<postacert[^>]*\serrore="([^"]*)"/.exec(xml)?.[1] ?? '',
    clientMsgid: elementOf(xml, 'msgid') || fieldOf(head, 'X-Riferimento-Message-ID'),
    identifier: elementOf(xml, 'identificativo'),
    about: elementOf(xml, 'consegna'),
  }
}

type Judge = (bytes: Uint8Array) => readonly string[]

/** Verifies signature, chain up to the sandbox's authority, and form. */
const openJudge = (dataDir: string): Judge => {
  const roots = readCertificates(readFileSync(join(dataDir, 'ca.pem')))
  if ('kind' in roots) throw new Error(`ca.pem: ${roots.detail}`)
  const options = { trust: { roots, intermediates: [], crls: [] }, directories: [], now: Date.now() }
  return (bytes) =>
    verifyMessage(bytes, options)
      .verification.checks.filter((check) => check.outcome === 'fails')
      .map((check) => `${check.name}: ${JSON.stringify(check)}`)
}

type Box = { readonly address: string; readonly client: MailboxClient; last: number }

export const openEvidence = (sandbox: Sandbox, dataDir: string): Evidence => {
  const judge = openJudge(dataDir)
  const found: Found[] = []
  const boxes: Box[] = (['alfa', 'beta'] as Side[]).flatMap((side) =>
    Array.from({ length: USERS }, (_, i) => {
      const address = `user${i + 1}@${DOMAINS[side]}`
      const port = sandbox.port(side, 'http')
      return { address, client: openMailbox({ port, user: address, password: PASSWORD }), last: 0 }
    }),
  )
  const collectFrom = async (box: Box): Promise<number> => {
    let read = 0
    for (;;) {
      const page = await box.client.list(box.last, 0, 200)
      for (const { uid } of page) {
        const bytes = await box.client.fetch(uid)
        found.push({ ...readFound(box.address, uid, bytes), faults: judge(bytes) })
        box.last = uid
        read++
      }
      if (page.length === 0) return read
    }
  }
  return {
    found,
    collect: async () => (await Promise.all(boxes.map(collectFrom))).reduce((sum, read) => sum + read, 0),
    close: () => {
      for (const box of boxes) box.client.close()
    },
  }
}
