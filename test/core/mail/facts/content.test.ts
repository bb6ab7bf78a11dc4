// Facts of a content: of certified messages, of odd ones, and of bombs; the two steps and their limits.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromLatin1, fromUtf8, toLatin1 } from '../../../../src/core/lib/bytes.ts'
import {
  BODY_CHARACTERS,
  contentFacts,
  finishFacts,
  planFacts,
  wantedText,
} from '../../../../src/core/mail/facts/content.ts'
import { type ContentFacts, HEADER_KEPT, type PartFacts } from '../../../../src/core/mail/facts.ts'
import { foldText } from '../../../../src/core/mail/fold.ts'
import { parseMime } from '../../../../src/core/mail/mime.ts'
import { mayContain } from '../../../../src/core/mail/signature.ts'

const golden = join(import.meta.dirname, '../../../golden/messages')
const read = (name: string): Uint8Array => readFileSync(join(golden, name))
const factsOf = (text: string): ContentFacts => contentFacts(fromLatin1(text))

describe('an envelope of certified mail', () => {
  const facts = contentFacts(read('transportEnvelope.accents.eml'))

  test.each([
    // What the envelope says, what the original says, who wrote it, and what is attached.
    'Messaggio di posta certificata',
    'Perché no: in allegato la lettera',
    'subject: comunicazione n. 7 - pero e una prova',
    'from: "mario rossi" <mario.rossi@pec.alfa.example>',
    'lettera.pdf',
    'daticert.xml',
  ])('is found by %j', (text) => {
    expect(facts.search.body).toContain(foldText(text))
    expect(mayContain(facts.search.signature, foldText(text))).toBe(true)
  })

  test('has addresses whole that comments cut in pieces (RFC 5322 §3.4.1)', () => {
    const { header } = factsOf('From: <Anna (Rossi)@ (casa) x.it>\r\nTo: a@x.it (Anna)\r\nX: a (b)@x.it\r\n\r\n').search
    expect(header).toBe('from: <anna (rossi)@ (casa) x.it> anna@x.it\nto: a@x.it (anna)\nx: a (b)@x.it')
  })
  test('has header lines, then those of its parts', () => {
    const [header, parts] = facts.search.header.split('\n\n')
    expect(header).toContain('\nsubject: posta certificata: comunicazione n. 7 - pero e una prova\n')
    expect(header).toContain('\nx-trasporto: posta-certificata\n')
    expect(parts).toContain('content-disposition: attachment; filename="smime.p7s"')
    expect(parts).not.toContain('subject:')
  })

  test('has the tree of its parts', () => {
    const shape = ({ type, children }: PartFacts): string =>
      children.length === 0 ? type : `${type}(${children.map(shape).join(' ')})`
    expect(shape(facts.parts)).toBe(
      'multipart/signed(multipart/mixed(multipart/alternative(text/plain text/html) application/xml ' +
        'message/rfc822(multipart/mixed(text/plain application/pdf))) application/pkcs7-signature)',
    )
  })

  test('has the rest', () => {
    expect(facts).toMatchObject({
      sizeBytes: 7_376,
      messageId: 'cer1.20260203101530.5b1f7a90c2@pec.alfa.example',
      references: [],
      preview: 'Perché no: in allegato la lettera.',
    })
    expect(facts.search.complete).toBe(true)
    expect(facts.header).toBe(toLatin1(read('transportEnvelope.accents.eml')).split(/(?<=\r\n\r\n)/)[0])
  })

  test('a receipt is shown by its own words', () => {
    expect(contentFacts(read('deliveryComplete.accents.eml')).preview).toMatch(/^Il giorno 03\/02\/2026 alle ore /)
  })

  test.each(readdirSync(golden))('%s: every fact is plain data', (name) => {
    const facts = contentFacts(read(name))
    expect(facts.search.complete).toBe(true)
    expect(facts.preview).not.toBe('')
    expect(JSON.parse(JSON.stringify(facts.parts))).toEqual(facts.parts)
  })
})

