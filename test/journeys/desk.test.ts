// Certified mail that leaves by a job: what the provider itself writes, and what people had wait for its time. Through the
// same engine, exactly once.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/core/lib/instant.ts'
import { NO_FLAGS } from '../../src/core/mail/flags.ts'
import { EICAR } from '../../src/shell/adapters/eicar.ts'
import { findMailboxes, type Mailbox, setMailboxState } from '../../src/shell/mailstore/mailboxes.ts'
import { outgoingVerbs, type SubmissionRow } from '../../src/shell/mailstore/outgoing.ts'
import { deskMailStanding, writeDeskMail } from '../../src/shell/pec/desk.ts'
import { sendHeld } from '../../src/shell/pec/sendHeld.ts'
import { allOf, dataOf, kindsOf } from './support/observe.ts'
import { type Pair, startPair } from './support/pair.ts'

let pair: Pair
beforeAll(async () => {
  pair = await startPair({ office: true })
})
afterAll(() => pair?.stop())

const TEXT = 'Gentile dottoressa,\n\nè arrivata la sua casella.\n.\nCordiali saluti'
const write = async (address: string, id?: string): Promise<string> => {
  const office = pair.alfa.office!
  return office.db.tx(async (tx) =>
    writeDeskMail(tx, office, {
      ...(id ? { id } : {}),
      to: { name: 'Niccolò D’Angelo', address },
      subject: 'La casella è attiva',
      text: TEXT,
    }),
  )
}

it.each([
  ['of this provider', 'alfa'],
  ['of another', 'beta'],
] as const)('reaches a box %s, and its delivery is known', async (_, side) => {
  const office = pair.alfa.office!
  const address = `persona.${side}@pec.${side}.example`
  await pair[side].mailbox(address)
  const id = await write(address)
  expect(await deskMailStanding(office, id)).toBeUndefined()
  await pair.settle()
  expect(await kindsOf(pair[side], address)).toEqual(['transportEnvelope'])
  expect(await deskMailStanding(office, id)).toMatchObject({ accepted: true, state: 'delivered' })
  expect((await kindsOf(pair.alfa, office.deskAddress)).slice(-2).sort()).toEqual(['acceptance', 'deliveryComplete'])
})

it('is sent once where it is written twice under one id', async () => {
  await pair.alfa.mailbox('una.volta@pec.alfa.example')
  const id = '00000000-0000-4000-8000-000000000001'
  await write('una.volta@pec.alfa.example', id)
  await write('una.volta@pec.alfa.example', id)
  await pair.settle()
  expect(await allOf(pair.alfa, 'una.volta@pec.alfa.example')).toHaveLength(1)
})

it('to a box that is not there, the failure is known', async () => {
  const id = await write('nessuno@pec.beta.example')
  await pair.settle()
  expect(await deskMailStanding(pair.alfa.office!, id)).toMatchObject({ accepted: true, state: 'failed' })
})

