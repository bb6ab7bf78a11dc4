// Canned answers: what stands in them for a person's own, and those that ship with the product.
import type { TicketCategory } from './ticket.ts'

export type CannedAnswer = {
  readonly title: string
  readonly category: TicketCategory | null
  readonly text: string
}

export const PLACEHOLDERS = ['nome', 'numero', 'casella', 'pratica', 'sito', 'operatore'] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]

/** Fills `{nome}` and the like; one whose value is not known stays, so that whoever answers sees it. */
export const fillPlaceholders = (text: string, values: Readonly<Partial<Record<Placeholder, string>>>): string =>
  text.replace(/\{([a-z]+)\}/g, (all, name: string) => values[name as Placeholder] || all)

/** Braces with a word in them that is no placeholder: a slip of whoever writes the answer. */
export const unknownPlaceholders = (text: string): readonly string[] => [
  ...new Set(
    [...text.matchAll(/\{([^{}\s]{1,40})\}/g)]
      .map((one) => one[1]!)
      .filter((name) => !(PLACEHOLDERS as readonly string[]).includes(name)),
  ),
]

const letter = (body: string): string => `Gentile {nome},\n\n${body}\n\nUn saluto`

/** The answers to what is asked most. */
export const SHIPPED_ANSWERS: readonly CannedAnswer[] = [
  {
    title: 'Password dimenticata',
    category: 'access',
    text: letter(`per scegliere una nuova password apri {sito}/nuova-password e scrivi l’indirizzo della casella. Un link e un codice arrivano all’e-mail di riferimento, e valgono un’ora.

Nei programmi di posta che usavano la vecchia password scrivi poi la nuova.`),
  },
  {
    title: 'E-mail di riferimento che non si legge più',
    category: 'access',
    text: letter(`se non leggi più l’e-mail di riferimento puoi chiedere di cambiarla da {sito}/recupero: si scarica un modulo già compilato, si firma e si invia con la foto di un documento. Un operatore controlla prima di cambiare qualcosa.

La nuova e-mail servirà anche a scegliere una nuova password: indicane una che leggi davvero.`),
  },
  {
    title: 'Codice del secondo fattore perso',
    category: 'access',
    text: letter(`se hai perso il telefono usa uno dei codici di recupero che hai conservato quando hai attivato il secondo fattore: ognuno vale una volta.

Se non li hai rispondi a questo messaggio: un operatore ti chiama per riconoscerti.`),
  },
  {
    title: 'Documento poco leggibile',
    category: 'activation',
    text: letter(
      `nella pratica {pratica} la foto del documento non si legge bene. Rifalla con più luce, senza riflessi, con tutto il documento nell’inquadratura, e caricala di nuovo dalla pagina della pratica: {sito}/pratica`,
    ),
  },
  {
    title: 'A che punto è l’attivazione',
    category: 'activation',
    text: letter(
      `la pratica {pratica} è in lavorazione: dal momento in cui il documento è arrivato servono circa due giorni lavorativi. Segui ogni passo da {sito}/pratica: quando la casella è attiva ti scriviamo subito.`,
    ),
  },
  {
    title: 'Collegare iPhone, iPad o Mac',
    category: 'programs',
    text: letter(
      `dalla pagina {sito}/casella/programmi, aperta sull’iPhone, premi il pulsante per questo dispositivo: si scarica un profilo che configura da solo la casella {casella}. Poi apri Impostazioni, «Profilo scaricato», e installa.`,
    ),
  },
  {
    title: 'Messaggio con ANOMALIA',
    category: 'mail',
    text: letter(
      `un messaggio con «ANOMALIA MESSAGGIO» arriva da una casella ordinaria: dentro c’è il messaggio come è stato scritto, e si può leggere. Non ha il valore legale di una PEC: nessuno certifica chi l’ha inviato.`,
    ),
  },
  {
    title: 'Quando una PEC è consegnata',
    category: 'mail',
    text: letter(
      `una PEC vale come ricevuta quando il gestore del destinatario la mette nella sua casella: lo prova la ricevuta di avvenuta consegna, anche se nessuno la apre. Conserva le ricevute insieme al messaggio.`,
    ),
  },
  {
    title: 'Casella quasi piena',
    category: 'mail',
    text: letter(
      `la casella {casella} è quasi piena, e una casella piena non riceve. Scarica tutto da {sito}/casella/attestazione, poi cancella quello che non serve e svuota il cestino.`,
    ),
  },
  {
    title: 'Chi paga, e fino a quando',
    category: 'term',
    text: letter(
      `nella prima pagina di {sito}/casella trovi fino a quando la casella {casella} è attiva e chi paga. Novanta giorni prima della scadenza ti scriviamo con quello che c’è da fare.`,
    ),
  },
]