describe('texts', () => {
  test.each<readonly [string, string, string]>([
    ['UTF-8', 'Content-Type: text/plain; charset=utf-8\r\n\r\nper\xc3\xb2', 'pero'],
    ['a declared charset', 'Content-Type: text/plain; charset="ISO-8859-1"\r\n\r\nper\xf2', 'pero'],
    ['an unknown charset', 'Content-Type: text/plain; charset=x-none\r\n\r\nper\xf2', 'pero'],
    ['none declared', '\r\nper\xc3\xb2', 'pero'],
    ['US-ASCII that is not', 'Content-Type: text/plain; charset=us-ascii\r\n\r\nper\xf2', 'pero'],
    [
      'quoted-printable',
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nPer=C3=B2 =\r\nno',
      'pero no',
    ],
    ['base64', 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nUGVyw7I=', 'pero'],
    ['HTML', 'Content-Type: text/html\r\n\r\n<p>Uno</p><p>due</p>', 'uno due'],
    ['a notice', 'Content-Type: message/delivery-status\r\n\r\nStatus: 5.1.1', 'status: 5.1.1'],
    ['no text', 'Content-Type: image/png; name=F.png\r\n\r\nxyz', 'f.png'],
    [
      'HTML that says the same is not kept twice',
      'Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n\r\nUno due\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Uno<br>due</p>\r\n--x--',
      'uno due',
    ],
    [
      'parts are apart',
      'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nuno\r\n--x\r\n\r\ndue\r\n--x--',
      'uno\ndue',
    ],
  ])('%s', (_, message, body) => expect(factsOf(message).search.body).toBe(body))
})

describe('threads', () => {
  test.each<readonly [string, string | undefined, readonly string[]]>([
    ['Message-ID: <a@x>\r\nReferences: <b@x>\r\n <c@x>\r\nIn-Reply-To: <d@x>', 'a@x', ['b@x', 'c@x']],
    ['References: nothing\r\nIn-Reply-To: Mario of <d@x> <e@x>', undefined, ['d@x']],
    ['Message-ID: <"01KF8JCEOCBS0045PS"@xxx.yyy.com>', '01KF8JCEOCBS0045PS@xxx.yyy.com', []],
    ['Message-ID: a@x\r\nReferences: <>', undefined, []],
    ['Message-ID: (c) <a\r\n @x>', 'a@x', []],
  ])('%j', (header, messageId, references) => {
    expect(factsOf(`${header}\r\n\r\n`)).toMatchObject({ messageId, references })
  })

  test('of many references the first and the latest are kept', () => {
    const all = Array.from({ length: 5_000 }, (_, i) => `<${i}@x>`)
    const { references } = factsOf(`References: ${all.join('\r\n ')}\r\n\r\n`)
    expect(references.length).toBeLessThanOrEqual(200)
    expect([references[0], references[1], references.at(-1)]).toEqual(['0@x', '4801@x', '4999@x'])
  })
})

/** What must hold of the facts of any bytes. */
const check = (facts: ContentFacts, size: number): void => {
  expect([...facts.preview].length).toBeLessThanOrEqual(200)
  expect(facts.search.header.length).toBeLessThanOrEqual(100_000)
  expect(facts.search.body.length).toBeLessThanOrEqual(BODY_CHARACTERS)
  expect(facts.bodyStructure.length).toBeLessThanOrEqual(3_000_000)
  expect(facts.header?.length ?? 0).toBeLessThanOrEqual(HEADER_KEPT)
  // PostgreSQL keeps no NUL in text, and no lone surrogates.
  const texts = [facts.envelope, facts.bodyStructure, facts.body, facts.preview, facts.search.header, facts.search.body]
  for (const text of [...texts, ...Object.values(facts.sort), facts.messageId, ...facts.references])
    if (typeof text === 'string') expect(text.isWellFormed() && !text.includes('\0')).toBe(true)
  const parts = [facts.parts]
  for (const part of parts) {
    for (const text of [part.type, part.encoding, part.charset, part.filename])
      if (text !== undefined) expect(text.isWellFormed() && !text.includes('\0') && text.length <= 500).toBe(true)
    expect(0 <= part.headerStart && part.headerStart <= part.bodyStart).toBe(true)
    expect(part.bodyStart <= part.bodyEnd && part.bodyEnd <= size).toBe(true)
    for (const child of part.children) parts.push(child)
  }
}

describe('any bytes', () => {
  const word = fc.oneof(
    { weight: 3, arbitrary: fc.uint8Array({ maxLength: 6 }).map((bytes) => toLatin1(bytes)) },
    fc.constantFrom(
      '\r\n',
      '\r\n\r\n',
      '--x\r\n',
      '--x--',
      ': ',
      'Content-Type: multipart/mixed; boundary=x\r\n',
      '\0',
    ),
    fc.constantFrom(
      'Content-Type: message/rfc822\r\n',
      'Content-Type: text/html; charset="',
      'Subject: =?utf-8?b?',
      '?=',
    ),
    fc.constantFrom(
      'Content-Transfer-Encoding: base64\r\n',
      'Content-Transfer-Encoding: \0\r\n',
      'From: ',
      '<',
      '"',
      '(',
      '[fwd:',
    ),
    fc.constantFrom('Content-Disposition: attachment; filename="', 'References: <', 'Date: ', 'utf-16le', '&#', '<!--'),
  )

  test('have facts within limits', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        const bytes = fromLatin1(words.join(''))
        check(contentFacts(bytes), bytes.length)
      }),
      { numRuns: 1_000 },
    )
  })

  test('what is wanted lies in the message, ascending, and is enough', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        const bytes = fromLatin1(words.join(''))
        const plan = planFacts(parseMime(bytes))
        let last = 0
        for (const { start, end } of plan.wanted) {
          expect(start >= last && end > start && end <= bytes.length).toBe(true)
          last = end
        }
        const copies = plan.wanted.map(({ start, end }) => new Uint8Array(bytes.subarray(start, end)))
        expect(
          finishFacts(
            plan,
            copies.map((copy, at) => wantedText(plan, at, copy)),
          ),
        ).toEqual(contentFacts(bytes))
      }),
    )
  })
})

