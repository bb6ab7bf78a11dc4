// Who signs in: passwords and SCRAM against the database, the memory of right ones, and guessing.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openAuthenticator } from '../../../src/shell/identity/authenticate.ts'
import { addScramKeys, hashPassword, SCRAM_ITERATIONS, setPassword } from '../../../src/shell/identity/passwords.ts'
import { runSasl } from '../../../src/shell/identity/sasl.ts'
import { createMailbox, setMailboxState } from '../../../src/shell/mailstore/mailboxes.ts'
import { b64, scramClient } from '../../support/sasl.ts'
import { type TestDatabase, testDatabase } from '../db/support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())

let now = Date.UTC(2026, 10, 23)
let slept: number[]
let box = 0
let address: string
/** Opens the check afresh over a new mailbox with the password `Segreta1`, without keys. */
const open = async () => {
  address = `Mario.${++box}@pec.alfa.example`
  const { db } = database
  const passwordHash = await hashPassword('Segreta1')
  await createMailbox(db, { address, passwordHash, quotaBytes: 1, uidValidity: 1 })
  slept = []
  return openAuthenticator(db, { now: () => now }, async (ms) => void slept.push(ms))
}
let identity: Awaited<ReturnType<typeof open>>
beforeEach(async () => {
  identity = await open()
})

const from = (password: string, remoteAddress = '192.0.2.1', who = address) =>
  identity.authenticate({ address: who, password, remoteAddress, service: 'imap' })
const scram = (password: string, remoteAddress = '192.0.2.1', who = address) => {
  const client = scramClient(who, password)
  const request = { mechanism: 'SCRAM-SHA-256', initial: client.initial, remoteAddress } as const
  return runSasl(identity.desk('imap'), request, async (challenge) => client.answer(challenge))
}
/** What the server tells of a name before any proof. */
const salt = async (who: string) => {
  let told = ''
  const { initial } = scramClient(who, 'x')
  const request = { mechanism: 'SCRAM-SHA-256', initial, remoteAddress: '192.0.2.99' } as const
  await runSasl(identity.desk('imap'), request, async (challenge) => {
    told = Buffer.from(challenge, 'base64').toString()
    return '*'
  })
  return /,(s=[^,]+,i=[0-9]+)$/.exec(told)?.[1]
}
const bad = { refusal: 'bad' }
const throttled = { refusal: 'throttled' }
const login = { login: expect.objectContaining({ role: 'person' }) }

describe('a password', () => {
  it('lets in, in any letters of the address, first checked and then remembered', async () => {
    expect(await from('Segreta1')).toMatchObject({ login: { address } })
    expect(await from('Segreta1', '192.0.2.1', address.toUpperCase())).toMatchObject({ login: { address } })
  })
  it.each(['Segreta2', 'segreta1', '', 'x'.repeat(300)])('does not where it is %j', async (password) =>
    expect(await from(password)).toEqual(bad),
  )
  it('does not where the mailbox is suspended, though it was remembered', async () => {
    await from('Segreta1')
    await setMailboxState(database.db, address, 'suspended')
    expect(await from('Segreta1')).toEqual(bad)
    expect(await scram('Segreta1')).toEqual(bad)
  })
  it('does not once it has been changed, though it was remembered', async () => {
    await from('Segreta1')
    await setPassword(database.db, address, 'Nuova2026')
    expect(await from('Segreta1')).toEqual(bad)
    expect(await from('Nuova2026')).toEqual(login)
    expect(await scram('Segreta1')).toEqual(bad)
    expect(await scram('Nuova2026')).toEqual(login)
  })
  it('is the same from a Mac and from Windows', async () => {
    await setPassword(database.db, address, 'perch\u00e9 no')
    expect(await from('perche\u0301 no')).toEqual(login)
    expect(await scram('perch\u00e9 no')).toEqual(login)
  })
})

describe('SCRAM', () => {
  it('lets in once keys are there: made at the first right password', async () => {
    expect(await scram('Segreta1')).toEqual(bad)
    await from('Segreta1')
    expect(await scram('Segreta1')).toMatchObject({ login: { address } })
    expect(await scram('Segreta2')).toEqual(bad)
  })
  it('keys are added for those who lack them, and the others keep theirs', async () => {
    await addScramKeys(database.db, [address, 'nobody@pec.alfa.example'], 'Segreta1')
    expect(await scram('Segreta1')).toEqual(login)
    await addScramKeys(database.db, [address], 'Another1')
    expect(await scram('Segreta1')).toEqual(login)
  })
  it('hostile: nothing tells who exists, has keys, or has changed the password', async () => {
    const nobody = `nobody.${box}@pec.alfa.example`
    const before = await salt(address)
    expect(before).toMatch(new RegExp(`^s=.{24},i=${SCRAM_ITERATIONS}$`))
    await from('Segreta1')
    expect(await salt(address)).toBe(before)
    await setPassword(database.db, address, 'Nuova2026')
    expect(await salt(address)).toBe(before)
    expect(await salt(address.toUpperCase())).toBe(before)
    expect(await salt(nobody)).toBe(await salt(nobody))
    expect(await salt(nobody)).not.toBe(before)
    expect(await scram('x', '192.0.2.1', nobody)).toEqual(bad)
  })
})

