// Holds the evidence of the mailboxes against the ledger: what is lost, what came twice, what is not as it must be.
import type { Found } from './evidence.ts'
import type { LedgerMessage, MessageFate } from './ledger.ts'

export type Fault = {
  readonly kind: 'lost' | 'doubled' | 'wrong'
  readonly round: number
  readonly id: string
  readonly what: string
}

export type Judgement = {
  readonly faults: readonly Fault[]
  readonly sent: number
  readonly answered: number
  /** Not answered 250, and yet certified: allowed once. */
  readonly unansweredButCertified: number
  readonly accepted: number
  readonly refused: number
  readonly delivered: number
  readonly undelivered: number
  readonly envelopes: number
  /** Messages read whose signatures hold. */
  readonly verified: number
}

/** Everything found about one message. */
type Trace = {
  readonly answers: Found[]
  readonly outcomes: Found[]
  readonly envelopes: Found[]
  readonly others: Found[]
}

const tracesOf = (found: readonly Found[]): ReadonlyMap<string, Trace> => {
  const traces = new Map<string, Trace>()
  for (const one of found) {
    const trace = traces.get(one.clientMsgid) ?? { answers: [], outcomes: [], envelopes: [], others: [] }
    traces.set(one.clientMsgid, trace)
    const into =
      one.marker === 'accettazione' || one.marker === 'non-accettazione'
        ? trace.answers
        : one.marker === 'avvenuta-consegna' || one.marker === 'errore-consegna'
          ? trace.outcomes
          : one.marker === 'posta-certificata'
            ? trace.envelopes
            : trace.others
    into.push(one)
  }
  return traces
}

const fateOf = (answer: Found): MessageFate =>
  answer.marker === 'accettazione' ? 'acceptance' : answer.error === 'virus' ? 'virusNonAcceptance' : 'nonAcceptance'

type Count = (kind: Fault['kind'], what: string) => void

/** `what` must be there exactly once. */
const once = (tell: Count, found: readonly Found[], what: string): void => {
  if (found.length === 0) tell('lost', `no ${what}`)
  if (found.length > 1) tell('doubled', `${found.length} × ${what}: ${found.map((one) => `${one.mailbox} ${one.uid}`)}`)
}

const judgeRecipients = (tell: Count, message: LedgerMessage, trace: Trace): void => {
  for (const { address, fate } of message.recipients) {
    const outcomes = trace.outcomes.filter((one) => one.about === address)
    once(tell, outcomes, `outcome for ${address}`)
    const marker = fate === 'delivery' ? 'avvenuta-consegna' : 'errore-consegna'
    for (const one of outcomes) {
      if (one.marker !== marker) tell('wrong', `${one.marker} for ${address}`)
      if (one.mailbox !== message.from) tell('wrong', `outcome for ${address} in the mailbox of ${one.mailbox}`)
    }
    const envelopes = trace.envelopes.filter((one) => one.mailbox === address)
    if (fate === 'delivery') once(tell, envelopes, `envelope at ${address}`)
    else if (envelopes.length > 0) tell('wrong', `envelope at ${address}, who is not there`)
  }
  const known = new Set(message.recipients.map((one) => one.address))
  for (const one of trace.outcomes) if (!known.has(one.about)) tell('wrong', `outcome for ${one.about}`)
  for (const one of trace.envelopes) if (!known.has(one.mailbox)) tell('wrong', `envelope at ${one.mailbox}`)
}

/** What of one message is not as it must be. A message whose 250 was not heard may be there or not, but never twice. */
const judgeMessage = (tell: Count, message: LedgerMessage, trace: Trace): void => {
  const heard = message.answer?.code === 250
  const certain = trace.answers.length > 0 || trace.outcomes.length > 0 || trace.envelopes.length > 0
  if (!heard && !certain) return
  once(tell, trace.answers, 'acceptance or non-acceptance')
  for (const one of trace.answers) {
    if (fateOf(one) !== message.fate) tell('wrong', `${fateOf(one)} instead of ${message.fate}`)
    if (one.mailbox !== message.from) tell('wrong', `its answer is in the mailbox of ${one.mailbox}`)
  }
  if (message.fate === 'acceptance') judgeRecipients(tell, message, trace)
  else if (trace.outcomes.length + trace.envelopes.length > 0) tell('wrong', 'not accepted and yet delivered')
  for (const one of trace.others) tell('wrong', `${one.marker || 'ordinary mail'} in the mailbox of ${one.mailbox}`)
}

const NOTHING: Trace = { answers: [], outcomes: [], envelopes: [], others: [] }

/** Judges all messages of a ledger by all that was found. */
export const judgeAll = (ledger: ReadonlyMap<string, LedgerMessage>, found: readonly Found[]): Judgement => {
  const traces = tracesOf(found)
  const faults: Fault[] = []
  let unansweredButCertified = 0
  for (const message of ledger.values()) {
    const trace = traces.get(message.id) ?? NOTHING
    judgeMessage((kind, what) => faults.push({ kind, round: message.round, id: message.id, what }), message, trace)
    if (message.answer?.code !== 250 && trace.answers.length > 0) unansweredButCertified++
  }
  for (const one of found) {
    const { round = 0, id } = ledger.get(one.clientMsgid) ?? { id: one.clientMsgid }
    const where = `${one.marker} ${one.mailbox} ${one.uid}`
    if (!ledger.has(one.clientMsgid)) faults.push({ kind: 'wrong', round, id, what: `of no message sent: ${where}` })
    for (const fault of one.faults) faults.push({ kind: 'wrong', round, id, what: `${where}: ${fault}` })
  }
  const count = (marker: string): number => found.filter((one) => one.marker === marker).length
  return {
    faults,
    sent: ledger.size,
    answered: [...ledger.values()].filter((message) => message.answer?.code === 250).length,
    unansweredButCertified,
    accepted: count('accettazione'),
    refused: count('non-accettazione'),
    delivered: count('avvenuta-consegna'),
    undelivered: count('errore-consegna'),
    envelopes: count('posta-certificata'),
    verified: found.filter((one) => one.faults.length === 0).length,
  }
}
