// What each kind of certified mail proves in law, in plain words: said first, before any technical proof.

import type { PecKind } from '../pec/model.ts'
import type { Bilingual } from '../pec/verdictText.ts'

const both = (it: string, en: string): Bilingual => ({ it, en })

const DELIVERY = both(
  'Prova che il messaggio è stato messo a disposizione nella casella del destinatario, e quando: da quel momento vale come consegnato, anche se non è stato letto (artt. 3 e 6 DPR 68/2005, art. 48 CAD).',
  'It proves that the message was put into the recipient’s mailbox, and when: from then on it counts as delivered, even if it was not read (artt. 3 and 6 DPR 68/2005, art. 48 CAD).',
)
const NOT_DELIVERED = both(
  'Prova che il messaggio non è stato consegnato a questo destinatario, e perché (art. 8 DPR 68/2005). Per lui la trasmissione non si è perfezionata.',
  'It proves that the message was not delivered to this recipient, and why (art. 8 DPR 68/2005). Towards them the transmission was not completed.',
)
const NOT_ACCEPTED = both(
  'Prova che il gestore del mittente non ha accettato il messaggio: non è mai partito.',
  'It proves that the sender’s provider did not accept the message: it never left.',
)

export const MEANING: Readonly<Record<PecKind | 'unknown' | 'ordinary', Bilingual>> = {
  // art. 6 c. 1 DPR 68/2005
  acceptance: both(
    'Prova la spedizione: da chi, a chi e quando il messaggio è stato affidato al gestore del mittente (art. 6 c. 1 DPR 68/2005). Non prova la consegna.',
    'It proves the sending: from whom, to whom and when the message was handed to the sender’s provider (art. 6 c. 1 DPR 68/2005). It does not prove delivery.',
  ),
  nonAcceptance: NOT_ACCEPTED,
  // art. 12 DPR 68/2005
  virusNonAcceptance: NOT_ACCEPTED,
  // art. 3 and 11 DPR 68/2005
  transportEnvelope: both(
    'Prova chi ha spedito il messaggio (la casella certificata del mittente), quando, e che testo e allegati sono quelli spediti. La data è opponibile ai terzi (art. 48 c. 3 CAD).',
    'It proves who sent the message (the sender’s certified mailbox), when, and that text and attachments are those that were sent. The date stands against third parties (art. 48 c. 3 CAD).',
  ),
  // art. 7 DPR 68/2005
  takeInCharge: both(
    'Prova che il gestore del destinatario ha preso in carico il messaggio: vale fra gestori, non è ancora la consegna (art. 7 DPR 68/2005).',
    'It proves that the recipient’s provider took the message in charge: it is for the providers, and not yet delivery (art. 7 DPR 68/2005).',
  ),
  deliveryComplete: DELIVERY,
  deliveryBrief: DELIVERY,
  deliveryConcise: DELIVERY,
  nonDelivery: NOT_DELIVERED,
  // art. 8 DPR 68/2005
  timeoutWarning: both(
    'Dice che dopo 12 ore la consegna non risulta ancora. Non è definitivo: può ancora avvenire entro 24 ore.',
    'It says that after 12 hours there is no delivery yet. It is not final: it may still come within 24 hours.',
  ),
  timeoutFinal: both(
    'Dice che dopo 24 ore la consegna non risulta: salvo una ricevuta di consegna giunta dopo, il messaggio non è stato consegnato (art. 8 DPR 68/2005).',
    'It says that after 24 hours there is no delivery: unless a delivery receipt came later, the message was not delivered (art. 8 DPR 68/2005).',
  ),
  virusDetection: both(
    'Dice che il gestore del destinatario ha trovato un virus: il messaggio non viene consegnato (art. 12 DPR 68/2005).',
    'It says that the recipient’s provider found a virus: the message is not delivered (art. 12 DPR 68/2005).',
  ),
  virusNonDelivery: NOT_DELIVERED,
  anomalyEnvelope: both(
    'Contiene posta ordinaria: prova soltanto che il gestore l’ha ricevuta così. Mittente, data e contenuto non sono certificati.',
    'It holds ordinary mail: it proves only that the provider received it like this. Sender, date and content are not certified.',
  ),
  unknown: both(
    'Porta i segni della posta certificata, ma non è di un tipo previsto dalle regole: non prova nulla da solo.',
    'It bears the marks of certified mail, but is of no kind that the rules know: by itself it proves nothing.',
  ),
  ordinary: both(
    'È un messaggio di posta ordinaria: da solo non ha il valore della posta certificata. Se è l’originale di un invio PEC, la prova è nelle sue ricevute.',
    'This is an ordinary message: by itself it has not the value of certified mail. If it is the original of a certified message, the proof is in its receipts.',
  ),
}

/** What is said of something that does not hold, whatever it claims to be. */
export const NO_MEANING = both(
  'Così com’è non prova nulla: non usarlo come prova, e chiedi una copia a chi te l’ha dato.',
  'As it is, it proves nothing: do not use it as proof, and ask whoever gave it to you for another copy.',
)
