// What mail programs are told of a box: records, autoconfig, autodiscover, profiles; how passwords of programs are written.
import { describe, expect, it } from 'vitest'
import { bareAppSecret, showAppSecret } from '../../../src/core/identity/appPassword.ts'
import { parseXml } from '../../../src/core/lib/xml.ts'
import { autoconfigXml } from '../../../src/core/mailbox/programs/autoconfig.ts'
import { askedAddress, autodiscoverXml } from '../../../src/core/mailbox/programs/autodiscover.ts'
import { deviceKind, takesProfile } from '../../../src/core/mailbox/programs/devices.ts'
import { mobileconfig } from '../../../src/core/mailbox/programs/mobileconfig.ts'
import { srvRecords, zoneLine } from '../../../src/core/mailbox/programs/settings.ts'

const at = (port: number) => ({ host: 'mx.pec.prova.example', port, security: 'tls' as const })
const SERVERS = { imap: at(993), pop3: at(995), smtp: at(465) }

describe('SRV records', () => {
  it.each([
    // RFC 8314 §5.1, RFC 6186 §3.1–3.4
    '_submissions._tcp.pec.prova.example. 3600 IN SRV 0 1 465 mx.pec.prova.example.',
    '_imaps._tcp.pec.prova.example. 3600 IN SRV 0 1 993 mx.pec.prova.example.',
    '_pop3s._tcp.pec.prova.example. 3600 IN SRV 10 1 995 mx.pec.prova.example.',
    '_imap._tcp.pec.prova.example. 3600 IN SRV 0 0 0 .',
  ])('%s', (line) => {
    expect(srvRecords('pec.prova.example', SERVERS).map(zoneLine)).toContain(line)
  })
})

describe('autoconfig', () => {
  const xml = autoconfigXml({ ...SERVERS, domain: 'pec.prova.example', provider: 'A & B', help: 'https://x.example/h' })
  it('is a document that says IMAP first', () => {
    expect(parseXml(xml)).not.toHaveProperty('problem')
    expect(xml.indexOf('type="imap"')).toBeLessThan(xml.indexOf('type="pop3"'))
    expect(xml).toContain('<displayName>PEC A &amp; B</displayName>')
  })
})

describe('autodiscover', () => {
  it.each([
    ['<EMailAddress>Anna@pec.it</EMailAddress>', 'anna@pec.it'],
    ['<a:EMailAddress> anna@pec.it </a:EMailAddress>', 'anna@pec.it'],
    ['<EMailAddress>nobody</EMailAddress>', undefined],
    ['<EMailAddress><x/></EMailAddress>', undefined],
    ['', undefined],
  ])('%s asks about %s', (xml, address) => expect(askedAddress(xml)).toBe(address))
  it('names each protocol with its port', () => {
    const xml = autodiscoverXml('anna@pec.it', SERVERS)
    for (const [type, port] of [
      ['IMAP', 993],
      ['POP3', 995],
      ['SMTP', 465],
    ])
      expect(xml.replace(/\s+/g, '')).toContain(
        `<Type>${type}</Type><Server>mx.pec.prova.example</Server><Port>${port}</Port>`,
      )
  })
})

describe('the profile of Apple’s devices', () => {
  const facts = {
    ...SERVERS,
    address: "d'anna@pec.it",
    name: 'Dott. <D’Anna> & C.',
    password: 'abcd-efgh-ijkl-mnop',
    provider: 'Gestore',
    profileUuid: '2f1c6f7e-6a8e-8d7c-9c3b-1a2b3c4d5e6f',
    payloadUuid: '2f1c6f7e-6a8e-8d7c-9c3b-1a2b3c4d5e60',
  }
  it('escapes what people are called', () => {
    expect(mobileconfig(facts)).toContain('<string>Dott. &lt;D’Anna&gt; &amp; C.</string>')
  })
  it.each([
    ['PayloadType', 'com.apple.mail.managed'],
    ['EmailAccountType', 'EmailTypeIMAP'],
    ['IncomingMailServerHostName', SERVERS.imap.host],
    ['IncomingPassword', facts.password],
    ['OutgoingMailServerAuthentication', 'EmailAuthPassword'],
  ])('says %s %s', (key, value) => {
    expect(mobileconfig(facts)).toMatch(new RegExp(`<key>${key}</key>\\s*<string>${value}</string>`))
  })
})

describe('devices', () => {
  it.each([
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)', 5, 'iphone', true],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 0, 'mac', true],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 5, 'ipad', true],
    ['Mozilla/5.0 (Linux; Android 16; Pixel 10)', 5, 'android', false],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 0, 'windows', false],
    ['curl/8', 0, 'other', false],
  ] as const)('%s, %i touch points', (agent, touch, kind, profile) => {
    expect(deviceKind(agent, touch)).toBe(kind)
    expect(takesProfile(kind)).toBe(profile)
  })
})

describe('a password of a program', () => {
  it('is written in fours, and read however it is typed', () => {
    const shown = showAppSecret(Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 255]))
    expect(shown).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/)
    const bare = shown.replaceAll('-', '')
    for (const typed of [shown, bare, shown.toUpperCase(), ` ${shown.replaceAll('-', ' ')} `])
      expect(bareAppSecret(typed)).toBe(bare)
  })
  it.each(['Sandbox2026', '', 'abcd-efgh-ijkl-mno', 'abcd-efgh-ijkl-mnop-q', 'abcd-efgh-ijkl-mn9p'])(
    'is not %s',
    (text) => expect(bareAppSecret(text)).toBeUndefined(),
  )
})
