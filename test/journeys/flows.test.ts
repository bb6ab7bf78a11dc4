// Every row of the flow tables (pec.md §5), between two providers over the real wire.
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toLatin1 } from '../../src/core/lib/bytes.ts'
import { HOUR } from '../../src/core/lib/instant.ts'
import { EICAR } from '../../src/shell/adapters/eicar.ts'
import { setMailboxState } from '../../src/shell/mailstore/mailboxes.ts'
import { needs } from '../support/judges.ts'
import { judge } from './support/judges.ts'
import { handOver, kinds, message, send } from './support/mail.ts'
import { type OrdinaryServer, startOrdinary } from './support/ordinary.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let n = 0
/** A new account of Alfa for each test, so that its inbox tells this test's story only. */
let sender: string
let from: string
const GIULIA = 'giulia.neri@pec.beta.example'
const ORDINARY = 'posta.example'
let ordinary: OrdinaryServer

beforeAll(async () => {
  pair = await startPair()
  ;({ alfa, beta } = pair)
  ordinary = await startOrdinary(pair, ORDINARY, (address) =>
    address.startsWith('nessuno@') ? { code: 550, enhanced: '5.1.1', text: 'no such user' } : undefined,
  )
})
afterAll(async () => {
  await ordinary?.close()
  await pair?.stop()
})
beforeEach(async () => {
  sender = `mittente${++n}`
  from = `${sender}@pec.alfa.example`
  await alfa.mailbox(from)
})
afterEach(() => {
  for (const one of [alfa, beta]) Object.assign(one.scanner, { down: false, blind: false })
})

/** A new mailbox at Beta. */
const recipient = async (more: Parameters<TestProvider['mailbox']>[1] = {}): Promise<string> => {
  const address = `destinatario${++n}@pec.beta.example`
  await beta.mailbox(address, more)
  return address
}
/** Text of the n-th message of the sender's inbox. */
const received = async (index: number): Promise<string> => toLatin1(await alfa.bytes((await alfa.inbox(from))[index]!))
/** The one error code and words that the certification data of a notice carry. */
const daticert = (text: string): string => {
  const found = /daticert\.xml"\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(text.slice(text.search(/name="?daticert\.xml/)))
  return Buffer.from(found?.[1] ?? '', 'base64').toString('utf8')
}

describe('§5.1 access point: formal checks are answered by non-acceptance, never by an SMTP error', () => {
  const to = 'giulia.neri@pec.beta.example'
  const cases: [string, Parameters<typeof message>[0], readonly string[]][] = [
    ['From is another’s', { from: 'altro@pec.alfa.example', to }, [to]],
    ['two addresses in From', { from: 'a@pec.alfa.example, b@pec.alfa.example', to }, [to]],
    ['no To', {}, [to]],
    ['To is no address', { to: 'undisclosed-recipients:;' }, [to]],
    ['a recipient is neither in To nor in Cc', { to }, [to, 'paolo.gallo@pec.beta.example']],
    ['Bcc is there', { to, bcc: 'paolo.gallo@pec.beta.example' }, [to]],
  ]
  it.each(cases)('%s', async (_, parts, recipients) => {
    const reply = await send(alfa, sender, recipients, message(parts))
    expect(reply.code).toBe(250)
    await pair.settle()
    expect(kinds(await alfa.inbox(from))).toEqual(['nonAcceptance'])
    const text = await received(0)
    expect(text).toContain('X-Ricevuta: non-accettazione')
    expect(daticert(text)).toContain('errore="altro"')
    expect(text).not.toContain('postacert.eml')
  })

  it('MAIL FROM of somebody else is refused at SMTP: 553 5.7.1', async () => {
    const reply = await send(alfa, sender, [to], message({ to }), 'mario.rossi@pec.alfa.example')
    expect(reply).toMatchObject({ code: 553 })
    expect(await alfa.inbox(from)).toEqual([])
  })

  it('size times recipients above the limit', async () => {
    const recipients = Array.from({ length: 50 }, (_, i) => `d${i}@pec.beta.example`)
    const body = `${'a'.repeat(76)}\r\n`.repeat(9_000)
    const reply = await send(alfa, sender, recipients, message({ to: recipients.join(',\r\n '), body }))
    expect(reply).toMatchObject({ code: 250 })
    expect(kinds(await alfa.inbox(from))).toEqual(['nonAcceptance'])
  })

  it('a box that may write to certified domains only', async () => {
    await alfa.mailbox('solo@pec.alfa.example', { certifiedOnly: true })
    const other = `mario@${ORDINARY}`
    await send(alfa, 'solo', [other], message({ to: other }))
    expect(kinds(await alfa.inbox('solo@pec.alfa.example'))).toEqual(['nonAcceptance'])
  })
})

