// The ledger outside of the server: what was sent, and what was answered 250, each line on the disk before we go on.
import { closeSync, fsync, openSync, readFileSync, writeSync } from 'node:fs'

/** What must become of a recipient of an accepted message. */
export type RecipientFate = 'delivery' | 'nonDelivery'
/** What the message itself must be answered by. */
export type MessageFate = 'acceptance' | 'nonAcceptance' | 'virusNonAcceptance'

export type Sent = {
  readonly kind: 'sent'
  /** Message-ID of the client, with angle brackets. */
  readonly id: string
  readonly round: number
  readonly from: string
  readonly fate: MessageFate
  readonly recipients: readonly { readonly address: string; readonly fate: RecipientFate }[]
}
export type Answered = { readonly kind: 'answered'; readonly id: string; readonly code: number; readonly text: string }
export type Line = Sent | Answered

export type Ledger = {
  /** Resolves when the line is on the disk. */
  readonly write: (line: Line) => Promise<void>
  readonly close: () => void
}

/** Opens a ledger for appending. Lines that come while the disk is busy share its next turn. */
export const openLedger = (path: string): Ledger => {
  const file = openSync(path, 'a', 0o600)
  let waiting: (() => void)[] = []
  let busy = false
  const sync = (): void => {
    busy = true
    const served = waiting
    waiting = []
    fsync(file, (error) => {
      if (error) throw error
      for (const done of served) done()
      busy = false
      if (waiting.length > 0) sync()
    })
  }
  return {
    write: (line) =>
      new Promise((resolve) => {
        writeSync(file, `${JSON.stringify(line)}\n`)
        waiting.push(resolve)
        if (!busy) sync()
      }),
    close: () => closeSync(file),
  }
}

export type LedgerMessage = Sent & { readonly answer: Answered | undefined }

/** Reads a ledger back: every message sent, with the answer that its client heard. */
export const readLedger = (path: string): ReadonlyMap<string, LedgerMessage> => {
  const messages = new Map<string, LedgerMessage>()
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    if (text === '') continue
    const line = JSON.parse(text) as Line
    if (line.kind === 'sent') messages.set(line.id, { ...line, answer: undefined })
    else {
      const sent = messages.get(line.id)
      if (sent !== undefined) messages.set(line.id, { ...sent, answer: line })
    }
  }
  return messages
}
