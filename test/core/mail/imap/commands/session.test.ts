// Commands of the session: signing in, ENABLE, ID, COMPRESS, and those without arguments.
import { describe, expect, it } from 'vitest'
import { REV2 } from '../../../../../src/core/mail/imap/lexer.ts'
import { commandOf } from '../../../../support/imap/commands.ts'

describe('commands without arguments', () => {
  it.each([
    ['CAPABILITY', 'capability'],
    ['NOOP', 'noop'],
    ['LOGOUT', 'logout'],
    ['STARTTLS', 'startTls'],
    ['CHECK', 'check'],
    ['CLOSE', 'close'],
    ['UNSELECT', 'unselect'],
    ['EXPUNGE', 'expunge'],
    ['IDLE', 'idle'],
    ['NAMESPACE', 'namespace'],
  ])('%s', (line, kind) => {
    expect(commandOf(line)).toEqual({ kind })
    expect(commandOf(line.toLowerCase())).toEqual({ kind })
    expect(commandOf(`${line} x`)).toBe('bad')
  })
})

describe('LOGIN (RFC 9051 §6.2.3)', () => {
  it.each([
    ['LOGIN smith sesame', 'smith', 'sesame'],
    ['LOGIN "smith" "a \\"b\\" \\\\"', 'smith', 'a "b" \\'],
    ['LOGIN {5}\r\nsmith {3+}\r\na\nb', 'smith', 'a\nb'],
    ['LOGIN smith ]', 'smith', ']'],
    ['LOGIN "" ""', '', ''],
    ['LOGIN smith "perch\xc3\xa9"', 'smith', 'perché'],
  ])('%j', (line, user, password) => expect(commandOf(line)).toEqual({ kind: 'login', user, password }))

  it.each([
    'LOGIN',
    'LOGIN smith',
    'LOGIN smith ',
    'LOGIN smith a b',
    'LOGIN smith a%b',
    'LOGIN smith a{b',
    'LOGIN smith "a\\b"',
    'LOGIN smith "a',
    'LOGIN smith "\xff"',
    'LOGIN smith perch\xc3\xa9',
    'LOGIN smith ~{1}\r\na',
    'LOGIN smith {5}\r\nabc',
  ])('refuses %j', (line) => expect(commandOf(line)).toBe('bad'))
})

describe('AUTHENTICATE (RFC 9051 §6.2.2, RFC 4959)', () => {
  it.each([
    ['AUTHENTICATE PLAIN', 'PLAIN', undefined],
    ['AUTHENTICATE scram-sha-256', 'SCRAM-SHA-256', undefined],
    ['AUTHENTICATE PLAIN =', 'PLAIN', ''],
    ['AUTHENTICATE PLAIN dGVzdAB0ZXN0AHRlc3Q=', 'PLAIN', 'dGVzdAB0ZXN0AHRlc3Q='],
    ['AUTHENTICATE PLAIN YQ==', 'PLAIN', 'YQ=='],
  ])('%j', (line, mechanism, initial) => expect(commandOf(line)).toEqual({ kind: 'authenticate', mechanism, initial }))

  it.each([
    'AUTHENTICATE',
    'AUTHENTICATE PLAIN ',
    'AUTHENTICATE PLAIN YQ=',
    'AUTHENTICATE PLAIN ==',
    'AUTHENTICATE PLAIN Y!==',
    'AUTHENTICATE PLAIN YQ== x',
  ])('refuses %j', (line) => expect(commandOf(line)).toBe('bad'))
})

describe('ENABLE (RFC 9051 §6.3.1)', () => {
  it.each([
    ['ENABLE imap4rev2', ['IMAP4REV2']],
    ['ENABLE CONDSTORE X-GOOD-IDEA condstore UTF8=ACCEPT', ['CONDSTORE', 'X-GOOD-IDEA', 'UTF8=ACCEPT']],
  ])('%j', (line, capabilities) => expect(commandOf(line)).toEqual({ kind: 'enable', capabilities }))

  it.each(['ENABLE', 'ENABLE (CONDSTORE)'])('refuses %j', (line) => expect(commandOf(line)).toBe('bad'))
})

describe('COMPRESS (RFC 4978 §3)', () => {
  it('names its mechanism', () => {
    expect(commandOf('COMPRESS deflate')).toEqual({ kind: 'compress', mechanism: 'DEFLATE' })
    expect(commandOf('COMPRESS')).toBe('bad')
  })
})

describe('ID (RFC 2971 §3.1)', () => {
  it.each([
    ['ID NIL', undefined],
    ['ID nil', undefined],
    ['ID ()', []],
    [
      'ID ("name" "sodr" "version" "19.34" "vendor" NIL)',
      [
        ['name', 'sodr'],
        ['version', '19.34'],
        ['vendor', undefined],
      ],
    ],
    ['ID ("name" {2}\r\n\xc3\xa8)', [['name', 'è']]],
  ])('%j', (line, fields) => expect(commandOf(line)).toEqual({ kind: 'id', fields }))

  it.each([
    'ID',
    'ID "name"',
    'ID ("name")',
    'ID (name "x")',
    `ID ("${'n'.repeat(31)}" "x")`,
    `ID ("name" "${'x'.repeat(1025)}")`,
    `ID (${Array(31).fill('"a" "b"').join(' ')})`,
  ])('refuses %j', (line) => expect(commandOf(line, REV2)).toBe('bad'))
})

describe('GETQUOTA and GETQUOTAROOT (RFC 9208 §4.1)', () => {
  it('name a root, and a folder', () => {
    expect(commandOf('GETQUOTA ""')).toEqual({ kind: 'getQuota', root: '' })
    expect(commandOf('GETQUOTAROOT inbox')).toEqual({ kind: 'getQuotaRoot', folder: 'INBOX' })
    expect(commandOf('GETQUOTA')).toBe('bad')
    expect(commandOf('SETQUOTA "" (STORAGE 512)')).toBe('bad')
  })
})