describe('§5.1 and §6 virus at the access point', () => {
  it('is answered by a virus non-acceptance, and the message is kept for thirty months', async () => {
    await send(alfa, sender, [GIULIA], message({ to: GIULIA, body: `${EICAR}\r\n` }))
    await pair.settle()
    expect(kinds(await alfa.inbox(from))).toEqual(['virusNonAcceptance'])
    const text = await received(0)
    expect(text).toContain('X-VerificaSicurezza: errore')
    expect(daticert(text)).toContain('errore="virus"')
    const [inbox] = await alfa.inbox(from)
    const [kept] = await alfa.world.db.query<{ direction: string; keep_until: number; at: number }>(
      'test-quarantine',
      'select direction, keep_until, at from quarantine where identifier = $1',
      [inbox!.msgid],
    )
    expect(kept!.direction).toBe('access')
    expect(kept!.keep_until - kept!.at).toBeGreaterThan(29.9 * 30 * 24 * HOUR)
  })

  it('scanner down: nothing is accepted unscanned, and nothing is lost', async () => {
    alfa.scanner.down = true
    const reply = await send(alfa, sender, [GIULIA], message({ to: GIULIA }))
    expect(reply.code).toBe(451)
    expect(await alfa.inbox(from)).toEqual([])
    alfa.scanner.down = false
    expect((await send(alfa, sender, [GIULIA], message({ to: GIULIA }))).code).toBe(250)
    expect(kinds(await alfa.inbox(from))).toContain('acceptance')
  })

  it('scanner down at the receiver: the envelope waits and arrives once it is back', async () => {
    const to = await recipient()
    beta.scanner.down = true
    await send(alfa, sender, [to], message({ to }))
    await pair.settle()
    expect(await beta.inbox(to)).toEqual([])
    beta.scanner.down = false
    pair.clock.advance(HOUR)
    await pair.settle()
    expect(kinds(await beta.inbox(to))).toEqual(['transportEnvelope'])
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'deliveryComplete'])
  })
})

describe('§5.2 outbound', () => {
  it('an ordinary recipient gets the signed envelope over TLS, and no receipt but the acceptance comes back', async () => {
    const to = `mario@${ORDINARY}`
    await send(alfa, sender, [to], message({ to }))
    await pair.settle()
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance'])
    expect(daticert(await received(0))).toContain('tipo="esterno"')
    const taken = ordinary.taken.at(-1)!
    expect(taken).toMatchObject({ reversePath: from, forwardPaths: [to], tls: true })
    expect(toLatin1(taken.content)).toContain('X-Trasporto: posta-certificata')
  })

  it('an ordinary recipient that is refused: the failure notice comes as an anomaly envelope', async () => {
    const to = `nessuno@${ORDINARY}`
    await send(alfa, sender, [to], message({ to }))
    await pair.settle()
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'anomalyEnvelope'])
    expect(await received(1)).toContain('Final-Recipient: rfc822; nessuno@posta.example')
  })

  it('certified, ordinary and unknown recipients of one message each have their own end', async () => {
    const to = [await recipient(), `mario@${ORDINARY}`, 'assente@pec.beta.example']
    await send(alfa, sender, to, message({ to: to.join(', ') }))
    await pair.settle()
    expect(kinds(await alfa.inbox(from)).toSorted()).toEqual(['acceptance', 'deliveryComplete', 'nonDelivery'])
  })

  it('§5.5 the other provider refuses for good: non-delivery of our own', async () => {
    const refusing = await startOrdinary(pair, 'pec.beta.example', () => ({ code: 550, enhanced: '5.7.1', text: 'no' }))
    try {
      await send(alfa, sender, [GIULIA], message({ to: GIULIA }))
      await pair.settle()
      expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'nonDelivery'])
      expect(daticert(await received(1))).toContain('errore="altro"')
    } finally {
      await refusing.close()
      pair.routes['pec.beta.example'] = { host: '127.0.0.1', port: beta.ports.incoming, tlsName: 'mx.pec.beta.example' }
    }
  })

  it('§5.5 the domain has no server: non-delivery, no-dominio', async () => {
    delete pair.routes['pec.beta.example']
    try {
      await send(alfa, sender, [GIULIA], message({ to: GIULIA }))
      await pair.settle()
      expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'nonDelivery'])
      expect(daticert(await received(1))).toContain('errore="no-dominio"')
    } finally {
      pair.routes['pec.beta.example'] = { host: '127.0.0.1', port: beta.ports.incoming, tlsName: 'mx.pec.beta.example' }
    }
  })

  it('towards certified domains TLS is verified: under a wrong name nothing is handed over', async () => {
    const to = await recipient()
    pair.routes['pec.beta.example'] = { host: '127.0.0.1', port: beta.ports.incoming, tlsName: 'mx.falso.example' }
    await send(alfa, sender, [to], message({ to }))
    await pair.settle()
    expect(await beta.inbox(to)).toEqual([])
    pair.routes['pec.beta.example'] = { host: '127.0.0.1', port: beta.ports.incoming, tlsName: 'mx.pec.beta.example' }
    pair.clock.advance(HOUR)
    await pair.settle()
    expect(kinds(await beta.inbox(to))).toEqual(['transportEnvelope'])
  })
})

