// What is said of files that lie together and of signed documents, in Italian and in English.
import type { Bilingual, Language } from '../pec/verdictText.ts'
import { describeVerification, instantText, KIND_NAME, printable } from '../pec/verdictText.ts'
import { REASON_WORDS } from '../pec/verdictWords.ts'
import type { ArchiveFinding, ArchiveProblem } from './archive.ts'
import type { Fate, Group, TogetherCheck, TogetherName } from './belonging.ts'
import type { DocumentFinding, DocumentSigner, MessageFinding, Part } from './part.ts'

const both = (it: string, en: string): Bilingual => ({ it, en })

type Outcomes = Readonly<Record<TogetherCheck['outcome'], Bilingual>> & { readonly title: Bilingual }
const NEVER = both('', '')

export const TOGETHER_WORDS: Readonly<Record<TogetherName, Outcomes>> = {
  oneMessage: {
    title: both('Stesso messaggio', 'Same message'),
    holds: both(
      'tutte le parti certificate hanno lo stesso identificativo',
      'all certified parts have the same identifier',
    ),
    weak: both(
      'le parti riguardano messaggi diversi: ciascuno è giudicato da solo',
      'the parts are about different messages: each is judged by itself',
    ),
    fails: NEVER,
    notChecked: NEVER,
  },
  sameFacts: {
    title: both('Dati', 'Data'),
    holds: both(
      'mittente, destinatari e oggetto coincidono in tutte le parti',
      'sender, recipients and subject are the same in all parts',
    ),
    weak: both(
      'destinatari o oggetto sono scritti diversamente in una parte',
      'recipients or subject are written otherwise in a part',
    ),
    fails: both('una parte nomina un altro mittente', 'a part names another sender'),
    notChecked: both('una sola parte certificata: nulla da confrontare', 'one certified part: nothing to compare'),
  },
  original: {
    title: both('Messaggio originale', 'Original message'),
    holds: both(
      'le copie presenti (nella busta, nelle ricevute complete, come file) sono identiche byte per byte',
      'the copies that there are (in the envelope, in complete receipts, as a file) are the same, byte for byte',
    ),
    weak: NEVER,
    fails: both('non è quello certificato', 'it is not the certified one'),
    notChecked: both('nessuna seconda copia con cui confrontarlo', 'no second copy to compare it with'),
  },
  acceptance: {
    title: both('Accettazione', 'Acceptance'),
    holds: both(
      "c'è la ricevuta di accettazione del gestore del mittente",
      "the acceptance receipt of the sender's provider is there",
    ),
    weak: NEVER,
    fails: NEVER,
    notChecked: both(
      'la ricevuta di accettazione non è fra le parti (chi riceve non la ha)',
      'the acceptance receipt is not among the parts (who receives has none)',
    ),
  },
  receipts: {
    title: both('Ricevute dei destinatari', "Recipients' receipts"),
    holds: both(
      "per ogni destinatario certificato c'è l'esito della consegna",
      'for each certified recipient the outcome of delivery is there',
    ),
    weak: both(
      "manca l'esito per alcuni destinatari certificati",
      'the outcome for some certified recipients is missing',
    ),
    fails: NEVER,
    notChecked: both('nessuna ricevuta di consegna fra le parti', 'no delivery receipt among the parts'),
  },
  daticert: {
    title: both('File daticert.xml', 'Files daticert.xml'),
    holds: both('sono quelli contenuti nei messaggi firmati', 'they are those inside the signed messages'),
    weak: NEVER,
    fails: both('non sono contenuti in nessun messaggio che regge', 'they are not inside any message that holds'),
    notChecked: NEVER,
  },
  fingerprints: {
    title: both('Impronte', 'Digests'),
    holds: both("tutti i file corrispondono all'elenco", 'all files are as the list says'),
    weak: NEVER,
    fails: both("i file non corrispondono all'elenco", 'the files are not as the list says'),
    notChecked: NEVER,
  },
}

