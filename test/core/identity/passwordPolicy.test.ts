// The rules of passwords, as tables.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HISTORIC_PASSWORD_POLICY, type PasswordPolicy } from '../../../src/core/convention/convention.ts'
import {
  brokenRules,
  judgePassword,
  type PasswordOwner,
  ruleLabel,
  rulesOf,
  STAFF_PASSWORD_POLICY,
} from '../../../src/core/identity/passwordPolicy.ts'

const owner: PasswordOwner = {
  names: ['Niccolò', "D'Angelo De Santis", 'Re'],
  fiscalCode: 'DNGNCL66A01A345X',
  addresses: ['niccolo.dangelo@pec.example', 'nic66@gmail.example'],
}
const free: PasswordPolicy = {
  minLength: 1,
  maxLength: 200,
  letters: false,
  digits: false,
  symbols: false,
  notPersonal: false,
  notCommon: false,
}
const broken = (policy: PasswordPolicy, password: string): readonly string[] =>
  brokenRules(policy, password, owner).map(({ rule }) => rule.kind)

describe('the historic rule: letters and digits both, 8 to 20', () => {
  it.each([
    ['tavolo73', []],
    ['Tavolo 73 verde!', []],
    ['7avoloverde', []],
    ['perché99x', []],
    ['tavolo7', ['length']],
    ['tavoloverdegrande2026', ['length']],
    ['tavoloverdegrande202', []],
    ['tavoloverde', ['digit']],
    ['8417395062', ['letter']],
    ['𝔞𝔟𝔠𝔡73xk', []],
    ['tav\u0000olo73', ['typeable']],
    ['tavolo\u202e73', ['typeable']],
    ['', ['length', 'letter', 'digit', 'notPersonal', 'notCommon', 'typeable']],
  ])('%j breaks %j', (password, rules) => expect(broken(HISTORIC_PASSWORD_POLICY, password)).toEqual(rules))
})

describe('what belongs to its owner', () => {
  it.each([
    ['xNiccolò7', true],
    ['NICCOLO77', true],
    ["d'angelo42", true],
    ['D.A.N.G.E.L.O.7', true],
    ['santis1966', true],
    ['dngncl66', true],
    ['xDNGNCL7x', true],
    ['nic66verde', true],
    ['regina84', false],
    ['gmail8473', false],
    ['dng66A01', false],
  ])('%s: %s', (password, personal) =>
    expect(broken({ ...free, notPersonal: true }, password).length > 0).toBe(personal),
  )
  it('does not stop who is unknown', () =>
    expect(brokenRules({ ...free, notPersonal: true }, 'qualsiasi', {})).toEqual([]))
  it('finds every name of four letters or more wherever it stands', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.string(), fc.string(), (name, before, after) => {
        const verdict = brokenRules({ ...free, notPersonal: true }, before + name + after, { names: [name] })
        return verdict.length === 1
      }),
    )
  })
})

describe('what everybody tries', () => {
  it.each([
    ...['password1', 'Password2026', 'P4ssw0rd', 'ciao1234', 'Juventus1897', 'aaaaaaaa1', '12345678a', 'qwerty123'],
    ...['abcd1234', 'abcdefg1', '1q2w3e4r', 'abc123abc123', 'Roma2026!', 'forzainter10', 'francesco85', '!benvenuto1'],
    ...['11112222', 'asdfghjkl1', 'm3dic0-123', 'qwertyuiop1'],
  ])('refuses %s', (password) => expect(broken({ ...free, notCommon: true }, password)).toEqual(['notCommon']))
  it.each(['tavolo73', 'correct horse battery', 'xK4!mmq2', 'Sandbox2026', 'passeggino9verde', 'laghetto4anatre'])(
    'takes %s',
    (password) => expect(broken({ ...free, notCommon: true }, password)).toEqual([]),
  )
})

describe('a policy', () => {
  it('says each rule in both languages', () => {
    const rules = rulesOf({ ...HISTORIC_PASSWORD_POLICY, symbols: true })
    expect(rules.map((rule) => rule.kind)).toEqual([
      'length',
      'letter',
      'digit',
      'symbol',
      'notPersonal',
      'notCommon',
      'typeable',
    ])
    for (const rule of rules) expect(Object.values(ruleLabel(rule)).every((text) => text.length > 5)).toBe(true)
    expect(ruleLabel(rules[0]!)).toEqual({ it: 'da 8 a 20 caratteri', en: '8 to 20 characters' })
  })
  it('asks for a symbol where it says so', () => {
    const policy: PasswordPolicy = { ...free, symbols: true }
    expect(broken(policy, 'tavolo')).toEqual(['symbol'])
    expect(broken(policy, 'Tavolo-')).toEqual([])
    expect(broken(policy, 'Tavolo 1')).toEqual(['symbol'])
  })
  it('keeps none of its rules before anything is typed', () =>
    expect(judgePassword(HISTORIC_PASSWORD_POLICY, '').every((verdict) => !verdict.holds)).toBe(true))
  it('judges anything in reasonable time', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'binary' }), (password) => {
        judgePassword(STAFF_PASSWORD_POLICY, password, owner)
      }),
    )
    judgePassword(STAFF_PASSWORD_POLICY, 'a1'.repeat(5_000), owner)
  })
})
