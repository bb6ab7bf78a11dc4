// What the holder is told when a copy of all mail is asked for.
import { type Instant, italianDay, italianHour, legalTime } from '../lib/instant.ts'

/** Whoever asks for it gets everything: the holder is to know at once. */
export const takeOutText = ({
  name,
  address,
  at,
  until,
  securityPage,
}: {
  readonly name: string
  readonly address: string
  readonly at: Instant
  readonly until: Instant
  readonly securityPage: string
}): { readonly kind: string; readonly subject: string; readonly text: string } => {
  const time = legalTime(at)
  const [day, hour, end] = [italianDay(time), italianHour(time).slice(0, 5), italianDay(legalTime(until))]
  return {
    kind: 'takeOut',
    subject: 'È stata chiesta una copia di tutta la posta',
    text: `Gentile ${name || 'titolare'},

il ${day} alle ${hour} dalla pagina della casella ${address} è stata chiesta una copia di tutta la posta, con le ricevute
e l’estratto del registro. Si può scaricare una volta, entro il ${end}, da chi conosce la password.

Se sei stato tu non devi fare nulla. Se non sei stato tu cambia subito la password: ${securityPage}

---

Dear ${name || 'holder'},

on ${day} at ${hour} a copy of all mail of ${address} was asked for, with its receipts and the extract of the log. It can be
downloaded once, until ${end}, by who knows the password. If it was you there is nothing to do. If not, change the
password now on the page above.
`,
  }
}
