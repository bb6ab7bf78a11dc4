// The Italian texts, read as people read them, and their HTML twins.
import { describe, expect, it } from 'vitest'
import type { PecKind } from '../../../src/core/pec/model.ts'
import type { TextFacts } from '../../../src/core/pec/text.ts'
import { htmlText, humanText, plainText } from '../../../src/core/pec/text.ts'
import { MARKER } from '../../../src/core/pec/vocabulary.ts'

const facts: TextFacts = {
  at: Date.UTC(2026, 6, 3, 22, 5, 9),
  sender: 'mario.rossi@pec.alfa.example',
  subject: 'Però è "una" prova',
  identifier: 'cer1.1@pec.alfa.example',
  recipients: [
    { address: 'giulia.neri@pec.beta.example', certified: true },
    { address: 'altro@posta.example', certified: false },
  ],
  recipient: 'giulia.neri@pec.beta.example',
  reason: 'MOTIVO',
}
const WHEN = 'Il giorno 04/07/2026 alle ore 00:05:09 (+0200)'
const ID = 'Identificativo messaggio: cer1.1@pec.alfa.example'
const MESSAGE = '"Però è "una" prova" proveniente da "mario.rossi@pec.alfa.example"'
const LIST = ['giulia.neri@pec.beta.example', 'altro@posta.example']
const FOR = `e destinato all'utente "giulia.neri@pec.beta.example"`
const DELIVERY = [
  `${WHEN} il messaggio`,
  MESSAGE,
  'ed indirizzato a "giulia.neri@pec.beta.example"',
  'è stato consegnato nella casella di destinazione.',
]

describe('texts, as the models of the rules', () => {
  const rows: readonly (readonly [PecKind, string, readonly string[]])[] = [
    [
      'acceptance', // RFC 6109 §3.1.4
      'Ricevuta di accettazione',
      [
        `${WHEN} il messaggio`,
        MESSAGE,
        'ed indirizzato a:',
        `${LIST[0]} ("posta certificata")`,
        `${LIST[1]} ("posta ordinaria")`,
        'è stato accettato dal sistema ed inoltrato.',
      ],
    ],
    [
      'nonAcceptance', // RFC 6109 §3.1.2
      "Errore nell'accettazione del messaggio",
      [
        `${WHEN} nel messaggio`,
        MESSAGE,
        'ed indirizzato a:',
        ...LIST,
        "è stato rilevato un problema che ne impedisce l'accettazione",
        'a causa di MOTIVO.',
        'Il messaggio non è stato accettato.',
      ],
    ],
    [
      'virusNonAcceptance', // RFC 6109 §3.1.3
      "Errore nell'accettazione del messaggio per presenza di virus",
      [
        `${WHEN} nel messaggio`,
        MESSAGE,
        'ed indirizzato a:',
        ...LIST,
        'è stato rilevato un problema di sicurezza MOTIVO.',
        'Il messaggio non è stato accettato.',
      ],
    ],
    [
      'transportEnvelope', // RFC 6109 §3.1.5
      'Messaggio di posta certificata',
      [
        `${WHEN} il messaggio`,
        '"Però è "una" prova" è stato inviato da "mario.rossi@pec.alfa.example"',
        'indirizzato a:',
        ...LIST,
        'Il messaggio originale è incluso in allegato.',
      ],
    ],
    [
      'takeInCharge', // RFC 6109 §3.2.1
      'Ricevuta di presa in carico',
      [`${WHEN} il messaggio`, MESSAGE, 'ed indirizzato a:', ...LIST, 'è stato accettato dal sistema.'],
    ],
    ['deliveryComplete', 'Ricevuta di avvenuta consegna', DELIVERY], // RFC 6109 §3.3.2.1
    ['deliveryBrief', 'Ricevuta breve di avvenuta consegna', DELIVERY], // RFC 6109 §3.3.2.2
    ['deliveryConcise', 'Ricevuta sintetica di avvenuta consegna', DELIVERY], // RFC 6109 §3.3.2.3
    [
      'nonDelivery', // RFC 6109 §3.3.3
      'Avviso di mancata consegna',
      [
        `${WHEN} nel messaggio`,
        MESSAGE,
        FOR,
        'è stato rilevato un errore MOTIVO.',
        'Il messaggio è stato rifiutato dal sistema.',
      ],
    ],
    [
      'timeoutWarning', // RFC 6109 §3.1.6
      'Avviso di mancata consegna',
      [
        `${WHEN} il messaggio`,
        MESSAGE,
        FOR,
        'non è stato consegnato nelle prime dodici ore dal suo invio. Non escludendo',
        'che questo possa avvenire in seguito, si ritiene utile considerare che',
        "l'invio potrebbe non andare a buon fine. Il sistema provvederà comunque",
        'ad inviare un ulteriore avviso di mancata consegna se nelle prossime dodici',
        'ore non vi sarà la conferma della ricezione da parte del destinatario.',
      ],
    ],
    [
      'timeoutFinal', // RFC 6109 §3.1.6
      'Avviso di mancata consegna',
      [
        `${WHEN} il messaggio`,
        MESSAGE,
        FOR,
        'non è stato consegnato nelle ventiquattro ore successive al suo invio.',
        'Si ritiene che la spedizione debba considerarsi non andata a buon fine.',
      ],
    ],
    [
      'virusDetection', // RFC 6109 §3.2.3
      'Avviso di rilevazione virus informatico',
      [`${WHEN} nel messaggio`, MESSAGE, FOR, 'è stato rilevato un problema di sicurezza MOTIVO.'],
    ],
    [
      'virusNonDelivery', // RFC 6109 §3.2.4
      'Avviso di mancata consegna per virus',
      [
        `${WHEN} nel messaggio`,
        MESSAGE,
        FOR,
        'è stato rilevato un problema di sicurezza MOTIVO.',
        'Il messaggio non è stato consegnato.',
      ],
    ],
  ]
  it.each(rows)('%s', (kind, title, lines) => {
    expect(humanText(kind, facts)).toEqual({ title, lines: [...lines, ID] })
  })

  // RFC 6109 §3.2.2
  it('anomalyEnvelope names no identifier', () => {
    expect(humanText('anomalyEnvelope', facts)).toEqual({
      title: 'Anomalia nel messaggio',
      lines: [
        `${WHEN} è stato ricevuto`,
        `il messaggio ${MESSAGE}`,
        'ed indirizzato a:',
        ...LIST,
        'Tali dati non sono stati certificati per il seguente errore:',
        'MOTIVO',
        'Il messaggio originale è incluso in allegato.',
      ],
    })
  })
  it('covers every kind', () => {
    expect(rows.length + 1).toBe(Object.keys(MARKER).length)
  })
})

