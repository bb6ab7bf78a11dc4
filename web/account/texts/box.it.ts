// What the first page of a box says, in Italian.
export default {
  ok: { title: 'La casella è in ordine', detail: 'Riceve e invia regolarmente.' },
  concerns: {
    closed: {
      title: 'La casella è chiusa',
      detail: (day: string) =>
        day
          ? `Non riceve e non invia più. Scarica la posta entro il ${day}: dopo quella data viene cancellata.`
          : 'Non riceve e non invia più.',
    },
    expired: {
      title: 'La casella è scaduta',
      detail: (day: string) =>
        day
          ? `Non puoi più inviare. Se non la rinnovi entro il ${day}, si chiude. Il link per rinnovare è nell’avviso inviato alla tua e-mail di riferimento.`
          : 'Non puoi più inviare. Il link per rinnovare è nell’avviso inviato alla tua e-mail di riferimento.',
    },
    closing: {
      title: 'La casella sta per chiudersi',
      detail: (day: string) =>
        `Si chiude il ${day}. Fino ad allora riceve ancora, e ciò che arriva vale come consegnato.`,
    },
    full: {
      title: 'La casella è piena',
      detail: () =>
        'I nuovi messaggi vengono respinti: chi scrive riceve un avviso di mancata consegna. Scarica una copia dei messaggi vecchi e cancellali.',
    },
    almostFull: {
      title: 'La casella è quasi piena',
      detail: () =>
        'Quando è piena, i nuovi messaggi vengono respinti. Scarica una copia dei messaggi vecchi e cancellali.',
    },
    expiring: {
      title: 'La casella sta per scadere',
      detail: (day: string) =>
        `Scade il ${day}. Il rinnovo è a tuo carico: il link per ordinarlo è nell’avviso inviato alla tua e-mail di riferimento.`,
    },
    domicileFailed: {
      title: 'Il domicilio digitale non è stato confermato',
      detail: () =>
        'L’Ordine non ha potuto confermare questo indirizzo come tuo domicilio digitale. Chiama la segreteria.',
    },
    filling: {
      title: 'La casella si sta riempiendo',
      detail: () => 'Quando è piena, i nuovi messaggi vengono respinti. Libera spazio prima di allora.',
    },
  },
  closingByYou: 'Hai chiesto tu di chiuderla.',
  closingGo: 'Tieni la casella',
  space: {
    title: 'Spazio',
    used: (used: string, all: string, percent: number) => `${used} su ${all} (${percent}%)`,
    bar: 'Spazio occupato',
    full: 'Non c’è più posto.',
    days: (days: number) =>
      days < 1
        ? 'Con il ritmo dell’ultimo mese si riempie oggi.'
        : days === 1
          ? 'Con il ritmo dell’ultimo mese si riempie domani.'
          : days < 90
            ? `Con il ritmo dell’ultimo mese basta per circa ${days} giorni.`
            : days < 730
              ? `Con il ritmo dell’ultimo mese basta per circa ${Math.round(days / 30)} mesi.`
              : `Con il ritmo dell’ultimo mese basta per circa ${Math.floor(days / 365)} anni.`,
    long: 'Con il ritmo dell’ultimo mese basta per molti anni.',
  },
  facts: 'La casella in breve',
  term: {
    label: 'Durata',
    until: (day: string) => `Fino al ${day}`,
    ended: (day: string) => `Scaduta il ${day}`,
    none: 'Senza scadenza',
    paidBy: 'Chi paga',
    payer: (order: string) => ({ order, member: 'Tu' }),
    next: (order: string) => ({
      order: `Alla scadenza rinnova ${order}: non devi fare nulla.`,
      member: 'Il prossimo rinnovo è a tuo carico: ti avvisiamo 90, 30 e 7 giorni prima.',
      nobody: '',
    }),
  },
  reference: {
    label: 'E-mail di riferimento',
    none: 'Non indicata',
    known: (day: string) => `Confermata il ${day}`,
    old: (day: string) => `Confermata l’ultima volta il ${day}`,
    change: 'Cambia',
    add: 'Indica',
  },
  domicile: {
    label: 'Domicilio digitale',
    confirmed: (order: string, day: string) =>
      day ? `È il tuo domicilio digitale presso ${order} dal ${day}.` : `È il tuo domicilio digitale presso ${order}.`,
    awaiting: (order: string) => `${order} attende la conferma che questo indirizzo è il tuo domicilio digitale.`,
    failed: (order: string) => `La conferma presso ${order} non è riuscita. Chiama la segreteria.`,
    other: (order: string, address: string) => `Presso ${order} il tuo domicilio digitale è ${address}.`,
    none: (order: string) => `Presso ${order} questo indirizzo non risulta come tuo domicilio digitale.`,
  },
  factorFrom: {
    title: (day: string) => `Dal ${day} la sola password non basterà`,
    detail:
      'Il gestore chiederà a tutti un secondo fattore per entrare: una passkey, o i codici di un’app sul telefono.',
    go: 'Attivalo adesso',
  },
  factor: { label: 'Secondo fattore', on: 'Attivo', off: 'Non attivo' },
  todo: 'Gestisci la casella',
  papers: {
    certificate: {
      title: 'Attestazione dell’indirizzo',
      lead: 'Un PDF che dice che questo indirizzo è tuo e da quando. Chi lo riceve inquadra il QR e vede se è ancora così: vede anche il tuo nome.',
      make: 'Scarica l’attestazione',
      made: 'L’attestazione è stata scaricata.',
    },
    takeOut: {
      title: 'Copia di tutta la posta',
      lead: 'Un file ZIP da conservare. Nella casella non cambia nulla.',
      holds: [
        'Tutti i messaggi, con i loro byte esatti: le firme restano verificabili.',
        'Le ricevute, raccolte per messaggio: sono le prove di ciò che hai inviato.',
        'L’estratto del registro del gestore: chi, a chi, quando.',
      ],
      form: 'Come vuoi i messaggi',
      forms: {
        mbox: 'Una cartella per file (mbox): si importano in Thunderbird, Mail e altri programmi',
        eml: 'Un file per messaggio (eml): ciascuno si apre con un doppio clic',
      },
      make: 'Scarica la posta',
      again: 'Scarica di nuovo',
      started: (messages: string, bytes: string, until: string) =>
        `Lo scarico è iniziato: ${messages} messaggi, ${bytes}. Si scarica una volta, entro ${until}; se si interrompe, ripeti da qui. Per sicurezza ti abbiamo scritto che l’hai chiesto.`,
      last: (when: string) => `Ultima copia scaricata: ${when}.`,
    },
  },
  verify: {
    title: 'Verifica di un’attestazione',
    missing: 'Manca il codice dell’attestazione',
    missingDetail: 'Inquadra di nuovo il QR, o copia l’indirizzo per intero.',
    active: 'L’attestazione è autentica e l’indirizzo è attivo',
    activeDetail: 'I messaggi certificati inviati a questo indirizzo vengono consegnati.',
    suspended: 'L’attestazione è autentica, ma l’indirizzo ora è sospeso',
    suspendedDetail: 'Per ora i messaggi non vengono consegnati.',
    ended: 'L’attestazione è autentica, ma l’indirizzo non è più attivo',
    endedDetail: 'I messaggi non vengono più consegnati.',
    address: 'Indirizzo PEC',
    name: 'Titolare',
    since: 'Attivo dal',
    number: 'Attestazione',
    issued: (number: string, day: string) => `${number}, emessa il ${day}`,
    compare: 'Confronta questi dati con quelli scritti sul documento.',
  },
}
