// What who uses a box is told of passwords of programs that are about to end.
import { type Instant, italianDay, legalTime } from '../lib/instant.ts'
import type { MailText } from './staffTexts.ts'

export type EndingPassword = { readonly name: string; readonly address: string; readonly expiresAt: Instant }

/** One line without what could be taken for markup or a line of ours. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 100)

/** Which passwords end, and when; the programs stop there if nothing is done. */
export const appPasswordExpiryText = (
  person: { readonly name: string },
  ending: readonly EndingPassword[],
  page: string,
): MailText => {
  const day = (at: Instant): string => italianDay(legalTime(at))
  const one = ending.length === 1
  const lines = (words: { readonly until: string }): string =>
    ending.map((each) => `    “${plain(each.name)}”, ${each.address}: ${words.until} ${day(each.expiresAt)}`).join('\n')
  return {
    subject: one
      ? 'Una password per programmi sta per scadere'
      : `${ending.length} password per programmi stanno per scadere`,
    text: `Gentile ${person.name || 'titolare'},

${one ? 'questa password di un programma di posta o di un telefono scade' : 'queste password di programmi di posta o telefoni scadono'} tra poco:

${lines({ until: 'vale fino al' })}

Dopo quel giorno il programma non legge e non invia più la PEC; i messaggi continuano ad arrivare nella casella. Prima di
allora creane una nuova e mettila nel programma al posto della vecchia: ${page}

---

Dear ${person.name || 'holder'},

${one ? 'this password of a mail program or phone is' : 'these passwords of mail programs or phones are'} about to expire:

${lines({ until: 'good until' })}

After that day the program neither reads nor sends certified mail; messages still arrive in the mailbox. Make a new one
before then, and put it into the program in place of the old: ${page}
`,
  }
}