describe('§5.4 delivery point', () => {
  const types: [string | undefined, 'to' | 'cc', string][] = [
    [undefined, 'to', 'deliveryComplete'],
    ['completa', 'to', 'deliveryComplete'],
    ['breve', 'to', 'deliveryBrief'],
    ['sintetica', 'to', 'deliveryConcise'],
    [undefined, 'cc', 'deliveryConcise'],
    ['breve', 'cc', 'deliveryConcise'],
    ['inventata', 'to', 'deliveryComplete'],
  ]
  it.each(types)('X-TipoRicevuta %s, recipient in %s: %s', async (type, where, kind) => {
    const address = await recipient()
    const parts = where === 'to' ? { to: address } : { to: GIULIA, cc: address }
    const extra = type === undefined ? [] : [`X-TipoRicevuta: ${type}`]
    await send(alfa, sender, where === 'to' ? [address] : [GIULIA, address], message({ ...parts, extra }))
    await pair.settle()
    const receipts = await Promise.all((await alfa.inbox(from)).map((one) => alfa.bytes(one)))
    const mine = receipts
      .map((one) => toLatin1(one))
      .filter((text) => daticert(text).includes(`<consegna>${address}</consegna>`))
    expect(mine).toHaveLength(1)
    const index = receipts.map((one) => toLatin1(one)).indexOf(mine[0]!)
    expect((await alfa.inbox(from))[index]!.kind).toBe(kind)
  })

  it('a brief receipt carries the hash of the attachment in its place', async () => {
    const to = await recipient()
    const extra = ['MIME-Version: 1.0', 'X-TipoRicevuta: breve', 'Content-Type: multipart/mixed; boundary=b1']
    const body = [
      '--b1',
      'Content-Type: text/plain',
      '',
      'ciao',
      '--b1',
      'Content-Type: application/pdf; name="lettera.pdf"',
      'Content-Transfer-Encoding: base64',
      'Content-Disposition: attachment; filename="lettera.pdf"',
      '',
      'JVBERi0xLjQK',
      '--b1--',
      '',
    ].join('\r\n')
    await send(alfa, sender, [to], message({ to, extra, body }))
    await pair.settle()
    const text = await received(1)
    expect(text).toContain('lettera.pdf.hash')
    expect(text).not.toContain('JVBERi0xLjQK')
    // SHA-1 of the body still in base64 (RFC 6109 §3.3.2.2)
    expect(text).toContain(createHash('sha1').update('JVBERi0xLjQK').digest('hex'))
  })

  const failures: [string, () => Promise<string>, string][] = [
    ['unknown', async () => 'assente@pec.beta.example', 'errore="no-dest"'],
    ['full', () => recipient({ quotaBytes: 100 }), '5.2.2 - casella piena'],
    [
      'suspended',
      async () => {
        const address = await recipient()
        await setMailboxState(beta.world.db, address, 'suspended')
        return address
      },
      '5.2.1',
    ],
  ]
  it.each(failures)('a mailbox that is %s: non-delivery', async (_, make, words) => {
    const to = await make()
    await send(alfa, sender, [to], message({ to }))
    await pair.settle()
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'nonDelivery'])
    expect(daticert(await received(1))).toContain(words)
    expect(await beta.inbox(to)).toEqual([])
  })
})

