// Electronic invoices that others send: what we print is read again as it was, and every version that is about.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printFatturaPa } from '../../../src/core/billing/fatturapa.ts'
import { readInvoice } from '../../../src/core/billing/fatturapaRead.ts'
import { exemptionWords } from '../../../src/core/billing/fatturapaWords.ts'
import { printedLines, printNumber, totalsOf } from '../../../src/core/billing/invoice.ts'
import { decimal } from '../../../src/core/billing/money.ts'
import { anInvoice, anyInvoice } from './support/invoices.ts'

const SIMPLIFIED = `<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="https://spy.example/f.xsl"?>
<n0:FatturaElettronica versione="FSM10" xmlns:n0="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.0" xmlns:xsi="x" xsi:schemaLocation="a b">
 <FatturaElettronicaHeader>
  <DatiTrasmissione><FormatoTrasmissione>FSM10</FormatoTrasmissione><CodiceDestinatario>0000000</CodiceDestinatario></DatiTrasmissione>
  <CedentePrestatore><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>01234560017</IdCodice></IdFiscaleIVA><Nome>Anna</Nome><Cognome>Bianchi</Cognome>
   <Sede><Indirizzo>Via Roma</Indirizzo><NumeroCivico>1</NumeroCivico><CAP>67100</CAP><Comune>L'Aquila</Comune><Provincia>AQ</Provincia><Nazione>IT</Nazione></Sede></CedentePrestatore>
  <CessionarioCommittente><IdentificativiFiscali><CodiceFiscale>RSSMRA80A01A345K</CodiceFiscale></IdentificativiFiscali>
   <AltriDatiIdentificativi><Denominazione>Studio Rossi</Denominazione></AltriDatiIdentificativi></CessionarioCommittente>
 </FatturaElettronicaHeader>
 <FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento><TipoDocumento>TD07</TipoDocumento><Divisa>EUR</Divisa><Data>2026-11-23</Data><Numero>12</Numero></DatiGeneraliDocumento></DatiGenerali>
  <DatiBeniServizi><Descrizione>Visita &amp; consulto</Descrizione><Importo>122.00</Importo><DatiIVA><Aliquota>22.00</Aliquota></DatiIVA></DatiBeniServizi>
 </FatturaElettronicaBody>
</n0:FatturaElettronica>`

describe('reading a FatturaPA', () => {
  it('reads what we print, whatever is in it', () => {
    fc.assert(
      fc.property(anyInvoice, (data) => {
        const read = readInvoice(printFatturaPa(data))!
        const [document] = read.documents
        expect(read.seller.vatNumber).toBe(`IT${data.seller.vatNumber}`)
        expect(document?.number).toBe(printNumber(data.number))
        expect(document?.date).toBe(data.dated)
        expect(document?.lines).toHaveLength(printedLines(data.lines).length)
        expect(document?.total).toBe(decimal(totalsOf(data.lines, data.payer).totalCents))
      }),
      { numRuns: 60 },
    )
  })

  it('reads the parts that people look for', () => {
    const read = readInvoice(printFatturaPa(anInvoice))!
    expect(read).toMatchObject({ format: 'FPA12', documents: [{ kind: 'TD01', currency: 'EUR' }] })
    expect(read.buyer.name).not.toBe('')
    expect(read.documents[0]!.vat.length).toBeGreaterThan(0)
    expect(read.documents[0]!.payments.length).toBeGreaterThan(0)
  })

  it('reads the simplified form, prefixes and style sheets of others', () => {
    expect(readInvoice(SIMPLIFIED)).toEqual({
      format: 'FSM10',
      recipientCode: '0000000',
      seller: {
        name: 'Anna Bianchi',
        vatNumber: 'IT01234560017',
        fiscalCode: undefined,
        address: "Via Roma 1, 67100 L'Aquila (AQ), IT",
      },
      buyer: { name: 'Studio Rossi', vatNumber: undefined, fiscalCode: 'RSSMRA80A01A345K', address: undefined },
      documents: [
        {
          kind: 'TD07',
          currency: 'EUR',
          date: '2026-11-23',
          number: '12',
          total: undefined,
          reasons: [],
          lines: [{ description: 'Visita & consulto', total: '122.00', vatRate: '22.00', exemption: undefined }],
          vat: [],
          withheld: [],
          stampDuty: undefined,
          payments: [],
          attached: [],
        },
      ],
    })
  })

  it.each([
    ['another document', '<a/>'],
    ['no XML', 'PK'],
    ['a document type', SIMPLIFIED.replace('<n0:Fat', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><n0:Fat')],
    ['an entity of its own', SIMPLIFIED.replace('Visita &amp;', '&a;')],
    ['another end', SIMPLIFIED.replace('</n0:', '</n1:')],
    ['no body', SIMPLIFIED.replaceAll('FatturaElettronicaBody', 'Altro')],
  ])('refuses %s', (_, source) => expect(readInvoice(source)).toBeUndefined())

  it('says why no VAT is due', () => {
    expect(exemptionWords('N2.2').it).toBe('non soggetta')
    expect(exemptionWords('X').en).toBe('X')
  })
})
