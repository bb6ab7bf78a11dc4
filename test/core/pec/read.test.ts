// Reading certified messages: the samples, what real providers do, and what attackers do.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromLatin1, fromUtf8, toBase64, toLatin1 } from '../../../src/core/lib/bytes.ts'
import { parseMime } from '../../../src/core/mail/mime.ts'
import { printDaticert } from '../../../src/core/pec/daticert.ts'
import type { CertificationData, PecKind } from '../../../src/core/pec/model.ts'
import type { PecReading } from '../../../src/core/pec/read.ts'
import { readPec } from '../../../src/core/pec/read.ts'

const SAMPLES = join(import.meta.dirname, '../../../spec/samples')
const readBytes = (bytes: Uint8Array): PecReading =>
  readPec(parseMime(bytes).root, (part) => bytes.subarray(part.bodyStart, part.bodyEnd))
const read = (text: string): PecReading => readBytes(fromLatin1(text))

describe('samples', () => {
  const kinds: Readonly<Record<string, PecKind | 'ordinary'>> = {
    '00_originale_inviato_dal_client.eml': 'ordinary',
    '01_accettazione.eml': 'acceptance',
    '02_busta_di_trasporto.eml': 'transportEnvelope',
    '02b_busta_manomessa_NEGATIVO.eml': 'transportEnvelope', // only its signature fails
    '03_presa_in_carico.eml': 'takeInCharge',
    '04_consegna_completa_To.eml': 'deliveryComplete',
    '05_consegna_sintetica_Cc.eml': 'deliveryConcise',
    '06_consegna_breve_To.eml': 'deliveryBrief',
    '07_consegna_sintetica_To.eml': 'deliveryConcise',
    '08_mancata_consegna_no-dest.eml': 'nonDelivery',
    '09_mancata_consegna_casella_piena.eml': 'nonDelivery',
    '10_non_accettazione_formale.eml': 'nonAcceptance',
    '11_non_accettazione_virus.eml': 'virusNonAcceptance',
    '12_preavviso_12h.eml': 'timeoutWarning',
    '13_preavviso_24h.eml': 'timeoutFinal',
    '14_rilevazione_virus.eml': 'virusDetection',
    '15_mancata_consegna_virus.eml': 'virusNonDelivery',
    '16_busta_di_anomalia.eml': 'anomalyEnvelope',
  }
  const files = readdirSync(SAMPLES).filter((name) => name.endsWith('.eml'))
  it.each(files)('%s', (name) => {
    const reading = readBytes(new Uint8Array(readFileSync(join(SAMPLES, name))))
    const expected = kinds[name]
    if (expected === 'ordinary') return expect(reading).toMatchObject({ kind: 'ordinary' })
    expect(reading).toMatchObject({ kind: 'pec', pecKind: expected, formFailures: [] })
    if (reading.kind !== 'pec' || expected === 'anomalyEnvelope') return
    expect(reading.data?.subject).toBe('Comunicazione n. 7 - però è una prova')
    expect(reading.data?.identifier).toBe('opec1.20260203101530.00001.1.1@gestore-a.example')
  })
  it('are all known', () => {
    expect(files.sort()).toEqual(Object.keys(kinds).sort())
  })
})

const base: CertificationData = {
  kind: 'transportEnvelope',
  error: 'none',
  sender: 'a@pec.alfa.example',
  recipients: [{ address: 'b@pec.beta.example', certified: true }],
  replyTo: 'a@pec.alfa.example',
  provider: 'Alfa',
  at: Date.UTC(2026, 1, 3),
  identifier: 'id1@pec.alfa.example',
}
const TEXT = 'Content-Type: text/plain\r\n\r\nciao'
const POSTACERT = 'Content-Type: message/rfc822; name="postacert.eml"\r\n\r\nFrom: a@b\r\n\r\nx'
const daticert = (data: CertificationData = base): string =>
  `Content-Type: application/xml; name="daticert.xml"\r\nContent-Transfer-Encoding: base64\r\n\r\n${toBase64(fromUtf8(printDaticert(data)))}`
const P7S =
  'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB'
const HEAD =
  'From: p@pec.alfa.example\r\nDate: Tue, 03 Feb 2026 10:15:30 +0100\r\nMessage-ID: <id1@pec.alfa.example>\r\n'

const parts = (boundary: string, ...inside: readonly string[]): string =>
  `${inside.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--`
const mixed = (...inside: readonly string[]): string =>
  `Content-Type: multipart/mixed; boundary=m\r\n\r\n${parts('m', ...inside)}`
const signed = (marker: string, ...inside: readonly string[]): string =>
  `${HEAD}${marker}\r\nContent-Type: multipart/signed; boundary=s\r\n\r\nS/MIME\r\n${parts('s', ...inside)}\r\n`
const message = (marker: string, ...inside: readonly string[]): string => signed(marker, mixed(...inside), P7S)
const ENVELOPE = 'X-Trasporto: posta-certificata'
const envelope = (...inside: readonly string[]): string => message(ENVELOPE, ...inside)