describe('guessing', () => {
  it('is not looked at after three guesses, be the next one right: until the wait is over', async () => {
    for (const guess of ['a', 'b', 'c']) expect(await from(guess)).toEqual(bad)
    expect(await from('Segreta1')).toEqual(throttled)
    expect(await scram('Segreta1')).toEqual(throttled)
    now += 1_000
    expect(await from('Segreta1')).toEqual(login)
  })
  it('of accounts that do not exist goes the same way', async () => {
    const answers = []
    for (const guess of ['a', 'b', 'c', 'd']) answers.push(await from(guess, '192.0.2.2', 'nobody@pec.alfa.example'))
    expect(answers).toEqual([bad, bad, bad, throttled])
  })
  it('by proofs counts with guessing by passwords', async () => {
    for (const guess of ['a', 'b']) expect(await scram(guess)).toEqual(bad)
    expect(await from('c')).toEqual(bad)
    expect(await scram('Segreta1')).toEqual(throttled)
  })
  it('is the same over one connection and over many: a crowd gets no more looks', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => from(`guess${i}`)))
    expect(answers.filter((answer) => 'refusal' in answer && answer.refusal === 'bad').length).toBeLessThanOrEqual(4)
    const proofs = await Promise.all(Array.from({ length: 20 }, (_, i) => scram(`guess${i}`, '192.0.2.7')))
    expect(proofs.filter((answer) => 'refusal' in answer && answer.refusal === 'bad').length).toBeLessThanOrEqual(4)
  })
  it('an old password tried again and again is one guess, and keeps nobody out', async () => {
    for (let i = 0; i < 20; i++) expect(await from('OldOne99')).toEqual(bad)
    expect(await from('Segreta1')).toEqual(login)
  })
  it('from many addresses slows a new one, and not one that the holder uses', async () => {
    await from('Segreta1', '198.51.100.1')
    for (let i = 0; i < 14; i++) await from(`guess${i}`, `203.0.113.${i}`)
    slept = []
    expect(await from('Segreta1', '198.51.100.1')).toEqual(login)
    expect(slept).toEqual([])
    await from('wrong', '198.51.100.2')
    expect(slept.length).toBe(1)
    expect(slept[0]).toBeGreaterThan(1_000)
    // A fresh process, which remembers no right password: the holder comes from a new address, and gets in.
    expect(await scram('Segreta1', '198.51.100.3')).toEqual(login)
    expect(slept.length).toBe(2)
  })
})

describe('an exchange', () => {
  const run = (mechanism: 'PLAIN' | 'SCRAM-SHA-256', ...lines: (string | undefined)[]) =>
    runSasl(identity.desk('pop3'), { mechanism, remoteAddress: '192.0.2.1' }, async () => lines.shift())
  it('by PLAIN lets in', async () =>
    expect(await run('PLAIN', b64(`\0${address}\0Segreta1`))).toMatchObject({ login: { address } }))
  it.each([
    ['nothing more comes', undefined, 'gone'],
    ['it is given up', '*', 'cancelled'],
    ['it cannot be read', '!', 'malformed'],
    ['it is for another', b64('anna\0mario\0x'), 'bad'],
  ])('is refused where %s', async (_, line, refusal) => expect(await run('PLAIN', line)).toEqual({ refusal }))
  it('SCRAM where the desk has none is malformed', async () => {
    const { authenticate } = identity.desk('pop3')
    const { initial } = scramClient('a', 'b')
    const request = { mechanism: 'SCRAM-SHA-256', initial, remoteAddress: '192.0.2.1' } as const
    expect(await runSasl({ authenticate }, request, async () => '')).toEqual({ refusal: 'malformed' })
  })
})

describe('attempts that wait', () => {
  it('of one address leave room for the others', async () => {
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    identity = openAuthenticator(database.db, { now: () => now }, () => released)
    for (let host = 1; host <= 10; host++) await from(`Falsa${host}`, `192.0.2.${host}`)
    const crowd = Array.from({ length: 70 }, (_, i) => from(`Falsa${i}`, '198.51.100.1'))
    // Somebody else, from elsewhere, is looked at while they wait.
    expect(await from('qualunque', '203.0.113.5', 'altri@pec.alfa.example')).toEqual(bad)
    release()
    const outcomes = await Promise.all(crowd)
    expect(
      outcomes.filter((outcome) => 'refusal' in outcome && outcome.refusal === 'throttled').length,
    ).toBeGreaterThan(5)
  })
})
