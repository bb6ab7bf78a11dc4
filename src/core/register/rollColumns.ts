// The columns of an Order's roll: which of them means what, guessed from their headings and from what is in them.
import { parseFiscalCode } from './fiscalCode.ts'
import { withoutAccents } from './letters.ts'

/** What a column of a roll may hold. */
export type RollField =
  | 'fiscalCode'
  | 'surname'
  | 'givenName'
  /** Surname and given name in one. */
  | 'fullName'
  | 'number'
  | 'section'
  | 'status'
  | 'birthDate'
  | 'email'
  | 'pec'

/** For each field its column, counted from 0. */
export type RollMapping = { readonly [field in RollField]?: number }

export const ROLL_FIELDS: readonly RollField[] = [
  'fiscalCode',
  'surname',
  'givenName',
  'fullName',
  'number',
  'section',
  'status',
  'birthDate',
  'email',
  'pec',
]

/** Headings in lower case, letters and digits only; the first that a heading equals, then the first it contains. */
const HEADINGS: Readonly<Record<RollField, { readonly equal: string; readonly contain: string }>> = {
  fiscalCode: {
    equal: 'codicefiscale codfiscale codfisc cf cfisc fiscalcode taxcode',
    contain: 'codicefiscale fiscal',
  },
  surname: { equal: 'cognome surname lastname familyname cogn', contain: 'cognome surname' },
  givenName: { equal: 'nome firstname givenname name', contain: 'nomedi firstname givenname' },
  fullName: {
    equal: 'nominativo cognomenome cognomeenome nomecognome iscritto fullname denominazione',
    contain: 'nominativo cognomenome cognomeenome',
  },
  number: {
    equal:
      'numeroiscrizione numiscrizione niscrizione nriscrizione iscrizione numero matricola numeroalbo nalbo n num number tessera',
    contain: 'numeroiscr niscr matricola numiscr numeroordine numeroalbo',
  },
  section: { equal: 'albo sezione sez professione section tipoalbo qualifica', contain: 'sezione albo professione' },
  status: {
    equal: 'stato statoiscrizione statoiscritto posizione situazione status condizione',
    contain: 'statoiscr stato posizione',
  },
  birthDate: {
    equal: 'datadinascita datanascita natoil dtnascita datanasc nascita birthdate dateofbirth',
    contain: 'datadinasc datanasc dtnasc natoil',
  },
  pec: {
    equal: 'pec indirizzopec emailpec postacertificata domiciliodigitale mailpec postaelettronicacertificata',
    contain: 'pec certificata domiciliodigitale',
  },
  email: {
    equal: 'email mail indirizzoemail postaelettronica indirizzomail emailordinaria peo',
    contain: 'email mail postaelettronica',
  },
}

/** A heading as headings are compared: `N. d'iscrizione` is `ndiscrizione`. */
const plain = (heading: string): string => withoutAccents(heading).replace(/[^a-z0-9]/g, '')

const has = (list: string, heading: string): boolean => list.split(' ').includes(heading)
const holds = (list: string, heading: string): boolean => list.split(' ').some((one) => heading.includes(one))

/** Columns that look like a field though they are another thing. */
const NOT: Readonly<Partial<Record<RollField, RegExp>>> = {
  number: /civico|telefono|cellulare|documento/,
  status: /civile|nascita|estero/,
  section: /data|numero|^n|titolo/,
  givenName: /padre|madre|utente|comune|studio/,
  surname: /utente|padre|madre/,
  fiscalCode: /studio|azienda/,
}

/** The fields whose columns a row of headings names. Fields are tried in order, each column given once. */
export const guessMapping = (headings: readonly string[]): RollMapping => {
  const names = headings.map(plain)
  const mapping: { [field in RollField]?: number } = {}
  const taken = new Set<number>()
  const give = (fits: (field: RollField, name: string) => boolean): void => {
    for (const field of ['pec', ...ROLL_FIELDS] as const) {
      if (mapping[field] !== undefined) continue
      const column = names.findIndex((name, i) => !taken.has(i) && name !== '' && fits(field, name))
      if (column < 0) continue
      mapping[field] = column
      taken.add(column)
    }
  }
  give((field, name) => has(HEADINGS[field].equal, name))
  give((field, name) => holds(HEADINGS[field].contain, name) && !NOT[field]?.test(name))
  return mapping
}

/** Whether a row is one of headings: it names columns, and holds no fiscal code. */
export const isHeadingRow = (row: readonly string[]): boolean =>
  !row.some((cell) => parseFiscalCode(cell, 2000).kind !== 'refused') && Object.keys(guessMapping(row)).length > 0

/** The index of the row of headings among the first ones (title lines come before it in many rolls), or -1. */
export const findHeadingRow = (rows: readonly (readonly string[])[]): number => {
  const score = (row: readonly string[]): number => (isHeadingRow(row) ? Object.keys(guessMapping(row)).length : 0)
  const scores = rows.map(score)
  const best = Math.max(0, ...scores)
  return best >= 2 ? scores.indexOf(best) : -1
}

const ADDRESS = /^[^@\s]+@[^@\s]+\.[^@\s]+$/
const DATE = /^(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2})/

/** A mapping made of what the columns hold, for rolls without headings. */
export const guessFromContent = (rows: readonly (readonly string[])[]): RollMapping => {
  const width = Math.max(0, ...rows.map((row) => row.length))
  const most =
    (test: (cell: string) => boolean) =>
    (column: number): boolean => {
      const cells = rows.map((row) => (row[column] ?? '').trim()).filter(Boolean)
      return cells.length > 0 && cells.filter(test).length > cells.length / 2
    }
  const columns = Array.from({ length: width }, (_, i) => i)
  const mapping: { [field in RollField]?: number } = {}
  const put = (field: RollField, column: number | undefined): void => {
    if (column !== undefined) mapping[field] = column
  }
  put('fiscalCode', columns.find(most((cell) => parseFiscalCode(cell, 2000).kind !== 'refused')))
  put('birthDate', columns.find(most((cell) => DATE.test(cell))))
  const addresses = columns.filter(most((cell) => ADDRESS.test(cell)))
  put('pec', addresses.find(most((cell) => /\bpec\b|legalmail|postacert/i.test(cell))))
  put(
    'email',
    addresses.find((column) => column !== mapping.pec),
  )
  put('number', columns.find(most((cell) => /^\d{1,6}$/.test(cell))))
  const names = columns.filter(most((cell) => /^[\p{L}' .-]{2,}$/u.test(cell) && !/\d/.test(cell)))
  put('surname', names[0])
  put('givenName', names[1])
  return mapping
}

/** What a mapping lacks to be usable: the fiscal code, and names. */
export const missingFields = (mapping: RollMapping): readonly RollField[] => {
  const named = mapping.fullName !== undefined || (mapping.surname !== undefined && mapping.givenName !== undefined)
  const missing: RollField[] = mapping.fiscalCode === undefined ? ['fiscalCode'] : []
  if (!named)
    for (const field of ['surname', 'givenName'] as const) if (mapping[field] === undefined) missing.push(field)
  return missing
}
