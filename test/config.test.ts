// The configuration of a provider: what the rules forbid does not start.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { signingProblems } from '../src/compose.ts'
import { ConfigError, readConfig, SETTINGS } from '../src/config.ts'
import { DAY, HOUR } from '../src/core/lib/instant.ts'
import { newMasterKeyLine } from '../src/shell/adapters/vault.ts'
import { makeAuthority, openAuthority } from '../src/shell/sandbox/authority.ts'

const problems = (env: Record<string, string>): string => {
  try {
    readConfig(env)
    return ''
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n')
    throw error
  }
}

/** Everything that is required; what is in the files does not matter here. */
const whole = Object.fromEntries(
  Object.entries(SETTINGS)
    .filter(([, setting]) => setting.required)
    .map(([name]) => {
      if (name.endsWith('_FILE')) return [name, import.meta.filename]
      if (name.endsWith('_URL')) return [name, 'https://a.example/x.p7m']
      return [name, name === 'CERALACCA_SCANNER' ? 'tcp:127.0.0.1:3310' : 'a@pec.example']
    }),
)

const folder = mkdtempSync(join(tmpdir(), 'ceralacca-config-'))
afterAll(() => rmSync(folder, { recursive: true }))
const keysFile = (text: string, name = 'documents.keys'): Record<string, string> => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return { CERALACCA_DOCUMENT_KEYS_FILE: path }
}

describe('RFC 6109 §4.5, §2.2.2 what is fetched', () => {
  it('is the directory every day, and the revocation lists every hour', () => {
    const config = readConfig({ ...whole, CERALACCA_ROLES: 'worker' })
    expect(config.refreshMs).toEqual({ directory: DAY, crl: HOUR })
  })
})

describe('master keys of documents', () => {
  const NAME = 'CERALACCA_DOCUMENT_KEYS_FILE'
  it('are required where there is an office', () => {
    expect(problems({ CERALACCA_PUBLIC_URL: 'https://pec.example' })).toContain(NAME)
    expect(problems({})).not.toContain(NAME)
  })
  it('are read with their names, the newest last', () => {
    const text = `# of this year\n${newMasterKeyLine('2026')}old ${'0a'.repeat(32)} # hex\n`
    const { documentKeys } = readConfig({ ...whole, ...keysFile(text), CERALACCA_ROLES: 'worker' })
    expect(documentKeys.map(({ id, key }) => [id, key.length])).toEqual([
      ['2026', 32],
      ['old', 32],
    ])
  })
  it.each([
    ['k1', 'line 1'],
    ['k1 abcd', 'line 1'],
    [`k1 ${'0a'.repeat(31)}`, 'line 1'],
    [`k1 ${'0a'.repeat(32)}\nk1 ${'0b'.repeat(32)}`, 'twice'],
    ['# nothing', 'no key'],
  ])('wrong: %s', (text, said) =>
    expect(problems({ ...whole, ...keysFile(text) })).toContain(
      `${NAME}: ${said}`.replace('twice', 'line 2: k1 is there twice'),
    ),
  )
})

describe('roles', () => {
  it.each(['submission', 'imap', 'pop3'])('%s wants a port, with TLS at once or begun', (role) => {
    const name = `CERALACCA_${role.toUpperCase()}`
    expect(problems({ ...whole, CERALACCA_ROLES: role })).toBe(
      `${name}_TLS or ${name}_STARTTLS: the role ${role} has no port`,
    )
    for (const one of [`${name}_TLS`, `${name}_STARTTLS`])
      expect(problems({ ...whole, CERALACCA_ROLES: role, [one]: '127.0.0.1:1' })).toBe('')
  })
})

describe('RFC 6109 §4.5, §5.6 the directory', () => {
  it.each(['CERALACCA_DIRECTORY_URL', 'CERALACCA_PUBLICATION_URL'])('%s must be https', (name) => {
    expect(problems({ [name]: 'http://igpec.example/igpec.ldif.p7m' })).toContain(`${name}: must be an https URL`)
    expect(problems({ [name]: 'https://igpec.example/igpec.ldif.p7m' })).not.toContain(name)
  })
  it('is asked for with key and certificate, or with neither', () => {
    expect(problems({ CERALACCA_DIRECTORY_CLIENT_KEY_FILE: import.meta.filename })).toContain('go together')
    expect(problems({})).not.toContain('go together')
  })
})

describe('RFC 6109 §5.3 the API of the mailboxes', () => {
  it.each([
    ['127.0.0.1:8080', '', false],
    ['[::1]:8080', '', false],
    ['localhost:8080', '', false],
    ['0.0.0.0:8080', '', true],
    ['127.0.0.1.example:8080', '', true],
    ['0.0.0.0:8080', 'yes', false],
  ])('in clear at %s, TLS in front %j: refused is %s', (listen, behind, refused) => {
    const said = problems({ CERALACCA_HTTP: listen, CERALACCA_HTTP_BEHIND_TLS: behind })
    expect(said.includes('in plain beyond loopback')).toBe(refused)
  })
})

