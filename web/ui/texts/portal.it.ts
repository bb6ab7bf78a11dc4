// What the portal says outside of the wizard, in Italian.
export default {
  tagline: 'Caselle PEC per gli iscritti agli Ordini',
  title: (page: string) => `${page} · Posta certificata`,
  leave: 'Esci',
  leftTitle: 'Sei uscito',
  leftDetail:
    'Su questo dispositivo non resta nulla. Se avevi confermato l’e-mail di riferimento la richiesta è salvata e si riprende con il link; altrimenti si ricomincia.',
  front: {
    title: 'La tua casella PEC con la convenzione dell’Ordine',
    lead: 'Se il tuo Ordine ha una convenzione con noi, attivi la casella da qui in dieci minuti, anche dal telefono.',
    codeLabel: 'Codice della convenzione',
    codeHint: 'È nella comunicazione del tuo Ordine, per esempio OMCEO-AQ-0051. Maiuscole e spazi non contano.',
    codeMissing: 'Scrivi il codice della convenzione. Se non lo hai, chiedilo alla segreteria del tuo Ordine.',
    go: 'Continua',
    resumeTitle: 'Hai già iniziato?',
    resumeDetail:
      'La richiesta è salvata. Riprendila da questo o da un altro dispositivo, oppure guarda a che punto è.',
    resume: 'Riprendi la richiesta',
    hereTitle: 'La tua richiesta su questo dispositivo',
    hereDetail: (caseNumber: string) => `Pratica ${caseNumber}.`,
    verifyTitle: 'Qualcuno ti ha dato una PEC come prova?',
    verifyDetail:
      'Salva il messaggio o la ricevuta come file: la pagina di verifica dice se è autentico e che cosa prova.',
    verify: 'Verifica un messaggio PEC',
    whatTitle: 'Che cosa serve',
    what: [
      'Il codice della convenzione e il tuo codice fiscale.',
      'Un’e-mail ordinaria che usi già: serve per gli avvisi e per recuperare la password.',
      'Un documento di identità valido da fotografare, fronte e retro.',
    ],
    staffTitle: 'Segreterie e operatori',
    staffDetail: 'Chi lavora per un Ordine o per il gestore accede da qui.',
    staff: 'Accedi alla console',
  },
  convention: {
    title: (order: string) => `Casella PEC per gli iscritti: ${order}`,
    open: 'Attiva la tua casella',
    resume: 'Ho già iniziato: riprendi',
    factsTitle: 'La convenzione in breve',
    code: 'Codice',
    order: 'Ordine',
    framework: 'Accordo quadro',
    who: 'Chi paga',
    payer: {
      order: (months: number) => `Paga l’Ordine, per ${months} mesi dall’attivazione. Tu non paghi nulla.`,
      member: (price: string, months: number) => `Paga l’iscritto: ${price} più IVA per ${months} mesi.`,
      split: (price: string, months: number) =>
        `L’Ordine paga i primi ${months} mesi. Il rinnovo è a tuo carico: ${price} più IVA.`,
    },
    until: 'Attivazioni',
    untilDay: (from: string, to: string) => `Dal ${from} al ${to}`,
    domain: 'Il tuo indirizzo',
    domainExample: (domain: string) => `nome.cognome@${domain}`,
    size: 'Spazio',
    time: 'Quanto tempo ci vuole',
    timeDetail: (days: number) =>
      `Dieci minuti per la richiesta. La casella è attiva circa ${days === 1 ? 'un giorno lavorativo' : `${days} giorni lavorativi`} dopo, quando un operatore ha verificato il documento.`,
    end: 'Alla scadenza',
    endDetail: (days: number, receives: boolean) =>
      `Ti avvisiamo 90, 30 e 7 giorni prima. Per ${days} giorni dopo la scadenza puoi rinnovare e ${
        receives
          ? 'la casella riceve ancora: i messaggi che arrivano valgono in legge come ricevuti.'
          : 'leggere ciò che hai, ma la casella non riceve più.'
      }`,
    privacy: 'Che cosa vede l’Ordine',
    privacyPlain: 'Se la casella è attiva, quanto è piena e quando scade. Mai i messaggi, né chi ti scrive.',
    privacyUnread:
      'Se la casella è attiva, quanto è piena, quando scade, e se ha messaggi non letti da 30 giorni. Mai i messaggi, né chi ti scrive.',
    needTitle: 'Tieni a portata di mano',
    need: [
      'Il codice fiscale (dalla tessera sanitaria).',
      'Un documento di identità valido: carta d’identità, passaporto o patente. Basta fotografarlo qui con il telefono.',
      'Un’e-mail ordinaria che leggi: ci arrivano il codice di conferma e gli avvisi.',
    ],
    helpTitle: 'Ti serve aiuto?',
    helpDesk: 'Assistenza del gestore',
    secretariat: 'Segreteria dell’Ordine',
    standing: {
      notYet: {
        title: 'La convenzione non è ancora iniziata',
        detail: (from: string) =>
          `Puoi attivare la casella dal ${from}, con questo stesso codice e questo stesso link.`,
      },
      expired: {
        title: 'La convenzione è chiusa alle nuove attivazioni',
        detail: (to: string) =>
          `Si potevano attivare caselle fino al ${to}. Le caselle già attive restano valide. Chiama la segreteria del tuo Ordine: può darti un codice nuovo.`,
      },
      full: {
        title: 'I posti della convenzione sono esauriti',
        detail: () =>
          'Il numero di caselle previsto dall’Ordine è stato raggiunto. Chiama la segreteria: può ampliare la convenzione, poi potrai attivare la casella da questa stessa pagina.',
      },
    },
  },
  resume: {
    title: 'Riprendi la richiesta',
    lead: 'Ti inviamo un link all’e-mail di riferimento che hai indicato. Si apre da qualsiasi dispositivo.',
    opening: 'Apro la tua richiesta',
    fiscalCode: 'Codice fiscale',
    send: 'Inviami il link',
    sentTitle: 'Controlla la posta',
    sentDetail:
      'Se c’è una richiesta con questi dati, il link è partito ora verso la sua e-mail di riferimento. Se non arriva entro qualche minuto guarda nella posta indesiderata.',
    sentElse:
      'Non avevi ancora confermato un’e-mail? Allora ricomincia dalla pagina della convenzione: senza e-mail non possiamo sapere che sei tu.',
    again: 'Invia di nuovo',
    toConvention: 'Vai alla pagina della convenzione',
  },
  confirm: {
    title: 'Conferma dell’e-mail',
    working: 'Confermo l’e-mail',
    doneTitle: 'E-mail confermata',
    doneDetail: (email: string) => `${email} è ora la tua e-mail di riferimento.`,
    doneNext: 'Torna alla pagina dove avevi iniziato: va avanti da sola. Se l’hai chiusa, continua da qui.',
    goOn: 'Continua la richiesta',
  },
  tracker: {
    title: 'La tua richiesta',
    caseNumber: (caseNumber: string) => `Pratica ${caseNumber}`,
    keep: 'Tieni questo numero: basta dirlo al telefono. Il link per tornare qui è nell’e-mail che hai ricevuto.',
    steps: { received: 'Documento ricevuto', verified: 'Documento verificato', active: 'Casella attiva' },
    current: {
      received: 'Manca ancora qualcosa da parte tua.',
      verified: (by: string) => `Un operatore sta controllando i dati e il documento. Risposta entro il ${by}.`,
      verifiedSoon: 'Un operatore sta controllando i dati e il documento: ci vogliono circa due giorni lavorativi.',
      active: 'Stiamo creando la casella: è questione di minuti.',
    },
    state: {
      draft: {
        title: 'La richiesta non è ancora stata inviata',
        detail: 'Ciò che hai scritto è salvato. Completa i passi che mancano e inviala.',
      },
      awaitingReview: {
        title: 'Richiesta inviata',
        detail:
          'Non devi fare altro. Ti scriviamo all’e-mail di riferimento appena la casella è attiva, o se serve qualcosa.',
      },
      awaitingDocument: {
        title: 'Serve una correzione',
        detail: 'L’operatore ha guardato la richiesta e ha scritto:',
        next: 'Correggi ciò che è indicato e invia di nuovo: il resto è rimasto com’era.',
      },
      approved: { title: 'Richiesta approvata', detail: 'Stiamo creando la casella. Ti scriviamo fra poco.' },
      active: {
        title: 'La casella è attiva',
        detail: (address: string) => `Il tuo indirizzo PEC è ${address}.`,
        until: (day: string) => `Vale fino al ${day}. Prima della scadenza ti avvisiamo tre volte.`,
        law: 'Da ora un messaggio consegnato qui vale come ricevuto, anche se non lo apri. Controlla la casella spesso.',
        setupTitle: 'Come leggerla',
        setup: 'Con il programma di posta che usi già, con questi dati:',
        user: 'Nome utente',
        password: 'Password',
        passwordIs: 'quella che hai scelto nella richiesta',
        servers: {
          imap: 'Posta in arrivo (IMAP)',
          pop3: 'In alternativa a IMAP (POP3)',
          smtp: 'Posta in uscita (SMTP)',
        },
        serversUnknown: 'I server te li dice l’assistenza',
        server: (host: string, port: number) => `${host}, porta ${port}, TLS`,
        guide: 'Le istruzioni per ogni programma sono nel primo messaggio della casella.',
        orderKnows: 'L’Ordine vede già l’indirizzo nell’albo: non devi comunicarlo.',
      },
      refused: {
        title: 'La richiesta è stata respinta',
        detail: 'L’operatore ha scritto:',
        next: 'Non è dovuto nulla. Se pensi che sia un errore chiama l’assistenza con il numero di pratica; quando il motivo è superato puoi fare una richiesta nuova.',
      },
      withdrawn: {
        title: 'Hai ritirato la richiesta',
        detail:
          'Non è dovuto nulla e i documenti caricati vengono cancellati. Puoi fare una richiesta nuova quando vuoi.',
      },
      lapsed: {
        title: 'La richiesta è scaduta',
        detail:
          'È rimasta ferma troppo a lungo ed è stata chiusa. Non è dovuto nulla. Puoi fare una richiesta nuova quando vuoi.',
      },
      ended: {
        title: 'La casella è stata chiusa',
        detail:
          'La casella di questa richiesta non esiste più. Se ti serve una casella nuova parti dalla pagina della convenzione.',
      },
    },
    goOn: 'Completa la richiesta',
    mend: 'Correggi la richiesta',
    again: 'Fai una richiesta nuova',
    refresh: 'Aggiorna',
    withdraw: 'Ritira la richiesta',
    withdrawTitle: 'Vuoi ritirare la richiesta?',
    withdrawDetail:
      'La casella non verrà attivata, i documenti caricati verranno cancellati e l’indirizzo tornerà libero. Non è dovuto nulla.',
    withdrawYes: 'Sì, ritira',
    withdrawNo: 'No, lascia com’è',
    invoice: {
      title: 'Fattura',
      detail:
        'È intestata a te. Si paga con bonifico, con i dati e la scadenza che porta scritti. La troverai anche nel tuo cassetto fiscale.',
      reversed: 'La nota di credito annulla la fattura: non è dovuto nulla. Se hai già pagato chiama l’assistenza.',
      get: { TD01: 'Scarica la fattura (PDF)', TD04: 'Scarica la nota di credito (PDF)' },
      file: {
        TD01: (caseNumber: string) => `fattura-${caseNumber}.pdf`,
        TD04: (caseNumber: string) => `nota-di-credito-${caseNumber}.pdf`,
      },
    },
    dataTitle: 'Dati della richiesta',
    address: 'Indirizzo richiesto',
    person: 'Titolare',
    order: 'Ordine',
    email: 'E-mail di riferimento',
    sentOn: 'Inviata',
    helpTitle: 'Hai una domanda?',
    help: (phone: string) => `Chiama l’assistenza al ${phone} e di’ il numero di pratica.`,
    helpPage: 'Come procede una richiesta',
  },
  mail: {
    title: 'Posta ordinaria catturata',
    lead: 'Nell’ambiente di prova i messaggi ordinari non partono: sono qui, il più recente in alto. I link funzionano.',
    filter: 'Mostra solo i messaggi a',
    empty: 'Nessun messaggio, per ora. La pagina si aggiorna da sola.',
    to: 'A',
    more: 'Mostra i messaggi precedenti',
  },
}
