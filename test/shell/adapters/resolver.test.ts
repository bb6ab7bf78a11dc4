// Where a domain's mail goes, whatever DNS says.
import { describe, expect, it } from 'vitest'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { type DnsQueries, dnsResolver, staticResolver } from '../../../src/shell/adapters/resolver.ts'

const failing = (code: string) => Promise.reject(Object.assign(new Error(code), { code }))
type Answers = { mx?: [string, number][] | string; a?: string[] | string; aaaa?: string[] | string }
const fakeDns = (answers: Answers): DnsQueries & { asked: number } => {
  const say = (answer: string[] | string | undefined) =>
    Array.isArray(answer) ? Promise.resolve(answer) : failing(answer ?? 'ENODATA')
  const dns = {
    asked: 0,
    resolveMx: () => {
      dns.asked++
      return Array.isArray(answers.mx)
        ? Promise.resolve(answers.mx.map(([exchange, priority]) => ({ exchange, priority })))
        : failing(answers.mx ?? 'ENODATA')
    },
    resolve4: () => say(answers.a),
    resolve6: () => say(answers.aaaa),
  }
  return dns
}
const hosts = async (answers: Answers, domain = 'beta.example') =>
  (await dnsResolver({ dns: fakeDns(answers) }).mx(domain)).map(
    ({ host, port, tlsName }) => `${host}:${port} ${tlsName}`,
  )

describe('dnsResolver', () => {
  it.each<[string, Answers, string[]]>([
    [
      'MX by preference',
      {
        mx: [
          ['Mx2.Beta.example', 20],
          ['mx1.beta.example.', 10],
        ],
      },
      ['mx1.beta.example:25 mx1.beta.example', 'mx2.beta.example:25 mx2.beta.example'],
    ],
    ['no MX but an address', { a: ['192.0.2.1'] }, ['beta.example:25 beta.example']],
    ['no MX but an IPv6 address', { aaaa: ['2001:db8::1'] }, ['beta.example:25 beta.example']],
    ['no MX and no address', {}, []],
    [
      'no MX, one question unanswered, the other answered',
      { a: 'ETIMEOUT', aaaa: ['2001:db8::1'] },
      ['beta.example:25 beta.example'],
    ],
    ['null MX (RFC 7505)', { mx: [['', 0]], a: ['192.0.2.1'] }, []],
    ['null MX written as a dot', { mx: [['.', 0]] }, []],
    ['no such domain', { mx: 'ENOTFOUND', a: ['192.0.2.1'] }, []],
  ])('%s', async (_, answers, expected) => expect(await hosts(answers)).toEqual(expected))

  it.each<[string, Answers]>([
    ['SERVFAIL', { mx: 'ESERVFAIL' }],
    ['no answer', { mx: 'ETIMEOUT' }],
    ['no MX, and addresses unanswered', { a: 'ETIMEOUT', aaaa: 'ENODATA' }],
  ])('%s is a fault, and is asked again', async (_, answers) => {
    const dns = fakeDns(answers)
    const resolver = dnsResolver({ dns })
    await expect(resolver.mx('beta.example')).rejects.toThrow(Fault)
    await expect(resolver.mx('beta.example')).rejects.toThrow(Fault)
    expect(dns.asked).toBe(2)
  })

  it('keeps an answer for its time, and asks once for all who ask at once', async () => {
    let now = 0
    const dns = fakeDns({ mx: [['mx.beta.example', 1]] })
    const resolver = dnsResolver({ dns, now: () => now })
    await Promise.all([resolver.mx('beta.example'), resolver.mx('BETA.example')])
    now = 59_999
    await resolver.mx('beta.example')
    expect(dns.asked).toBe(1)
    now = 60_000
    await resolver.mx('beta.example')
    expect(dns.asked).toBe(2)
  })

  it('does not ask for what is no domain', async () => {
    const dns = fakeDns({ mx: [['mx.beta.example', 1]] })
    expect(await dnsResolver({ dns }).mx('[192.0.2.1]')).toEqual([])
    expect(dns.asked).toBe(0)
  })
})

describe('staticResolver', () => {
  const resolver = staticResolver({ 'Beta.example': [{ host: '127.0.0.1', port: 2025, tlsName: 'mx.beta.example' }] })
  it('answers from its table, in any case of letters', async () =>
    expect(await resolver.mx('BETA.EXAMPLE')).toEqual([{ host: '127.0.0.1', port: 2025, tlsName: 'mx.beta.example' }]))
  it('knows nothing else, unless another is asked', async () => {
    expect(await resolver.mx('constructor')).toEqual([])
    const both = staticResolver({}, resolver)
    expect(await both.mx('beta.example')).toHaveLength(1)
  })
})
