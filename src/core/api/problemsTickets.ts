// Problems of the help desk's tickets.
import { type ProblemRow, row } from './problemRow.ts'

export const TICKET_PROBLEMS = {
  ticketUnknown: row(
    404,
    'Questa richiesta non è aperta qui',
    'Il numero può essere sbagliato, oppure la richiesta è di qualcun altro. Aprila dal link che hai ricevuto per e-mail, o accedi come quando l’hai scritta.',
    'This request is not open here',
    'The number may be wrong, or the request is somebody else’s. Open it by the link that you received, or sign in as when you wrote it.',
  ),
  ticketChanged: row(
    409,
    'La richiesta è cambiata nel frattempo',
    'Qualcuno ha scritto o l’ha spostata: quello che hai scritto non è stato inviato. Guarda com’è ora e riprova.',
    'The request has changed meanwhile',
    'Somebody wrote or moved it: what you wrote was not sent. Look at how it is now and try again.',
  ),
  ticketClosed: row(
    409,
    'La richiesta è chiusa',
    'Non si può più scrivere qui. Se ti serve ancora aiuto apri una nuova richiesta e indica il numero di questa.',
    'The request is closed',
    'Nothing can be added to it. If you still need help open a new one and give the number of this.',
  ),
  ticketTooMany: row(
    429,
    'Hai già scritto molte volte',
    'Per oggi non possiamo prenderne altre. Aggiungi quello che serve a una richiesta aperta, oppure chiama l’assistenza.',
    'You have written many times already',
    'We cannot take more for today. Add what is needed to an open request, or call the help desk.',
  ),
  ticketNoBox: row(
    409,
    'Non si sa di quale casella si tratta',
    'La richiesta non è legata a una casella di cui si conosce il titolare: chiedi alla persona di scrivere dal suo account.',
    'It is not known which mailbox it is about',
    'The request is tied to no mailbox whose holder is known: ask the person to write from their account.',
  ),
  ticketNoCase: row(
    409,
    'Non si sa di quale pratica si tratta',
    'La richiesta non è legata a una pratica di attivazione: indica alla persona la pagina per riprenderla con il codice fiscale.',
    'It is not known which case it is about',
    'The request is tied to no case: show the person the page on which it is resumed by the fiscal code.',
  ),
  ticketNoReference: row(
    409,
    'La casella non ha un’e-mail di riferimento',
    'Non c’è dove inviare il link: avvia la procedura per indicarne una nuova, con modulo e documento.',
    'The mailbox has no reference e-mail',
    'There is nowhere to send the link: start the procedure for a new one, by form and document.',
  ),
  attachmentTooLarge: row(
    413,
    'Il file è troppo grande',
    'Ogni allegato può arrivare a 10 MB. Riduci l’immagine o invia solo la parte che serve.',
    'The file is too large',
    'Each attachment may have up to 10 MB. Make the image smaller or send only the part that is needed.',
  ),
  attachmentTooMany: row(
    409,
    'Ci sono già troppi allegati',
    'Un messaggio può avere fino a 10 allegati, e tutta la richiesta 40 MB.',
    'There are too many attachments',
    'A message may have up to 10 attachments, and the whole request 40 MB.',
  ),
  attachmentLate: row(
    409,
    'È tardi per aggiungere un allegato',
    'Gli allegati si aggiungono entro un’ora dal messaggio: scrivi un nuovo messaggio e allega a quello.',
    'It is too late to add an attachment',
    'Attachments are added within an hour of the message: write a new message and attach to it.',
  ),
} as const satisfies Record<string, ProblemRow>
