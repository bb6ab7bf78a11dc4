// Whole commands: tags, names, what is said of errors; and that any text is taken or refused.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../../src/core/mail/imap/commands/index.ts'
import { type ImapMode, REV1, REV2 } from '../../../../src/core/mail/imap/lexer.ts'
import { parseAppendSoFar, parseCommand } from '../../../../src/core/mail/imap/parse.ts'

describe('errors', () => {
  it.each([
    ['', undefined, 'A command begins with a tag'],
    [' NOOP', undefined, 'A command begins with a tag'],
    ['+ NOOP', undefined, 'A command begins with a tag'],
    ['a*b NOOP', undefined, 'A command begins with a tag'],
    ['a', 'a', 'Expected the name of a command after the tag'],
    ['a ', 'a', 'Expected the name of a command after the tag'],
    ['a  NOOP', 'a', 'Expected the name of a command after the tag'],
    ['a XYZZY', 'a', 'Unknown command'],
    ['a UID', 'a', 'Expected the name of a command after UID'],
    ['a UID NOOP', 'a', 'This command has no UID form, or is not known'],
    ['a NOOP x', 'a', 'NOOP: Expected the end of the command at byte 7 of the command'],
    ['a NOOP ', 'a', 'NOOP: Expected the end of the command at byte 7 of the command'],
    ['a LOGIN x', 'a', 'LOGIN: Expected a space at the end of the command'],
    ['a SELECT', 'a', 'SELECT: Expected a space at the end of the command'],
    ['a SELECT  x', 'a', 'SELECT: Expected an atom or a string at byte 10 of the command'],
    ['a FETCH 0 FLAGS', 'a', 'FETCH: Expected a number or * at byte 9 of the command'],
    ['a COPY 1,x y', 'a', 'COPY: Expected a number or * at byte 10 of the command'],
    ['a STORE 1 FLAGS (\\Foo)', 'a', 'STORE: Expected a system flag that exists at byte 18 of the command'],
    ['a SELECT "x', 'a', 'SELECT: Expected the closing quote of a string at the end of the command'],
    ['a UID FETCH 1 (FLAGS', 'a', 'UID FETCH: Expected a space or a closing parenthesis at the end of the command'],
  ])('%j', (text, tag, sentence) => {
    expect(parseCommand(text, REV1)).toMatchObject({ kind: 'bad', tag, text: sentence })
  })

  it('never repeat what the client sent: it may be a password', () => {
    const told = parseCommand('a LOGIN fred "hunter2" hunter2', REV1)
    expect(told).toMatchObject({ kind: 'bad' })
    expect(JSON.stringify(told)).not.toContain('hunter2')
  })
})

describe('names', () => {
  it('of commands are read in any case, and told in one', () => {
    expect(parseCommand('a uId fEtCh 1 fast', REV1)).toMatchObject({ kind: 'command', tag: 'a', name: 'UID FETCH' })
  })

  it('of all commands differ within their forms', () => {
    const forms = COMMANDS.flatMap(({ name, uid }) =>
      uid === 'also' ? [name, `UID ${name}`] : [uid ? `UID ${name}` : name],
    )
    expect(new Set(forms).size).toBe(forms.length)
    expect(forms.sort().join(' ')).toBe(
      'APPEND AUTHENTICATE CAPABILITY CHECK CLOSE COMPRESS COPY CREATE DELETE ENABLE EXAMINE EXPUNGE FETCH GETQUOTA ' +
        'GETQUOTAROOT ID IDLE LIST LOGIN LOGOUT LSUB MOVE NAMESPACE NOOP RENAME SEARCH SELECT SORT STARTTLS STATUS STORE ' +
        'SUBSCRIBE THREAD UID COPY UID EXPUNGE UID FETCH UID MOVE UID SEARCH UID SORT UID STORE UID THREAD UNSELECT UNSUBSCRIBE',
    )
  })

  it.each([
    ['LOGIN', ['notAuthenticated']],
    ['NOOP', ['notAuthenticated', 'authenticated', 'selected']],
    ['SELECT', ['authenticated', 'selected']],
    ['FETCH', ['selected']],
  ])('%s is allowed in its states', (name, states) => {
    expect(COMMANDS.find((one) => one.name === name)?.states).toEqual(states)
  })
})

describe('any text', () => {
  const modes = fc.constantFrom<ImapMode>(REV1, REV2, { rev2: true, utf8Accept: true })
  const words = fc.constantFrom(
    ...COMMANDS.map(({ name }) => name),
    ...[
      'UID',
      '(',
      ')',
      '[',
      ']',
      '<0.1>',
      '"',
      '\\',
      '"a"',
      '{3}\r\nabc',
      '{9}\r\nx',
      '~{1}\r\n\0',
      '1',
      '*',
      '1:*',
      '$',
      'a',
    ],
    ...[
      'RETURN',
      'STATUS',
      'OR',
      'NOT',
      'HEADER',
      'BODY[',
      'BODY.PEEK[1.MIME]',
      'FLAGS',
      '\\Seen',
      'INBOX',
      '&AOk-',
      '\xc3\xa8',
    ],
    ...[
      'CHARSET',
      'UTF-8',
      'NIL',
      'MODSEQ',
      '1-Jan-2026',
      '99999999999999999999',
      'UTF8',
      'ALL',
      'SUBJECT',
      'REFERENCES',
    ],
  )
  const command = fc
    .tuple(fc.array(words, { maxLength: 14 }), fc.constantFrom(' ', ' ', ' ', ''))
    .map(([all, between]) => `a ${all.join(between)}`)
  const text = fc.oneof(
    command,
    fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 60 }),
  )

  it('is taken or refused, never thrown at', () => {
    fc.assert(
      fc.property(text, modes, (given, mode) => {
        expect(['command', 'bad', 'badCharset']).toContain(parseCommand(given, mode).kind)
        expect(['append', 'bad']).toContain(parseAppendSoFar(given, mode).kind)
      }),
      { numRuns: 3000 },
    )
  })

  it('that nests without end is refused', () => {
    const say = (keys: string) => parseCommand(`a SEARCH ${keys}`, REV1)
    expect(say(`${'('.repeat(50_000)}ALL`)).toMatchObject({ kind: 'bad' })
    expect(say(`${'NOT '.repeat(50_000)}ALL`)).toMatchObject({ kind: 'bad' })
    expect(say(`${'OR ALL '.repeat(20_000)}ALL`)).toMatchObject({ kind: 'bad' })
    expect(say(Array(5000).fill('ALL').join(' '))).toMatchObject({ kind: 'bad' })
    expect(parseCommand(`a FETCH 1 BODY[${'1.'.repeat(20_000)}1]`, REV1)).toMatchObject({ kind: 'bad' })
    expect(say(`${'('.repeat(100)}ALL${')'.repeat(100)}`)).toMatchObject({ kind: 'command' })
    expect(say(`${'OR ALL '.repeat(100)}ALL`)).toMatchObject({ kind: 'command' })
  })

  it('that asks for a message too many times is refused', () => {
    expect(parseCommand(`a FETCH 1 (${Array(201).fill('BODY[]').join(' ')})`, REV1)).toMatchObject({ kind: 'bad' })
  })
})
