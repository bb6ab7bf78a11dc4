// Problems of the help pages.
import { type ProblemRow, row } from './problemRow.ts'

export const HELP_PROBLEMS = {
  helpPageUnknown: row(
    404,
    'Questa pagina di aiuto non esiste',
    'Può avere cambiato nome. Cercala dalla pagina iniziale dell’aiuto, oppure chiama l’assistenza.',
    'There is no such help page',
    'It may have changed its name. Look for it from the first page of the help, or call the help desk.',
  ),
  helpPageWrong: row(
    422,
    'La pagina non può essere pubblicata così',
    'Qualcosa nel testo non è ammesso. Correggi i punti indicati e salva di nuovo: ciò che è pubblicato non è cambiato.',
    'The page cannot be published like this',
    'Something in the text is not allowed. Mend what is pointed out and save again: what is published has not changed.',
  ),
  helpPageChanged: row(
    409,
    'Qualcun altro ha cambiato questa pagina',
    'La tua modifica non è stata salvata. Copia il testo, ricarica la pagina e ripeti la modifica.',
    'Somebody else has changed this page',
    'Your change was not saved. Copy the text, load the page again and repeat the change.',
  ),
  helpPagesTooMany: row(
    422,
    'Le pagine aggiunte sono già troppe',
    'Modifica una di quelle che ci sono, oppure togline una.',
    'There are too many added pages already',
    'Change one of those that are there, or take one away.',
  ),
} as const satisfies Record<string, ProblemRow>
