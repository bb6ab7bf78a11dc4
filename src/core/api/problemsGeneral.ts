// Problems that any endpoint may answer with.
import { type ProblemRow, row } from './problemRow.ts'

export const GENERAL_PROBLEMS = {
  // of any endpoint
  badRequest: row(
    400,
    'La richiesta non è valida',
    'Un dato manca o non ha la forma attesa. Correggi i campi segnalati e riprova.',
    'The request is not valid',
    'Something is missing or has the wrong form. Mend the fields that are marked and try again.',
  ),
  signInNeeded: row(
    401,
    'Serve l’accesso',
    'La sessione è finita oppure non è mai iniziata. Accedi di nuovo: ciò che hai salvato resta.',
    'You need to sign in',
    'The session has ended or never began. Sign in again: what you saved stays.',
  ),
  caseNeeded: row(
    401,
    'La pratica non è aperta su questo dispositivo',
    'Non sappiamo quale pratica riprendere. Apri il link che hai ricevuto per e-mail, oppure inserisci di nuovo codice della convenzione e codice fiscale.',
    'The case is not open on this device',
    'We cannot tell which case to go on with. Open the link that you received by e-mail, or enter the convention code and your fiscal code again.',
  ),
  forbidden: row(
    403,
    'Il tuo ruolo non lo permette',
    'Questa operazione è riservata ad altri ruoli. Chiedi a un amministratore.',
    'Your role does not allow it',
    'This is for other roles. Ask an administrator.',
  ),
  crossSite: row(
    403,
    'Richiesta rifiutata per sicurezza',
    'La richiesta non viene da una pagina di questo servizio. Ricarica la pagina e riprova.',
    'Refused for safety',
    'The request does not come from a page of this service. Load the page again and retry.',
  ),
  notFound: row(
    404,
    'Non esiste',
    'Ciò che cerchi non c’è, oppure non è visibile con il tuo accesso.',
    'There is no such thing',
    'What you look for is not there, or cannot be seen by you.',
  ),
  keyReused: row(
    422,
    'Chiave di idempotenza già usata',
    'La stessa chiave è stata usata per una richiesta diversa. Usa una chiave nuova.',
    'Idempotency key used already',
    'The same key was used for another request. Use a new one.',
  ),
  inProgress: row(
    409,
    'La stessa richiesta è in corso',
    'Una richiesta uguale è ancora in lavorazione. Attendi qualche secondo e riprova.',
    'The same request is under way',
    'An equal request is still being worked on. Wait some seconds and retry.',
  ),
  tooLarge: row(
    413,
    'Il contenuto è troppo grande',
    'Supera il limite di dimensione. Riduci il file e riprova.',
    'The content is too large',
    'It is over the limit of size. Make it smaller and try again.',
  ),
  tooManyRequests: row(
    429,
    'Troppe richieste',
    'Sono arrivate troppe richieste in poco tempo. Attendi un minuto e riprova: non hai perso nulla.',
    'Too many requests',
    'Too many requests came in a short time. Wait a minute and retry: nothing is lost.',
  ),
  tooManyAttempts: row(
    429,
    'Troppi tentativi falliti',
    'Per sicurezza serve una pausa. Riprova fra qualche minuto.',
    'Too many failed attempts',
    'For safety there is a pause. Try again in some minutes.',
  ),
  notReady: row(
    501,
    'Non ancora disponibile',
    'Questa funzione non è ancora disponibile su questo server.',
    'Not available yet',
    'This is not available on this server yet.',
  ),
} as const satisfies Record<string, ProblemRow>