describe('what waits for its time', () => {
  let n = 0
  const GIULIA = 'giulia.neri@pec.beta.example'
  const WHO = { address: 'x@pec.alfa.example', by: null, remoteAddress: '192.0.2.1' }
  const outgoing = () => outgoingVerbs(pair.alfa.world.db, pair.alfa.mailstore.touch)

  /** A box of Alfa with a draft that waits for an hour. */
  const waiting = async (by?: (mailboxId: number) => Promise<Mailbox['by']>, body = 'Disdico.') => {
    const { alfa } = pair
    const address = `rinvia${++n}@pec.alfa.example`
    await alfa.mailbox(address)
    const { id: mailboxId } = (await findMailboxes(alfa.world.db, [address])).get(address)!
    const text = `From: ${address}\r\nTo: ${GIULIA}\r\nSubject: Disdetta\r\nMessage-ID: <d${n}@x.example>\r\n\r\n${body}\r\n`
    const bytes = Buffer.from(text)
    const content = await alfa.world.contents.receive(
      (async function* () {
        yield bytes
      })(),
      { limitBytes: 10_000 },
    )
    const drafts = (await alfa.mailstore.folder(mailboxId, 'Drafts'))!
    const placed = await alfa.mailstore.append(mailboxId, drafts.id, [
      { content, flags: NO_FLAGS, receivedAt: pair.clock.now() },
    ])
    if ('refusal' in placed) throw new Error(placed.refusal)
    const id = randomUUID()
    const releaseAt = pair.clock.now() + HOUR
    const held = {
      address,
      by: (await by?.(mailboxId)) ?? null,
      sizeBytes: bytes.length,
      remoteAddress: '192.0.2.1',
      subject: 'Disdetta',
    }
    const envelope = { mailFrom: { email: address, parameters: null }, rcptTo: [{ email: GIULIA, parameters: null }] }
    const one = { id, identityId: 1, content: content.id, thread: 1n, envelope, releaseAt, held }
    expect(await outgoing().hold(mailboxId, one, 10, pair.clock.now())).toBe('kept')
    return { address, mailboxId, id, releaseAt, one, drafts, uids: placed.uids }
  }
  const rowOf = async (mailboxId: number): Promise<SubmissionRow> => (await outgoing().submissions(mailboxId))[0]!
  const pass = async (ms: number): Promise<void> => {
    pair.clock.advance(ms)
    await pair.settle()
  }
  const journalled = async (address: string) =>
    (
      await pair.alfa.world.db.query<{ n: number }>(
        'test-journalled',
        `select count(*)::int as n from journal where event = 'accepted' and sender = $1`,
        [address],
      )
    )[0]!.n
  /** Letters of the kind that were written to the holder. */
  const letters = (address: string) =>
    pair.alfa.world.db.query<{ text: string }>(
      'test-letters',
      `select body_text as text from notice where kind = 'mailbox.notSent' and subject_id = $1`,
      [address],
    )
  /** The holder's account, with a reference e-mail. */
  const account = async (mailboxId: number): Promise<number> =>
    (
      await pair.alfa.world.db.query<{ id: number }>(
        'test-holder',
        `update account set name = 'Mario Rossi', reference_email = 'mario@casa.example' where mailbox_id = $1 returning id`,
        [mailboxId],
      )
    )[0]!.id

  it('leaves at its time, once, certified with that instant, though the draft is gone and the node was away', async () => {
    const { address, mailboxId, releaseAt, drafts, uids } = await waiting()
    await pair.alfa.mailstore.expunge(drafts.id, uids)
    await pass(HOUR - MINUTE)
    expect(await kindsOf(pair.alfa, address)).toEqual([])
    expect(await rowOf(mailboxId)).toMatchObject({ undoStatus: 'pending', identifier: null, sendAt: releaseAt })
    await pair.alfa.restart({}, () => pair.clock.advance(2 * MINUTE))
    await pair.settle()
    const row = await rowOf(mailboxId)
    expect(row).toMatchObject({ undoStatus: 'final', accepted: true, states: { [GIULIA]: 'delivered' } })
    expect(row.identifier).not.toBeNull()
    expect(row.sendAt).toBeGreaterThanOrEqual(releaseAt)
    expect(await kindsOf(pair.alfa, address)).toEqual(['acceptance', 'deliveryComplete'])
    const acceptance = dataOf(await pair.alfa.bytes((await pair.alfa.inbox(address))[0]!))
    expect(acceptance).toMatchObject({ identifier: row.identifier })
    expect(await outgoing().cancel(mailboxId, row.id, WHO, pair.clock.now())).toBe('final')
    expect(await journalled(address)).toBe(1)
  })

  it('leaves once where several nodes send it at one time, or it is called back', async () => {
    const { address, mailboxId, id } = await waiting()
    const { world, mailstore } = pair.alfa
    const desk = { hostname: 'mx.pec.alfa.example', touch: mailstore.touch }
    const job = { id, kind: 'send', payload: {}, attempts: 0 } as const
    pair.clock.advance(HOUR)
    const [status] = await Promise.all([
      outgoing().cancel(mailboxId, id, WHO, pair.clock.now()),
      ...[1, 2, 3].map(() => sendHeld(world, desk, job)),
    ])
    await pair.settle()
    const row = await rowOf(mailboxId)
    expect(row.undoStatus).toBe(status)
    expect(await journalled(address)).toBe(status === 'final' ? 1 : 0)
    const second = await waiting()
    pair.clock.advance(HOUR)
    await Promise.all([1, 2, 3].map(() => sendHeld(world, desk, { ...job, id: second.id })))
    await pair.settle()
    expect(await journalled(second.address)).toBe(1)
    expect(await kindsOf(pair.alfa, second.address)).toEqual(['acceptance', 'deliveryComplete'])
  })

  it('is called back, and does not leave', async () => {
    const { address, mailboxId, id } = await waiting()
    expect(await outgoing().cancel(mailboxId, id, WHO, pair.clock.now())).toBe('canceled')
    await pass(2 * HOUR)
    expect(await kindsOf(pair.alfa, address)).toEqual([])
    expect(await rowOf(mailboxId)).toMatchObject({ undoStatus: 'canceled', notSent: null })
    expect(await outgoing().cancel(mailboxId, id, WHO, pair.clock.now())).toBe('canceled')
    expect(await outgoing().cancel(mailboxId, randomUUID(), WHO, pair.clock.now())).toBeUndefined()
  })

  it('that the formal checks refuse when its time comes is answered by a notice of non-acceptance', async () => {
    const { address, mailboxId } = await waiting(undefined, EICAR)
    await pass(HOUR)
    expect(await kindsOf(pair.alfa, address)).toEqual(['virusNonAcceptance'])
    expect(await rowOf(mailboxId)).toMatchObject({ undoStatus: 'final', accepted: false, notSent: null })
  })

  it('waits while the key does not answer, and leaves once when it does', async () => {
    const { address, mailboxId } = await waiting()
    pair.alfa.signing.down = true
    pair.clock.advance(HOUR)
    await pair.alfa.outbox.runDue()
    expect(await rowOf(mailboxId)).toMatchObject({ undoStatus: 'pending' })
    pair.alfa.signing.down = false
    await pass(HOUR)
    expect(await kindsOf(pair.alfa, address)).toEqual(['acceptance', 'deliveryComplete'])
  })

  it('that cannot be certified for a day is given up, and the holder told', async () => {
    const { address, mailboxId } = await waiting()
    await account(mailboxId)
    pair.alfa.signing.down = true
    pair.clock.advance(HOUR)
    await pair.alfa.outbox.runDue()
    pair.clock.advance(DAY + HOUR)
    await pair.alfa.outbox.runDue()
    pair.alfa.signing.down = false
    await pair.settle()
    expect(await rowOf(mailboxId)).toMatchObject({ undoStatus: 'canceled', notSent: 'failing' })
    expect(await letters(address)).toHaveLength(1)
    expect(await journalled(address)).toBe(0)
  })

  it('from a box that is suspended by then does not leave, and its holder is told', async () => {
    const { address, mailboxId } = await waiting()
    await account(mailboxId)
    await setMailboxState(pair.alfa.world.db, address, 'suspended')
    await pass(HOUR)
    expect(await rowOf(mailboxId)).toMatchObject({ undoStatus: 'canceled', notSent: 'boxMayNotSend', identifier: null })
    const told = await letters(address)
    expect(told).toHaveLength(1)
    expect(told[0]!.text).toContain('Disdetta')
    const { one } = await waiting()
    expect(await outgoing().hold(mailboxId, { ...one, id: randomUUID() }, 10, pair.clock.now())).toBe('mayNotSend')
  })

  it('of a collaborator leaves while the right lasts, and not after it', async () => {
    const byCollaborator = async (mailboxId: number): Promise<Mailbox['by']> => {
      const { db } = pair.alfa.world
      await account(mailboxId)
      const [row] = await db.query<{ id: number }>(
        'test-delegate',
        `insert into account (kind, email, email_key, name, state, created_at)
         values ('delegate', $1, $1, 'Anna', 'active', now()) returning id`,
        [`anna${n}@studio.example`],
      )
      await db.query(
        'test-delegation',
        `insert into delegation (account_id, mailbox_id, rights, given_at) values ($1, $2, 'send', now())`,
        [row!.id, mailboxId],
      )
      return { accountId: row!.id, appPasswordId: randomUUID(), rights: 'send', sends: true }
    }
    const first = await waiting(byCollaborator)
    await pass(HOUR)
    expect(await kindsOf(pair.alfa, first.address)).toEqual(['acceptance', 'deliveryComplete'])
    const second = await waiting(byCollaborator)
    await pair.alfa.world.db.query('test-revoke', 'update delegation set revoked_at = now() where mailbox_id = $1', [
      second.mailboxId,
    ])
    await pass(HOUR)
    expect(await rowOf(second.mailboxId)).toMatchObject({ undoStatus: 'canceled', notSent: 'rightEnded' })
    expect(await letters(second.address)).toHaveLength(1)
    // What is put off, sent and called back by a collaborator stands in the trail.
    const third = await waiting(byCollaborator)
    const { address, by, remoteAddress } = third.one.held
    const who = { address, by, remoteAddress }
    expect(await outgoing().cancel(third.mailboxId, third.id, who, pair.clock.now())).toBe('canceled')
    const trail = (address: string) =>
      pair.alfa.world.db.query<{ action: string; recipients: readonly string[] }>(
        'test-trail',
        `select action, details -> 'recipients' as recipients from audit where subject_id = $1 order by id`,
        [address],
      )
    const recipients = [GIULIA]
    expect(await trail(first.address)).toEqual([
      { action: 'mail.scheduled', recipients },
      { action: 'mail.submitted', recipients },
    ])
    expect(await trail(address)).toEqual([
      { action: 'mail.scheduled', recipients },
      { action: 'mail.canceled', recipients },
    ])
  })

  it('is no more than so many', async () => {
    const { mailboxId, one } = await waiting()
    expect(await outgoing().hold(mailboxId, { ...one, id: randomUUID() }, 1, pair.clock.now())).toBe('tooMany')
    expect((await outgoing().submissions(mailboxId)).map(({ undoStatus }) => undoStatus)).toEqual(['pending'])
  })
})
