// Problems of a box seen by its holder: certificates of the address, giving it up.
import { type ProblemRow, row } from './problemRow.ts'

export const BOX_PROBLEMS = {
  tooManyCertificates: row(
    429,
    'Hai già scaricato diverse attestazioni oggi',
    'Quelle che hai restano valide. Domani puoi scaricarne un’altra.',
    'You have downloaded several certificates today',
    'Those that you have stay valid. You can download another tomorrow.',
  ),
  certificateUnknown: row(
    404,
    'Questa attestazione non risulta',
    'Il codice è incompleto, oppure l’attestazione non è autentica. Inquadra di nuovo il QR, o copia l’indirizzo per intero.',
    'There is no such certificate',
    'The code is incomplete, or the certificate is not genuine. Scan the QR again, or copy the whole address.',
  ),
  takeOutRunning: row(
    409,
    'Una copia della posta si sta già scaricando',
    'Se ne scarica una alla volta. Quando ha finito, o cinque minuti dopo un’interruzione, puoi riprovare.',
    'A copy of the mail is being downloaded already',
    'One is downloaded at a time. When it has ended, or five minutes after it broke off, you can try again.',
  ),
  takeOutOver: row(
    409,
    'Non c’è una copia da scaricare',
    'È già stata scaricata, oppure sono passati tre giorni. Chiedine un’altra dalla pagina «Attestazione e copie».',
    'There is no copy to download',
    'It was downloaded already, or three days have passed. Ask for another on the page “Certificate and copies”.',
  ),
  addressNotTyped: row(
    409,
    'L’indirizzo scritto non è quello della casella',
    'Per sicurezza scrivi per intero l’indirizzo della casella che vuoi chiudere. Non è cambiato nulla.',
    'The address typed is not that of the mailbox',
    'To be safe type the whole address of the mailbox that you want to close. Nothing has changed.',
  ),
  closingNotPossible: row(
    409,
    'Questa casella non si chiude da qui',
    'È già chiusa, sospesa, oppure non è legata a una convenzione. Chiama l’assistenza.',
    'This mailbox is not closed from here',
    'It is closed already, suspended, or under no convention. Call the help desk.',
  ),
  boxGivenUp: row(
    409,
    'Il titolare ha chiesto di chiudere questa casella',
    'Non viene rinnovata. Se il titolare annulla la chiusura dalla sua pagina, il rinnovo torna possibile.',
    'The holder has asked to close this mailbox',
    'It is not renewed. Where the holder calls the closing off, it can be renewed again.',
  ),
} as const satisfies Record<string, ProblemRow>
