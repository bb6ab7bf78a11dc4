// What people read beside a field: what is wrong, and what to do.

export type Words = { readonly it: string; readonly en: string }

const words = (it: string, en: string): Words => ({ it, en })

const TEXTS = {
  empty: words('Campo da compilare.', 'To be filled in.'),
  phoneForm: words(
    'Il numero di telefono non è completo. Scrivilo con il prefisso, per esempio 0862 123456 oppure 347 1234567.',
    'The telephone number is not complete. Write it with its prefix, such as 0862 123456 or 347 1234567.',
  ),
  placeForm: words('Scrivi il nome del comune per intero.', 'Write the name of the town in full.'),
  dayForm: words(
    'La data non esiste o non è completa. Scrivila come 31/12/2030.',
    'There is no such date, or it is not complete. Write it like 31/12/2030.',
  ),
  birthDateTooLate: words(
    'La data di nascita è di un minorenne. Controlla l’anno.',
    'The date of birth is that of a minor. Check the year.',
  ),
  birthDateTooEarly: words(
    'La data di nascita è troppo lontana. Controlla l’anno.',
    'The date of birth is too long ago. Check the year.',
  ),
  streetForm: words(
    'Scrivi la via e il numero civico, per esempio Via Roma 12.',
    'Write street and number, such as Via Roma 12.',
  ),
  postcodeForm: words('Il CAP ha cinque cifre, per esempio 67100.', 'The postcode has five digits, such as 67100.'),
  provinceForm: words(
    'Scrivi la sigla della provincia, per esempio AQ; EE se risiedi all’estero.',
    'Write the sign of the province, such as AQ; EE if you live abroad.',
  ),
  documentNumberForm: words(
    'Il numero del documento ha da 5 a 20 lettere e cifre. Copialo dal documento.',
    'The number of the document has 5 to 20 letters and digits. Copy it from the document.',
  ),
  documentNumberOdd: words(
    'Il numero non ha la forma solita di questo documento. Se è straniero va bene; altrimenti confrontalo.',
    'The number does not have the usual form for this document. If it is a foreign one all is well; otherwise compare it.',
  ),
  issuerForm: words(
    'Scrivi chi ha rilasciato il documento, per esempio Comune di L’Aquila.',
    'Write who issued the document, such as Comune di L’Aquila.',
  ),
  documentExpired: words(
    'Il documento è scaduto. Ne serve uno in corso di validità: va bene anche un altro tipo.',
    'The document has expired. A valid one is needed: another type will do as well.',
  ),
  documentExpiryTooLate: words(
    'La scadenza è troppo lontana. Controlla l’anno.',
    'The expiry date is too far away. Check the year.',
  ),
  addressMissing: words('Scegli l’indirizzo della casella.', 'Choose the address of the box.'),
  addressNotReserved: words(
    'L’indirizzo scritto non è quello riservato. Scegline uno disponibile.',
    'The address that was typed is not the one reserved. Choose one that is free.',
  ),
  addressRefused: words(
    'L’indirizzo scritto non è ammesso. Scegline un altro.',
    'The address that was typed is not allowed. Choose another.',
  ),
  passwordMissing: words('Scegli la password della casella.', 'Choose the password of the box.'),
  passwordAddressChanged: words(
    'Hai cambiato indirizzo: scegli di nuovo la password, che è legata all’indirizzo.',
    'You changed the address: choose the password again, for it is bound to the address.',
  ),
  emailMissing: words('Scrivi la tua e-mail di riferimento.', 'Write your reference e-mail.'),
  emailNotConfirmed: words(
    'Conferma l’e-mail di riferimento con il codice che ti abbiamo inviato.',
    'Confirm the reference e-mail by the code that we sent you.',
  ),
  emailChanged: words(
    'L’e-mail scritta non è quella confermata. Fatti inviare un codice al nuovo indirizzo, oppure riscrivi il precedente.',
    'The e-mail that was typed is not the one confirmed. Have a code sent to the new one, or write the former again.',
  ),
  frontMissing: words('Carica il fronte del documento.', 'Upload the front of the document.'),
  backMissing: words('Carica il retro del documento.', 'Upload the back of the document.'),
  acceptanceMissing: words(
    'Leggi e accetta il modulo, oppure caricalo firmato.',
    'Read and accept the module, or upload it signed.',
  ),
  acceptanceChanged: words(
    'Dopo l’accettazione hai cambiato dei dati: rileggi il modulo e accettalo di nuovo.',
    'You changed some data after accepting the module: read it and accept it again.',
  ),
} as const satisfies Record<string, Words>

export type FieldCode = keyof typeof TEXTS

export const textOf = (code: FieldCode): Words => TEXTS[code]
