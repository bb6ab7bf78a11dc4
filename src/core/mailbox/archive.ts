// The archive of a whole box: names of its files, what each is in words, the extract of the journal.
import { type Instant, legalTime } from '../lib/instant.ts'
import type { JournalEntry, PecKind } from '../pec/model.ts'
import { pathPart } from './takeOutPath.ts'

/** `mbox`: a file for each folder, for mail programs; `eml`: a file for each message, which opens with a double click. */
export const ARCHIVE_FORMS = ['mbox', 'eml'] as const
export type ArchiveForm = (typeof ARCHIVE_FORMS)[number]

/** How receipts are called in names of files, by their kinds; other kinds are no receipts. */
export const RECEIPT_NAMES: Readonly<Partial<Record<PecKind, string>>> = {
  acceptance: 'accettazione',
  nonAcceptance: 'non accettazione',
  virusNonAcceptance: 'non accettazione per virus',
  takeInCharge: 'presa in carico',
  deliveryComplete: 'avvenuta consegna',
  deliveryBrief: 'avvenuta consegna breve',
  deliveryConcise: 'avvenuta consegna sintetica',
  nonDelivery: 'mancata consegna',
  timeoutWarning: 'mancata consegna entro 12 ore',
  timeoutFinal: 'mancata consegna entro 24 ore',
  virusDetection: 'rilevazione virus',
  virusNonDelivery: 'mancata consegna per virus',
}

/** Names that are each given once: file systems that do not tell letters apart by their case keep both of a pair. */
export const namesOnce = (): ((path: string) => string) => {
  const given = new Set<string>()
  return (path) => {
    const dot = path.lastIndexOf('.')
    const [stem, ending] = dot > path.lastIndexOf('/') ? [path.slice(0, dot), path.slice(dot)] : [path, '']
    for (let n = 1; ; n++) {
      const name = n === 1 ? path : `${stem} (${n})${ending}`
      if (given.has(name.toLowerCase())) continue
      given.add(name.toLowerCase())
      return name
    }
  }
}

/** The file of a folder. */
export const mboxPath = (folder: string): string =>
  `posta/${folder
    .split('/')
    .map((name) => pathPart(name, 60))
    .join('/')}.mbox`

/** The first words of a receipt's subject say what it is; what follows is the message's own. */
const subjectOf = (subject: string | undefined): string => (subject ?? '').replace(/^[A-ZÀ ]{4,}: ?/, '')

const two = (n: number): string => String(n).padStart(2, '0')

/** The folder of all receipts about one message. */
export const receiptsFolder = (firstAt: Instant, subject: string | undefined): string => {
  const { year, month, day } = legalTime(firstAt)
  return `ricevute/${year}-${two(month)}-${two(day)} ${pathPart(subjectOf(subject) || 'senza oggetto', 80)}`
}

// --- journal ---------------------------------------------------------------------------------------------------------

export type ExtractRow = JournalEntry & { readonly seq: number; readonly hash: string }

/** The columns of the extract, and what each is: the CSV's head, the JSON's names and their explanation are made of it. */
export const EXTRACT_COLUMNS = [
  ['posizione', 'numero progressivo dell’annotazione nel registro del gestore'],
  ['istante', 'data e ora dell’evento, ISO 8601 in UTC'],
  ['evento', 'che cosa è avvenuto (vedi l’elenco qui sotto)'],
  ['identificativo', 'identificativo PEC del messaggio; senza, il suo Message-ID'],
  ['messageId', 'Message-ID dato dal programma di chi ha scritto'],
  ['mittente', 'indirizzo di chi ha scritto'],
  ['destinatari', 'indirizzi a cui si riferisce l’evento, separati da spazi'],
  ['oggetto', 'oggetto del messaggio'],
  ['messaggiGenerati', 'Message-ID di ricevute, avvisi e buste prodotti dall’evento, separati da spazi'],
  ['gestore', 'gestore del mittente'],
  ['dettaglio', 'motivo o esito, dove c’è'],
  [
    'impronta',
    'SHA-256 dell’annotazione, che comprende l’impronta della precedente: lega ogni riga al registro intero',
  ],
] as const
export type ExtractColumn = (typeof EXTRACT_COLUMNS)[number][0]