export const FATE_WORDS: Readonly<Record<Fate['fate'], Bilingual>> = {
  delivered: both('consegnato', 'delivered'),
  notDelivered: both('NON consegnato', 'NOT delivered'),
  takenInCharge: both('preso in carico dal gestore del destinatario', "taken in charge by the recipient's provider"),
  ordinary: both('posta ordinaria: nessuna ricevuta è prevista', 'ordinary mail: no receipt is due'),
  unknown: both('nessuna ricevuta fra le parti', 'no receipt among the parts'),
}

export const ARCHIVE_PROBLEM_WORDS: Readonly<Record<ArchiveProblem, Bilingual>> = {
  tooMany: both('contiene troppi file', 'it holds too many files'),
  tooLarge: both('contiene file troppo grandi', 'it holds files that are too large'),
  bomb: both(
    'contiene file compressi oltre ogni misura ragionevole: non viene aperto',
    'it holds files compressed beyond reason: it is not opened',
  ),
  badName: both(
    'contiene nomi di file non ammessi (percorsi che escono dalla cartella)',
    'it holds file names that are not allowed (paths that leave the folder)',
  ),
  repeated: both('contiene due volte lo stesso nome', 'it holds the same name twice'),
  unreadable: both('non è un archivio zip leggibile', 'it is not a zip archive that can be read'),
  encrypted: both('è protetto da password: va estratto prima', 'it is protected by a password: extract it first'),
}

const MARK: Readonly<Record<TogetherCheck['outcome'], string>> = { holds: '✓', weak: '!', fails: '✗', notChecked: '–' }

/** One check as a line, its mark first. */
export const togetherLine = (check: TogetherCheck, language: Language): string => {
  const words = TOGETHER_WORDS[check.name]
  const detail = check.detail === undefined ? '' : ` [${printable(check.detail)}]`
  return `${MARK[check.outcome]} ${words.title[language]}: ${words[check.outcome][language]}${detail}`
}

/** What became of the message for a recipient, as a line. */
export const fateLine = (fate: Fate, language: Language): string => {
  const when = fate.at === undefined ? '' : `, ${instantText(fate.at)}`
  const where = fate.part === undefined ? '' : ` [${printable(fate.part)}]`
  return `${printable(fate.address)}: ${FATE_WORDS[fate.fate][language]}${when}${where}`
}

export const DOCUMENT_NAME = both('Documento firmato (CMS/CAdES)', 'Signed document (CMS/CAdES)')

/** The outcome of a signed document in one sentence. */
export const documentOutcome = (document: DocumentFinding): Bilingual => {
  if (document.problem === 'detached')
    return both(
      'Esito: NON VERIFICABILE. Il documento firmato non è nel file.',
      'Outcome: it CANNOT be verified. The signed document is not in the file.',
    )
  if (document.problem !== undefined)
    return both('Esito: NON REGGE. Il file non è leggibile.', 'Outcome: it does NOT hold. The file cannot be read.')
  if (document.verdict === 'fails')
    return both(
      'Esito: NON REGGE. Il contenuto non è quello firmato.',
      'Outcome: it does NOT hold. The content is not what was signed.',
    )
  return document.signers.every((one) => one.known)
    ? both(
        'Esito: REGGE. Il contenuto è quello firmato, e il certificato risale a una autorità nota.',
        'Outcome: it HOLDS. The content is what was signed, and the certificate stands under a known authority.',
      )
    : both(
        "Esito: il contenuto è quello firmato; chi ha firmato lo dice il suo certificato, la cui autorità non è fra quelle note qui (l'elenco delle autorità per la firma qualificata è altrove).",
        'Outcome: the content is what was signed; the certificate says who signed, and its authority is not among those known here (the list of authorities for qualified signatures is elsewhere).',
      )
}

