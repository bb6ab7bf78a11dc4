// Problems of a box seen by its holder: certificates of the address.
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
} as const satisfies Record<string, ProblemRow>
