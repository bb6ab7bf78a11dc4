// What the account says of giving up the box, in Italian.
export default {
  title: 'Chiudi la casella',
  lead: (day: string) => `Se la chiudi adesso, la casella smette di ricevere e di inviare il ${day}.`,
  domicile: (order: string) =>
    `È il tuo domicilio digitale presso ${order}. Se eserciti ancora, comunica prima un altro indirizzo PEC alla segreteria: chi non ne ha uno viene diffidato e poi sospeso dall’albo (art. 16, comma 7-bis, DL 185/2008).`,
  notDomicile: (order: string) =>
    `Se eserciti ancora, controlla che ${order} abbia un altro tuo indirizzo PEC: il domicilio digitale è obbligatorio per chi è iscritto (art. 16, comma 7, DL 185/2008).`,
  receives: (day: string) =>
    `Fino al ${day} riceve e invia come sempre, e ciò che arriva vale come consegnato. Dopo, chi scrive riceve un avviso di mancata consegna.`,
  mail: (day: string) =>
    `Dopo la chiusura entri ancora, per leggere e scaricare la posta, fino al ${day}. Poi messaggi e ricevute vengono cancellati.`,
  journal: 'Il registro dei messaggi (chi, a chi, quando) resta conservato per 30 mesi, come vuole la legge.',
  address: 'L’indirizzo resta tuo: non passerà mai a un’altra persona. Nessuno rinnova e nessuno paga più la casella.',
  copy: {
    title: '1. Prima, scarica una copia',
    lead: 'Messaggi e ricevute sono le tue prove. Scaricali tutti insieme e conservali.',
    go: 'Scarica tutta la posta',
  },
  confirm: {
    title: '2. Poi, conferma',
    lead: (day: string) => `Puoi cambiare idea fino al ${day}, da questa pagina.`,
    address: 'Scrivi l’indirizzo della casella',
    differs: 'Scrivi l’indirizzo per intero, come qui sopra.',
    go: (day: string) => `Chiudi la casella il ${day}`,
  },
  planned: {
    title: (day: string) => `La casella si chiude il ${day}`,
    lead: 'L’hai chiesto tu. Fino a quel giorno riceve ancora: continua a leggerla.',
    keep: 'Tieni la casella',
    meaning: 'Che cosa succede',
  },
}