/** One signature as a line. */
export const signerLine = (signer: DocumentSigner, language: Language): string => {
  const subject = signer.certificate?.subject
  const name = printable(subject?.commonName ?? subject?.organization ?? subject?.text ?? '?')
  const issuer = signer.certificate === undefined ? '' : ` (${printable(signer.certificate.issuer.text)})`
  const at = signer.signedAt === undefined ? '' : `, ${instantText(signer.signedAt)}`
  const reasons: Readonly<Record<string, Readonly<Record<Language, string>>>> = REASON_WORDS
  const why = signer.reason === undefined ? '' : `: ${reasons[signer.reason]?.[language] ?? signer.reason}`
  return `${signer.holds ? (signer.known ? '✓' : '!') : '✗'} ${name}${issuer}${at}${why}`
}

/** A signed document as lines, without line ends. */
export const describeDocument = (document: DocumentFinding, language: Language): readonly string[] => {
  const outcome = documentOutcome(document)
  return [
    `  ${DOCUMENT_NAME[language]}`,
    ...document.signers.map((signer) => `  ${signerLine(signer, language)}`),
    ...(document.inside ? describeMessage(document.inside, language) : []),
    `  ${outcome[language]}`,
    ...(language === 'it' ? [`  ${outcome.en}`] : []),
  ]
}

const describeMessage = (message: MessageFinding, language: Language): readonly string[] =>
  describeVerification(message.verification, language, message.lineEnds)

/** One file of an archive as lines. */
const describePart = (part: Part, members: ReadonlySet<string>, language: Language): readonly string[] => {
  const { finding } = part
  if (finding.kind === 'document') return [printable(part.name), ...describeDocument(finding, language), '']
  if (finding.kind === 'other') return []
  const ordinary = finding.verification.kind === 'ordinary'
  if (!ordinary) return [printable(part.name), ...describeMessage(finding, language), '']
  const said = members.has(part.name)
    ? both('messaggio originale, senza firma propria', 'original message, without a signature of its own')
    : KIND_NAME.ordinary
  return [printable(part.name), `  ${said[language]}`, '']
}

const describeGroup = (group: Group, language: Language): readonly string[] => [
  `  ${both('Messaggio', 'Message')[language]} ${printable(group.identifier)}`,
  `    ${both('da', 'from')[language]} ${printable(group.sender)}${group.subject ? `: ${printable(group.subject)}` : ''}`,
  ...group.recipients.slice(0, 100).map((fate) => `    · ${fateLine(fate, language)}`),
  ...group.checks.map((check) => `    ${togetherLine(check, language)}`),
]

/** The outcome of an archive in one sentence. */
export const archiveOutcome = (archive: ArchiveFinding): Bilingual => {
  if (archive.verdict === 'notPec')
    return both(
      'Esito: NESSUN messaggio di posta certificata fra le parti.',
      'Outcome: NO certified message among the parts.',
    )
  if (archive.verdict === 'fails')
    return both(
      'Esito: NON REGGE. Almeno una parte non è autentica, o le parti non corrispondono.',
      'Outcome: it does NOT hold. At least one part is not genuine, or the parts do not match.',
    )
  return archive.complete
    ? both('Esito: REGGE, parte per parte e nell’insieme.', 'Outcome: it HOLDS, part by part and together.')
    : both(
        'Esito: REGGE per quanto si è potuto controllare; senza autorità e indice dei gestori non si sa se chi ha firmato è un gestore.',
        'Outcome: it HOLDS as far as could be checked; without authority and directory nobody knows whether a provider signed.',
      )
}

/** An archive as lines, part by part and then together, without line ends. */
export const describeArchive = (archive: ArchiveFinding, language: Language): readonly string[] => {
  const members = new Set(archive.together.groups.flatMap((group) => group.parts))
  const outcome = archiveOutcome(archive)
  return [
    ...archive.parts.flatMap((part) => describePart(part, members, language)),
    both('Nell’insieme', 'Together')[language],
    ...archive.together.groups.flatMap((group) => describeGroup(group, language)),
    ...archive.together.checks.map((check) => `  ${togetherLine(check, language)}`),
    `  ${outcome[language]}`,
    ...(language === 'it' ? [`  ${outcome.en}`] : []),
  ]
}
