// Certification data: what is printed is read back, validates against the DTD, and hostile data are refused.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromLatin1, fromUtf8 } from '../../../src/core/lib/bytes.ts'
import { MAX_DATICERT_BYTES, parseDaticert, printDaticert } from '../../../src/core/pec/daticert.ts'
import type { CertificationData } from '../../../src/core/pec/model.ts'
import { ERROR_WORD, KIND_WORD, RECEIPT_TYPE_WORD } from '../../../src/core/pec/vocabulary.ts'
import { judgePath, needs } from '../../support/judges.ts'

const DTD = join(import.meta.dirname, '../../../spec/daticert.dtd')

const base: CertificationData = {
  kind: 'nonDelivery',
  error: 'noRecipient',
  sender: 'mario.rossi@pec.alfa.example',
  recipients: [
    { address: 'giulia.neri@pec.beta.example', certified: true },
    { address: 'altro@posta.example', certified: false },
  ],
  replyTo: 'mario.rossi@pec.alfa.example',
  subject: 'Perché <no> & "sì" 🙂',
  provider: 'Gestore Alfa S.p.A.',
  at: Date.UTC(2026, 1, 3, 9, 15, 30),
  identifier: 'cer1.20260203101530.1@pec.alfa.example',
  clientMsgid: '<cli-1@mua.example>',
  receiptType: 'brief',
  deliveryTo: 'giulia.neri@pec.beta.example',
  takenFor: ['giulia.neri@pec.beta.example'],
  extendedError: '5.1.1 - Gestore Beta - indirizzo non valido',
}

const read = (xml: string): CertificationData => {
  const result = parseDaticert(fromUtf8(xml))
  if (result.kind === 'refused') throw new Error(result.reason)
  return result.data
}
const reason = (xml: string | Uint8Array): string => {
  const result = parseDaticert(typeof xml === 'string' ? fromUtf8(xml) : xml)
  return result.kind === 'refused' ? result.reason : 'accepted'
}

const keys = <K extends string>(words: Readonly<Record<K, string>>): readonly K[] => Object.keys(words) as K[]
const xmlText = fc
  .string({ unit: 'grapheme', maxLength: 80 })
  .map((text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ''))
const word = fc.stringMatching(/^[!-~]{1,60}$/)
const anyData: fc.Arbitrary<CertificationData> = fc.record({
  kind: fc.constantFrom(...keys(KIND_WORD)),
  error: fc.constantFrom(...keys(ERROR_WORD)),
  sender: word,
  recipients: fc.array(fc.record({ address: word, certified: fc.boolean() }), { minLength: 1, maxLength: 60 }),
  replyTo: word,
  subject: fc.option(xmlText, { nil: undefined }),
  provider: word,
  at: fc.integer({ min: 0, max: 4_102_444_800 }).map((seconds) => seconds * 1000),
  identifier: word,
  clientMsgid: fc.option(word, { nil: undefined }),
  receiptType: fc.option(fc.constantFrom(...keys(RECEIPT_TYPE_WORD)), { nil: undefined }),
  deliveryTo: fc.option(word, { nil: undefined }),
  takenFor: fc.option(fc.array(word, { minLength: 1, maxLength: 60 }), { nil: undefined }),
  extendedError: fc.option(xmlText, { nil: undefined }),
})

