// `ceralacca demo`: a certified message with an attachment from Alfa to Beta, and its receipts as they come, verified.
import { join } from 'node:path'
import { italianHour, legalTime, mailDate } from '../../core/lib/instant.ts'
import type { PecKind } from '../../core/pec/model.ts'
import { KIND_NAME, outcomeText } from '../../core/pec/verdictText.ts'
import { SANDBOX, SANDBOX_PASSWORD } from '../sandbox/contract.ts'
import { readSandboxOptions } from '../sandbox/prepare.ts'
import { dataOf, openSubmission } from '../sandbox/submission.ts'
import { verifyMessage } from './verify/message.ts'
import { readArguments } from './verify/options.ts'

type Listed = { readonly uid: number; readonly kind: PecKind; readonly msgid: string; readonly subject?: string }
type Box = { readonly http: string; readonly user: string }

/** How long the receipts may take, in seconds. */
const PATIENCE_SECONDS = 30

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Sends one message in the running sandbox; exit code 0 where every receipt came and holds. */
export const demoCommand = async (): Promise<number> => {
  try {
    return await runDemo()
  } catch (error) {
    say(`La sandbox ha smesso di rispondere / the sandbox stopped answering: ${(error as Error).message}`)
    return 1
  }
}

const runDemo = async (): Promise<number> => {
  const options = readSandboxOptions(process.env, process.cwd())
  const [alfa, beta] = SANDBOX
  const port = (contract: number): number => contract + options.portOffset
  const from = `mario.rossi@${alfa!.domain}`
  const to = `giulia.neri@${beta!.domain}`
  const sender: Box = { http: `http://127.0.0.1:${port(alfa!.ports.http)}`, user: from }
  const receiver: Box = { http: `http://127.0.0.1:${port(beta!.ports.http)}`, user: to }

  const begun = performance.now()
  let marks: readonly [number, number]
  try {
    marks = [await lastUid(sender), await lastUid(receiver)]
  } catch {
    say('La sandbox non risponde: avviala con "npm start" in un altro terminale, poi riprova.')
    say('The sandbox does not answer: start it with "npm start" in another terminal, then try again.')
    return 1
  }
  const client = await openSubmission({
    port: port(alfa!.ports.submissionTls),
    security: 'tls',
    user: from,
    password: SANDBOX_PASSWORD,
  })
  const reply = await client.send({ from, recipients: [to], data: dataOf(demoMessage(from, to)) })
  await client.quit()
  const step = (text: string): void => say(`${((performance.now() - begun) / 1000).toFixed(2).padStart(6)} s  ${text}`)
  say(`${from}  →  ${to}\n`)
  step(`inviato / sent: ${reply.code} ${reply.text}`)
  if (reply.code !== 250) return 1

  const identifier = /queued as (\S+)/.exec(reply.text)?.[1] ?? ''
  const wanted: readonly [Box, PecKind, number][] = [
    [sender, 'acceptance', marks[0]],
    [receiver, 'transportEnvelope', marks[1]],
    [sender, 'deliveryComplete', marks[0]],
  ]
  const judge = await openJudge(options.dataDir)
  let holds = true
  for (const [box, kind, after] of wanted) {
    const found = await waitFor(box, kind, identifier, after)
    if (!found) {
      step(`${KIND_NAME[kind].it}: non arrivata entro ${PATIENCE_SECONDS} s / not here in time`)
      return 1
    }
    const verdict = judge(await bytesOf(box, found.uid))
    holds &&= verdict.holds
    step(`${box.user}: ${KIND_NAME[kind].it} / ${KIND_NAME[kind].en}`)
    say(`          ${verdict.holds ? '✓' : '✗'} ${verdict.text}`)
    say(`          ${box.http}/api/v1/messages/${found.uid}`)
  }
  say(`\nidentificativo / identifier: ${identifier}`)
  say('per tenere una ricevuta e verificarla / to keep a receipt and verify it:')
  say(`  curl -u ${from}:${SANDBOX_PASSWORD} ${sender.http}/api/v1/messages/UID > ricevuta.eml`)
  say('  npx ceralacca verify ricevuta.eml')
  return holds ? 0 : 1
}

const get = async (box: Box, path: string, signal?: AbortSignal): Promise<Response> => {
  const authorization = `Basic ${Buffer.from(`${box.user}:${SANDBOX_PASSWORD}`).toString('base64')}`
  const answer = await fetch(`${box.http}/api/v1${path}`, { headers: { authorization }, ...(signal ? { signal } : {}) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return answer
}

const lastUid = async (box: Box): Promise<number> =>
  ((await (await get(box, '/status')).json()) as { uidNext: number }).uidNext - 1

const bytesOf = async (box: Box, uid: number): Promise<Uint8Array> =>
  new Uint8Array(await (await get(box, `/messages/${uid}`)).arrayBuffer())

/** Waits for a message of a kind about an identifier. */
const waitFor = async (box: Box, kind: PecKind, identifier: string, after: number): Promise<Listed | undefined> => {
  const until = performance.now() + PATIENCE_SECONDS * 1000
  let mark = after
  while (performance.now() < until) {
    const { messages } = (await (await get(box, `/messages?after=${mark}&wait=5`)).json()) as { messages: Listed[] }
    const found = messages.find((one) => one.kind === kind && one.msgid === identifier)
    if (found) return found
    mark = messages.at(-1)?.uid ?? mark
  }
  return undefined
}

/** A judge that knows the sandbox's authority and directory, as `ceralacca verify` does. */
const openJudge = async (dataDir: string): Promise<(bytes: Uint8Array) => { holds: boolean; text: string }> => {
  const now = Date.now()
  const given = readArguments(['demo.eml'], join(dataDir), now)
  return (bytes) => {
    const { verification } = verifyMessage(bytes, { trust: given.trust, directories: given.directories, now })
    const outcome = outcomeText(verification)
    return { holds: verification.verdict === 'holds', text: `${outcome.it} / ${outcome.en}` }
  }
}

/** A message with an attachment, CRLF line ends. */
const demoMessage = (from: string, to: string): string => {
  const now = Date.now()
  const attachment = Buffer.from('Preventivo n. 7: tutto compreso, 1.000 euro.\n').toString('base64')
  return [
    `From: Mario Rossi <${from}>`,
    `To: Giulia Neri <${to}>`,
    `Subject: Preventivo delle ore ${italianHour(legalTime(now))}`,
    `Date: ${mailDate(now)}`,
    `Message-ID: <${now}.demo@client.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="demo"',
    '',
    '--demo',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    'Buongiorno, in allegato il preventivo. Cordiali saluti.',
    '--demo',
    'Content-Type: text/plain; name="preventivo.txt"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="preventivo.txt"',
    '',
    attachment,
    '--demo--',
    '',
  ].join('\r\n')
}