describe('signature structure', () => {
  // RFC 6109 §2.2.2
  it('gives exactly the bytes that are signed', () => {
    const text = envelope(TEXT, daticert(), POSTACERT)
    const reading = read(text)
    if (reading.structure === undefined) throw new Error('no structure')
    const { signedStart, signedEnd, signaturePart } = reading.structure
    expect(text.slice(signedStart, signedEnd)).toBe(mixed(TEXT, daticert(), POSTACERT))
    expect(text.slice(signaturePart.bodyStart, signaturePart.bodyEnd)).toBe('MIIB')
  })
  const none: readonly (readonly [string, string])[] = [
    ['no multipart/signed', `${HEAD}${ENVELOPE}\r\n${mixed(TEXT, daticert(), POSTACERT)}`],
    ['three parts', signed(ENVELOPE, mixed(TEXT, daticert(), POSTACERT), P7S, TEXT)],
    ['one part', signed(ENVELOPE, mixed(TEXT, daticert(), POSTACERT))],
    ['second part of another type', signed(ENVELOPE, mixed(TEXT, daticert(), POSTACERT), TEXT)],
    ['not closed', envelope(TEXT, daticert(), POSTACERT).replace('--s--', '')],
    [
      'signature below the top',
      `${HEAD}${ENVELOPE}\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n${parts('o', `Content-Type: multipart/signed; boundary=s\r\n\r\n${parts('s', mixed(TEXT, daticert()), P7S)}`)}\r\n`,
    ],
  ]
  it.each(none)('is none: %s', (_, text) => {
    expect(read(text)).toMatchObject({ kind: 'pec', pecKind: undefined, formFailures: ['struttura di firma assente'] })
  })
  it('of ordinary signed mail is found too', () => {
    const reading = read(signed('X-A: b', mixed(TEXT), P7S))
    expect(reading.kind).toBe('ordinary')
    expect(reading.structure).toBeDefined()
  })
})

describe('what real providers do', () => {
  const right: readonly (readonly [string, string])[] = [
    ['order of the parts', envelope(TEXT, POSTACERT, daticert())],
    [
      'text as multipart/alternative',
      envelope(
        `Content-Type: multipart/alternative; boundary=a\r\n\r\n${parts('a', TEXT, TEXT.replace('plain', 'html'))}`,
        daticert(),
        POSTACERT,
      ),
    ],
    [
      'old type of the signature',
      envelope(TEXT, daticert(), POSTACERT).replace('application/pkcs7-sig', 'application/x-pkcs7-sig'),
    ],
    [
      'case of names and values',
      envelope(TEXT, daticert(), POSTACERT)
        .replace('X-Trasporto: posta', 'x-trasporto: POSTA')
        .replace('name="daticert.xml"', 'name="Daticert.XML"'),
    ],
    [
      'name in Content-Disposition only',
      envelope(
        TEXT,
        daticert().replace('; name="daticert.xml"', '\r\nContent-Disposition: inline; filename="daticert.xml"'),
        POSTACERT,
      ),
    ],
    ['original without a name', envelope(TEXT, daticert(), POSTACERT.replace('; name="postacert.eml"', ''))],
    ['no Sender', envelope(TEXT, daticert(), POSTACERT)],
    [
      'further parts of their own',
      envelope(TEXT, daticert(), POSTACERT, 'Content-Type: image/png; name=logo.png\r\n\r\nx'),
    ],
  ]
  it.each(right)('%s', (_, text) => {
    expect(read(text)).toMatchObject({
      kind: 'pec',
      pecKind: 'transportEnvelope',
      formFailures: [],
      data: { identifier: base.identifier },
    })
  })
  it('takes its own word for the last timeout notice', () => {
    const notice = (extendedError: string): PecReading =>
      read(
        message(
          'X-Ricevuta: preavviso-errore-consegna',
          TEXT,
          daticert({ ...base, kind: 'timeoutNotice', error: 'other', deliveryTo: 'b@pec.beta.example', extendedError }),
        ),
      )
    expect(notice('5.4.1 - Aruba Pec S.p.A. - il messaggio')).toMatchObject({ pecKind: 'timeoutFinal' })
    expect(notice('nelle ventiquattro ore successive')).toMatchObject({ pecKind: 'timeoutFinal' })
    expect(notice('nelle prime dodici ore')).toMatchObject({ pecKind: 'timeoutWarning' })
  })
})

