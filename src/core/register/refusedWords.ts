// Words that nobody gets as an address: those of offices and services, and those that offend.

/**
 * Local parts that belong to the system or to an office (RFC 2142), alone or joined to one another
 * (`ufficio.segreteria`); a person whose name is one of them still gets `name.surname`.
 */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  (
    'abuse acceptance accettazione admin administrator albo amministratore amministrazione anomalia assistenza autoconfig ' +
    'autodiscover billing bounce bounces casella certificata commissione consegna consiglio contabilita contact contatti ' +
    'contratti convenzione convenzioni daemon dati delivery demo direttore direzione dns domicilio dpo elenco fattura ' +
    'fatture fax federazione formazione ftp fatturazione gestore gestori guest help helpdesk hostmaster imap info inps ipa ' +
    'it iscritti iscrizioni legal legale list listserv log mail mailer mailerdaemon marketing master medici nessuno news ' +
    'noc nobody noreply notifiche null odontoiatri office omceo operatore operatori ordine pagamenti pec personale pop pop3 ' +
    'postacert postacertificata posta postmaster presidente presidenza prova privacy protocollo provider pubblicita receipt ' +
    'registro revisori ricevute root sales sdi security segretario segreteria server servizi servizio sicurezza smtp ' +
    'spam spedizioni staff supporto support sysadmin system tecnico tesoreria tesoriere test titolare ufficio uffici usenet ' +
    'user utente uucp vendite vicepresidente virus web webmail webmaster www noreplay donotreply nonrispondere'
  ).split(' '),
)

/** Words that offend wherever they stand. */
export const OFFENSIVE_ANYWHERE: readonly string[] = (
  'asshole bastard bocchino cazzo coglion fottut fottiti fuck inculat merda mignott minchia mussolini naziskin nazista ' +
  'nigger pedofil pompin porcamadonna porcodio puttan ricchion stronz troione vaffanculo zoccola hitler terrorist'
).split(' ')

/** Words that offend when they stand alone. */
export const OFFENSIVE_ALONE: ReadonlySet<string> = new Set(
  (
    'bastarda bastardo bitch cagna cretina cretino culo cunt deficiente dick duce fascista fica figa finocchio frocia ' +
    'frocio handicappata handicappato idiota imbecille ladra ladro mafia mafioso mongoloide negra negro nazi porca porco ' +
    'porno porn scema scemo schifo sega sesso sex shit suca terrona terrone tetta tette troia xxx zingara zingaro'
  ).split(' '),
)
