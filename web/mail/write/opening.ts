// What a message begins with: nothing, a draft of this or another device, an answer, a forward, a template.
import type { EmailAddress } from '../../../src/core/jmap/header.ts'
import { draftOfMessageId, receiptTypeOf, textOf } from '../../../src/core/jmap/writing/draftEmail.ts'
import { readRecipients } from '../../../src/core/jmap/writing/recipients.ts'
import {
  forwardSubject,
  plainSubject,
  quoteText,
  replyRecipients,
  replyReferences,
  replySubject,
  startText,
} from '../../../src/core/jmap/writing/reply.ts'
import { Problem } from '../../ui/api.ts'
import type { Beginning } from '../addresses.ts'
import { request } from '../jmap/client.ts'
import type { Email, Identity, Part } from '../jmap/types.ts'
import {
  type Attachment,
  type Draft,
  draftsHere,
  emptyDraft,
  isMoreHere,
  keepDraft,
  keptDraft,
  newKey,
  newPen,
} from './draft.ts'
import { identities } from './identities.ts'
import { emailForDraft, savesOf } from './saving.ts'
import { prepareSettings, settingsNow } from './settings.ts'

/** In addresses, before the key of a draft that this device keeps. */
export const HERE_MARK = '~'

export type Opened = {
  readonly draft: Draft
  readonly identity: Identity | undefined
  /** A received certified message that is forwarded: whole, or only its text. */
  readonly forwarded?: Forwarded
  /** What was written here and not saved, while the draft was changed elsewhere, is a draft of its own now. */
  readonly wasSplit?: true
}

export type Forwarded = {
  readonly whole: readonly Attachment[]
  readonly text: string
  readonly attachments: readonly Attachment[]
}

/** The words of quotations, in the language of the page. */
export type Words = {
  readonly wrote: (who: string, at: string | null) => string
  readonly forwarded: (from: string, at: string | null, subject: string, to: string) => string
  readonly fileName: string
}

const attachmentOf = (part: Part, at: number): Attachment => ({
  id: `a${at}`,
  name: part.name ?? (part.type === 'message/rfc822' ? 'messaggio.eml' : `allegato-${at + 1}`),
  type: part.type,
  size: part.size,
  blobId: part.blobId,
  isHere: false,
})

const draftOfEmail = (email: Email & Readonly<Record<string, unknown>>, base: Draft): Draft => {
  const ours = draftOfMessageId(email.messageId)
  return {
    ...base,
    key: ours?.key ?? newKey(),
    to: email.to ?? [],
    cc: email.cc ?? [],
    subject: email.subject ?? '',
    text: textOf(email.textBody, email.bodyValues),
    receiptType: receiptTypeOf(email),
    attachments: email.attachments.map(attachmentOf),
    inReplyTo: email.inReplyTo ?? [],
    references: email.references ?? [],
    emailId: email.id,
  }
}

/** What was written here and is not there becomes a draft of its own. */
const setApart = async (draft: Draft): Promise<void> => {
  await keepDraft({ ...draft, key: newKey(), pen: newPen(), revision: 0, emailId: null })
}

const openDraft = async (emailId: string, base: Draft): Promise<Opened> => {
  const here = (await draftsHere()).find((one) => one.emailId === emailId)
  if (here && isMoreHere(here)) return { draft: { ...here, pen: newPen() }, identity: undefined }
  const draft = draftOfEmail(await emailForDraft(emailId), base)
  const other = await keptDraft(draft.key)
  if (!other || !isMoreHere(other)) return { draft: { ...draft, about: other?.about ?? null }, identity: undefined }
  await setApart(other)
  return { draft, identity: undefined, wasSplit: true }
}

/** A draft of this device by its key: there may be a newer one on the server. */
const openHere = async (key: string, base: Draft): Promise<Opened> => {
  const here = await keptDraft(key)
  if (here && isMoreHere(here)) return { draft: { ...here, pen: newPen() }, identity: undefined }
  try {
    const [newest] = await savesOf(key)
    if (newest) return await openDraft(newest.id, base)
  } catch (error) {
    if (!here) throw error
  }
  if (!here) throw new Problem(0, { code: 'jmap:notFound' })
  return { draft: { ...here, pen: newPen(), emailId: null, isAhead: true }, identity: undefined }
}

type Inner = {
  readonly email: Email & Readonly<Record<string, unknown>>
  /** The original within, where it is certified mail. */
  readonly original: Email | undefined
}

const ORIGINAL = /^postacert\.eml$/i
const isMessage = ({ type }: Part): boolean => type === 'message/rfc822'

