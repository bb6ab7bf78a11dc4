// Certificates of an address: made for its holder as a PDF, and verified by whoever is shown one.
import QRCode from 'qrcode'
import type { Refusal } from '../../core/api/problems.ts'
import { DAY, type Instant, italianDay, legalTime } from '../../core/lib/instant.ts'
import {
  type AddressStanding,
  addressStanding,
  certificateNumber,
  MOST_CERTIFICATES,
} from '../../core/mailbox/certificate.ts'
import type { MailboxState } from '../../core/mailbox/standing.ts'
import { openPdf } from '../adapters/pdf.ts'
import { writeAudit } from '../audit/write.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import { lockHolder } from '../identity/account/holder.ts'
import type { AccountCaller } from '../identity/account/sessions.ts'
import { hashToken, isToken, newToken } from '../identity/tokens.ts'
import type { Office } from '../office.ts'

const POINTS_PER_MM = 72 / 25.4

type Facts = {
  readonly number: string
  readonly issuedAt: Instant
  readonly name: string
  readonly address: string
  readonly since: Instant
  readonly order: string | null
  readonly link: string
}

const day = (at: Instant): string => italianDay(legalTime(at))

const makePdf = async (office: Office, facts: Facts): Promise<Uint8Array> => {
  const { number, issuedAt, name, address, since, order, link } = facts
  const provider = office.provider.name
  const pdf = openPdf({
    title: `Attestazione ${number}`,
    author: provider,
    language: 'it',
    createdAt: issuedAt,
    head: provider,
    foot: `Attestazione ${number}`,
  })
  const qr = await QRCode.toBuffer(link, { errorCorrectionLevel: 'M', margin: 4, scale: 8 })
  pdf.image(qr, {
    width: 44 * POINTS_PER_MM,
    align: 'right',
    alt: 'Codice QR con cui si verifica questa attestazione',
    beside: () => {
      pdf.heading('Attestazione di indirizzo\ndi posta elettronica certificata')
      pdf.paragraph(`Numero ${number}`, { bold: true, size: 13, gap: 2 })
      pdf.paragraph(`emessa il ${day(issuedAt)}`)
    },
  })
  pdf.paragraph(`${provider} attesta che l’indirizzo di posta elettronica certificata indicato qui è del titolare.`)
  pdf.facts([
    ['Indirizzo PEC', address],
    ['Titolare', name || address],
    ['Attivo dal', day(since)],
    ...(order === null ? [] : [['In convenzione con', order] as const]),
  ])
  pdf.heading('Come si verifica', 2)
  pdf.paragraph(
    'Inquadra il codice QR, oppure apri questo indirizzo: dice se l’attestazione è autentica e se l’indirizzo è ancora attivo.',
  )
  pdf.paragraph(link, { size: 9 })
  pdf.paragraph('Questo documento non è firmato: fa fede la verifica. Chi ha il codice vede indirizzo e titolare.', {
    size: 9,
  })
  return pdf.finish()
}

/** Facts of the box that the holder’s row does not tell. */
const boxOf = async (tx: Tx, mailboxId: number) => {
  const [row] = await tx.query<{ since: Instant; order: string | null }>(
    'certificate-box',
    `select coalesce(t.activated_at, a.created_at) as since, o.name as "order" from account a
       left join mailbox_term t on t.mailbox_id = a.mailbox_id left join member m on m.id = t.member_id
       left join professional_order o on o.id = m.order_id where a.mailbox_id = $1`,
    [mailboxId],
  )
  return row!
}

/** Makes a certificate of the caller’s address; the secret in it is kept nowhere else. */
export const makeCertificate = async (
  office: Office,
  caller: AccountCaller,
  remoteAddress: string,
): Promise<{ readonly number: string; readonly pdf: Uint8Array } | Refusal> => {
  const now = office.clock.now()
  const token = newToken('link')
  const facts = await office.db.tx(async (tx): Promise<Facts | Refusal> => {
    const holder = await lockHolder(tx, caller.accountId)
    if (!holder) return { refusal: 'notFound' }
    if (addressStanding(holder.state) !== 'active') return { refusal: 'notInThisState' }
    const [made] = await tx.query<{ n: number }>(
      'certificate-count',
      'select count(*)::int as n from address_certificate where account_id = $1 and issued_at > $2',
      [holder.accountId, timestamp(now - DAY)],
    )
    if (made!.n >= MOST_CERTIFICATES) return { refusal: 'tooManyCertificates' }
    const box = await boxOf(tx, holder.mailboxId)
    const [row] = await tx.query<{ id: number }>(
      'certificate-issue',
      `insert into address_certificate (token_hash, account_id, mailbox_id, name, issued_at)
       values ($1, $2, $3, $4, $5) returning id`,
      [hashToken(token), holder.accountId, holder.mailboxId, holder.name, timestamp(now)],
    )
    const number = certificateNumber(row!.id, now)
    writeAudit(tx, [
      {
        at: now,
        actor: { kind: 'account', accountId: caller.accountId, remoteAddress },
        orderId: holder.orderId ?? undefined,
        action: 'box.certificate',
        subjectKind: 'mailbox',
        subjectId: holder.address,
        details: { number },
      },
    ])
    const link = `${office.publicUrl}/verifica#${token}`
    return { number, issuedAt: now, name: holder.name, address: holder.address, ...box, link }
  })
  return 'refusal' in facts ? facts : { number: facts.number, pdf: await makePdf(office, facts) }
}

export type VerifiedCertificate = {
  readonly number: string
  readonly issuedAt: Instant
  readonly name: string
  readonly address: string
  readonly since: Instant
  readonly standing: AddressStanding
}

/** What a certificate says, and whether it is still so. */
export const verifyCertificate = async (office: Office, token: string): Promise<VerifiedCertificate | Refusal> => {
  if (!isToken('link', token)) return { refusal: 'certificateUnknown' }
  const [row] = await office.db.query<{
    id: number
    issuedAt: Instant
    name: string
    address: string
    since: Instant
    state: MailboxState
  }>(
    'certificate-verify',
    `select c.id, c.issued_at as "issuedAt", c.name, b.address, b.state,
       coalesce(t.activated_at, a.created_at) as since
     from address_certificate c join mailbox b on b.id = c.mailbox_id join account a on a.id = c.account_id
       left join mailbox_term t on t.mailbox_id = b.id where c.token_hash = $1`,
    [hashToken(token)],
  )
  if (!row) return { refusal: 'certificateUnknown' }
  const { id, state, ...rest } = row
  return { ...rest, number: certificateNumber(id, row.issuedAt), standing: addressStanding(state) }
}