const EVENTS: Readonly<Record<JournalEntry['event'], string>> = {
  received: 'un messaggio di questa casella è arrivato al punto di accesso',
  accepted: 'il messaggio è stato accettato',
  refused: 'il messaggio non è stato accettato',
  sent: 'una busta o una ricevuta è stata passata a un altro server',
  arrived: 'una busta è arrivata al punto di ricezione',
  takenInCharge: 'la busta è stata presa in carico',
  delivered: 'il messaggio è stato consegnato nella casella',
  undeliverable: 'il messaggio non è stato consegnato',
  receiptReceived: 'è arrivata una ricevuta',
  anomaly: 'un messaggio di posta ordinaria, o non valido, è stato messo in busta di anomalia',
  ordinaryRefused: 'un messaggio di posta ordinaria è stato respinto',
  virusDetected: 'è stato trovato un virus',
  virusNotified: 'è arrivato l’avviso di un virus',
  timeoutNotified: 'è scaduto un tempo massimo e il mittente è stato avvisato',
  discarded: 'il messaggio è stato scartato',
}

/** A row of the extract, by its columns. */
export const extractRow = (row: ExtractRow): Readonly<Record<ExtractColumn, string | number>> => ({
  posizione: row.seq,
  istante: new Date(row.at).toISOString(),
  evento: row.event,
  identificativo: row.msgid,
  messageId: row.clientMsgid ?? '',
  mittente: row.sender,
  destinatari: row.recipients.join(' '),
  oggetto: row.subject ?? '',
  messaggiGenerati: row.related.join(' '),
  gestore: row.provider,
  dettaglio: row.detail ?? '',
  impronta: row.hash,
})

/** What the columns and events of the extract are. */
export const extractNotes = (): string => `Estratto del registro dei messaggi (art. 11 DPR 68/2005)

Contiene gli eventi conservati, degli ultimi 30 mesi, in cui questa casella è mittente o destinataria.
registro.csv si apre con un foglio di calcolo (separatore: punto e virgola, caratteri UTF-8; una cella che
sembrerebbe una formula comincia con un apostrofo). registro.json ha gli stessi dati, esatti.

Colonne
${EXTRACT_COLUMNS.map(([name, what]) => `  ${name}: ${what}`).join('\n')}

Eventi
${Object.entries(EVENTS)
  .map(([name, what]) => `  ${name}: ${what}`)
  .join('\n')}
`

// --- what the archive is ---------------------------------------------------------------------------------------------

const MAIL: Readonly<Record<ArchiveForm, string>> = {
  mbox: `posta/          un file .mbox per ogni cartella: lo aprono Thunderbird, Mail e quasi tutti i programmi
                di posta. Dentro, ogni messaggio ha i suoi byte esatti; solo le righe che cominciano con
                "From " hanno davanti un segno ">", che il programma toglie (formato mboxrd, RFC 4155).`,
  eml: `posta/          un file .eml per ogni messaggio, nella sua cartella, byte per byte come è stato consegnato:
                si apre con un doppio clic.`,
}

/** The words at the top of the archive. */
export const archiveReadme = (
  form: ArchiveForm,
  { address, provider, at }: { readonly address: string; readonly provider: string; readonly at: Instant },
): string => {
  const { year, month, day } = legalTime(at)
  return `Copia della casella PEC ${address}
fatta il ${two(day)}/${two(month)}/${year} da ${provider}

Che cosa c’è dentro

${MAIL[form]}

ricevute/       le ricevute, una cartella per ogni messaggio a cui si riferiscono, ciascuna in un file .eml con
                i suoi byte esatti: accettazione, avvenuta consegna, mancata consegna. Sono le prove di ciò che
                hai inviato. indice.csv le elenca.

registro/       l’estratto del registro del gestore: chi, a chi, quando. colonne.txt spiega ogni colonna.

SHA256SUMS      l’impronta di ogni file di questa copia: "sha256sum -c SHA256SUMS" dice se qualcosa è cambiato.

Le firme dei messaggi e delle ricevute restano verificabili: con un programma di posta, con openssl, o con il
comando "ceralacca verify". Conserva la copia intera: le prove valgono perché nessun byte è cambiato.

In short: all mail of the mailbox with its exact bytes, the receipts grouped by message, and an extract of the
provider’s log. Signatures can still be verified.
`
}
