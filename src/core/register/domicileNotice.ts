// What is written to a certified address that a member has elsewhere, and what follows of its answer.

export type DomicileQuestion = {
  /** Given name and surname. */
  readonly name: string
  readonly order: string
  readonly secretariatPhone: string
}

/** The certified message whose delivery receipt confirms the address: nobody has to answer it. */
export const domicileMessage = (about: DomicileQuestion): { readonly subject: string; readonly text: string } => ({
  subject: 'Conferma del tuo domicilio digitale: non serve rispondere',
  text: [
    `${about.name}, ${about.order} ha registrato questo indirizzo come tuo domicilio digitale.`,
    'Questo messaggio serve a verificare che la casella esista e riceva: la ricevuta di avvenuta consegna basta a confermarlo. Non devi rispondere né fare altro.',
    'Ciò che arriva a questa casella vale come ricevuto per legge, anche se non lo apri (art. 16, comma 7, DL 185/2008; art. 48 del Codice dell’amministrazione digitale).',
    `Se l’indirizzo non è tuo o non lo usi più, chiama la segreteria: ${about.secretariatPhone}.`,
    '---',
    `${about.name}, ${about.order} has registered this address as your digital domicile.`,
    'This message checks that the mailbox exists and receives: its delivery receipt confirms it. You need not answer.',
    `If the address is not yours, or you use it no more, call the secretariat: ${about.secretariatPhone}.`,
  ].join('\n\n'),
})

/** To the member: the secretariat registered an address for them. */
export const domicileRegistered = (
  about: DomicileQuestion & { readonly address: string; readonly before: string | undefined },
): { readonly kind: string; readonly subject: string; readonly text: string } => ({
  kind: 'domicileRegistered',
  subject: 'La segreteria ha registrato un nuovo domicilio digitale per te',
  text: [
    `${about.name}, la segreteria (${about.order}) ha registrato come tuo domicilio digitale l’indirizzo ${about.address}.`,
    about.before === undefined
      ? 'Varrà appena un messaggio certificato vi sarà consegnato: da allora ciò che vi arriva vale come ricevuto per legge, anche se non lo apri.'
      : `Appena un messaggio certificato vi sarà consegnato prenderà il posto di ${about.before}: da allora ciò che arriva al nuovo indirizzo vale come ricevuto per legge, anche se non lo apri.`,
    `Se l’hai comunicato tu, non devi fare altro. Se non sei stato tu, o l’indirizzo non è tuo, chiama subito la segreteria: ${about.secretariatPhone}.`,
    '---',
    `${about.name}, the secretariat (${about.order}) has registered ${about.address} as your digital domicile${about.before === undefined ? '' : `, in the place of ${about.before}`}. It counts as soon as a certified message is delivered there.`,
    `If you gave it, there is nothing to do. If it was not you, or the address is not yours, call the secretariat at once: ${about.secretariatPhone}.`,
  ].join('\n\n'),
})

/** To the secretariat: an address does not receive. */
export const domicileFailed = (
  about: DomicileQuestion & { readonly address: string; readonly link: string },
): { readonly kind: string; readonly subject: string; readonly text: string } => ({
  kind: 'domicileFailed',
  subject: `Domicilio digitale non confermato: ${about.name}`,
  text: [
    `L’indirizzo ${about.address}, registrato per ${about.name}, non ha ricevuto il messaggio di conferma: la casella non esiste, è piena o non è certificata.`,
    'Per l’Ordine l’iscritto è senza quel domicilio. Verifica l’indirizzo con l’iscritto e registralo di nuovo, oppure invitalo ad attivare la casella in convenzione.',
    `La scheda dell’iscritto:\n${about.link}`,
    '---',
    `The address ${about.address} of ${about.name} did not receive the message that confirms it. Check it with the member and register it again.`,
  ].join('\n\n'),
})
