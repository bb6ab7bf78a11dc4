// Ordinary e-mails about a case: Italian first, a short English part below.
import { civilDateOf } from '../lib/calendar.ts'
import { type Instant, italianDay, legalTime } from '../lib/instant.ts'

export type CaseNotice = { readonly kind: string; readonly subject: string; readonly text: string }

/** What all these notices are about. */
export type NoticeCase = {
  readonly caseNumber: string
  readonly givenName: string
  readonly order: string
  /** The provider's help desk, as the convention says it. */
  readonly helpDeskPhone: string
}

const RULE = '—'.repeat(20)

/** A text of both languages with the case and the help desk at its foot. */
const compose = (about: NoticeCase, it: readonly string[], en: readonly string[]): string =>
  [
    `Gentile ${about.givenName},`,
    ...it,
    `Pratica ${about.caseNumber} – ${about.order}\nAssistenza: ${about.helpDeskPhone}`,
    RULE,
    ...en,
    `Case ${about.caseNumber} – help desk ${about.helpDeskPhone}`,
  ].join('\n\n')

const day = (at: Instant): string => italianDay(legalTime(at))
const civil = (at: Instant): string => civilDateOf(at)

/** `123456` as it is read aloud. */
export const groupedCode = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`

/** The code and the link that confirm a reference e-mail. */
export const confirmationNotice = (
  about: NoticeCase,
  { code, link, hours }: { readonly code: string; readonly link: string; readonly hours: number },
): CaseNotice => ({
  kind: 'referenceCode',
  subject: `${groupedCode(code)} è il codice per confermare la tua e-mail`,
  text: compose(
    about,
    [
      `il codice per confermare questa e-mail è:\n\n    ${groupedCode(code)}`,
      `Scrivilo nella pagina dove lo hai chiesto, oppure apri questo link da qualsiasi dispositivo:\n${link}`,
      `Vale ${hours} ore. A questa e-mail arriveranno gli avvisi della casella e il recupero della password. Se non hai ` +
        'chiesto nulla, non fare nulla: senza il codice l’e-mail non viene collegata.',
    ],
    [
      `the code that confirms this e-mail is ${groupedCode(code)}. Type it on the page where you asked for it, or open the ` +
        `link above on any device. It is valid for ${hours} hours. If you asked for nothing, do nothing.`,
    ],
  ),
})

/** The link with which a case goes on. */
export const resumeNotice = (
  about: NoticeCase,
  { link, days }: { readonly link: string; readonly days: number },
): CaseNotice => ({
  kind: 'resumeLink',
  subject: 'Il link per riprendere la tua richiesta di casella PEC',
  text: compose(
    about,
    [
      `per riprendere la richiesta da dove l’hai lasciata apri questo link:\n${link}`,
      `Vale ${days} giorni, anche su più dispositivi. Non inoltrarlo: chi lo apre vede i dati della richiesta. Se non lo ` +
        'hai chiesto tu, ignora questo messaggio.',
    ],
    [
      `open the link above to go on with your request. It is valid for ${days} days. Do not forward it: whoever opens it ` +
        'sees the data of the case. If you did not ask for it, ignore this message.',
    ],
  ),
})

/** The case was sent, or sent again. */
export const submittedNotice = (
  about: NoticeCase,
  facts: { readonly address: string; readonly link: string; readonly expectedBy: Instant; readonly again: boolean },
): CaseNotice => ({
  kind: facts.again ? 'enrolmentReceivedAgain' : 'enrolmentReceived',
  subject: `Richiesta ${about.caseNumber} ricevuta`,
  text: compose(
    about,
    [
      `abbiamo ricevuto ${facts.again ? 'le correzioni alla' : 'la'} tua richiesta per la casella ${facts.address}.`,
      `Ora controlliamo i dati e il documento. La risposta è attesa entro il ${day(facts.expectedBy)}: ti scriviamo qui, ` +
        'non devi fare altro.',
      `A che punto è:\n${facts.link}`,
    ],
    [
      `we have received your ${facts.again ? 'corrections to the request' : 'request'} for the box ${facts.address}. The ` +
        `answer is expected by ${civil(facts.expectedBy)}; the link above shows where it stands.`,
    ],
  ),
})

/** The applicant took the case back. */
export const withdrawnNotice = (about: NoticeCase, facts: { readonly link: string }): CaseNotice => ({
  kind: 'enrolmentWithdrawn',
  subject: `Richiesta ${about.caseNumber} ritirata`,
  text: compose(
    about,
    [
      'hai ritirato la richiesta di casella PEC. Non è dovuto nulla e i documenti caricati saranno cancellati.',
      `Ricorda che l’iscritto all’albo deve avere un domicilio digitale (art. 16 c. 7 DL 185/2008): se cambi idea puoi ` +
        `cominciare di nuovo da qui:\n${facts.link}`,
    ],
    [
      'you have taken back your request for a certified mailbox. Nothing is owed, and the papers that you uploaded will be ' +
        'deleted. You may begin again by the link above.',
    ],
  ),
})

/** The case was idle for too long. */
export const lapsedNotice = (
  about: NoticeCase,
  facts: { readonly link: string; readonly days: number },
): CaseNotice => ({
  kind: 'enrolmentLapsed',
  subject: `Richiesta ${about.caseNumber} scaduta`,
  text: compose(
    about,
    [
      `la tua richiesta di casella PEC è rimasta ferma per ${facts.days} giorni ed è stata chiusa. I dati e i documenti ` +
        'saranno cancellati e l’indirizzo scelto torna libero. Non è dovuto nulla.',
      `Puoi cominciarne un’altra quando vuoi:\n${facts.link}`,
    ],
    [
      `your request for a certified mailbox stood still for ${facts.days} days and was closed. Its data will be deleted, ` +
        'and nothing is owed. You may begin another by the link above.',
    ],
  ),
})

/** A week before a case lapses. */
export const idleNotice = (
  about: NoticeCase,
  facts: { readonly link: string; readonly lapsesAt: Instant },
): CaseNotice => ({
  kind: 'enrolmentIdle',
  subject: 'La tua richiesta di casella PEC è quasi finita',
  text: compose(
    about,
    [
      `la tua richiesta è ferma da un po’. Ciò che hai scritto è salvato fino al ${day(facts.lapsesAt)}; poi la richiesta si ` +
        'chiude.',
      `Riprendila da dove l’hai lasciata:\n${facts.link}`,
    ],
    [
      `your request has stood still for a while. What you wrote is kept until ${civil(facts.lapsesAt)}. Go on by the link above.`,
    ],
  ),
})

/** The secretariat uploaded a paper of a member who now goes on alone. */
export const deskNotice = (
  about: NoticeCase,
  facts: { readonly link: string; readonly days: number; readonly secretariatPhone: string },
): CaseNotice => ({
  kind: 'enrolmentDesk',
  subject: 'Completa la richiesta di casella PEC iniziata in segreteria',
  text: compose(
    about,
    [
      `la segreteria ha aperto per te la richiesta di casella PEC e ha caricato il documento. Mancano alcune cose che puoi ` +
        `scegliere solo tu, come la password:\n${facts.link}`,
      `Il link vale ${facts.days} giorni. Se scade, fattene inviare uno nuovo dalla pagina della convenzione.`,
      `Se non sei stato tu a chiederlo, non completarla e chiama subito la segreteria: ${facts.secretariatPhone}.`,
    ],
    [
      `the secretariat has opened your request for a certified mailbox and uploaded your document. Some things only you can ` +
        `choose, such as the password: open the link above. It is valid for ${facts.days} days.`,
      `If you did not ask for it, do not go on, and call the secretariat now: ${facts.secretariatPhone}.`,
    ],
  ),
})

/** The secretariat put papers into a case that was there already. */
export const deskPaperNotice = (
  about: NoticeCase,
  facts: { readonly at: Instant; readonly secretariatPhone: string },
): CaseNotice => ({
  kind: 'enrolmentDeskPaper',
  subject: `Pratica ${about.caseNumber}: la segreteria ha caricato documenti per te`,
  text: compose(
    about,
    [
      `il ${day(facts.at)} la segreteria (${about.order}) ha caricato per te dei documenti nella tua pratica di casella ` +
        'PEC. Se un documento dello stesso tipo c’era già, ora vale il nuovo. Li vedi nella pagina della pratica.',
      'Se li hai consegnati tu, non devi fare altro. Se non sei stato tu, chiama subito la segreteria, prima che la casella ' +
        `sia attivata: ${facts.secretariatPhone}.`,
    ],
    [
      `on ${civil(facts.at)} the secretariat uploaded papers for you into your case. If you gave them, there is nothing to ` +
        `do. If it was not you, call the secretariat at once, before the box is activated: ${facts.secretariatPhone}.`,
    ],
  ),
})
