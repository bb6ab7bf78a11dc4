// The relay over SMTP: what it says to the server, and what it makes of the answers.
import { afterEach, expect, it } from 'vitest'
import { smtpRelay } from '../../../src/shell/adapters/relay.ts'
import { plainAnswers, type ScriptedServer, startScripted } from '../../support/smtp/scripted.ts'

let server: ScriptedServer | undefined
afterEach(() => server?.close())

const MAIL = {
  messageId: 'uno@pec.prova.example',
  from: 'Gestore di Prova <attivazioni@prova.example>',
  to: 'persona@posta.example',
  subject: 'Casella attiva: città',
  text: 'Buongiorno,\nla casella è attiva.\n.\nfine',
  date: Date.UTC(2026, 2, 9, 9),
}
const send = async (over?: (line: string) => string | undefined) => {
  server = await startScripted(plainAnswers(over))
  const relay = smtpRelay({ host: '127.0.0.1', port: server.port, tls: false })
  try {
    return await relay.send(MAIL)
  } finally {
    await relay.close()
  }
}

it('sends a message with its own name, date and marks', async () => {
  expect(await send()).toEqual({ kind: 'delivered', reply: '250 2.0.0 taken' })
  const heard = server!.heard
  expect(heard).toContain('MAIL FROM:<attivazioni@prova.example>')
  expect(heard).toContain('RCPT TO:<persona@posta.example>')
  expect(heard).toContain('Message-ID: <uno@pec.prova.example>')
  expect(heard).toContain('Auto-Submitted: auto-generated')
  expect(heard.find((line) => line.startsWith('Subject: '))).toBe('Subject: =?UTF-8?Q?Casella_attiva=3A_citt=C3=A0?=')
  expect(heard).toContain('..')
})

it.each([
  ['550 5.1.1 no such user', { kind: 'permanent', code: '5.1.1' }],
  ['451 4.7.1 come back later', { kind: 'temporary', code: '4.7.1' }],
  ['452 full', { kind: 'temporary', code: '4.0.0' }],
])('%s is told apart', async (answer, outcome) => {
  expect(await send((line) => (line.startsWith('RCPT') ? answer : undefined))).toMatchObject(outcome)
})

it('without an answer it is a fault', async () => {
  const relay = smtpRelay({ host: '127.0.0.1', port: 1, tls: false })
  await expect(relay.send(MAIL)).rejects.toMatchObject({ name: 'Fault', port: 'relay' })
  await relay.close()
})
