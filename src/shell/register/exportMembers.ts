// The members of a selection as a file: CSV or XLSX, made while it is sent.
import { csvLine } from '../../core/lib/csv.ts'
import type { Office } from '../office.ts'
import { allMembers, type MemberQuery, type MemberSeen } from './members.ts'
import { writeXlsx } from './xlsxWrite.ts'

const HEADINGS = [
  'Codice fiscale',
  'Cognome',
  'Nome',
  'Numero iscrizione',
  'Albo',
  'Stato',
  'E-mail',
  'Domicilio digitale',
  'Stato del domicilio',
  'Pratica',
  'Stato della pratica',
  'Casella in convenzione',
  'Stato della casella',
  'Scadenza',
  'Da guardare',
] as const

const SECTION = { physician: 'medici', dentist: 'odontoiatri', both: 'medici e odontoiatri' } as const
const STATUS = {
  active: 'attivo',
  suspended: 'sospeso',
  cancelled: 'cancellato',
  transferred: 'trasferito',
  deceased: 'deceduto',
} as const
const DOMICILE = { confirmed: 'confermato', awaiting: 'in attesa', failed: 'non raggiungibile' } as const
const CASE = {
  draft: 'iniziata',
  awaitingReview: 'in esame',
  awaitingDocument: 'da correggere',
  approved: 'approvata',
} as const
const BOX = { active: 'attiva', suspended: 'sospesa', expired: 'scaduta' } as const
const EXCEPTION = {
  noDomicile: 'senza domicilio',
  awaitingDomicile: 'domicilio in attesa',
  enrolling: 'attivazione in corso',
  expiring: 'in scadenza',
  expired: 'scaduta',
  full: 'casella piena',
  unread: 'posta non letta',
  suspended: 'sospeso',
} as const

const cellsOf = (row: MemberSeen): readonly string[] => [
  row.fiscal_code,
  row.surname,
  row.given_name,
  row.number,
  SECTION[row.section],
  STATUS[row.status],
  row.contact_email ?? '',
  row.domicile_address ?? '',
  row.domicile_state === null ? '' : DOMICILE[row.domicile_state],
  row.case_number ?? '',
  row.case_state === null ? '' : CASE[row.case_state],
  row.box_address ?? '',
  row.box_state === null ? '' : BOX[row.box_state],
  row.expires_at === null ? '' : new Date(row.expires_at).toISOString().slice(0, 10),
  row.exceptions.map((one) => EXCEPTION[one]).join(', '),
]

async function* rowsOf(members: AsyncIterable<readonly MemberSeen[]>): AsyncGenerator<readonly (readonly string[])[]> {
  yield [HEADINGS]
  for await (const batch of members) yield batch.map(cellsOf)
}

/** CSV of batches of rows: UTF-8 with its mark, semicolons. */
export async function* writeCsv(rows: AsyncIterable<readonly (readonly string[])[]>): AsyncGenerator<Uint8Array> {
  yield Buffer.from('\ufeff')
  for await (const batch of rows) yield Buffer.from(batch.map(csvLine).join(''))
}

/** The file, streaming. */
export const exportMembers = (
  office: Office,
  orderId: number,
  query: MemberQuery,
  format: 'csv' | 'xlsx',
): AsyncIterable<Uint8Array> => {
  const rows = rowsOf(allMembers(office, orderId, query))
  return format === 'csv' ? writeCsv(rows) : writeXlsx('Iscritti', rows)
}
