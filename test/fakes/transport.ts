// A Transport without a network: domains are functions that take a mail, recipient by recipient.
import type { RecipientOutcome, Transport } from '../../src/core/ports.ts'

export type FakeDelivery = {
  readonly domain: string
  readonly reversePath: string
  readonly forwardPaths: readonly string[]
  readonly content: Buffer
  readonly requireTls: boolean
}

/** What a fake domain says to a recipient; undefined takes the mail. */
export type FakeDomain = (recipient: string) => RecipientOutcome | undefined

/** Makes one; `delivered` keeps what was taken, in order. */
export const fakeTransport = (
  domains: Readonly<Record<string, FakeDomain>>,
): Transport & { readonly delivered: FakeDelivery[] } => {
  const delivered: FakeDelivery[] = []
  let closed = false
  return {
    delivered,
    send: async ({ domain, reversePath, forwardPaths, content, requireTls }) => {
      const takes = domains[domain]
      const judge = (recipient: string): RecipientOutcome => {
        if (closed) return { kind: 'temporary', code: '4.3.2', reply: 'the transport is closing' }
        if (!takes) return { kind: 'permanent', code: '5.1.2', reply: 'the domain does not exist' }
        return takes(recipient) ?? { kind: 'delivered', reply: '250 2.0.0 taken' }
      }
      const outcomes = new Map(forwardPaths.map((path) => [path, judge(path)]))
      const taken = forwardPaths.filter((path) => outcomes.get(path)!.kind === 'delivered')
      if (taken.length > 0) {
        const pieces: Uint8Array[] = []
        for await (const piece of content()) pieces.push(piece)
        delivered.push({ domain, reversePath, forwardPaths: taken, content: Buffer.concat(pieces), requireTls })
      }
      return outcomes
    },
    close: async () => {
      closed = true
    },
  }
}