describe('form', () => {
  it('is title, blank line, lines, all ended by CRLF', () => {
    expect(plainText({ title: 'T', lines: ['a', 'b'] })).toBe('T\r\n\r\na\r\nb\r\n\r\n')
  })
  it('keeps a subject from making lines of its own', () => {
    const { lines } = humanText('acceptance', { ...facts, subject: 'a\r\nIdentificativo messaggio: falso\u2028b' })
    expect(lines[1]).toContain('"a Identificativo messaggio: falso b"')
    expect(lines.filter((line) => line.startsWith('Identificativo'))).toEqual([ID])
  })
  it('says nothing where there is no subject', () => {
    expect(humanText('acceptance', { ...facts, subject: undefined }).lines[1]).toMatch(/^"" proveniente/)
  })
})

// RFC 6109 §4.3.1
describe('the HTML twin', () => {
  const kinds = Object.keys(MARKER) as readonly PecKind[]
  const plain = (html: string): string =>
    html
      .replace(/<head>.*<\/head>/, '')
      .replace(/<[^>]*>/g, '')
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
  it.each(kinds)('of %s says the same', (kind) => {
    const text = humanText(kind, { ...facts, subject: 'a <b> & "c" 🎉' })
    const said = plain(htmlText(text)).split('\r\n').filter(Boolean)
    expect(said).toEqual([text.title, ...text.lines])
  })
  it.each(kinds)('of %s refers to nothing and does nothing', (kind) => {
    const html = htmlText(humanText(kind, { ...facts, subject: '<script src="http://x">', reason: '<img src=x>' }))
    expect(html).not.toMatch(/<(?!\/?(html|head|title|body|h3|p|br)\b)|<\w+ |https?:(?!\/\/x)/)
  })
})
