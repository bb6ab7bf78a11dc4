// What who uses a box is told of sign-ins: a new device, changes of the second factor and of passkeys.
import { type Instant, italianDay, italianHour, legalTime } from '../lib/instant.ts'
import type { MailText } from './staffTexts.ts'

type Person = { readonly name: string; readonly signInName: string }

const letter = ({ name }: Person, subject: string, it: string, en: string): MailText => ({
  subject,
  text: `Gentile ${name || 'titolare'},\n\n${it}\n\n---\n\nDear ${name || 'holder'},\n\n${en}\n`,
})

/** One line without what could be taken for markup of ours. */
const plain = (text: string): string => text.replace(/[^\x20-\x7e]/g, ' ').slice(0, 200)

/** That the account was opened in a browser that was not known. */
export const deviceText = (
  person: Person,
  seen: { readonly at: Instant; readonly remoteAddress: string; readonly userAgent: string },
  resetPage: string,
): MailText => {
  const time = legalTime(seen.at)
  const [day, hour, from] = [italianDay(time), italianHour(time).slice(0, 5), plain(seen.remoteAddress)]
  return letter(
    person,
    'Nuovo dispositivo sulla tua casella PEC',
    `il ${day} alle ${hour} è stato fatto l’accesso come ${person.signInName} da un dispositivo che non conoscevamo.

    Indirizzo di rete: ${from}
    Programma: ${plain(seen.userAgent)}

Se eri tu non devi fare nulla. Se non eri tu, scegli subito una nuova password: ${resetPage}`,
    `on ${day} at ${hour} somebody signed in as ${person.signInName} from a device that we did not know, at the network
address ${from}. If it was you there is nothing to do. If it was not, choose a new password now: ${resetPage}`,
  )
}

export type FactorChange =
  | 'factorSet'
  | 'factorDropped'
  | 'codesRenewed'
  | 'recoveryUsed'
  | 'passkeyAdded'
  | 'firstPasskeyAdded'
  | 'passkeyRemoved'

/** What it means for mail programs. */
const PROGRAMS_IT =
  'I programmi di posta e i telefoni che usavano la password della casella ora vogliono una password fatta per loro, nella pagina “Telefono e programmi”'
const PROGRAMS_EN =
  'Mail programs and phones that used the password of the mailbox now want one made for them, on the page “Phones and programs”'

const CHANGES: Readonly<Record<FactorChange, readonly [string, string, string]>> = {
  factorSet: [
    'Secondo fattore attivato',
    `il secondo fattore è stato attivato. ${PROGRAMS_IT}`,
    `the second factor was switched on. ${PROGRAMS_EN}`,
  ],
  factorDropped: [
    'Secondo fattore disattivato',
    'il secondo fattore è stato disattivato: per entrare basta la password',
    'the second factor was switched off: the password alone lets in',
  ],
  codesRenewed: [
    'Nuovi codici di recupero',
    'sono stati creati nuovi codici di recupero: i precedenti non valgono più',
    'new recovery codes were made: the old ones are good no more',
  ],
  recoveryUsed: [
    'Usato un codice di recupero',
    'è stato usato un codice di recupero al posto del codice del telefono',
    'a recovery code was used in place of the telephone’s',
  ],
  passkeyAdded: ['Passkey aggiunta', 'è stata aggiunta una passkey', 'a passkey was added'],
  firstPasskeyAdded: [
    'Passkey aggiunta',
    `è stata aggiunta una passkey: da ora la password da sola non basta più. ${PROGRAMS_IT}`,
    `a passkey was added: from now on the password alone does not let in. ${PROGRAMS_EN}`,
  ],
  passkeyRemoved: ['Passkey tolta', 'è stata tolta una passkey', 'a passkey was removed'],
}

/** That something of how one gets in has changed. */
export const factorText = (person: Person, change: FactorChange, resetPage: string): MailText => {
  const [subject, it, en] = CHANGES[change]
  return letter(
    person,
    `${subject}: la tua casella PEC`,
    `per l’accesso ${person.signInName} ${it}. Se non eri tu, scegli subito una nuova password: ${resetPage}`,
    `for the sign-in ${person.signInName} ${en}. If it was not you, choose a new password now: ${resetPage}`,
  )
}
