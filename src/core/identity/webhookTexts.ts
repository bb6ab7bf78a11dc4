// Letters about a webhook, to the holder: that there is one, and that it was switched off.
import type { MailText } from './staffTexts.ts'

type Facts = { readonly address: string; readonly url: string; readonly page: string }

/** Where it goes, without what may be secret in it. */
const hostOf = (url: string): string => new URL(url).host

export const webhookSetText = (name: string, { address, url, page }: Facts): MailText => ({
  subject: `Gli avvisi della casella ${address} vanno anche a un programma`,
  text: `Gentile ${name},

da ora gli avvisi della casella ${address} vanno anche a un programma che risponde a ${hostOf(url)} (webhook). Riceve che qualcosa è arrivato, mai il contenuto dei messaggi.

Se non l’hai chiesto tu, toglilo da questa pagina e cambia la password: ${page}

---

From now on the alerts of the mailbox ${address} also go to a program at ${hostOf(url)} (webhook). It is told that something came, never what messages say.

If this was not you, remove it on this page and change the password: ${page}
`,
})

export const webhookOffText = (
  name: string,
  { address, url, page, reason }: Facts & { readonly reason: 'failing' | 'gone' },
): MailText => ({
  subject: `Gli avvisi della casella ${address} a un programma sono stati spenti`,
  text: `Gentile ${name},

gli avvisi della casella ${address} a ${hostOf(url)} (webhook) sono stati spenti: ${
    reason === 'gone'
      ? 'il programma ha risposto che non ne vuole più (410).'
      : 'per tre giorni il programma non li ha accettati.'
  } Gli altri avvisi continuano, e la posta non ne è toccata.

Per vedere che cosa è successo e riaccenderli: ${page}

---

The alerts of the mailbox ${address} to ${hostOf(url)} (webhook) were switched off: ${
    reason === 'gone' ? 'the program answered that it wants no more (410).' : 'for three days the program took none.'
  } The other alerts go on, and mail is not touched.

To see what happened and switch them on again: ${page}
`,
})
