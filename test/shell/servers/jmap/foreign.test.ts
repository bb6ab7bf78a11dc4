// A JMAP client that others wrote speaks with the server.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type JmapBench, type Json, openJmapBench, PASSWORD } from './support.ts'

let bench: JmapBench
// Its types are sources with syntax that we do not let through: it is taken as it runs.
let JamClient: Json
beforeAll(async () => {
  bench = await openJmapBench()
  JamClient = ((await import('jmap-jam' as string)) as Json).default
})
afterAll(() => bench.close())

it('jmap-jam: session, mailboxes, a draft, a query by references, blobs', async () => {
  const { accountId } = await bench.client('mario@alfa.example')
  const sessionUrl = `${bench.url}/.well-known/jmap`
  const authHeader = `Basic ${Buffer.from(`mario@alfa.example:${PASSWORD}`).toString('base64')}`
  // It knows of tokens only: what it would send of one is replaced.
  const jam = Object.assign(new JamClient({ sessionUrl, bearerToken: 'none' }), {
    authHeader,
    session: JamClient.loadSession(sessionUrl, authHeader),
  })
  expect(await jam.getPrimaryAccount()).toBe(accountId)
  const [boxes] = await jam.api.Mailbox.get({ accountId })
  const drafts = (boxes as Json).list.find((one: Json) => one.role === 'drafts')
  expect(drafts.name).toBe('Drafts')
  const upload = (await jam.uploadBlob(accountId, 'allegato')) as Json
  const [made] = await jam.api.Email.set({
    accountId,
    create: {
      k: {
        mailboxIds: { [drafts.id]: true },
        keywords: { $draft: true },
        from: [{ name: null, email: 'mario@alfa.example' }],
        subject: 'Da un altro programma',
        textBody: [{ partId: 't', type: 'text/plain' }],
        attachments: [{ blobId: upload.blobId, type: 'text/plain', name: 'a.txt', disposition: 'attachment' }],
        bodyValues: { t: { value: 'Testo' } },
      },
    },
  })
  const { id } = (made as Json).created.k
  const [{ found, emails }] = (await jam.requestMany((t: Json) => {
    const query = t.Email.query({ accountId, filter: { inMailbox: drafts.id } })
    const get = t.Email.get({ accountId, ids: query.$ref('/ids'), properties: ['subject', 'attachments'] })
    return { found: query, emails: get }
  })) as Json
  expect(found.ids).toEqual([id])
  expect(emails.list[0].subject).toBe('Da un altro programma')
  const [attachment] = emails.list[0].attachments
  const file = await jam.downloadBlob({
    accountId,
    blobId: attachment.blobId,
    mimeType: 'text/plain',
    fileName: 'a.txt',
  })
  expect(await file.text()).toBe('allegato')
  await expect(jam.api.Email.get({ accountId: 'no' })).rejects.toMatchObject({ type: 'accountNotFound' })
  expect(bench.bugs).toEqual([])
})