describe('RFC 6109 §2.1, §5.5 our own signing certificate', async () => {
  const crlUrl = 'http://crl.example/ca.crl'
  const made = await makeAuthority({ crlUrl })
  const authority = await openAuthority({ ...made, crlUrl })
  const serviceAddress = 'posta-certificata@pec.alfa.example'
  const own = await authority.issueProviderCertificate({
    providerName: 'Gestore Alfa',
    serviceAddress,
    algorithm: 'p256',
  })
  const provider = {
    name: 'Gestore Alfa',
    domain: 'pec.alfa.example',
    serviceAddress,
    serviceMailbox: 'ricevute@pec.alfa.example',
  }
  const signing = { key: own.keyPem, certificate: own.certificatePem, chain: '' }
  it('is taken after the profile, with our name and our service address', () => {
    expect(signingProblems({ signing, provider })).toEqual([])
  })
  it.each([
    ['another name', { ...provider, name: 'Gestore Beta' }, signing, 'name of the provider'],
    ['another From', { ...provider, serviceAddress: 'altro@pec.alfa.example' }, signing, 'is not its address'],
    ['the certificate of an authority', provider, { ...signing, certificate: made.certificatePem }, 'basicConstraints'],
  ])('is refused for %s', (_, who, pair, reason) => {
    expect(signingProblems({ signing: pair, provider: who }).join('; ')).toContain(reason)
  })
})

describe('static routes', () => {
  it('that would fail at the first message are refused at the start', () => {
    for (const wrong of [
      '[]',
      '{"a.example": {}}',
      '{"a.example": [{"host": "mx"}]}',
      '{"a.example": [null]}',
      '3',
      '{',
    ])
      expect(problems({ CERALACCA_ROUTES: wrong }), wrong).toContain('CERALACCA_ROUTES')
    const right = '{"a.example": [{"host": "127.0.0.1", "port": 25, "tlsName": "mx.a.example"}]}'
    expect(problems({ CERALACCA_ROUTES: right })).not.toContain('CERALACCA_ROUTES')
  })
})

describe('the office', () => {
  const seller = join(folder, 'seller.json')
  const office = {
    ...whole,
    ...keysFile(newMasterKeyLine('k1'), 'office.keys'),
    CERALACCA_ROLES: 'worker',
    CERALACCA_PUBLIC_URL: 'https://pec.example/',
    CERALACCA_NOTICE_FROM: 'Gestore <attivazioni@gestore.example>',
    CERALACCA_DESK_ADDRESS: 'assistenza@pec.example',
    CERALACCA_RELAY: 'smtps://relay.example:465',
    CERALACCA_SELLER_FILE: seller,
  }
  const SELLER = {
    name: 'Gestore S.r.l.',
    vatNumber: '01234560017',
    fiscalCode: '01234560017',
    taxRegime: 'RF01',
    address: { street: 'Via Uno 1', postcode: '10100', town: 'Torino', province: 'TO' },
  }
  const said = (more: Record<string, string>, sold: unknown = SELLER): string => {
    writeFileSync(seller, typeof sold === 'string' ? sold : JSON.stringify(sold))
    return problems({ ...office, ...more })
  }

  it('is read whole', () => {
    expect(said({})).toBe('')
    expect(readConfig(office).office).toMatchObject({
      publicUrl: 'https://pec.example',
      relay: { host: 'relay.example', port: 465, tls: true },
      reviewDays: 2,
      retention: { closedDays: 30, archiveDays: 3653, draftDays: 30 },
      seller: SELLER,
    })
    expect(readConfig({ ...whole, CERALACCA_ROLES: 'worker' }).office).toBeUndefined()
  })
  it.each(['CERALACCA_NOTICE_FROM', 'CERALACCA_DESK_ADDRESS', 'CERALACCA_SELLER_FILE', 'CERALACCA_RELAY'])(
    'wants %s',
    (name) => expect(said({ [name]: '' })).toContain(`${name}: manca`),
  )
  it.each([
    [{ CERALACCA_PUBLIC_URL: 'http://pec.example' }, 'CERALACCA_PUBLIC_URL: must be https'],
    [{ CERALACCA_PUBLIC_URL: 'https://pec.example/pages' }, 'CERALACCA_PUBLIC_URL: must be https'],
    [{ CERALACCA_NOTICE_FROM: 'Gestore' }, 'CERALACCA_NOTICE_FROM: must be an address'],
    [{ CERALACCA_RELAY: 'relay.example' }, 'CERALACCA_RELAY: must be smtps'],
    [{ CERALACCA_REVIEW_DAYS: '0' }, 'CERALACCA_REVIEW_DAYS'],
    [{ CERALACCA_SECOND_FACTOR_FROM: '31/01/2027' }, 'CERALACCA_SECOND_FACTOR_FROM'],
    [{ CERALACCA_APP_PASSWORD_MONTHS: '0' }, 'CERALACCA_APP_PASSWORD_MONTHS'],
    [{ CERALACCA_KEEP_DRAFT_DAYS: '7' }, 'CERALACCA_KEEP_DRAFT_DAYS'],
    [{ CERALACCA_KEEP_CLOSED_DAYS: 'x' }, 'CERALACCA_KEEP_CLOSED_DAYS'],
  ])('refuses %o', (more, problem) => expect(said(more)).toContain(problem))
  it.each([['{'], [{ ...SELLER, vatNumber: '' }]])('refuses a seller %o', (sold) =>
    expect(said({}, sold)).toContain('CERALACCA_SELLER_FILE'),
  )
})