describe('§5.3 incoming point: ordinary mail', () => {
  const mail = () => message({ from: 'mario@posta.example', to: GIULIA, messageId: '<ordinaria@posta.example>' })
  it('is wrapped in an anomaly envelope that keeps its Message-ID', async () => {
    const to = await recipient()
    const reply = await handOver(beta, 'mario@posta.example', [to], mail())
    expect(reply.code).toBe(250)
    const [wrapped] = await beta.inbox(to)
    expect(wrapped!.kind).toBe('anomalyEnvelope')
    const text = toLatin1(await beta.bytes(wrapped!))
    expect(text).toContain('X-Trasporto: errore')
    expect(text).toContain('Message-ID: <ordinaria@posta.example>')
    expect(text).not.toContain('daticert.xml')
  })
  it('is refused at RCPT by a box that does not take it', async () => {
    const to = await recipient({ ordinaryMail: 'refuse' })
    expect((await handOver(beta, 'mario@posta.example', [to], mail())).code).toBe(554)
  })
  it('to an unknown user is refused: 550', async () => {
    expect((await handOver(beta, 'mario@posta.example', ['assente@pec.beta.example'], mail())).code).toBe(550)
  })
  it('for another domain is not relayed: 550', async () => {
    expect((await handOver(beta, 'mario@posta.example', ['x@altrove.example'], mail())).code).toBe(550)
  })
  it('with a virus is refused, and no notice of certified mail is made', async () => {
    const to = await recipient()
    const reply = await handOver(
      beta,
      'mario@posta.example',
      [to],
      message({ from: 'mario@posta.example', to, body: EICAR }),
    )
    expect(reply.code).toBe(554)
    expect(await beta.inbox(to)).toEqual([])
  })
})

describe('§6 virus at the incoming point', () => {
  it('detection to the sender’s provider, non-delivery to the sender, the message kept and not delivered', async () => {
    const to = await recipient()
    alfa.scanner.blind = true
    await send(alfa, sender, [to], message({ to, body: `${EICAR}\r\n` }))
    await pair.settle()
    expect(await beta.inbox(to)).toEqual([])
    expect(kinds(await alfa.inbox(from))).toEqual(['acceptance', 'virusNonDelivery'])
    const service = await alfa.inbox('ricevute@pec.alfa.example')
    expect(service.at(-1)!.kind).toBe('virusDetection')
    expect(toLatin1(await alfa.bytes(service.at(-1)!))).toContain(`X-Mittente: ${from}`)
    const kept = await beta.world.db.query(
      'test-incoming-quarantine',
      `select 1 from quarantine where direction = 'incoming'`,
    )
    expect(kept).toHaveLength(1)
  })
})

describe('§3.4 of the RFC: mail within the provider', () => {
  it('takes the same way, receipts included, with several recipients', async () => {
    await alfa.mailbox('uno@pec.alfa.example')
    await alfa.mailbox('due@pec.alfa.example', { quotaBytes: 10 })
    const to = ['uno@pec.alfa.example', 'due@pec.alfa.example']
    await send(alfa, sender, to, message({ to: to.join(', ') }))
    await pair.settle()
    expect(kinds(await alfa.inbox(from)).toSorted()).toEqual(['acceptance', 'deliveryComplete', 'nonDelivery'])
    expect(kinds(await alfa.inbox('uno@pec.alfa.example'))).toEqual(['transportEnvelope'])
  })
})

describe.skipIf(needs('openssl') || needs('xmllint'))('foreign judges', () => {
  it('openssl and xmllint accept every message in every mailbox', async () => {
    let judged = 0
    for (const provider of [alfa, beta]) {
      const boxes = await provider.world.db.query<{ address: string }>('test-boxes', 'select address from mailbox')
      for (const { address } of boxes) {
        for (const one of await provider.inbox(address)) {
          await judge(pair, await provider.bytes(one))
          judged++
        }
      }
    }
    expect(judged).toBeGreaterThan(50)
  })
})
