// What the applicant accepts, on screen or by a signature: the words themselves, for the page and for the module.
import type { Words } from './fieldTexts.ts'

/** Changes with the words: an acceptance is of one version. */
export const ACCEPTANCE_VERSION = '2026-11'

export const ACCEPTANCE_CLAUSES = ['terms', 'privacy', 'truthful'] as const
export type AcceptanceClause = (typeof ACCEPTANCE_CLAUSES)[number]

/** The clauses. art. 4 c.4 DPR 68/2005, art. 13 Reg. UE 2016/679, artt. 46 and 76 DPR 445/2000 */
export const ACCEPTANCE_TEXTS: Readonly<Record<AcceptanceClause, Words>> = {
  terms: {
    it:
      'Chiedo l’attivazione della casella di posta elettronica certificata indicata, alle condizioni della convenzione ' +
      'del mio Ordine. So che un messaggio consegnato nella casella vale come ricevuto anche se non lo leggo, e che la ' +
      'casella è personale.',
    en:
      'I ask for the certified mailbox named above, on the terms of my Order’s convention. I know that a message ' +
      'delivered to the box counts as received even if I do not read it, and that the box is personal.',
  },
  privacy: {
    it:
      'Ho letto l’informativa sul trattamento dei dati personali. I miei dati e la copia del documento servono a ' +
      'identificarmi come titolare della casella e sono conservati per il tempo che la legge richiede.',
    en:
      'I have read the notice on the processing of personal data. My data and the copy of the document serve to identify ' +
      'me as the holder of the box and are kept for as long as the law requires.',
  },
  truthful: {
    it:
      'Dichiaro che i dati sono veri e che il documento è mio. So che chi dichiara il falso ne risponde penalmente ' +
      '(art. 76 DPR 445/2000).',
    en:
      'I declare that the data are true and that the document is mine. I know that false declarations are punished by ' +
      'criminal law (art. 76 DPR 445/2000).',
  },
}
