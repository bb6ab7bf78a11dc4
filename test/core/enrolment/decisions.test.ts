// Reasons and notices of decisions: whole sentences, no shouting, what the person needs.
import { describe, expect, test } from 'vitest'
import {
  activationNotice,
  askAgainNotice,
  refusalNotice,
  welcomeMessage,
} from '../../../src/core/enrolment/decisionNotices.ts'
import { REASONS } from '../../../src/core/enrolment/reasons.ts'

test('reasons have a code of their own and say what to do', () => {
  const names = REASONS.map((reason) => `${reason.for} ${reason.code}`)
  expect(new Set(names).size).toBe(names.length)
  for (const { code, title, text } of REASONS) {
    expect(title).not.toBe('')
    expect(text).not.toMatch(/!/)
    if (code !== 'other') expect(text.length).toBeGreaterThan(40)
  }
})

const CASE = {
  name: 'Niccolò D’Angelo',
  caseNumber: '26-7K3M-9QXT',
  order: 'Ordine di Prova',
  helpDeskPhone: '0861 000000',
  publicUrl: 'https://prova.example',
}
const BOX = {
  ...CASE,
  address: 'niccolo.dangelo@pec.prova.example',
  activatedAt: Date.parse('2026-03-09T09:00:00Z'),
  expiresAt: Date.parse('2029-03-09T22:59:59Z'),
  payer: 'order' as const,
  provider: 'Gestore di Prova',
}

const at = (port: number) => ({ host: 'mx.pec.prova.example', port, security: 'tls' }) as const
const SERVERS = { imap: at(993), pop3: at(995), smtp: at(465) }

describe.each([
  ['activation', activationNotice(BOX), ['09/03/2026 alle 10:00', 'Paga l’Ordine, fino al 09/03/2029', BOX.address]],
  [
    'asked again',
    askAgainNotice({ ...CASE, reason: 'La foto è sfocata.', link: 'https://prova.example/riprendi#x' }),
    ['La foto è sfocata.', 'https://prova.example/riprendi#x'],
  ],
  [
    'refusal',
    refusalNotice({ ...CASE, reason: 'Il documento è di altri.' }),
    ['Il documento è di altri.', 'Non devi pagare nulla'],
  ],
  ['welcome without servers', welcomeMessage(BOX), ['I nomi dei server te li dice l’assistenza, 0861 000000']],
  [
    'welcome',
    welcomeMessage({ ...BOX, mailServers: SERVERS }),
    ['art. 48', 'anche se non lo leggi', 'mx.pec.prova.example, porta 993', BOX.address, 'fino al 09/03/2029'],
  ],
] as const)('%s', (_, notice, wanted) => {
  test('says what counts, in Italian and English', () => {
    for (const words of [...wanted, CASE.caseNumber, CASE.helpDeskPhone]) expect(notice.text).toContain(words)
    expect(notice.text).toContain('\n\n---\n\n')
    expect(`${notice.subject}${notice.text}`).not.toMatch(/!|undefined/)
  })
})
