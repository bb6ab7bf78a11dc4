// What holder and Order are told when a holder gives up a box, and when it stays after all.
import { type Instant, italianDay, legalTime } from '../lib/instant.ts'
import type { NoticeText } from './termNotices.ts'

export type ClosingNoticeFacts = {
  readonly name: string
  readonly address: string
  readonly order: string
  readonly closeAt: Instant
  readonly purgeAfter: Instant
  /** Where the holder changes their mind. */
  readonly page: string
}

const day = (at: Instant): string => italianDay(legalTime(at))

/** To the holder: what happens when, and how it is called off. */
export const holderClosingText = ({
  name,
  address,
  order,
  closeAt,
  purgeAfter,
  page,
}: ClosingNoticeFacts): NoticeText => ({
  kind: 'closing.planned',
  subject: `La casella ${address} si chiude il ${day(closeAt)}`,
  text: [
    `${name}, hai chiesto di chiudere la casella PEC ${address}. Si chiude il ${day(closeAt)}.`,
    'Fino ad allora riceve e invia come sempre: ciò che arriva vale come consegnato, anche se non lo apri. Dopo, chi scrive riceve un avviso di mancata consegna.',
    `Se eserciti ancora, comunica a ${order} un altro domicilio digitale prima di quel giorno: chi non ne ha uno viene diffidato e poi sospeso dall’albo (art. 16, c. 7-bis, DL 185/2008).`,
    `Dopo la chiusura puoi ancora leggere e scaricare la posta, fino al ${day(purgeAfter)}; poi viene cancellata. Il registro dei messaggi resta per 30 mesi, come vuole la legge. L’indirizzo non passerà mai ad altri.`,
    `Se non sei stato tu, o se hai cambiato idea, annulla qui entro il ${day(closeAt)}:\n${page}`,
    '---',
    `${name}, you asked to close the certified mailbox ${address}. It closes on ${day(closeAt)}. Until then it receives and sends as ever: what arrives is received in law. If you still practise, tell ${order} another digital domicile before that day.`,
    `After the closing you can read and take out your mail until ${day(purgeAfter)}; then it is deleted. The log of messages is kept for 30 months, as the law asks. If it was not you, or you have changed your mind, call it off on the page above.`,
  ].join('\n\n'),
})

/** To the holder: it stays. */
export const holderStaysText = ({
  name,
  address,
  page,
}: Pick<ClosingNoticeFacts, 'name' | 'address' | 'page'>): NoticeText => ({
  kind: 'closing.calledOff',
  subject: `La casella ${address} non si chiude`,
  text: [
    `${name}, la chiusura della casella PEC ${address} è stata annullata: resta com’era, con la sua scadenza.`,
    `Se non sei stato tu, cambia subito la password: ${page}`,
    '---',
    `${name}, the closing of the certified mailbox ${address} was called off: it stays as it was, to the end of its term. If it was not you, change the password now on the page above.`,
  ].join('\n\n'),
})

export type OrderClosingFacts = {
  readonly order: string
  readonly name: string
  readonly address: string
  readonly closeAt: Instant
  /** The Order pays for it. */
  readonly pays: boolean
  /** It is the member's digital domicile. */
  readonly isDomicile: boolean
  readonly consoleUrl: string
}

/** To the Order: that a member gives up a box which is the member's domicile, or which the Order pays. */
export const orderClosingText = (facts: OrderClosingFacts): NoticeText => {
  const { order, name, address, closeAt, pays, isDomicile, consoleUrl } = facts
  return {
    kind: 'closing.order',
    subject: `${name} chiude la casella PEC ${address}`,
    text: [
      `${order}: ${name} ha chiesto di chiudere la casella ${address}. Si chiude il ${day(closeAt)}.`,
      ...(isDomicile
        ? [
            'È il domicilio digitale che avete di questo iscritto: da quel giorno non riceve più. L’iscritto è stato avvisato di comunicarvene un altro (art. 16, c. 7 e 7-bis, DL 185/2008).',
          ]
        : []),
      ...(pays ? ['Il periodo in corso è già pagato; non ci sarà un rinnovo a vostro carico.'] : []),
      'Fino ad allora l’iscritto può cambiare idea: in quel caso vi scriviamo di nuovo.',
      `La situazione delle caselle è nella console:\n${consoleUrl}`,
    ].join('\n\n'),
  }
}

/** To the same: it stays. */
export const orderStaysText = ({
  order,
  name,
  address,
}: Pick<OrderClosingFacts, 'order' | 'name' | 'address'>): NoticeText => ({
  kind: 'closing.orderCalledOff',
  subject: `${name} tiene la casella PEC ${address}`,
  text: `${order}: ${name} ha annullato la chiusura della casella ${address}. Resta com’era, con la sua scadenza e il suo rinnovo.`,
})
