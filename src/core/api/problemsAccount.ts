// Problems of the account: sign-in to a box, proofs, what is the holder's alone.
import { type ProblemRow, row } from './problemRow.ts'

export const ACCOUNT_PROBLEMS = {
  accountSignInNeeded: row(
    401,
    'Serve l’accesso alla casella',
    'La sessione è finita oppure non è mai iniziata. Accedi con l’indirizzo della casella e la password.',
    'You need to sign in to the mailbox',
    'The session has ended or never began. Sign in with the address of the mailbox and the password.',
  ),
  accountSignInWrong: row(
    401,
    'Indirizzo o password non corretti',
    'Controlla l’indirizzo della casella, per intero, e la password. Se non ricordi la password puoi sceglierne una nuova.',
    'Address or password is wrong',
    'Check the whole address of the mailbox and the password. If you do not remember the password you can choose a new one.',
  ),
  passwordWrong: row(
    403,
    'La password non è corretta',
    'Serve la password di questo accesso. Riprova: nulla è stato cambiato.',
    'The password is wrong',
    'The password of this sign-in is needed. Try again: nothing was changed.',
  ),
  proofNeeded: row(
    403,
    'Conferma che sei tu',
    'Prima di questa modifica serve di nuovo la password o il secondo fattore. Vale per dieci minuti.',
    'Confirm that it is you',
    'Before this change the password or the second factor is needed again. It holds for ten minutes.',
  ),
  factorNeeded: row(
    403,
    'Prima attiva il secondo fattore',
    'Il gestore chiede che la casella non si apra con la sola password. Aggiungi una passkey oppure i codici di un’app sul telefono: poi continui da qui.',
    'Set up the second factor first',
    'The provider wants no mailbox to open by the password alone. Add a passkey or the codes of an app on the phone: then you go on from here.',
  ),
  factorRequired: row(
    409,
    'Il secondo fattore è obbligatorio',
    'Il gestore lo richiede a tutti, e questo è l’ultimo che hai. Aggiungine prima un altro, poi togli questo.',
    'The second factor is required',
    'The provider requires one of everybody, and this is your last. Add another first, then remove this one.',
  ),
  tooManyAppPasswords: row(
    409,
    'Troppe password per programmi',
    'Per questa casella ne hai già 50. Elimina quelle che non usi più, poi riprova.',
    'Too many passwords for programs',
    'You have 50 of them for this mailbox already. Remove those that you no longer use, then try again.',
  ),
  passkeyWrong: row(
    401,
    'La passkey non è stata accettata',
    'Può essere passato troppo tempo, oppure la passkey è stata tolta da questo accesso. Riprova, oppure usa la password.',
    'The passkey was not accepted',
    'Too much time may have passed, or the passkey was removed from this sign-in. Try again, or use the password.',
  ),
  holderOnly: row(
    403,
    'Può farlo solo il titolare',
    'Hai accesso a questa casella come collaboratore, con un permesso più limitato. Chiedi al titolare.',
    'Only the holder can do this',
    'You use this mailbox as a collaborator, with a narrower right. Ask the holder.',
  ),
} as const satisfies Record<string, ProblemRow>
