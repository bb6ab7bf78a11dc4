// The portal under attack: guessed secrets, other people's cases, hostile bodies, names, e-mails and files, over HTTP.
import { connect, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import type { EndpointId } from '../../../../../src/core/api/endpoints.ts'
import { clamdScanner } from '../../../../../src/shell/adapters/clamd.ts'
import { newToken } from '../../../../../src/shell/identity/tokens.ts'
import type { LogEvent } from '../../../../../src/shell/telemetry/events.ts'
import { type Answer, addStaff, pathOf, startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'
import { photo } from '../../../documents/papers.ts'
import { makeConvention } from '../../../enrolment/decide/support.ts'
import { addMember, CODE, lastMail } from '../../../enrolment/support.ts'
import { makeZip } from '../../../register/makeZip.ts'

let office: TestOffice
let api: TestApi
let orderId: number
let secretary: string
let scanner: TestOffice['scanner']
const logged: LogEvent[] = []
beforeAll(async () => {
  office = await testOffice({
    log: (event) => void logged.push(event),
    scanner: { name: 'one of several', scan: (content) => scanner.scan(content), version: () => scanner.version() },
  })
  scanner = { name: 'clean', scan: async () => ({ kind: 'clean' }), version: async () => 'test' }
  orderId = (await makeConvention(office.db, office.clock.now())).orderId
  const roles = [{ role: 'orderSecretary', orderId }] as const
  secretary = (await addStaff(office.db, { email: 's@x.example', roles }, office.clock.now())).token
  api = await startApi(office)
})
afterAll(async () => {
  await api?.close()
  await office?.stop()
  // whatever was sent, nothing of it was a bug of ours
  expect(logged.filter(({ kind }) => kind === 'httpBug')).toEqual([])
})

let n = 0
type Applicant = { readonly secret: string; readonly caseNumber: string; readonly body: Record<string, string> }
const applicant = async (): Promise<Applicant> => {
  const { fiscalCode, surname, givenName } = await addMember(office.db, orderId, n++)
  const body = { conventionCode: CODE, fiscalCode, surname, givenName }
  const answer = await api.call('startEnrolment', { body })
  const secret = /ceralacca_case=(clc_[\w-]{43})/.exec(answer.headers.get('set-cookie') ?? '')![1]!
  return { secret, caseNumber: answer.body.caseNumber, body }
}
const raw = (id: EndpointId, as: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
  fetch(new URL(pathOf(id), api.url), {
    method: id === 'startEnrolment' ? 'POST' : 'PATCH',
    headers: { authorization: `Bearer ${as}`, ...headers },
    body,
  })
const codeOf = ({ status, body }: Answer): string => `${status} ${body.code}`

describe('guessed secrets', () => {
  const LINKS = ['resumeEnrolment', 'confirmLink', 'lookAtRenewal', 'orderRenewal', 'getRenewalInvoice'] as const
  test.each(LINKS)('%s: every guess gets the same answer', async (id) => {
    const { secret } = await applicant()
    await api.call('sendConfirmation', { body: { email: `link${n}@posta.example` }, as: secret })
    const confirming = (await lastMail(office.db, `link${n}@posta.example`)).token
    const guesses = [
      newToken('link'),
      newToken('case'),
      newToken('staff'),
      secret,
      'x',
      'cll_',
      `cll_${'A'.repeat(43)}`,
    ]
    if (id !== 'confirmLink') guesses.push(confirming) // of another purpose
    const answers = []
    for (const token of [...guesses, `${confirming}A`, confirming.toUpperCase(), "' or 1=1 --"])
      answers.push(await api.call(id, { body: { token } }))
    for (const answer of answers) {
      expect(codeOf(answer)).toBe(codeOf(answers[0]!))
      expect(answer.body).toEqual(answers[0]!.body)
      expect(answer.headers.get('set-cookie')).toBeNull()
    }
    expect(answers[0]!.body.code).toBe('linkInvalid')
  })

  test.each([...LINKS, 'getEnrolment'] as const)('%s: who goes on guessing is slowed', async (id) => {
    const strict = await startApi(office, { limits: { pointsPerMinute: 6 } })
    try {
      const statuses = []
      for (let i = 0; i < 8; i++) {
        const sent = id === 'getEnrolment' ? { as: newToken('case') } : { body: { token: newToken('link') } }
        statuses.push((await strict.call(id, sent)).status)
      }
      expect(new Set(statuses.slice(0, 6)).size).toBe(1)
      expect(statuses.slice(6)).toEqual([429, 429])
    } finally {
      await strict.close()
    }
  })

  it('a code of six digits is tried ten times, then it is none, right or wrong', async () => {
    const { secret } = await applicant()
    await api.call('sendConfirmation', { body: { email: 'codice@posta.example' }, as: secret })
    const { code } = await lastMail(office.db, 'codice@posta.example')
    const right = code.replace(' ', '')
    const wrong = right === '111111' ? '222222' : '111111'
    const tried = []
    for (let i = 0; i < 10; i++) tried.push((await api.call('confirmCode', { body: { code: wrong }, as: secret })).body)
    expect(tried.at(0)).toMatchObject({ code: 'codeWrong' })
    expect((await api.call('confirmCode', { body: { code: right }, as: secret })).body).toMatchObject({
      code: 'codeExpired',
    })
    expect((await api.call('getEnrolment', { as: secret })).body.referenceConfirmed).toBe(false)
  })
})

describe('another’s case', () => {
  it('its papers, module, code, answers and submission are out of reach', async () => {
    const [mine, other] = [await applicant(), await applicant()]
    const put = await api.call('putDocument', { params: { kind: 'front' }, body: await photo('mia'), as: mine.secret })
    expect(put.status).toBe(200)
    const page = { params: { kind: 'front', page: 1 } }
    expect((await api.call('getDocument', { ...page, as: other.secret })).status).toBe(404)
    const deleted = await api.call('deleteDocument', { params: { kind: 'front' }, as: other.secret })
    expect(deleted.body.caseNumber).toBe(other.caseNumber)
    expect((await api.call('getDocument', { ...page, as: mine.secret })).status).toBe(200)
    await api.call('sendConfirmation', { body: { email: 'mia@posta.example' }, as: mine.secret })
    const { code } = await lastMail(office.db, 'mia@posta.example')
    expect((await api.call('confirmCode', { body: { code }, as: other.secret })).body.code).toBe('codeExpired')
    // a key that was used for my submission gives others no answer of mine
    const headers = { 'idempotency-key': 'c0ffee00-0000-4000-8000-00000000000a' }
    const [own, theirs] = [
      await api.call('submitEnrolment', { headers, as: mine.secret }),
      await api.call('submitEnrolment', { headers, as: other.secret }),
    ]
    expect([own.status, theirs.status]).toEqual([own.status, own.status])
    expect(JSON.stringify(theirs.body)).not.toContain(mine.caseNumber)
    // two cookies of the same name: one case or none, never a mixture
    const cookie = `__Host-ceralacca_case=${other.secret}; __Host-ceralacca_case=${mine.secret}`
    const seen = await api.call('getEnrolment', { headers: { cookie } })
    expect(seen.body.caseNumber).toBe(other.caseNumber)
  })
})

describe('bodies', () => {
  let secret: string
  beforeAll(async () => {
    secret = (await applicant()).secret
  })
  const json = { 'content-type': 'application/json' }
  const deep = (open: string, close: string) => `${open.repeat(100_000)}${close.repeat(100_000)}`
  test.each<[string, string, Record<string, string>, number]>([
    ['a hundred thousand lists in one another', `{"town":${deep('[', ']')}}`, json, 400],
    ['objects in one another', `{"town":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`, json, 400],
    ['a key that is the prototype', '{"__proto__":{"state":"active"}}', json, 400],
    ['a constructor', '{"constructor":{"prototype":{"state":"active"}}}', json, 400],
    ['ten thousand fields', `{${Array.from({ length: 10_000 }, (_, i) => `"f${i}":"x"`).join(',')}}`, json, 400],
    ['a number beyond all', '{"town":1e999}', json, 400],
    ['no JSON', '{"town":', json, 400],
    ['half a surrogate', '{"town":"\\ud800"}', json, 400],
    ['NUL', '{"town":"\\u0000"}', json, 400],
    ['a form', 'town=Roma', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a form of parts', '--x\r\n\r\nRoma\r\n--x--', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    ['plain text', '{"town":"Roma"}', { 'content-type': 'text/plain' }, 415],
    ['XML', '<a/>', { 'content-type': 'application/xml' }, 415],
    ['a type that is none', '{}', { 'content-type': 'x' }, 415],
    ['a draft of two megabytes', `{"town":"${'x'.repeat(2_000_000)}"}`, json, 413],
    ['parts of two megabytes', 'x'.repeat(2_000_000), { 'content-type': 'multipart/form-data; boundary=x' }, 415],
  ])('%s: told, and nothing changes', async (_, body, headers, status) => {
    const before = await api.call('getEnrolment', { as: secret })
    const answer = await raw('saveDraft', secret, body, headers)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    const after = await api.call('getEnrolment', { as: secret })
    expect([after.body.draft, after.body.version]).toEqual([before.body.draft, before.body.version])
  })

  it('a paper in parts is no paper; one that breaks off is not kept', async () => {
    const parts = Buffer.from(`--x\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\n\r\nx\r\n--x--\r\n`)
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const put = await api.call('putDocument', { params: { kind: 'front' }, body: parts, headers, as: secret })
    expect(codeOf(put)).toBe('422 documentUnknownType')
    const socket = connect(api.port, '127.0.0.1')
    const path = pathOf('putDocument', { kind: 'front' })
    const head = `PUT ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}\r\ncontent-type: image/jpeg\r\n`
    const known = logged.length
    socket.write(`${head}content-length: 100000\r\n\r\n\xff\xd8\xff`, 'latin1', () => socket.end())
    await new Promise((resolve) => socket.resume().on('close', resolve))
    await expect.poll(() => logged.slice(known).length).toBeGreaterThan(0)
    expect((await api.call('getEnrolment', { as: secret })).body.documents).toEqual([])
  })

  it('a kind of paper that climbs is none', async () => {
    for (const kind of ['../module', '..%2fmodule', 'front/../../x', 'paper', '__proto__'])
      expect((await api.call('putDocument', { params: { kind }, body: Buffer.from('x'), as: secret })).status).toBe(400)
  })
})

describe('names and e-mails', () => {
  const RTL = '\u202e'
  it('names with what cannot be seen are compared by their letters, and never kept as typed', async () => {
    const { fiscalCode, surname, givenName } = await addMember(office.db, orderId, n++)
    const body = {
      conventionCode: CODE,
      fiscalCode,
      surname: `${RTL}${surname}\u200b`,
      givenName: `${givenName}\u0007`,
    }
    const begun = await api.call('startEnrolment', { body })
    expect(JSON.stringify(begun.body)).not.toMatch(/[\u202e\u200b\u0007]|\\u0007/)
    for (const bad of ['\u0000', '\ud800']) {
      const answer = await api.call('startEnrolment', { body: { ...body, surname: bad } })
      expect(answer.status).toBe(400)
    }
  })

  it('a draft keeps no line ends, controls or marks of direction', async () => {
    const { secret } = await applicant()
    const town = `Ro${RTL}ma\r\nBcc: x@y.example\u0007`
    const { body } = await api.call('saveDraft', { body: { town, street: '\u2066Via\u2069 Uno' }, as: secret })
    expect(body.draft.town).toBe('Ro ma Bcc: x@y.example ')
    expect(body.draft.street).not.toMatch(/[\u2066\u2069]/)
  })

  it('a member’s name that the desk types neither', async () => {
    const body = { fiscalCode: '12345678903', surname: `Ros${RTL}si`, givenName: 'Ma\u0007rio\r\n', section: 'dentist' }
    const added = await api.call('addMember', { params: { order: 'OMCEO-AQ' }, body, as: secretary })
    expect(JSON.stringify(added.body)).not.toMatch(/\u202e|\\u0007|\\r|\\n/)
  })

  test.each([
    'a@b.example\r\nBcc: x@y.example',
    'a@b.example\nSubject: x',
    'a@b.example, x@y.example',
    'a@b.example;x@y.example',
    'Mario <a@b.example>',
    '<a@b.example>',
    'a@b.example\u2028Bcc: x@y.example',
    '"a\r\nBcc: x@y.example"@b.example',
    'a@b.example%0d%0aBcc: x@y.example',
    'a@[127.0.0.1]',
    'a@localhost',
  ])('%j gets no letter', async (email) => {
    const { secret } = await applicant()
    const count = async () => (await office.db.query('t-notices', 'select 1 from notice')).length
    const before = await count()
    const answer = await api.call('sendConfirmation', { body: { email }, as: secret })
    expect(codeOf(answer)).toBe('422 emailInvalid')
    expect(await count()).toBe(before)
  })
})

describe('files of the desk', () => {
  const upload = (fileName: string, body: Uint8Array) =>
    api.call('uploadRoll', { params: { order: 'OMCEO-AQ' }, query: { fileName }, body, as: secretary })

  it('a roll that names another place is read by nobody: neither file nor network', async () => {
    let asked = 0
    const trap = createServer((socket) => {
      asked++
      socket.destroy()
    })
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve))
    const { port } = trap.address() as { port: number }
    const workbook = (dtd: string) => `<?xml version="1.0"?>${dtd}<workbook xmlns:r="r"><sheets>
      <sheet name="a" r:id="rId1"/></sheets></workbook>`
    const relations = (target: string, mode = '') =>
      `<Relationships><Relationship Id="rId1" Target="${target}"${mode}/></Relationships>`
    const sheet = '<worksheet><sheetData><row><c t="inlineStr"><is><t>&x;</t></is></c></row></sheetData></worksheet>'
    const outside = [`http://127.0.0.1:${port}/x`, '../../../../../../etc/passwd', '/etc/passwd', 'file:///etc/passwd']
    for (const target of outside) {
      const files: readonly Record<string, string>[] = [
        {
          'xl/workbook.xml': workbook(`<!DOCTYPE a [<!ENTITY x SYSTEM "${target}">]>`),
          'xl/_rels/workbook.xml.rels': relations('worksheets/roll.xml'),
          'xl/worksheets/roll.xml': sheet,
        },
        {
          'xl/workbook.xml': workbook(''),
          'xl/_rels/workbook.xml.rels': relations(target, ' TargetMode="External"'),
          '../../../etc/passwd': 'root',
        },
        {
          'xl/workbook.xml': workbook(''),
          'xl/_rels/workbook.xml.rels': relations('worksheets/roll.xml'),
          'xl/worksheets/roll.xml': `<!DOCTYPE a [<!ENTITY x SYSTEM "${target}">]>${sheet}`,
        },
      ]
      for (const file of files) {
        const answer = await upload('albo.xlsx', makeZip(file))
        expect([422, 200]).toContain(answer.status)
        expect(JSON.stringify(answer.body)).not.toContain('root:')
      }
    }
    trap.close()
    expect(asked).toBe(0)
  })

  it('a name of a file that climbs, breaks lines or is a formula does no harm', async () => {
    const rows = Buffer.from('Codice fiscale;Cognome;Nome\nxxx;=cmd|x;@SUM(A1)\n')
    for (const fileName of ['../../../etc/passwd', 'a"\r\nSet-Cookie: x=y', '=1+1', `albo${'\u202e'}vsc.exe`]) {
      const answer = await upload(fileName, rows)
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null])
      const params = { order: 'OMCEO-AQ', import: answer.body.id }
      const errors = await api.call('exportRollErrors', { params, as: secretary })
      expect(errors.headers.get('set-cookie')).toBeNull()
      expect(errors.body.toString()).not.toMatch(/(?:^|;|\n)"?[=@]/)
    }
  })

  it('papers that would fetch something are pictures of nothing', async () => {
    const { secret } = await applicant()
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:1/x"/></svg>'
    for (const body of [svg, `<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:1/x">${svg}`, 'GIF89a', '#!/x'])
      expect(
        (await api.call('putDocument', { params: { kind: 'front' }, body: Buffer.from(body), as: secret })).status,
      ).toBe(422)
  })
})

describe('the antivirus does not answer', () => {
  it('a paper is refused in clear words, nothing is kept, and the same paper passes afterwards', async () => {
    const { secret } = await applicant()
    const working = scanner
    // a port on which nobody listens
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as { port: number }
    await new Promise((resolve) => closed.close(resolve))
    scanner = clamdScanner({ address: { kind: 'tcp', host: '127.0.0.1', port } })
    const body = await photo('fronte')
    const put = () => api.call('putDocument', { params: { kind: 'front' }, body, as: secret })
    const known = logged.length
    const refused = await put()
    expect(codeOf(refused)).toBe('503 documentNotScanned')
    expect(refused.body.title).toBe('L’antivirus non risponde')
    expect(refused.headers.get('retry-after')).toBe('60')
    expect(logged.slice(known)).toMatchObject([{ kind: 'httpFault' }])
    expect((await api.call('getEnrolment', { as: secret })).body.documents).toEqual([])
    // it scans, and goes down before it says with what
    scanner = {
      ...working,
      version: () => clamdScanner({ address: { kind: 'tcp', host: '127.0.0.1', port } }).version(),
    }
    expect((await put()).status).toBe(503)
    expect((await api.call('getEnrolment', { as: secret })).body.documents).toEqual([])
    scanner = working
    expect((await put()).body.documents).toMatchObject([{ kind: 'front' }])
  })
})
