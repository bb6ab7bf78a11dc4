// Problems of getting back into a box: the reference e-mail and its changes.
import { type ProblemRow, row } from './problemRow.ts'

export const RECOVERY_PROBLEMS = {
  referenceSame: row(
    409,
    'È già la tua e-mail di riferimento',
    'Non serve cambiarla. Se vuoi usarne un’altra, scrivi quella.',
    'It is your reference e-mail already',
    'There is nothing to change. To use another one, type that.',
  ),
  referenceCooling: row(
    409,
    'L’e-mail di riferimento è appena cambiata',
    'Per sicurezza si può cambiare di nuovo solo quando è finito il tempo per annullare l’ultima modifica. Se la modifica è sbagliata, annullala.',
    'The reference e-mail has just been changed',
    'For safety it can be changed again only when the time to undo the last change is over. If the change is wrong, undo it.',
  ),
  recoveryNeeded: row(
    401,
    'La richiesta non è aperta su questo dispositivo',
    'Aprila dal link che abbiamo inviato alla nuova e-mail, oppure iniziane un’altra.',
    'The request is not open on this device',
    'Open it by the link that we have sent to the new e-mail, or begin another one.',
  ),
  recoveryIncomplete: row(
    422,
    'Manca ancora qualcosa',
    'Servono il modulo firmato, la foto del documento d’identità e la conferma della nuova e-mail dal link ricevuto.',
    'Something is still missing',
    'The signed form, the photo of the identity document and the confirmation of the new e-mail by its link are needed.',
  ),
  recoveryMismatch: row(
    409,
    'I dati non corrispondono alla casella',
    'Non esiste una casella con questo indirizzo, oppure è di un’altra persona: non si può approvare. Chiedi una correzione o respingi.',
    'The data do not match the mailbox',
    'There is no mailbox with this address, or it is another person’s: it cannot be approved. Ask for a correction or refuse.',
  ),
} as const satisfies Record<string, ProblemRow>