describe('limits', () => {
  const text = (size: number): string => `Content-Type: text/plain\r\n\r\n${'parola '.repeat(size / 7)}`

  test('a long text is wanted in part', () => {
    const plan = planFacts(parseMime(fromLatin1(text(700_000))))
    expect(plan.wanted).toEqual([{ start: 28, end: 28 + 262_144 }])
    const encoded = text(700_000).replace('\r\n', '\r\nContent-Transfer-Encoding: base64\r\n')
    expect(planFacts(parseMime(fromLatin1(encoded))).wanted[0]!.end).toBeLessThan(360_000)
    expect(factsOf(text(700_000)).search).toMatchObject({ complete: false })
    expect(factsOf(text(7_000)).search).toMatchObject({ complete: true })
  })

  test('many long texts are wanted up to a mebibyte', () => {
    const parts = Array.from({ length: 10 }, () => `--x\r\n${text(200_000)}\r\n`).join('')
    const bytes = fromLatin1(`Content-Type: multipart/mixed; boundary=x\r\n\r\n${parts}--x--`)
    const plan = planFacts(parseMime(bytes))
    expect(plan.wanted.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(1_048_576)
    expect(plan.complete).toBe(false)
    check(contentFacts(bytes), bytes.length)
  })

  test('a header that is too long is not kept', () => {
    expect(factsOf(`Subject: a\r\n\r\n`).header).toBe('Subject: a\r\n\r\n')
    expect(factsOf(`Subject: ${'a '.repeat(10_000)}\r\n\r\n`).header).toBeUndefined()
  })
})

describe('hostile messages', () => {
  test.each<readonly [string, string]>([
    [
      'a thousand nested parts',
      Array.from({ length: 1_000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join(
        '',
      ),
    ],
    ['a thousand nested messages', 'Content-Type: message/rfc822\r\n\r\n'.repeat(1_000)],
    [
      'ten thousand parts',
      `Content-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\n\r\na\r\n'.repeat(10_000)}--x--`,
    ],
    ['header bomb: fields', `${'A: b\r\n'.repeat(50_000)}\r\n`],
    ['header bomb: a field', `Subject: ${'=?utf-8?q?a?= '.repeat(20_000)}\r\n\r\n`],
    ['header bomb: addresses', `To: ${'a@x, '.repeat(50_000)}\r\n\r\n`],
    ['header bomb: a long name', `${'A'.repeat(200_000)}: b\r\n\r\n`],
    ['header bomb: parameters', `Content-Type: text/plain; ${'a*1*=b; '.repeat(20_000)}\r\n\r\n`],
    ['HTML bomb: tags', `Content-Type: text/html\r\n\r\n${'<b>'.repeat(80_000)}`],
    ['HTML bomb: entities', `Content-Type: text/html\r\n\r\n${'&#64830;'.repeat(30_000)}`],
    [
      'a character that folds into eighteen',
      `Content-Type: text/plain; charset=utf-8\r\n\r\n${'\xef\xb7\xba'.repeat(80_000)}`,
    ],
    [
      'quoted-printable that ends in nothing',
      `Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${'= '.repeat(200_000)}`,
    ],
    ['blanks', `\r\n${' '.repeat(260_000)}`],
    ['UTF-16 that is not', `Content-Type: text/plain; charset=utf-16le\r\n\r\n${'\x00\xd8'.repeat(50_000)}`],
  ])('%s', (_, message) => check(factsOf(message), message.length))

  // A client that lists such messages has the facts of many in memory: what is kept of one is bounded.
  const parts = (part: string, count: number): string =>
    `Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n${Array(count).fill(part).join('\r\n--x\r\n')}\r\n--x--`
  test.each<readonly [string, string]>([
    ['an envelope of groups', `From: ${'a:;'.repeat(80_000)}\r\n\r\n`],
    ['an envelope of brackets', `From: ${'<'.repeat(250_000)}\r\n\r\n`],
    [
      'parts with as many parameters as are read',
      parts(`Content-Type: text/plain${Array.from({ length: 190 }, (_, i) => `; a${i}=b`).join('')}\r\n\r\nx`, 2_000),
    ],
    [
      'parts that are messages to many',
      parts(`Content-Type: message/rfc822\r\n\r\nTo: ${'a@b,'.repeat(1_000)}\r\n\r\n`, 1_500),
    ],
    ['parts with long names', parts(`Content-Type: a/b; name="${'=?utf-8?b?w6g=?= '.repeat(5_000)}"\r\n\r\n`, 100)],
    ['names to sort by', `Subject: ${'x'.repeat(200_000)}\r\n\r\n`],
  ])('%s are told within limits', (_, message) => {
    const { envelope, bodyStructure, body, parts: tree, sort } = factsOf(message)
    expect(envelope.length).toBeLessThan(2_000_000)
    expect(bodyStructure.length + body.length + JSON.stringify(tree).length).toBeLessThan(1_500_000)
    expect(JSON.stringify(sort).length).toBeLessThan(20_000)
  })
})

test('texts of UTF-8 messages (RFC 6532) are read', () => {
  const facts = contentFacts(fromUtf8('Subject: però\r\nFrom: Nicolò <n@x>\r\n\r\nè'))
  expect(facts.search.header).toBe('subject: pero\nfrom: nicolo <n@x>')
  expect(facts.search.body).toBe('e')
  expect(facts.envelope).toContain('{5}\r\nper\xc3\xb2 ')
})
