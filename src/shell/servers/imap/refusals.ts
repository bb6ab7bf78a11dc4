// What the mailstore refuses, as IMAP says it: one code and one sentence for each (RFC 5530).
import { no, type ResponseCode, type Status } from '../../../core/mail/imap/status.ts'
import type { StoreRefusal } from '../../mailstore/mailstore.ts'

type Told = { readonly code?: ResponseCode; readonly text: string }

/** Programs act on the code; a few show the sentence to people, so it is in Italian and English. */
const REFUSALS: Readonly<Record<StoreRefusal['refusal'], Told>> = {
  nonexistent: { code: { kind: 'NONEXISTENT' }, text: 'La cartella non esiste. There is no such folder' },
  alreadyExists: { code: { kind: 'ALREADYEXISTS' }, text: "La cartella esiste gia'. The folder exists already" },
  badName: { code: { kind: 'CANNOT' }, text: 'Il nome non va bene per una cartella. No folder can have this name' },
  inbox: { code: { kind: 'CANNOT' }, text: 'La posta in arrivo resta. INBOX stays' },
  hasChildren: { code: { kind: 'HASCHILDREN' }, text: 'La cartella ne contiene altre. The folder has others in it' },
  useTaken: { code: { kind: 'USEATTR' }, text: "Un'altra cartella ha questo uso. Another folder has this use" },
  overQuota: { code: { kind: 'OVERQUOTA' }, text: "La casella e' piena. The mailbox is full" },
  limit: { code: { kind: 'LIMIT' }, text: 'Troppi elementi. There are too many of them' },
  tooLarge: { code: { kind: 'TOOBIG' }, text: 'Messaggio troppo grande. Message too large' },
  gone: { code: { kind: 'NONEXISTENT' }, text: "La cartella non esiste piu'. The folder is there no more" },
}

/** The answer to a command that the mailstore refuses. */
export const refused = ({ refusal }: StoreRefusal): Status => no(REFUSALS[refusal].text, REFUSALS[refusal].code)

/** The same where the folder named is the target of messages: the client may make it (RFC 9051 §6.3.12, §6.4.7). */
export const refusedTarget = (refusal: StoreRefusal): Status =>
  refusal.refusal === 'nonexistent' || refusal.refusal === 'gone'
    ? no(REFUSALS.nonexistent.text, { kind: 'TRYCREATE' })
    : refused(refusal)

export const isRefusal = (outcome: unknown): outcome is StoreRefusal =>
  typeof outcome === 'object' && outcome !== null && 'refusal' in outcome
