// The web pages over HTTP: each address its application, files for ever, policies on all, and no way out of the folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applicationOf } from '../../../../src/shell/servers/http/addresses.ts'
import { loadPages } from '../../../../src/shell/servers/http/pages.ts'
import { type HttpServer, startHttpServer } from '../../../../src/shell/servers/http.ts'

const folder = mkdtempSync(join(tmpdir(), 'cera-pages-'))
const script = `export const a = ${JSON.stringify('a'.repeat(2_000))}`

const write = (name: string, text: string): void => {
  const path = join(folder, 'web', name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  writeFileSync(`${path}.br`, brotliCompressSync(text))
  writeFileSync(`${path}.gz`, gzipSync(text))
}

/** The name of the provider stands in the page and cannot leave its place. */
const shown = (application: string): string =>
  `<!doctype html><title>${application}</title><meta content="Gestore &#34;A&#34; &#60;b&#62;">`

/** Where the portal's page has room for an answer of the API. */
const place = '<meta name="early" content="" />'

let server: HttpServer
beforeAll(async () => {
  for (const name of ['portal', 'order', 'operator', 'account', 'mail', 'verifier', 'help'])
    write(`${name}/index.html`, `<!doctype html><title>${name}</title><meta content="%PROVIDER%">${place}`)
  write('assets/portal-0123abcd.js', script)
  write('favicon.svg', '<svg/>')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    readiness: async () => ({}),
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    pages: await loadPages(join(folder, 'web'), { provider: 'Gestore "A" <b>', sandbox: true }),
    // It stands for the API.
    publications: { '/api/v1/conventions/OMCEO-XX-0009': async () => Buffer.from('{"name":""><script>"}') },
  })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

type Answer = {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: Buffer
}

/** A request whose path goes out as it is: fetch would tidy it. */
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest({ port: server.port, host: '127.0.0.1', path, method, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })

describe('addresses', () => {
  it.each([
    ['/', 'portal'],
    ['/convenzioni/OMCEO-XX-0001', 'portal'],
    ['/attivazione', 'portal'],
    ['/attivazione/documento', 'portal'],
    ['/pratica', 'portal'],
    ['/riprendi', 'portal'],
    ['/conferma', 'portal'],
    ['/rinnovo', 'portal'],
    ['/sandbox/posta', 'portal'],
    ['/accesso', 'order'],
    ['/invito', 'order'],
    ['/ordine', 'order'],
    ['/ordine/OMCEO-XX/iscritti/12', 'order'],
    ['/operatore', 'operator'],
    ['/casella', 'account'],
    ['/collega', 'account'],
    ['/collaboratore', 'account'],
    ['/casella/accesso', 'account'],
    ['/operatore/pratiche/7', 'operator'],
    ['/verifica', 'account'],
    ['/posta', 'mail'],
    ['/posta/arrivo/T0123456789abcdef', 'mail'],
    ['/verifica-messaggio', 'verifier'],
  ])('%s is shown by %s', async (path, application) => {
    expect(applicationOf(path)).toBe(application)
    const { status, body, headers } = await ask(`${path}?codice=X`, { accept: 'text/html' })
    expect([status, body.toString()]).toEqual([200, shown(application)])
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['cache-control']).toBe('no-store')
  })

  it.each(['/ordinefalso', '/operatore2', '/convenzioni', '/convenzioni/a/b', '/nulla', '/healthz/x'])(
    'answers %s with 404, as a page to people and as a problem to programs',
    async (path) => {
      const page = await ask(path, { accept: 'text/html,*/*' })
      expect([page.status, page.body.toString()]).toEqual([404, shown('portal')])
      const problem = await ask(path, { accept: 'application/json' })
      expect([problem.status, problem.headers['content-type']]).toEqual([
        404,
        'application/problem+json; charset=utf-8',
      ])
    },
  )

  it('gives no page in place of an API or of a file', async () => {
    for (const path of ['/api/v1/nothing', '/assets/gone-1.js']) {
      const { status, headers } = await ask(path, { accept: 'text/html' })
      expect([status, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8'])
    }
  })

  it('lets the verifier ask for its one answer, and nothing else', async () => {
    const policyOf = async (path: string, headers = {}): Promise<string> =>
      String((await ask(path, { accept: 'text/html', ...headers })).headers['content-security-policy'])
    const verifier = await policyOf('/verifica-messaggio', { host: 'pec.example:8080' })
    expect(verifier).toContain('connect-src pec.example:8080/api/v1/verifier/snapshot;')
    expect(verifier).toContain("form-action 'none'")
    expect(await policyOf('/')).toContain("connect-src 'self';")
    expect(await policyOf('/verifica-messaggio', { host: "x' *;" })).not.toContain('*')
  })

  it('lets the mail alone draw a frame, in which nothing runs and from which nothing is asked', async () => {
    const policyOf = async (path: string): Promise<string> =>
      String((await ask(path, { accept: 'text/html' })).headers['content-security-policy'])
    expect(await policyOf('/posta/arrivo')).toContain("frame-src 'self';")
    expect(await policyOf('/casella')).toContain("frame-src 'none';")
    const { status, headers } = await ask('/posta/cornice', { accept: 'text/html' })
    expect([status, headers['x-frame-options']]).toEqual([200, 'SAMEORIGIN'])
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; frame-ancestors 'self';",
    )
    expect(policy).toMatch(/sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox$/)
    expect(policy).not.toContain('script')
  })

  it('leaves health and figures in their places', async () => {
    expect((await ask('/healthz')).body.toString()).toBe('{"alive":true}')
  })
})

describe('files', () => {
  it('are sent compressed to who takes it, and kept for ever', async () => {
    const path = '/assets/portal-0123abcd.js'
    const br = await ask(path, { 'accept-encoding': 'gzip, deflate, br' })
    expect([br.headers['content-encoding'], brotliDecompressSync(br.body).toString()]).toEqual(['br', script])
    expect(br.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(br.headers.vary).toBe('accept-encoding')
    const gz = await ask(path, { 'accept-encoding': 'gzip, br;q=0' })
    expect([gz.headers['content-encoding'], gunzipSync(gz.body).toString()]).toEqual(['gzip', script])
    const plain = await ask(path)
    expect([plain.headers['content-encoding'], plain.body.toString()]).toEqual([undefined, script])
    expect(plain.headers['content-type']).toBe('text/javascript; charset=utf-8')
  })

  it('answer HEAD with the headers alone', async () => {
    const { status, headers, body } = await ask('/assets/portal-0123abcd.js', {}, 'HEAD')
    expect([status, headers['content-length'], body.length]).toEqual([200, String(script.length), 0])
  })

  it('without a digest in their names are asked for again after an hour', async () => {
    expect((await ask('/favicon.svg')).headers['cache-control']).toBe('public, max-age=3600')
  })

  it.each([
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets//../../secret.txt',
    '/../secret.txt',
    '//secret.txt',
    '/assets/%00',
    '/assets/portal-0123abcd.js/../../../secret.txt',
    '/assets/portal-0123abcd.js.br',
    '/.inputs',
    '/portal/index.html',
    `/assets/${'../'.repeat(50)}etc/passwd`,
  ])('are not found outside of the folder: %s', async (path) => {
    const { status, body } = await ask(path)
    expect([400, 404]).toContain(status)
    expect(body.toString()).not.toContain('secret\n')
    expect(body.toString()).not.toMatch(/^secret|root:/)
  })
})

it('puts the policies on every page and file', async () => {
  for (const path of ['/', '/ordine', '/nulla', '/assets/portal-0123abcd.js']) {
    const { headers } = await ask(path, { accept: 'text/html' })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("object-src 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['permissions-policy']).toContain('camera=(self)')
  }
})

describe('the convention that a page is about', () => {
  const early = (body: Buffer): string | undefined => /<meta name="early".*/.exec(body.toString())?.[0]
  const written =
    '<meta name="early" data-address="/api/v1/conventions/OMCEO-XX-0009" content="{&#34;name&#34;:&#34;&#34;&#62;&#60;script&#62;&#34;}" />'

  it.each(['/convenzioni/OMCEO-XX-0009', '/convenzioni/omceo-xx-0009', '/attivazione?codice=OMCEO-XX-0009'])(
    'travels with it: %s',
    async (path) => {
      const { headers, body } = await ask(path)
      expect([early(body), headers['cache-control']]).toEqual([written, 'no-store'])
      const packed = await ask(path, { 'accept-encoding': 'br' })
      expect(brotliDecompressSync(packed.body).toString()).toBe(body.toString())
    },
  )

  it.each([
    '/convenzioni/OMCEO-XX-0002',
    '/attivazione?codice=',
    '/attivazione?codice=A&codice=B',
    '/attivazione',
    '/',
  ])('is left to the page where there is none: %s', async (path) => {
    const { status, body } = await ask(path)
    expect([status, early(body)]).toEqual([200, undefined])
  })
})

it('knows that the pages are not built', async () => {
  expect(await loadPages(join(folder, 'elsewhere'), { provider: '', sandbox: false })).toBeUndefined()
})
