// The contract of the Transport port, which SMTP (with BDAT and with DATA) and the fake both keep.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Transport } from '../../src/core/ports.ts'
import { staticResolver } from '../../src/shell/adapters/resolver.ts'
import { smtpTransport } from '../../src/shell/adapters/transport.ts'
import { fakeTransport } from '../fakes/transport.ts'
import { startTestServer, testTls } from '../support/smtp/server.ts'

type Taken = { readonly reversePath: string | null; readonly forwardPaths: readonly string[]; readonly content: Buffer }
type Subject = { readonly transport: Transport; readonly taken: readonly Taken[]; readonly stop: () => Promise<void> }

const overSmtp = async (chunking: boolean): Promise<Subject> => {
  const server = await startTestServer()
  const { authority } = await testTls()
  const transport = smtpTransport({
    resolver: staticResolver({ 'beta.example': [{ host: '127.0.0.1', port: server.port, tlsName: 'mx.test' }] }),
    hostname: 'mx.alfa.example',
    roots: () => [authority.root],
    chunking,
  })
  return { transport, taken: server.kept, stop: () => server.close(0) }
}
const fake = async (): Promise<Subject> => {
  const transport = fakeTransport({
    'beta.example': (recipient) => {
      if (recipient.startsWith('unknown')) return { kind: 'permanent', code: '5.1.1', reply: '550 5.1.1 Nobody' }
      if (recipient.startsWith('full')) return { kind: 'temporary', code: '4.2.2', reply: '452 4.2.2 Full' }
      return undefined
    },
  })
  return { transport, taken: transport.delivered, stop: async () => {} }
}

describe.each([
  ['SMTP with BDAT', () => overSmtp(true)],
  ['SMTP with DATA', () => overSmtp(false)],
  ['the fake', fake],
])('%s', (_, make) => {
  let subject: Subject
  beforeAll(async () => {
    subject = await make()
  })
  afterAll(async () => {
    await subject.transport.close()
    await subject.stop()
  })

  const content = Buffer.from('Subject: prova\r\n\r\n.\r\n..\r\nperch\xe9\r\n', 'latin1')
  const send = (forwardPaths: readonly string[], domain = 'beta.example') =>
    subject.transport.send({
      domain,
      reversePath: 'mario@alfa.example',
      forwardPaths,
      sizeBytes: content.length,
      content: async function* () {
        yield content.subarray(0, 19)
        yield content.subarray(19)
      },
      requireTls: true,
    })

  it('delivers the bytes as they are, with the paths as they are', async () => {
    const outcomes = await send(['giulia@beta.example', 'paolo@beta.example'])
    expect([...outcomes]).toEqual([
      ['giulia@beta.example', { kind: 'delivered', reply: expect.stringMatching(/^250 /) }],
      ['paolo@beta.example', { kind: 'delivered', reply: expect.stringMatching(/^250 /) }],
    ])
    expect(subject.taken.at(-1)).toMatchObject({
      reversePath: 'mario@alfa.example',
      forwardPaths: ['giulia@beta.example', 'paolo@beta.example'],
    })
    expect(subject.taken.at(-1)!.content.equals(content)).toBe(true)
  })

  it('tells each recipient apart', async () => {
    const outcomes = await send(['unknown@beta.example', 'giulia@beta.example', 'full@beta.example'])
    expect(outcomes.get('unknown@beta.example')).toMatchObject({ kind: 'permanent', code: '5.1.1' })
    expect(outcomes.get('giulia@beta.example')).toMatchObject({ kind: 'delivered' })
    expect(outcomes.get('full@beta.example')).toMatchObject({ kind: 'temporary', code: '4.2.2' })
    expect(subject.taken.at(-1)!.forwardPaths).toEqual(['giulia@beta.example'])
  })

  it('sends nothing where nobody takes it', async () => {
    const before = subject.taken.length
    expect((await send(['unknown@beta.example'])).get('unknown@beta.example')).toMatchObject({ kind: 'permanent' })
    expect(subject.taken).toHaveLength(before)
  })

  it('a domain that does not exist is permanent', async () =>
    expect((await send(['x@nowhere.example'], 'nowhere.example')).get('x@nowhere.example')).toMatchObject({
      kind: 'permanent',
      code: '5.1.2',
    }))

  it('many at once', async () => {
    const before = subject.taken.length
    const all = await Promise.all(Array.from({ length: 50 }, (_, i) => send([`r${i}@beta.example`])))
    expect(all.every((outcomes) => [...outcomes.values()].every(({ kind }) => kind === 'delivered'))).toBe(true)
    expect(subject.taken).toHaveLength(before + 50)
  })

  it('after close everything must wait', async () => {
    await subject.transport.close()
    expect((await send(['giulia@beta.example'])).get('giulia@beta.example')).toMatchObject({ kind: 'temporary' })
  })
})
