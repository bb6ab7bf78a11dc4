// What the page of a renewal says, in Italian.
export default {
  title: 'Rinnova la tua casella PEC',
  lead: (name: string, address: string, day: string, expired: boolean) =>
    `${name}, la casella ${address} ${expired ? `è scaduta il ${day}` : `scade il ${day}`}. Per tenerla basta confermare qui.`,
  factsTitle: 'Il rinnovo in breve',
  box: 'Casella',
  order: 'Ordine',
  ends: 'Scadenza attuale',
  ended: 'Scaduta il',
  next: 'Nuova scadenza',
  nextDetail: (day: string, months: number) =>
    `${day}: ${months} mesi dalla fine del periodo attuale, in qualunque giorno tu rinnovi`,
  price: 'Costo',
  priceDetail: (total: string, net: string) => (total === net ? total : `${total} IVA compresa (${net} più IVA)`),
  who: 'Chi paga',
  whoDetail: 'Tu: la fattura è intestata a te e si paga con bonifico.',
  same: 'Indirizzo, password e posta restano gli stessi: nei tuoi programmi non cambia nulla.',
  nothingTitle: 'Se non fai nulla',
  nothing: {
    ends: (day: string) => `Fino al ${day} la casella funziona come oggi. Poi non invia più.`,
    receives: (day: string) =>
      `Fino al ${day} riceve ancora: ciò che arriva vale in legge come ricevuto, anche se non lo apri. Fino a quel giorno puoi ancora rinnovare da qui.`,
    reads: (day: string) =>
      `Non riceve: chi ti scrive ha un avviso di mancata consegna. Fino al ${day} puoi leggere la posta e ancora rinnovare da qui.`,
    closes: (days: number) =>
      `Dopo è chiusa: hai ${days} giorni per scaricare la posta, che poi viene cancellata. L’indirizzo non passa mai a un’altra persona.`,
    duty: 'Finché sei iscritto all’albo devi avere un domicilio digitale: senza questa casella ne serve un’altra, da comunicare all’Ordine.',
  },
  // art. 51 c.2 D.Lgs. 206/2005: the button says that one must pay
  go: (total: string) => `Rinnova con obbligo di pagare ${total}`,
  doneTitle: 'Casella rinnovata',
  doneLead: (address: string, day: string) => `${address} vale fino al ${day}.`,
  afterTitle: 'Che cosa succede ora',
  after: [
    'Ti arriva una conferma nella casella e all’e-mail di riferimento.',
    'Continua a usare la casella come sempre: indirizzo, password e posta sono gli stessi.',
  ],
  invoiced:
    'La fattura è pronta. Si paga con bonifico, con i dati e la scadenza che porta scritti. La troverai anche nel tuo cassetto fiscale.',
  withheld:
    'La fattura non c’è ancora: manca un dato per intestartela. La casella è comunque rinnovata; chiama l’assistenza per completarlo.',
  invoice: 'Scarica la fattura (PDF)',
  invoiceFile: 'fattura-rinnovo.pdf',
  orderTitle: 'Non devi fare nulla',
  orderPays: (order: string, day: string) =>
    `Il tuo Ordine (${order}) rinnova e paga da sé quando finisce il periodo attuale, il ${day}. La casella continua senza interruzioni.`,
  closedTitle: 'Questa casella non si rinnova più',
  closed:
    'È chiusa, oppure la sua convenzione non prevede un rinnovo. Se eserciti ancora ti serve un’altra casella PEC: attivala e comunicala al tuo Ordine.',
  invalidTitle: 'Questo link non apre nessun rinnovo',
  invalid:
    'È scaduto, o è stato copiato a metà. Usa il link dell’avviso di scadenza più recente: lo trovi nella casella e all’e-mail di riferimento. Se non lo trovi chiama l’assistenza del gestore o la segreteria del tuo Ordine.',
  none: 'Apri il link che è nell’avviso di scadenza: lo trovi nella casella e all’e-mail di riferimento. Senza quel link non possiamo sapere quale casella rinnovare.',
  noneTitle: 'Manca il link',
}
