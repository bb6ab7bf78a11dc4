// What is wrong with a row of a roll, in words: what happened, what it means, what to do.
import type { RollErrorCode, RollWarningCode } from './roll.ts'
import type { RollField } from './rollColumns.ts'

export type Words = { readonly it: string; readonly en: string }

const words = (it: string, en: string): Words => ({ it, en })

/** Names of the fields, as a person chooses them for a column. */
export const ROLL_FIELD_NAME: Readonly<Record<RollField, Words>> = {
  fiscalCode: words('Codice fiscale', 'Fiscal code'),
  surname: words('Cognome', 'Surname'),
  givenName: words('Nome', 'Given name'),
  fullName: words('Cognome e nome', 'Surname and given name'),
  number: words('Numero di iscrizione', 'Enrolment number'),
  section: words('Albo', 'Section'),
  status: words('Stato', 'Status'),
  birthDate: words('Data di nascita', 'Date of birth'),
  email: words('E-mail', 'E-mail'),
  pec: words('PEC', 'Certified address'),
}

const NOT_IMPORTED = 'La riga non è stata importata'
const LEFT_OUT = 'The row was not imported'

export const ROLL_ERROR_TEXT: Readonly<Record<RollErrorCode, Words>> = {
  'fiscalCode.missing': words(
    `Manca il codice fiscale. ${NOT_IMPORTED}: aggiungilo nel file e importa di nuovo.`,
    `The fiscal code is missing. ${LEFT_OUT}: add it to the file and import again.`,
  ),
  'fiscalCode.length': words(
    `Il codice fiscale non ha 16 caratteri (o 11 cifre, se provvisorio). ${NOT_IMPORTED}: controllalo sulla tessera sanitaria.`,
    `The fiscal code has not 16 characters (or 11 digits, if provisional). ${LEFT_OUT}: check it on the health card.`,
  ),
  'fiscalCode.form': words(
    `Il codice fiscale ha lettere e cifre al posto sbagliato. ${NOT_IMPORTED}: controlla O e 0, I e 1.`,
    `The fiscal code has letters and digits in the wrong places. ${LEFT_OUT}: look at O and 0, I and 1.`,
  ),
  'fiscalCode.date': words(
    `Il codice fiscale contiene una data di nascita che non esiste. ${NOT_IMPORTED}: controllalo sulla tessera sanitaria.`,
    `The fiscal code holds a date of birth that does not exist. ${LEFT_OUT}: check it on the health card.`,
  ),
  'fiscalCode.checkCharacter': words(
    `L'ultima lettera del codice fiscale non torna: almeno un carattere è sbagliato. ${NOT_IMPORTED}: controllalo sulla tessera sanitaria.`,
    `The last letter of the fiscal code does not agree: at least one character is wrong. ${LEFT_OUT}: check it on the health card.`,
  ),
  'fiscalCode.checkDigit': words(
    `L'ultima cifra del codice fiscale provvisorio non torna: almeno una cifra è sbagliata. ${NOT_IMPORTED}: controllalo.`,
    `The last digit of the provisional fiscal code does not agree: at least one digit is wrong. ${LEFT_OUT}: check it.`,
  ),
  'name.missing': words(
    `Manca il cognome o il nome. ${NOT_IMPORTED}: aggiungilo nel file e importa di nuovo.`,
    `The surname or the given name is missing. ${LEFT_OUT}: add it to the file and import again.`,
  ),
  'section.unknown': words(
    `L'albo indicato non è tra quelli conosciuti (medici, odontoiatri, entrambi). ${NOT_IMPORTED}: correggi il valore.`,
    `The section is not a known one (physicians, dentists, both). ${LEFT_OUT}: correct the value.`,
  ),
  'status.unknown': words(
    `Lo stato indicato non è tra quelli conosciuti (attivo, sospeso, cancellato, trasferito, deceduto). ${NOT_IMPORTED}: correggi il valore.`,
    `The status is not a known one (active, suspended, cancelled, transferred, deceased). ${LEFT_OUT}: correct the value.`,
  ),
  'status.impossible': words(
    `Per l’albo questa persona è deceduta, e il file dice altro. ${NOT_IMPORTED}: verifica lo stato.`,
    `By the register this person is deceased, and the file says otherwise. ${LEFT_OUT}: check the status.`,
  ),
  'birthDate.form': words(
    `La data di nascita non è una data. ${NOT_IMPORTED}: scrivila come 31/12/1980.`,
    `The date of birth is not a date. ${LEFT_OUT}: write it as 31/12/1980.`,
  ),
  tooLong: words(
    `Il valore è troppo lungo: forse le colonne sono spostate. ${NOT_IMPORTED}: controlla la riga nel file.`,
    `The value is too long: the columns may be shifted. ${LEFT_OUT}: look at the row in the file.`,
  ),
  duplicate: words(
    'La stessa persona compare in una riga precedente del file. Vale la prima riga: elimina la seconda o correggila.',
    'The same person is in an earlier row of the file. The first row counts: delete the second or correct it.',
  ),
}

export const ROLL_WARNING_TEXT: Readonly<Record<RollWarningCode, Words>> = {
  'code.provisional': words(
    'Codice fiscale provvisorio di 11 cifre: è accettato, sostituiscilo quando arriva quello definitivo.',
    'Provisional fiscal code of 11 digits: it is accepted; replace it when the final one comes.',
  ),
  'code.surname': words(
    'Il cognome non corrisponde al codice fiscale. La riga è stata importata: verifica che il codice sia di questa persona.',
    'The surname does not agree with the fiscal code. The row was imported: check that the code is this person’s.',
  ),
  'code.givenName': words(
    'Il nome non corrisponde al codice fiscale. La riga è stata importata: verifica che il codice sia di questa persona.',
    'The given name does not agree with the fiscal code. The row was imported: check that the code is this person’s.',
  ),
  'code.birthDate': words(
    'La data di nascita non corrisponde al codice fiscale. La riga è stata importata: verifica quale dei due è giusto.',
    'The date of birth does not agree with the fiscal code. The row was imported: check which of the two is right.',
  ),
  'code.sex': words(
    'Il sesso non corrisponde al codice fiscale. La riga è stata importata: verifica che il codice sia di questa persona.',
    'The sex does not agree with the fiscal code. The row was imported: check that the code is this person’s.',
  ),
  'email.form': words(
    'L’e-mail non è un indirizzo valido. La persona è stata importata senza e-mail: correggila nel file o nella scheda.',
    'The e-mail is not a valid address. The person was imported without it: correct it in the file or in the record.',
  ),
  'pec.form': words(
    'La PEC non è un indirizzo valido. La persona è stata importata senza PEC: correggila nel file o nella scheda.',
    'The certified address is not valid. The person was imported without it: correct it in the file or in the record.',
  ),
  'pec.differs': words(
    'L’iscritto ha già un altro domicilio digitale, confermato o in attesa. La PEC del file non lo sostituisce: cambialo dalla sua scheda, se serve.',
    'The member has another digital domicile already, confirmed or awaiting. The address in the file does not replace it: change it in the record, if need be.',
  ),
  'number.duplicate': words(
    'Il numero di iscrizione è anche di un’altra persona del file. La riga è stata importata: verifica il numero.',
    'Another person of the file has the same enrolment number. The row was imported: check the number.',
  ),
}
