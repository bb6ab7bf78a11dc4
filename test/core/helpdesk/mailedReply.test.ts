// Answers by e-mail: what is automatic, what they answer, what in them is new.
import { describe, expect, it } from 'vitest'
import {
  answeredNotices,
  CUT_LINE,
  isAutomatic,
  quotedLinks,
  trimReply,
} from '../../../src/core/helpdesk/mailedReply.ts'
import { mailedTicket } from '../../../src/core/helpdesk/mailedTicket.ts'
import { fromUtf8 } from '../../../src/core/lib/bytes.ts'
import { parseMime } from '../../../src/core/mail/mime.ts'

const read = (text: string, enveloped = false) => {
  const bytes = fromUtf8(text.replaceAll('\n', '\r\n'))
  return mailedTicket(parseMime(bytes).root, bytes, enveloped)
}
const fieldsOf = (...lines: readonly string[]) => read(`From: anna@posta.example\n${lines.join('\n')}\n\nciao\n`).fields
const ID = '6b1f4b1e-7a3c-4c55-9b52-0a6de1c0ffee'

describe('whether a program wrote it', () => {
  it.each([
    'Auto-Submitted: auto-replied',
    'Auto-Submitted: auto-generated; reason=x',
    'Precedence: bulk',
    'Precedence: auto_reply',
    'X-Autoreply: yes',
    'List-Id: <lista.example>',
    'Return-Path: <>',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=x',
  ])('%s', (line) => expect(isAutomatic(fieldsOf(line))).toBe(true))
  it.each(['Subject: x', 'Auto-Submitted: no', 'Precedence: first-class', 'Return-Path: <anna@posta.example>'])(
    'a person may have: %s',
    (line) => expect(isAutomatic(fieldsOf(line))).toBe(false),
  )
  it('not one whose address answers nobody', () => {
    expect(isAutomatic(read('From: MAILER-DAEMON@posta.example\n\nx').fields)).toBe(true)
    expect(isAutomatic(read('From: Negozio <no-reply@negozio.example>\n\nx').fields)).toBe(true)
  })
})

describe('what it answers', () => {
  const domain = 'pec.prova.example'
  it('is a notice of ours, by In-Reply-To before References', () => {
    const other = ID.replace('6b1f', '7777')
    expect(
      answeredNotices(fieldsOf(`References: <x@y> <${other}@${domain}>`, `In-Reply-To: <${ID}@${domain}>`), domain),
    ).toEqual([ID, other])
  })
  it.each([
    ['another domain', `<${ID}@pec.prova.example.male.example>`],
    ['another domain that ends alike', `<${ID}@xpec.prova.example>`],
    ['a dot that is none', `<${ID}@pecXprova.example>`],
    ['an id that is not random', '<00000000-0000-1000-8000-000000000000@pec.prova.example>'],
    ['no brackets', `${ID}@pec.prova.example`],
  ])('not %s', (_, id) => expect(answeredNotices(fieldsOf(`In-Reply-To: ${id}`), domain)).toEqual([]))
  it('or a link of ours that is quoted', () => {
    const token = `cll_${'a'.repeat(43)}`
    expect(quotedLinks(`> https://x.example/aiuto/richiesta#${token}\n> #cll_short`)).toEqual([token])
  })
})

describe('what is new in it', () => {
  it.each([
    ['below is our cut line', `Va bene, grazie.\n\n> ${CUT_LINE}\n> Buongiorno`, 'Va bene, grazie.'],
    [
      'Gmail in Italian',
      'Ecco il dato.\n\nIl giorno lun 9 mar 2026 alle ore 10:00 Gestore <a@b.example> ha scritto:\n\n> Buongiorno',
      'Ecco il dato.',
    ],
    [
      'Gmail folded',
      'Ecco.\n\nIl giorno lun 9 mar 2026 alle ore 10:00 Gestore di Prova\n<a@b.example> ha scritto:\n> x',
      'Ecco.',
    ],
    ['Apple', 'Fatto.\n\n> Il giorno 9 mar 2026, alle ore 10:00, Gestore <a@b.example> ha scritto:\n> \n> x', 'Fatto.'],
    ['English', 'Done.\n\nOn Mon, 9 Mar 2026 at 10:00, Desk <a@b.example> wrote:\n> x', 'Done.'],
    [
      'Outlook',
      'Fatto.\n\nDa: Gestore <a@b.example>\nInviato: lunedì 9 marzo 2026\nA: Anna\nOggetto: x\n\nBuongiorno',
      'Fatto.',
    ],
    ['a signature', 'Fatto.\n-- \nDott.ssa Anna Rossi', 'Fatto.'],
    ['answers between the lines', '> Quale programma?\nThunderbird\n> Quale versione?\n128', 'Thunderbird\n128'],
    ['nothing quoted', 'Il giorno 9 ha piovuto.\n\nE poi ha smesso.', 'Il giorno 9 ha piovuto.\n\nE poi ha smesso.'],
  ])('%s', (_, text, own) => expect(trimReply(text).text).toBe(own))
  it('is all of it where all of it is quoted', () => {
    expect(trimReply('> solo questo')).toEqual({ text: '> solo questo', trimmed: false })
  })
})

describe('an e-mail', () => {
  it('is read inside its envelope; what is attached to it is a file', () => {
    const inner = `From: Anna <anna@posta.example>
Subject: =?utf-8?Q?Non_funziona_pi=C3=B9?=
Message-ID: <1@posta.example>
Content-Type: multipart/mixed; boundary=i

--i
Content-Type: text/html; charset=utf-8

<p>Non va.</p><p>Grazie</p>
--i
Content-Type: message/rfc822

Subject: altro

dentro
--i
Content-Type: image/png; name=schermo.png
Content-Transfer-Encoding: base64

AAAA
--i--`
    const mail = read(
      `From: posta-certificata@pec.prova.example
Subject: ANOMALIA MESSAGGIO: x
Content-Type: multipart/mixed; boundary=o

--o
Content-Type: text/plain

Anomalia nel messaggio
--o
Content-Type: message/rfc822

${inner}
--o--
`,
      true,
    )
    expect(mail).toMatchObject({
      from: 'anna@posta.example',
      subject: 'Non funziona più',
      messageId: '<1@posta.example>',
    })
    expect(mail.text.trim().split(/\s+/)).toEqual(['Non', 'va.', 'Grazie'])
    expect(mail.files.map(({ fileName }) => fileName)).toEqual(['messaggio.eml', 'schermo.png'])
  })
  it('from several people is from none', () => {
    expect(read('From: a@x.example, b@x.example\n\nx').from).toBeUndefined()
  })
})
