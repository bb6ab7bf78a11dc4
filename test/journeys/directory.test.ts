// The providers' directory as two running providers live with it (RFC 6109 §4.5): lost, forged, old, changed.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { printDirectory } from '../../src/core/directory/schema.ts'
import { openSigner } from '../../src/shell/adapters/signer.ts'
import { signLdif } from '../../src/shell/directory/signedLdif.ts'
import * as forge from './support/forge.ts'
import { handOver, message, send } from './support/mail.ts'
import { dataOf, kindsOf } from './support/observe.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let n = 0
let sender: string
let from: string
let to: string

beforeAll(async () => {
  pair = await startPair({ algorithm: 'p256' })
  ;({ alfa, beta } = pair)
})
afterAll(async () => {
  await pair?.stop()
})
beforeEach(async () => {
  sender = `mittente${++n}`
  from = `${sender}@pec.alfa.example`
  to = `destinatario${n}@pec.beta.example`
  await alfa.mailbox(from)
  await beta.mailbox(to)
})
afterEach(() => Object.assign(pair.index, { down: false, instead: undefined }))

const goesWhole = async (): Promise<void> => {
  expect((await send(alfa, sender, [to], message({ to }))).code).toBe(250)
  await pair.settle()
  expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
  expect(await kindsOf(alfa, from)).toEqual(['acceptance', 'deliveryComplete'])
}

describe('an index that cannot be had or believed: the last good copy goes on', () => {
  it('not to be had', async () => {
    pair.index.down = true
    await expect(beta.world.directory.refresh()).rejects.toThrow()
    await goesWhole()
  })

  it('not to be had after a restart: the copy of the database serves', async () => {
    pair.index.down = true
    await alfa.restart()
    await beta.restart()
    await goesWhole()
  })

  it('signed by a provider, not by the index’s authority', async () => {
    const records = beta.world.directory.current().records.filter((record) => record.name !== 'Gestore Alfa')
    pair.index.instead = await signLdif(printDirectory(records), openSigner(forge.keysOf(beta)), pair.clock.now())
    await expect(beta.world.directory.refresh()).rejects.toThrow('signed by')
    await goesWhole()
  })

  it.each([
    ['cut short', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 20)],
    ['empty', () => new Uint8Array()],
    [
      'changed by one byte',
      (bytes: Uint8Array) => {
        const copy = new Uint8Array(bytes)
        copy[Math.floor(copy.length / 2)]! ^= 1
        return copy
      },
    ],
  ])('%s', async (_, change) => {
    const [row] = await beta.world.db.query<{ p7m: Uint8Array }>('test-copy', 'select p7m from directory_copy')
    pair.index.instead = change(new Uint8Array(row!.p7m))
    await expect(beta.world.directory.refresh()).rejects.toThrow()
    await goesWhole()
  })

  it('an older one, replayed', async () => {
    const [row] = await beta.world.db.query<{ p7m: Uint8Array }>('test-copy', 'select p7m from directory_copy')
    pair.clock.advance(60_000)
    await beta.world.directory.refresh()
    pair.index.instead = new Uint8Array(row!.p7m)
    await expect(beta.world.directory.refresh()).rejects.toThrow('older')
    await goesWhole()
  })
})

describe('what the directory says decides', () => {
  it('a domain that it does not list is ordinary: no promise of delivery in the acceptance', async () => {
    const stranger = 'mario@pec.gamma.example'
    await send(alfa, sender, [to, stranger], message({ to: `${to}, ${stranger}` }))
    const [acceptance] = await alfa.inbox(from)
    expect(dataOf(await alfa.bytes(acceptance!)).recipients).toEqual([
      { address: to, certified: true },
      { address: stranger, certified: false },
    ])
    await pair.settle()
  })

  it('a provider whose certificates all change at once is not believed until its new ones are known', async () => {
    const keys = await pair.authority.issueProviderCertificate({
      providerName: 'Gestore Alfa',
      serviceAddress: 'posta-certificata@pec.alfa.example',
      algorithm: 'p256',
    })
    const envelope = async () =>
      forge.seal(forge.envelope(alfa, pair.clock.now(), forge.factsOf(alfa, from, [to])), keys)
    expect((await handOver(beta, from, [to], await envelope())).code).toBe(250)
    await pair.certify('alfa', [keys.certificatePem])
    expect((await handOver(beta, from, [to], await envelope())).code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['anomalyEnvelope', 'transportEnvelope'])
    await pair.settle()
  })
})
