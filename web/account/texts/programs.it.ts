// What the pages of phones and programs say, in Italian.
const italian = {
  title: 'Telefono e programmi di posta',
  lead: 'Ogni telefono o programma riceve una password tutta sua: la puoi togliere quando vuoi, senza cambiare la tua.',
  kinds: {
    iphone: 'iPhone',
    ipad: 'iPad',
    mac: 'Mac',
    android: 'telefono Android',
    windows: 'computer Windows',
    other: 'dispositivo',
  },
  here: {
    title: (kind: string) => `Configura questo ${kind}`,
    profile: 'Un solo tocco: scarichi un profilo firmato, con indirizzo, server e password già dentro.',
    profileGo: (kind: string) => `Configura questo ${kind}`,
    after: {
      iphone:
        'Ora apri Impostazioni: in alto trovi «Profilo scaricato». Toccalo e poi «Installa». La casella appare in Mail.',
      ipad: 'Ora apri Impostazioni: a sinistra trovi «Profilo scaricato». Toccalo e poi «Installa». La casella appare in Mail.',
      mac: 'Ora apri Impostazioni di Sistema, «Generali», «Gestione dispositivo»: fai doppio clic sul profilo e poi «Installa».',
    },
    password: 'Creiamo una password per il programma. Indirizzo e server li trova quasi sempre da solo.',
    passwordGo: 'Crea la password',
    name: 'Come lo chiami',
    nameHint: 'Per riconoscerlo nell’elenco, per esempio «Thunderbird in studio».',
    nameMissing: 'Scrivi un nome.',
  },
  phone: {
    title: 'Passa al telefono',
    lead: 'Mostriamo un codice QR. Inquadralo con la fotocamera del telefono: si apre una pagina che fa il resto.',
    go: 'Mostra il codice QR',
    alt: 'Codice QR da inquadrare con il telefono',
    once: 'Vale una volta sola, per dieci minuti.',
    again: 'Il codice è scaduto. Mostrane un altro',
    claimed: 'Il telefono ha letto il codice. Completa lì la configurazione: quando la casella si collega lo vedi qui.',
  },
  made: {
    title: 'La password è pronta',
    lead: 'Copiala adesso nel programma: non la mostriamo più.',
    copy: 'Copia',
    copied: 'Copiata.',
    waiting: 'Aspettiamo il primo collegamento. Puoi lasciare aperta questa pagina.',
    works: 'Funziona: il programma si è collegato alla casella.',
  },
  settings: {
    title: 'I dati, se il programma li chiede',
    user: 'Nome utente',
    password: 'Password',
    passwordValue: 'quella creata qui sopra',
    imap: 'Posta in arrivo (IMAP)',
    pop3: 'Posta in arrivo (POP3)',
    smtp: 'Posta in uscita (SMTP)',
    value: (host: string, port: number) => `${host}, porta ${port}, SSL/TLS`,
    how: {
      android:
        'Su Android: in Gmail apri Menu, Impostazioni, Aggiungi account, Altro. Scrivi l’indirizzo, scegli «Personale (IMAP)» e incolla la password. In FairEmail o Thunderbird bastano indirizzo e password.',
      windows:
        'In Outlook: File, Aggiungi account, scrivi l’indirizzo e incolla la password. In Thunderbird: Nuovo account, Posta; i server li trova da solo.',
      other:
        'Nel programma scegli «aggiungi account», scrivi l’indirizzo PEC e la password creata qui. Se chiede i server, copiali da questa tabella.',
    },
    records: 'Per chi gestisce il dominio: record DNS con cui i programmi trovano i server',
  },
  list: {
    title: 'Telefoni e programmi collegati',
    none: 'Nessuno, per ora.',
    name: 'Nome',
    made: 'Creata',
    used: 'Ultimo uso',
    never: 'mai',
    expires: (day: string) => `Vale fino al ${day}`,
    expired: (day: string) => `Scaduta il ${day}: creane una nuova, poi togli questa`,
    remove: 'Togli',
    removed: 'La password non vale più.',
    services: { imap: 'lettura (IMAP)', pop3: 'lettura (POP3)', smtp: 'invio (SMTP)' },
  },
  connect: {
    title: 'Collega la casella PEC',
    lead: (address: string) => `Stai per collegare ${address} a questo dispositivo.`,
    invalid:
      'Questo codice non vale più: è già stato usato o sono passati dieci minuti. Mostrane un altro dalla pagina «Telefono e programmi di posta».',
    profileGo: 'Scarica il profilo',
    passwordGo: 'Crea la password per questo dispositivo',
    works: 'Funziona: la casella è collegata.',
  },
}
export default italian
