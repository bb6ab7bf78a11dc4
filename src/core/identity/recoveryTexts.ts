// What is written about a request to change a dead reference e-mail: letters to the new one, a warning to the box.
import type { MailText } from './staffTexts.ts'

type Facts = { readonly address: string; readonly caseNumber: string; readonly link: string }

const both = (subject: string, it: string, en: string): MailText => ({
  subject,
  text: `Gentile titolare,

${it}

---

Dear holder,

${en}
`,
})

/** With the link that confirms the new e-mail and opens the request. */
export const recoveryLinkLetter = ({ address, caseNumber, link }: Facts): MailText =>
  both(
    `Richiesta ${caseNumber}: conferma questa e-mail`,
    `è stata aperta la richiesta ${caseNumber} per cambiare l’e-mail di riferimento della casella ${address}.
Apri questo link per confermare questa e-mail e continuare, anche da un altro dispositivo. Vale 30 giorni:

${link}

Se non l’hai aperta tu ignora questo messaggio: senza il documento del titolare nulla cambia.`,
    `the request ${caseNumber} was opened to change the reference e-mail of the mailbox ${address}. Open the link above to
confirm this e-mail and go on, on another device too. It is good for 30 days. If it was not you ignore this message:
without the holder’s document nothing changes.`,
  )

export const recoveryAskedAgainLetter = ({ caseNumber, link, reason }: Facts & { readonly reason: string }): MailText =>
  both(
    `Richiesta ${caseNumber}: serve una correzione`,
    `abbiamo guardato la richiesta ${caseNumber}. Serve una correzione:

${reason}

Riprendi la richiesta da qui:

${link}`,
    `we have looked at the request ${caseNumber}. Something must be mended, as written above. Go on by the link above.`,
  )

export const recoveryRefusedLetter = ({
  caseNumber,
  reason,
}: Omit<Facts, 'link'> & { readonly reason: string }): MailText =>
  both(
    `Richiesta ${caseNumber}: non accolta`,
    `la richiesta ${caseNumber} non è stata accolta:

${reason}

L’e-mail di riferimento resta quella di prima. Puoi aprire un’altra richiesta, o chiamare l’assistenza.`,
    `the request ${caseNumber} was refused, for the reason above. The reference e-mail stays. You may open another request,
or call the help desk.`,
  )

/** To the box and the present reference e-mail: somebody asks to change it. */
export const recoveryWarning = ({ address, caseNumber }: Omit<Facts, 'link'>): MailText =>
  both(
    'È stata chiesta una modifica dell’e-mail di riferimento',
    `con la richiesta ${caseNumber} è stato chiesto di cambiare l’e-mail di riferimento della casella ${address}, con un
modulo firmato e un documento. Un operatore li controlla prima di cambiare qualcosa.

Se non sei stato tu, chiama subito l’assistenza e di’ il numero della richiesta.`,
    `the request ${caseNumber} asks to change the reference e-mail of the mailbox ${address}, by a signed form and a document.
An operator looks at them before anything changes. If it was not you call the help desk at once, with that number.`,
  )