describe('form', () => {
  // RFC 6109 §2.2.2, §4.3, §4.4
  const receipt = (data: Partial<CertificationData>, marker: string, ...more: readonly string[]): string =>
    message(marker, TEXT, daticert({ ...base, ...data }), ...more)
  const cases: readonly (readonly [string, string, string])[] = [
    ['no daticert', envelope(TEXT, POSTACERT), 'parte daticert.xml assente'],
    ['two daticert parts', envelope(TEXT, daticert(), daticert(), POSTACERT), 'parte daticert.xml presente più volte'],
    [
      'daticert inside the carried message',
      envelope(TEXT, `Content-Type: message/rfc822; name="postacert.eml"\r\n\r\n${daticert()}`),
      'parte daticert.xml assente',
    ],
    [
      'daticert beside the signed entity',
      signed(ENVELOPE, mixed(TEXT, POSTACERT), P7S).replace('S/MIME\r\n', `--x\r\n${daticert()}\r\n`),
      'parte daticert.xml assente',
    ],
    [
      'hostile daticert',
      envelope(TEXT, 'Content-Type: application/xml; name="daticert.xml"\r\n\r\n<!DOCTYPE a []><a/>', POSTACERT),
      'dati di certificazione non validi: document type declaration',
    ],
    [
      'wrong tipo',
      envelope(TEXT, daticert({ ...base, kind: 'acceptance' }), POSTACERT),
      "tipo dei dati di certificazione diverso dall'intestazione: accettazione",
    ],
    [
      'identifier of another',
      envelope(TEXT, daticert({ ...base, identifier: 'id2@pec.alfa.example' }), POSTACERT),
      'identificativo diverso dal Message-ID della busta',
    ],
    ['no original in an envelope', envelope(TEXT, daticert()), 'parte postacert.eml assente'],
    ['two originals', envelope(TEXT, daticert(), POSTACERT, POSTACERT), 'parte postacert.eml presente più volte'],
    ['no text', envelope(daticert(), POSTACERT), 'testo leggibile assente'],
    [
      'no Message-ID',
      envelope(TEXT, daticert(), POSTACERT).replace(/Message-ID:.*\r\n/, ''),
      "campo Message-ID assente o ripetuto nell'intestazione",
    ],
    [
      'two From',
      envelope(TEXT, daticert(), POSTACERT).replace('From: ', 'From: x@y\r\nFrom: '),
      "campo From assente o ripetuto nell'intestazione",
    ],
    [
      'two markers',
      message(`${ENVELOPE}\r\nX-Ricevuta: accettazione`, TEXT, daticert(), POSTACERT),
      'campi X-Trasporto e X-Ricevuta ripetuti',
    ],
    [
      'a marker twice',
      message(`${ENVELOPE}\r\n${ENVELOPE}`, TEXT, daticert(), POSTACERT),
      'campi X-Trasporto e X-Ricevuta ripetuti',
    ],
    ['unknown marker', message('X-Ricevuta: consegnato', TEXT, daticert()), 'valore sconosciuto: consegnato'],
    [
      'envelope word in the receipt field',
      message('X-Ricevuta: posta-certificata', TEXT, daticert(), POSTACERT),
      'valore sconosciuto: posta-certificata',
    ],
    [
      'delivery without its recipient',
      receipt({ kind: 'delivery' }, 'X-Ricevuta: avvenuta-consegna'),
      'destinatario della consegna assente',
    ],
    [
      'take in charge for nobody',
      receipt({ kind: 'takeInCharge' }, 'X-Ricevuta: presa-in-carico'),
      'destinatari presi in carico assenti',
    ],
    [
      'original in a non-acceptance',
      receipt({ kind: 'nonAcceptance', error: 'other' }, 'X-Ricevuta: non-accettazione', POSTACERT),
      'parte postacert.eml non ammessa',
    ],
    [
      'certification data in an anomaly envelope',
      message('X-Trasporto: errore', TEXT, daticert(), POSTACERT),
      'parte daticert.xml non ammessa',
    ],
    [
      'signed entity that is no multipart/mixed',
      signed(ENVELOPE, daticert(), P7S),
      'contenuto firmato diverso da multipart/mixed',
    ],
  ]
  it.each(cases)('%s', (_, text, failure) => {
    const reading = read(text)
    expect(reading.kind === 'pec' && reading.formFailures).toContain(failure)
  })
  it('asks for the bytes of daticert.xml only', () => {
    const bytes = fromLatin1(envelope(TEXT, daticert(), POSTACERT))
    const asked: string[] = []
    readPec(parseMime(bytes).root, (part) => {
      asked.push(part.parameters.name ?? '')
      return bytes.subarray(part.bodyStart, part.bodyEnd)
    })
    expect(asked).toEqual(['daticert.xml'])
  })
  it('is not asked of ordinary mail', () => {
    expect(read('From: a@b\r\n\r\nciao')).toEqual({ kind: 'ordinary', structure: undefined })
  })
  it('survives any truncation of a message', () => {
    const text = envelope(TEXT, daticert(), POSTACERT)
    for (let length = 0; length < text.length; length += 13) {
      const reading = read(text.slice(0, length))
      if (reading.kind === 'pec') expect(reading.formFailures.length).toBeGreaterThan(0)
    }
    expect(toLatin1(fromLatin1(text))).toBe(text)
  })
})
