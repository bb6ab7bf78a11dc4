// Problems of collaborators of a box.
import { type ProblemRow, row } from './problemRow.ts'

export const DELEGATION_PROBLEMS = {
  alreadyInvited: row(
    409,
    'Questa persona è già invitata',
    'L’invito è ancora aperto: lo trovi nell’elenco. Puoi inviarlo di nuovo, oppure ritirarlo e farne uno diverso.',
    'This person is invited already',
    'The invitation is still open: it is in the list. You can send it again, or withdraw it and make another.',
  ),
  alreadyCollaborator: row(
    409,
    'È già un tuo collaboratore',
    'Questa persona usa già la casella. Per cambiare ciò che può fare usa «Cambia permesso» nell’elenco.',
    'This person is a collaborator already',
    'They use the mailbox already. To change what they may do use “Change right” in the list.',
  ),
  tooManyCollaborators: row(
    409,
    'Troppi collaboratori',
    'Fra collaboratori e inviti aperti la casella ne ha già 20. Togline uno che non serve più, poi riprova.',
    'Too many collaborators',
    'Collaborators and open invitations together the mailbox has 20 already. Remove one that is not needed, then try again.',
  ),
  tooManyInvitations: row(
    429,
    'Troppi inviti per ora',
    'Lo stesso invito si rimanda dopo dieci minuti e fino a cinque volte; in un giorno partono al massimo venti inviti. Chiedi alla persona di guardare nella posta indesiderata.',
    'Too many invitations for now',
    'The same invitation is sent again after ten minutes and up to five times; twenty leave in a day at most. Ask the person to look in the junk folder.',
  ),
  nameInvalid: row(
    422,
    'Scrivi nome e cognome',
    'Servono solo lettere, spazi, apostrofi e trattini: è il nome con cui gli atti vengono registrati.',
    'Write name and surname',
    'Only letters, blanks, apostrophes and hyphens: it is the name under which acts are recorded.',
  ),
  readersDoNotSend: row(
    403,
    'Il tuo permesso è di sola lettura',
    'Da questa casella non puoi inviare, quindi nemmeno creare una password per la posta in uscita. Se ti serve, chiedi al titolare.',
    'You may only read',
    'You cannot send from this mailbox, and so have no password for outgoing mail. If you need it, ask the holder.',
  ),
} as const satisfies Record<string, ProblemRow>
