// The instructions in a bundle: how anybody checks it without us, with openssl and these very file names.
import type { Instant } from '../lib/instant.ts'
import { instantText } from '../pec/verdictText.ts'
import { FINGERPRINTS } from './belonging.ts'
import type { BundleFacts } from './layout.ts'
import { AUTHORITIES_NAME, INTERMEDIATES_NAME, JOURNAL_NAME, ORIGINAL_NAME, REPORT_NAME } from './layout.ts'

const seconds = (at: Instant): number => Math.floor(at / 1000)

/** A file into which openssl writes what it has verified; nobody needs it. */
const OUT = 'verificato.tmp'

const signatureCommands = ({ messages, hasIntermediates }: BundleFacts): readonly string[] =>
  messages.map(({ name, signedAt, chained }) =>
    [
      `openssl cms -verify -in ${name}`,
      ...(chained
        ? [`-CAfile ${AUTHORITIES_NAME}`, ...(hasIntermediates ? [`-certfile ${INTERMEDIATES_NAME}`] : [])]
        : ['-noverify']),
      `-purpose any -attime ${seconds(signedAt)} -out ${OUT}`,
    ].join(' '),
  )

const listCommands = ({ lists, hasIntermediates }: BundleFacts): readonly string[] => {
  const under = hasIntermediates ? ` -untrusted ${INTERMEDIATES_NAME}` : ''
  return lists.flatMap(({ name, thisUpdate, signers }) => [
    ...(hasIntermediates ? [] : [`openssl crl -in ${name} -CAfile ${AUTHORITIES_NAME} -noout`]),
    ...signers.map(
      (signer) =>
        `openssl verify -CAfile ${AUTHORITIES_NAME}${under} -CRLfile ${name} -crl_check -attime ${seconds(thisUpdate)} ${signer}`,
    ),
  ])
}

const originalCommand = ({ original }: BundleFacts): readonly string[] => {
  if (original === undefined) return []
  const { start, end } = original.place
  return [`tail -c +${start + 1} ${original.inside} | head -c ${end - start} | cmp - ${ORIGINAL_NAME}`]
}

const DIGESTS = `sha256sum -c ${FINGERPRINTS}`

/** All commands, in their order: each ends with 0 where its check holds. */
export const readmeCommands = (facts: BundleFacts): readonly string[] => [
  DIGESTS,
  ...signatureCommands(facts),
  ...originalCommand(facts),
  ...listCommands(facts),
]

const block = (commands: readonly string[]): string => commands.map((one) => `    ${one}\n`).join('')

/** The file LEGGIMI.txt: Italian first, English after it. */
export const readmeText = (facts: BundleFacts): string => {
  const { identifier, provider, sender, subject, original, lists, journalEntries } = facts
  const unchained = facts.messages.filter((one) => !one.chained).map((one) => one.name)
  const sections: readonly string[] = [
    `PROVE DI UN MESSAGGIO DI POSTA ELETTRONICA CERTIFICATA

Identificativo: ${identifier}
${sender === undefined ? '' : `Mittente:       ${sender}\n`}${subject === undefined ? '' : `Oggetto:        ${subject}\n`}Prodotto da:    ${provider}
(for English see below)

CHE COSA C'È QUI

- i file .eml: la busta e le ricevute, byte per byte come le hanno firmate i gestori${
      original === undefined ? '' : `,\n  e il messaggio originale (${ORIGINAL_NAME})`
    };
- i file .daticert.xml: i dati di certificazione contenuti in ciascuno di essi, da leggere più comodamente;
- ${REPORT_NAME}.pdf e ${REPORT_NAME}.json: che cosa risulta dalla verifica, per le persone e per i programmi;
- certificati/: i certificati di chi ha firmato, delle autorità che li hanno emessi, e le liste di revoca note;
${journalEntries === 0 ? '' : `- ${JOURNAL_NAME}: le registrazioni del gestore su questo messaggio (art. 11 DPR 68/2005);\n`}- ${FINGERPRINTS}: l'impronta SHA-256 di ogni file.

La prova sono i file .eml: portano la firma dei gestori. Tutto il resto ne è ricavato.

COME SI VERIFICA SENZA FIDARSI DI NOI

Servono openssl (3 o successivo) e una riga di comando di Linux o macOS (su Windows: WSL o Git Bash).
Aprire la riga di comando in questa cartella. Ogni comando deve riuscire: se uno fallisce, la prova non regge.

1. I file sono interi (su macOS: shasum -a 256 -c):

${block([DIGESTS])}
2. Le firme dei gestori reggono, con i certificati validi quando furono apposte. Ogni comando deve
   rispondere "CMS Verification successful":

${block(signatureCommands(facts))}`,
    ...(unchained.length === 0
      ? []
      : [
          `   Per ${unchained.join(', ')} si verifica solo che il contenuto sia quello firmato: il suo certificato
   non risale alle autorità note a questo gestore.
`,
        ]),
    ...(original === undefined
      ? []
      : [
          `3. Il messaggio originale è, byte per byte, quello contenuto in ${original.inside}
   (il comando non risponde nulla se sono identici):

${block(originalCommand(facts))}`,
        ]),
    ...(lists.length === 0
      ? []
      : [
          `4. I certificati non risultano revocati alla data delle liste:
${lists.map((one) => `   ${one.name}: ${one.issuer}, del ${instantText(one.thisUpdate)}\n`).join('')}
${block(listCommands(facts))}`,
        ]),
    `5. Le autorità in ${AUTHORITIES_NAME} sono quelle vere? Confrontare la loro impronta con quella
   pubblicata dall'Agenzia per l'Italia Digitale (AgID), che vigila sui gestori:

${block([`openssl x509 -in ${AUTHORITIES_NAME} -noout -subject -fingerprint -sha256`])}
In alternativa ai punti da 1 a 4, su questo stesso archivio, senza aprirlo:

    npx ceralacca verify FILE.zip --ca ${AUTHORITIES_NAME}

----------------------------------------------------------------------------------------------------
EVIDENCE OF A CERTIFIED E-MAIL MESSAGE (Italian PEC)

The proof is in the .eml files: envelope and receipts, byte for byte as the providers signed them. All else
is drawn from them. The commands above need openssl 3; each must end without an error, otherwise the proof
does not hold: 1. files are whole; 2. the providers' signatures hold as of the time they were made; 3. the
original is the one inside the envelope; 4. certificates were not revoked as of the lists' dates; 5. compare
the authorities' fingerprints with those that AgID, the Italian supervisor, publishes.
`,
  ]
  return sections.join('\n')
}
