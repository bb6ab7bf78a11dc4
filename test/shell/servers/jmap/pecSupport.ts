// What the network does to a box, as the use cases of shell/pec write it, sealed by a key of the sandbox's authority.

import { makeDirectory, type ProviderDirectory } from '../../../../src/core/directory/providers.ts'
import { fromLatin1, fromUtf8 } from '../../../../src/core/lib/bytes.ts'
import { bytesPiece } from '../../../../src/core/lib/rope.ts'
import { SEEN } from '../../../../src/core/mail/flags.ts'
import { parseMime } from '../../../../src/core/mail/mime.ts'
import * as drafts from '../../../../src/core/pec/drafts.ts'
import type { Draft, MessageFacts, ProviderIdentity, RecipientEvent } from '../../../../src/core/pec/model.ts'
import { recordOf } from '../../../../src/shell/directory/publish.ts'
import { type Changes, type Filing, noChanges } from '../../../../src/shell/pec/changes.ts'
import { writeArrows } from '../../../../src/shell/pec/store.ts'
import { makeAuthority, type SandboxAuthority } from '../../../../src/shell/sandbox/authority.ts'
import { seal } from '../../../journeys/support/forge.ts'
import type { JmapBench } from './support.ts'

export const providerOf = (name: string, domain: string): ProviderIdentity => ({
  name,
  domain,
  serviceAddress: `posta-certificata@${domain}`,
  serviceMailbox: `ricevute@${domain}`,
})
export const ALFA = providerOf('Gestore Alfa', 'alfa.example')
export const BETA = providerOf('Gestore Beta', 'beta.example')

const FROM = Date.UTC(2026, 0)

export type Network = {
  readonly authority: SandboxAuthority
  readonly directory: ProviderDirectory
  /** A message sent from a box: its copy in Sent, the acceptance, its row; nothing of the recipients yet. */
  readonly send: (mailboxId: number, facts: MessageFacts, original: string, notice?: Draft) => Promise<void>
  /** A message of the network filed in a box; it moves the recipients named. */
  readonly file: (
    mailboxId: number,
    draft: Draft,
    facts: MessageFacts,
    more?: Partial<Filing> & { readonly events?: Readonly<Record<string, RecipientEvent>> },
  ) => Promise<void>
  readonly by: (provider: ProviderIdentity) => drafts.Sealing
}

/** Facts of a message from a box. */
export const factsOf = (
  identifier: string,
  sender: string,
  recipients: readonly string[],
  more: Partial<MessageFacts> = {},
): MessageFacts => ({
  identifier,
  clientMsgid: `<c-${identifier}>`,
  sender,
  recipients: recipients.map((address) => ({ address, certified: !address.endsWith('@plain.example') })),
  replyTo: sender,
  subject: 'Contratto',
  ...more,
})

export const openNetwork = async (bench: JmapBench): Promise<Network> => {
  const authority = await makeAuthority({ crlUrl: 'http://crl.example/ca.crl', notBefore: FROM })
  const keys = new Map(
    await Promise.all(
      [ALFA, BETA].map(async ({ name, domain, serviceAddress }) => {
        const input = { providerName: name, serviceAddress, algorithm: 'p256', notBefore: FROM } as const
        return [domain, await authority.issueProviderCertificate(input)] as const
      }),
    ),
  )
  await writeArrows(bench.db)
  const records = [ALFA, BETA].map(({ name, domain, serviceMailbox }) =>
    recordOf({
      name,
      serviceMailbox,
      managedDomains: [domain],
      ldifUrl: `https://${domain}/x`,
      certificates: [fromLatin1(keys.get(domain)!.certificatePem)],
    }),
  )
  const directory = makeDirectory(records)
  if ('problems' in directory) throw new Error('no directory')
  bench.judging.directory = directory
  bench.judging.trust = { roots: [authority.certificate], intermediates: [], crls: [] }
  const row = (bytes: Uint8Array) => bench.contents.rowOf([bytesPiece(bytes)])
  const sealed = async (draft: Draft) => {
    const signer = draft.messageId.endsWith(BETA.domain) ? BETA.domain : ALFA.domain
    return row(await seal(draft, keys.get(signer)!))
  }
  const commit = async (fill: (changes: Changes) => void): Promise<void> => {
    const changes = noChanges()
    fill(changes)
    await bench.committer.commit(changes)
  }
  const filing = async (mailboxId: number, draft: Draft, facts: MessageFacts) => {
    const content = await sealed(draft)
    bench.contents.remember(content)
    const values: Filing = {
      mailboxId,
      content: content.id,
      kind: draft.kind,
      msgid: facts.identifier,
      sizeBytes: content.sizeBytes,
      at: draft.at,
    }
    return { content, values }
  }
  const by = (provider: ProviderIdentity): drafts.Sealing => ({ provider, at: bench.clock.at })
  return {
    authority,
    directory,
    by,
    send: async (mailboxId, facts, original, notice) => {
      const access = await filing(mailboxId, notice ?? drafts.acceptance(facts, by(ALFA)), facts)
      const copy = await row(fromUtf8(original))
      bench.contents.remember(copy)
      const own = { thread: facts.clientMsgid?.slice(1, -1) ?? facts.identifier, names: [facts.identifier] }
      await commit((changes) => {
        changes.contents.push(access.content, ...(notice ? [] : [copy]))
        changes.filings.push({ ...access.values, ...own })
        if (!notice)
          changes.filings.push({
            ...access.values,
            ...own,
            folder: 'sent',
            content: copy.id,
            kind: 'submitted',
            msgid: own.thread,
            sizeBytes: copy.sizeBytes,
            flags: { system: SEEN, keywords: [] },
          })
        changes.submissions.push({
          message: facts,
          mailboxId,
          receiptType: 'complete',
          state: notice ? 'refused' : 'accepted',
          at: bench.clock.at,
        })
      })
    },
    file: async (mailboxId, draft, facts, { events = {}, ...more } = {}) => {
      const { content, values } = await filing(mailboxId, draft, facts)
      await commit((changes) => {
        changes.contents.push(content)
        changes.filings.push({ ...values, ...more })
        for (const [address, event] of Object.entries(events))
          changes.transitions.push({ identifier: facts.identifier, address, event, at: bench.clock.at })
      })
    },
  }
}

/** An envelope of Beta's around a message. */
export const envelopeOf = (facts: MessageFacts, original: string, sealing: drafts.Sealing): Draft =>
  drafts.transportEnvelope(facts, sealing, {
    originalFields: parseMime(fromUtf8(original)).root.fields,
    returnPath: facts.sender,
    receiptType: 'complete',
    postacert: [bytesPiece(fromUtf8(original))],
    forwardPaths: facts.recipients.map(({ address }) => address),
  })

export const textOf = (header: Readonly<Record<string, string>>, text: string): string =>
  `${Object.entries(header)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`
