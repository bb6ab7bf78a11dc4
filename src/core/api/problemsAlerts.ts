// Problems of alerts on devices and to webhooks.
import { type ProblemRow, row } from './problemRow.ts'

export const ALERT_PROBLEMS = {
  pushRefused: row(
    422,
    'Questo browser non ha dato un recapito valido per gli avvisi',
    'Gli avvisi partono solo verso servizi raggiungibili con https. Aggiorna il browser, oppure usane un altro.',
    'This browser gave no valid place to send alerts to',
    'Alerts go only to services that are reached by https. Update the browser, or use another one.',
  ),
  tooManyDevices: row(
    409,
    'Troppi dispositivi',
    'Gli avvisi sono già attivi su 20 dispositivi. Togline uno che non usi più, poi riprova.',
    'Too many devices',
    'Alerts are on at 20 devices already. Remove one that you no longer use, then try again.',
  ),
  webhookUrlWrong: row(
    422,
    'Questo indirizzo non va bene per un webhook',
    'Deve essere un indirizzo https pubblico, senza nome utente e password, che non porta dentro una rete privata.',
    'This address does not do for a webhook',
    'It must be a public https address, without user name and password, that does not lead into a private network.',
  ),
  webhookUrlUnknown: row(
    422,
    'Il nome di questo indirizzo non si trova',
    'Il DNS non conosce il nome, oppure ora non risponde. Controlla che sia scritto giusto, poi riprova.',
    'The name in this address is not found',
    'DNS does not know the name, or does not answer now. Check how it is written, then try again.',
  ),
} as const satisfies Record<string, ProblemRow>