/** A message, and of certified mail what was inside. */
const readInner = async (emailId: string): Promise<Inner> => {
  const email = await emailForDraft(emailId)
  const part = email.attachments.find((one) => isMessage(one) && ORIGINAL.test(one.name ?? ''))
  if (!part?.blobId) return { email, original: undefined }
  const [{ parsed }] = await request<[{ parsed: Readonly<Record<string, Email>> | null }]>([
    [
      'Email/parse',
      {
        blobIds: [part.blobId],
        properties: [
          'messageId',
          'references',
          'from',
          'replyTo',
          'to',
          'cc',
          'subject',
          'sentAt',
          'textBody',
          'attachments',
          'bodyValues',
        ],
        fetchTextBodyValues: true,
        maxBodyValueBytes: 1_000_000,
      },
      'p',
    ],
  ])
  return { email, original: parsed?.[part.blobId] }
}

const nameOf = (people: readonly EmailAddress[] | null): string =>
  (people ?? []).map(({ name, email }) => (name ? `${name} <${email}>` : email)).join(', ')

const answer = async (emailId: string, all: boolean, base: Draft, signature: string, words: Words): Promise<Draft> => {
  const { email, original } = await readInner(emailId)
  const message = original ?? email
  const answered = {
    from: message.from ?? [],
    replyTo: message.replyTo ?? [],
    to: message.to ?? [],
    cc: message.cc ?? [],
    subject: message.subject,
    messageId: message.messageId ?? [],
    references: message.references ?? [],
  }
  const at = message.sentAt ?? email.receivedAt
  const quoted = `${words.wrote(nameOf(message.from), at)}\n${quoteText(textOf(message.textBody, message.bodyValues))}`
  return {
    ...base,
    ...replyRecipients(answered, base.from.email, all),
    ...replyReferences(answered, original ? (email.messageId ?? []) : []),
    subject: replySubject(message.subject),
    text: startText(signature, quoted),
    about: { emailId, keyword: '$answered' },
  }
}

const fileNameOf = (subject: string, otherwise: string): string => {
  const clean = subject
    .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 60)
  return `${clean || otherwise}.eml`
}

const forward = async (
  emailId: string,
  base: Draft,
  signature: string,
  words: Words,
): Promise<Pick<Opened, 'draft' | 'forwarded'>> => {
  const { email, original } = await readInner(emailId)
  const message = original ?? email
  const subject = plainSubject(message.subject)
  const head = words.forwarded(
    nameOf(message.from),
    message.sentAt ?? email.receivedAt,
    subject,
    nameOf([...(message.to ?? []), ...(message.cc ?? [])]),
  )
  const text = startText(signature, `${head}\n\n${textOf(message.textBody, message.bodyValues)}`)
  const attachments = message.attachments.map(attachmentOf)
  const draft = {
    ...base,
    subject: forwardSubject(message.subject),
    about: { emailId, keyword: '$forwarded' as const },
  }
  // RFC 8621 §4.1.4: the blob of an Email is the message as it is, signature and all.
  const whole = [
    {
      id: 'whole',
      name: fileNameOf(subject, words.fileName),
      type: 'message/rfc822',
      size: Number(email.size ?? 0),
      blobId: email.blobId,
      isHere: false,
    },
  ]
  if (!original) return { draft: { ...draft, text, attachments } }
  return {
    draft: { ...draft, text: startText(signature, ''), attachments: whole },
    forwarded: { whole, text, attachments },
  }
}

/** Opens what one begins with. Throws Problem. */
export const openBeginning = async (beginning: Beginning, words: Words): Promise<Opened> => {
  const [list] = await Promise.all([identities(), prepareSettings()])
  const identity = list[0]
  if (!identity) throw new Problem(0, { code: 'jmap:noIdentity' })
  const { receiptType, templates } = settingsNow()
  const from = { name: identity.name || null, email: identity.email }
  const base: Draft = { ...emptyDraft(from, identity.id), receiptType }
  const signature = identity.textSignature
  switch (beginning.kind) {
    case 'draft': {
      const { emailId } = beginning
      const opened = emailId.startsWith(HERE_MARK)
        ? await openHere(emailId.slice(HERE_MARK.length), base)
        : await openDraft(emailId, base)
      return { ...opened, identity }
    }
    case 'reply':
    case 'replyAll': {
      const draft = await answer(beginning.emailId, beginning.kind === 'replyAll', base, signature, words)
      return { draft, identity }
    }
    case 'forward':
      return { ...(await forward(beginning.emailId, base, signature, words)), identity }
    case 'new': {
      const template = templates.find(({ name }) => name === beginning.template)
      const { people, wrong } = readRecipients(beginning.to ?? '')
      return {
        identity,
        draft: {
          ...base,
          to: people,
          wrongTo: wrong.map(({ text }) => text),
          subject: template?.subject ?? '',
          text: template ? `${template.text}${startText(signature, '')}` : startText(signature, ''),
        },
      }
    }
  }
}