describe('printing', () => {
  // RFC 6109 §4.4
  it('follows the order of the DTD, in Italian legal time', () => {
    expect(printDaticert(base)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <postacert tipo="errore-consegna" errore="no-dest">
        <intestazione>
          <mittente>mario.rossi@pec.alfa.example</mittente>
          <destinatari tipo="certificato">giulia.neri@pec.beta.example</destinatari>
          <destinatari tipo="esterno">altro@posta.example</destinatari>
          <risposte>mario.rossi@pec.alfa.example</risposte>
          <oggetto>Perché &lt;no&gt; &amp; &quot;sì&quot; 🙂</oggetto>
        </intestazione>
        <dati>
          <gestore-emittente>Gestore Alfa S.p.A.</gestore-emittente>
          <data zona="+0100">
            <giorno>03/02/2026</giorno>
            <ora>10:15:30</ora>
          </data>
          <identificativo>cer1.20260203101530.1@pec.alfa.example</identificativo>
          <msgid>&lt;cli-1@mua.example&gt;</msgid>
          <ricevuta tipo="breve"/>
          <consegna>giulia.neri@pec.beta.example</consegna>
          <ricezione>giulia.neri@pec.beta.example</ricezione>
          <errore-esteso>5.1.1 - Gestore Beta - indirizzo non valido</errore-esteso>
        </dati>
      </postacert>
      "
    `)
  })

  it('is read back to the same values', () => {
    fc.assert(
      fc.property(anyData, (data) => {
        expect(read(printDaticert(data))).toEqual(data)
      }),
      { numRuns: 200 },
    )
  })

  // RFC 6109 §4.4
  it.skipIf(needs('xmllint'))('validates against the DTD (xmllint)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'daticert-'))
    try {
      const samples = fc.sample(anyData, { seed: 7, numRuns: 40 })
      const files = [base, ...samples].map((data, i) => {
        const file = join(folder, `${i}.xml`)
        writeFileSync(file, printDaticert(data))
        return file
      })
      execFileSync(judgePath('xmllint'), ['--nonet', '--noout', '--dtdvalid', DTD, ...files], { stdio: 'pipe' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('says the hours around the change of legal time without doubt', () => {
    const hours = [0, 1].map((hour) => Date.UTC(2026, 9, 25, hour, 30))
    const zones = hours.map((at) => /zona="([^"]+)"[\s\S]*<ora>([^<]+)/.exec(printDaticert({ ...base, at }))!.slice(1))
    expect(zones).toEqual([
      ['+0200', '02:30:00'],
      ['+0100', '02:30:00'],
    ])
    expect(hours.map((at) => read(printDaticert({ ...base, at })).at)).toEqual(hours)
  })
})

describe('reading what real providers write', () => {
  const xml = printDaticert(base)
  it('takes white space and CRLF after the root', () => {
    expect(read(`${xml}\r\n\r\n  \r\n`)).toEqual(base)
  })
  it('takes CDATA as text', () => {
    expect(read(xml.replace(/<oggetto>.*<\/oggetto>/, '<oggetto><![CDATA[a & b]]></oggetto>')).subject).toBe('a & b')
  })
  it('takes ISO-8859-1 where it is declared', () => {
    const latin = fromLatin1(xml.replace('UTF-8', 'ISO-8859-1').replace(' 🙂', ''))
    const result = parseDaticert(latin)
    expect(result.kind === 'ok' && result.data.subject).toBe('Perché <no> & "sì"')
  })
  it('takes a byte order mark', () => {
    expect(read(`\ufeff${xml}`)).toEqual(base)
  })
  it('takes the defaults of the DTD', () => {
    const data = read(xml.replace(' errore="no-dest"', '').replace('<destinatari tipo="certificato">', '<destinatari>'))
    expect(data.error).toBe('none')
    expect(data.recipients[0]!.certified).toBe(true)
  })
  it('takes an empty risposte', () => {
    expect(read(xml.replace(/<risposte>[^<]*/, '<risposte>')).replyTo).toBe('')
  })
})

describe('hostile certification data', () => {
  const xml = printDaticert(base)
  const without = (name: string): string => xml.replace(new RegExp(` *<${name}[ >](.|\\n)*?</${name}>\\n`), '')
  const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
    [
      'entities',
      xml.replace('?>', '?><!DOCTYPE postacert [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
      'document type declaration',
    ],
    ['entity without a DOCTYPE', xml.replace('Perch', '&eacute;'), 'entity that is not one of the five'],
    ['wrong root', xml.replaceAll('postacert', 'postacerta'), 'the root is not postacert'],
    ['wrong tipo', xml.replace('errore-consegna', 'consegna-errata'), 'unknown tipo'],
    ['no tipo', xml.replace(' tipo="errore-consegna"', ''), 'tipo is missing'],
    ['wrong errore', xml.replace('no-dest', 'no-luck'), 'unknown errore'],
    ['wrong recipient tipo', xml.replace('"esterno"', '"interno"'), 'unknown tipo of a recipient'],
    ['wrong ricevuta', xml.replace('"breve"', '"lunga"'), 'unknown tipo of the receipt'],
    ['unknown element', xml.replace('<dati>', '<dati><x/>'), 'gestore-emittente is missing in dati'],
    ['unknown attribute', xml.replace('<mittente>', '<mittente a="b">'), 'unknown attribute of mittente'],
    ['element in a leaf', xml.replace('<mittente>', '<mittente><b/>'), 'element inside mittente'],
    ['text between elements', xml.replace('<dati>', '<dati>ciao'), 'text inside dati'],
    [
      'text in ricevuta',
      xml.replace('<ricevuta tipo="breve"/>', '<ricevuta tipo="breve">x</ricevuta>'),
      'text inside ricevuta',
    ],
    [
      'two subjects',
      xml.replace('</intestazione>', '<oggetto>x</oggetto></intestazione>'),
      'an element of intestazione is unknown, repeated or out of order',
    ],
    [
      'wrong order',
      xml.replace('<dati>', '<dati><identificativo>x</identificativo>'),
      'gestore-emittente is missing in dati',
    ],
    ['no recipients', xml.replace(/ *<destinatari.*\n/g, ''), 'destinatari is missing in intestazione'],
    ['no identifier', without('identificativo'), 'identificativo is missing in dati'],
    ['empty identifier', xml.replace(/<identificativo>[^<]*/, '<identificativo>'), 'identificativo is empty'],
    ['no heading', without('intestazione'), 'intestazione is missing in postacert'],
    ['31 February', xml.replace('03/02/2026', '31/02/2026'), 'day that is in no calendar'],
    ['month 13', xml.replace('03/02/2026', '03/13/2026'), 'day that is in no calendar'],
    ['hour 24', xml.replace('10:15:30', '24:00:00'), 'malformed day or hour'],
    ['zone of a name', xml.replace('+0100', 'CET'), 'malformed zone'],
    ['no zone', xml.replace(' zona="+0100"', ''), 'zona is missing'],
    ['bytes that are not UTF-8', fromLatin1(xml.replace(' 🙂', '')), 'bytes that are not UTF-8'],
    ['UTF-16 declared', xml.replace('UTF-8', 'UTF-16'), 'unknown encoding'],
    ['too long', fromUtf8(xml + ' '.repeat(MAX_DATICERT_BYTES)), 'daticert.xml is too long'],
    ['not XML', 'ciao', 'no root element'],
  ]
  it.each(cases)('%s', (_, source, expected) => {
    expect(reason(source)).toBe(expected)
  })

  it('answers for any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parseDaticert(bytes).kind).toBe('refused')
      }),
    )
  })

  it('takes the recipients of the largest message', () => {
    const recipients = Array.from({ length: 2000 }, (_, i) => ({ address: `u${i}@pec.beta.example`, certified: true }))
    expect(read(printDaticert({ ...base, recipients })).recipients.length).toBe(2000)
  })
})
