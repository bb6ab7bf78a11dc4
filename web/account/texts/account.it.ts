// What the account says, in Italian.
export default {
  openMail: 'Leggi e scrivi la posta',
  tagline: 'La tua casella PEC',
  home: 'La casella',
  leave: 'Esci',
  mayRead: 'Sei collaboratore di questa casella: puoi leggere.',
  maySend: 'Sei collaboratore di questa casella: puoi leggere e inviare.',
  signIn: {
    title: 'Accedi alla tua casella PEC',
    lead: 'Da qui gestisci la casella: password, dispositivi, avvisi, assistenza.',
    name: 'Indirizzo PEC',
    nameHint: 'Per intero, per esempio nome.cognome@pec.esempio.it. I collaboratori usano la propria e-mail.',
    password: 'Password',
    enter: 'Accedi',
    nameMissing: 'Scrivi l’indirizzo della casella.',
    passwordMissing: 'Scrivi la password.',
  },
  again: {
    title: 'Accedi di nuovo',
    lead: 'La sessione è finita. Ciò che hai scritto in questa pagina resta.',
  },
  proof: {
    title: 'Conferma che sei tu',
    lead: 'Prima di questa modifica serve di nuovo la password, oppure un codice o una passkey. Vale per dieci minuti.',
    confirm: 'Conferma',
  },
  password: {
    title: 'Password',
    about: 'Cambia la password con cui accedi.',
  },
  reference: {
    title: 'E-mail di riferimento',
    about: 'Dove arrivano gli avvisi e il link per recuperare la password.',
  },
  alerts: {
    title: 'Avvisi',
    about: 'Un’e-mail per i nuovi messaggi, per quelli non letti e quando lo spazio finisce.',
  },
  boxes: {
    title: 'Le tue caselle',
    about: 'Le caselle a cui collabori: passa dall’una all’altra, o lasciane una.',
  },
  collaborators: {
    title: 'Collaboratori',
    about: 'Chi lavora con te legge la casella, o anche invia, con un accesso tutto suo.',
  },
  programs: {
    title: 'Telefono e programmi',
    about: 'Leggere la PEC sul telefono o in un programma come Mail, Outlook, Thunderbird.',
  },
  security: {
    title: 'Sicurezza',
    about: 'Secondo fattore, passkey, dispositivi conosciuti e accessi recenti.',
  },
  papers: {
    title: 'Attestazione e copie',
    about: 'Dimostra che l’indirizzo è tuo; scarica tutta la posta.',
  },
  tickets: { title: 'Richieste di aiuto', about: 'Scrivi all’assistenza e leggi le risposte.' },
  closing: {
    title: 'Chiudi la casella',
    about: 'Che cosa succede se non ti serve più, e come si chiude.',
  },
  sessions: {
    title: 'Accessi aperti',
    about: 'I browser in cui la casella è aperta: quelli che non riconosci puoi chiuderli da qui.',
    lead: 'Se un accesso non è tuo, chiudilo e cambia subito la password.',
    device: 'Dispositivo',
    unknown: 'Dispositivo sconosciuto',
    here: 'Questo',
    from: 'Indirizzo di rete',
    seen: 'Ultimo uso',
    end: 'Chiudi',
  },
}
