// Texts with which an operator begins a reason: plain words to the applicant, saying what to do. The operator finishes them.

export type Reason = {
  readonly code: string
  readonly for: 'askAgain' | 'refuse'
  readonly title: string
  readonly text: string
}

const askAgain = (code: string, title: string, text: string): Reason => ({ code, for: 'askAgain', title, text })
const refuse = (code: string, title: string, text: string): Reason => ({ code, for: 'refuse', title, text })

export const REASONS: readonly Reason[] = [
  askAgain(
    'blurred',
    'Foto sfocata o scura',
    'La foto del documento non si legge bene. Rifalla alla luce del giorno, con il documento appoggiato su un piano e tutto dentro l’inquadratura.',
  ),
  askAgain(
    'cut',
    'Documento tagliato',
    'Una parte del documento è fuori dalla foto. Rifalla con tutti e quattro gli angoli visibili.',
  ),
  askAgain(
    'sideMissing',
    'Manca un lato',
    'Manca un lato del documento. Carica fronte e retro: per la carta d’identità il retro porta la scadenza.',
  ),
  askAgain(
    'expired',
    'Documento scaduto',
    'Il documento è scaduto. Carica un documento in corso di validità: carta d’identità, passaporto o patente.',
  ),
  askAgain(
    'wrongDocument',
    'Non è un documento d’identità',
    'Il file caricato non è un documento d’identità. Servono la carta d’identità, il passaporto o la patente; la tessera sanitaria e il tesserino dell’Ordine non bastano.',
  ),
  askAgain('dataDiffer', 'Dati diversi dal documento', 'Alcuni dati scritti non sono quelli del documento. Correggi: '),
  askAgain(
    'numberDiffers',
    'Numero o scadenza del documento',
    'Il numero o la scadenza scritti non sono quelli del documento nella foto. Ricopiali dal documento.',
  ),
  askAgain(
    'moduleUnsigned',
    'Modulo senza firma',
    'Il modulo non è firmato, oppure la firma non si vede. Firmalo e caricalo di nuovo, oppure accetta le condizioni sullo schermo.',
  ),
  askAgain(
    'addressChange',
    'Indirizzo da cambiare',
    'L’indirizzo scelto non può essere attivato. Scegline un altro fra quelli proposti.',
  ),
  askAgain('other', 'Altro', ''),
  refuse(
    'anotherPerson',
    'Il documento è di un’altra persona',
    'Il documento caricato è di una persona diversa da chi ha presentato la richiesta. La casella è personale e può chiederla solo il titolare.',
  ),
  refuse(
    'notOnRegister',
    'Non risulta iscritto',
    'All’albo dell’Ordine non risulti iscritto, e la convenzione è riservata agli iscritti. Per chiarimenti rivolgiti alla segreteria dell’Ordine.',
  ),
  refuse(
    'altered',
    'Documento alterato',
    'Il documento caricato presenta alterazioni. Per ragioni di sicurezza la richiesta non può essere accolta. Se ritieni che sia un errore rivolgiti alla segreteria dell’Ordine.',
  ),
  refuse(
    'hasBox',
    'Ha già una casella',
    'Hai già una casella di questa convenzione: ogni persona ne ha una. Se non riesci ad accedere chiama l’assistenza.',
  ),
  refuse(
    'askedToClose',
    'Chiusa su richiesta dell’interessato',
    'La pratica viene chiusa come hai chiesto. Puoi presentarne un’altra quando vuoi.',
  ),
  refuse('other', 'Altro', ''),
]
