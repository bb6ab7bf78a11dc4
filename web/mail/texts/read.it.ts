// Reading a conversation, in Italian.
import type { PecKind, ReceiptType } from '../../../src/core/pec/model.ts'

type Told = { readonly title: string; readonly next: string }

export default {
  noSubject: '(senza oggetto)',
  gone: 'Questa conversazione non è più qui: è stata eliminata o spostata in un’altra casella.',
  tools: {
    label: 'Azioni sulla conversazione',
    back: 'Elenco',
    reply: 'Rispondi',
    replyAll: 'Rispondi a tutti',
    toAll: 'A tutti',
    forward: 'Inoltra',
    archive: 'Archivia',
    bin: 'Elimina',
    unread: 'Segna da leggere',
    flag: 'Metti in evidenza',
    unflag: 'Togli evidenza',
    move: 'Sposta',
    moveTo: 'Sposta in',
    print: 'Stampa o salva in PDF',
    edit: 'Continua la bozza',
    more: 'Altro',
  },
  done: {
    archived: 'Conversazione archiviata.',
    binned: 'Conversazione spostata nel cestino.',
    moved: (folder: string) => `Conversazione spostata in ${folder}.`,
    unread: 'Segnata da leggere.',
  },
  you: 'Tu',
  from: 'Da',
  toLabel: 'A',
  cc: 'Cc',
  open: (who: string, when: string) => `Apri il messaggio di ${who} del ${when}`,
  fold: 'Richiudi il messaggio',
  moreRecipients: (count: number) => `e altri ${count}`,
  verifying: 'Verifica della firma in corso…',
  notVerified: 'La firma non si è potuta verificare adesso: riprova più tardi, oppure guarda le prove tecniche.',
  legal: {
    certified: (day: string, hour: string, who: string) =>
      `Ricevuta il ${day} alle ${hour} da ${who}. La firma del gestore prova mittente, data e contenuto.`,
    partly: (day: string, hour: string, who: string) =>
      `Ricevuta il ${day} alle ${hour} da ${who}. La firma è integra; che chi ha firmato sia un gestore non si è potuto controllare.`,
    broken: (who: string) =>
      `La firma di questo messaggio non regge: non è certo che venga da ${who}, né che il contenuto sia quello. Non usarlo come prova e chiedi al mittente di inviarlo di nuovo.`,
    ordinary: (day: string, hour: string) =>
      `Arrivata da posta ordinaria il ${day} alle ${hour}: non ha valore legale. Mittente, data e contenuto non sono certificati.`,
    plain: (day: string, hour: string) => `Posta ordinaria del ${day} alle ${hour}: non ha valore legale.`,
    draft: 'È una bozza: non è ancora partita.',
    copy: 'Copia di un messaggio inviato: di questo invio qui non ci sono ricevute.',
  },
  /** Of each receipt and notice: what happened, and what to do now. */
  kinds: {
    acceptance: {
      title: 'Il tuo invio è stato accettato',
      next: 'Conserva la ricevuta: prova la spedizione. Per la consegna attendi l’altra ricevuta.',
    },
    nonAcceptance: {
      title: 'Il tuo invio non è stato accettato',
      next: 'Il messaggio non è partito. Leggi il motivo qui sotto, correggi e invia di nuovo.',
    },
    virusNonAcceptance: {
      title: 'Il tuo invio è stato fermato: contiene un virus',
      next: 'Il messaggio non è partito. Controlla il computer con un antivirus aggiornato, poi invia di nuovo senza quell’allegato.',
    },
    transportEnvelope: { title: 'Messaggio di posta certificata', next: '' },
    takeInCharge: {
      title: 'Il gestore del destinatario ha preso in carico il messaggio',
      next: 'Non devi fare nulla: la ricevuta di consegna arriva a parte.',
    },
    deliveryComplete: {
      title: 'Il messaggio è stato consegnato',
      next: 'Conserva la ricevuta: contiene anche il messaggio e gli allegati consegnati.',
    },
    deliveryBrief: {
      title: 'Il messaggio è stato consegnato',
      next: 'Conserva la ricevuta e i file originali: la ricevuta breve ne contiene solo l’impronta.',
    },
    deliveryConcise: {
      title: 'Il messaggio è stato consegnato',
      next: 'Conserva la ricevuta: quella sintetica prova la consegna, non il contenuto.',
    },
    nonDelivery: {
      title: 'Il messaggio non è stato consegnato',
      next: 'Controlla l’indirizzo e invia di nuovo. Se la casella è piena o chiusa, cerca il domicilio digitale del destinatario (INI-PEC, INAD, IPA) o usa un’altra via. Conserva l’avviso: prova il tentativo.',
    },
    timeoutWarning: {
      title: 'Dopo 12 ore il messaggio non risulta consegnato',
      next: 'Può ancora arrivare entro 24 ore. Se hai una scadenza, non aspettare: usa anche un’altra via.',
    },
    timeoutFinal: {
      title: 'Dopo 24 ore il messaggio non risulta consegnato',
      next: 'Consideralo non consegnato: invia di nuovo, o usa un’altra via. Conserva l’avviso.',
    },
    virusDetection: {
      title: 'Il gestore del destinatario ha trovato un virus',
      next: 'Il messaggio non viene consegnato. Controlla il computer con un antivirus, poi invia di nuovo senza quell’allegato.',
    },
    virusNonDelivery: {
      title: 'Non consegnato: il messaggio contiene un virus',
      next: 'Controlla il computer con un antivirus aggiornato, poi invia di nuovo senza quell’allegato.',
    },
    anomalyEnvelope: {
      title: 'Messaggio arrivato da posta ordinaria, o che non ha superato i controlli',
      next: 'Prima di fidarti di mittente, collegamenti e allegati, chiedi conferma per altra via.',
    },
  } satisfies Record<PecKind, Told>,
  proofs: 'Prove tecniche',
  printedAt: (when: string) => `stampato il ${when}`,
  printed: { identifier: 'Identificativo', raw: 'SHA-256 del messaggio', original: 'SHA-256 dell’originale' },
  reasonGiven: 'Motivo indicato dal gestore',
  sent: {
    title: 'Che cosa è successo al tuo invio',
    summary: (day: string, hour: string, receipt: string) => `Inviata il ${day} alle ${hour}, con ${receipt}.`,
    receiptTypes: {
      complete: 'ricevuta completa',
      brief: 'ricevuta breve',
      concise: 'ricevuta sintetica',
    } satisfies Record<ReceiptType, string>,
    steps: {
      sent: 'Inviata',
      accepted: 'Accettata',
      notAccepted: 'Non accettata',
      taken: 'Presa in carico',
      delivered: 'Consegnata',
      failed: 'Non consegnata',
      late: 'In ritardo',
      expired: 'Scaduta',
      ordinary: 'Posta ordinaria',
    },
    marks: { done: 'fatto', failed: 'fallito', late: 'attenzione', waiting: 'in attesa', none: 'senza ricevuta' },
    sentence: {
      waiting: 'In attesa della ricevuta di accettazione.',
      pending: 'Accettata: è in viaggio verso il gestore del destinatario. Di solito bastano pochi minuti.',
      taken: (day: string, hour: string) =>
        `Presa in carico dal gestore del destinatario il ${day} alle ${hour}. Manca la ricevuta di consegna.`,
      warned: (day: string, hour: string) =>
        `Il ${day} alle ${hour}, dopo 12 ore, non risultava ancora consegnata. Può ancora arrivare entro 24 ore dall’invio.`,
      delivered: (day: string, hour: string) =>
        `Consegnata il ${day} alle ${hour}. Vale come ricevuta, anche se non la apre.`,
      failed: (day: string, hour: string) =>
        `Non consegnata il ${day} alle ${hour}: per questo destinatario l’invio non vale.`,
      expired: (day: string, hour: string) =>
        `Il ${day} alle ${hour}, dopo 24 ore, non risultava consegnata: consideralo non consegnato.`,
      unproven:
        'Indirizzo di posta ordinaria: nessuna ricevuta di consegna. L’accettazione prova solo che l’hai spedita.',
      refused: (day: string, hour: string) => `Non accettata il ${day} alle ${hour}: il messaggio non è mai partito.`,
    },
    what: 'Che cosa fare ora',
    receipts: (count: number) => (count === 1 ? '1 ricevuta' : `${count} ricevute`),
    download: 'Scarica',
    live: (who: string, state: string) => `${who}: ${state}`,
  },
  html: {
    frame: 'Testo del messaggio',
    blocked: (count: number) =>
      `${count === 1 ? '1 immagine esterna non è stata caricata' : `${count} contenuti esterni non sono stati caricati`}: direbbero al mittente quando e dove leggi. Qui non si caricano mai.`,
    blockedImage: (alt: string) => `[immagine esterna: ${alt}]`,
    deceit: { homograph: 'nome che imita un altro', otherHost: 'non è l’indirizzo scritto' },
    deceitful: (count: number) =>
      `Attenzione: ${count === 1 ? 'un collegamento porta' : `${count} collegamenti portano`} a un sito diverso da quello che sembra. Non inserire password né dati: il sito vero è:`,
    cut: 'Il messaggio è troppo lungo per essere mostrato intero: scarica l’originale dalle prove tecniche.',
    broken: 'La versione con grafica non si è potuta mostrare: ecco il testo.',
  },
  text: {
    quoted: (lines: number) => (lines === 1 ? 'Mostra 1 riga citata' : `Mostra ${lines} righe citate`),
    all: (left: string) => `Mostra tutto (altri ${left})`,
    empty: 'Il messaggio non ha testo.',
    charset: 'Alcuni caratteri del messaggio non erano scritti correttamente: possono apparire sbagliati.',
    homograph: (host: string) => `attenzione: porta a ${host}, un nome che ne imita un altro`,
    moreParts: (count: number) =>
      `Il messaggio ha altre ${count} parti: sono fra gli allegati dell’originale, nelle prove tecniche.`,
  },
  attachments: {
    title: (count: number) => (count === 1 ? '1 allegato' : `${count} allegati`),
    unnamed: 'senza nome',
    parts: { status: 'Esito della consegna (tecnico)', header: 'Intestazioni del messaggio' },
    show: 'Anteprima',
    hide: 'Chiudi anteprima',
    openPdf: 'Apri',
    download: 'Scarica',
    more: (count: number) => `Mostra altri ${count} allegati`,
    kinds: {
      image: 'immagine',
      pdf: 'PDF',
      text: 'testo',
      signed: 'documento firmato',
      invoice: 'fattura elettronica',
      xml: 'XML',
      message: 'messaggio',
      archive: 'archivio',
      office: 'documento',
      media: 'audio o video',
      other: 'file',
    },
    dangers: {
      program: 'È un programma: se lo apri può danneggiare il computer o rubare dati.',
      macros: 'È un documento con macro, cioè con programmi dentro.',
      page: 'È una pagina o un disegno che, aperto nel browser, può eseguire programmi o imitare un sito.',
      disk: 'È l’immagine di un disco: un modo comune per nascondere programmi.',
      disguised: 'Il nome nasconde che cos’è davvero.',
      locked: 'È protetto da password: nessun antivirus ha potuto guardarci dentro.',
    },
    insideDanger: 'Contiene file pericolosi.',
    beforeDownload: 'Scaricalo solo se lo aspettavi e il mittente te lo conferma per telefono.',
    downloadAnyway: 'Ho capito, scarica',
    cannotShow: 'Questo file non si può mostrare qui: scaricalo.',
    notWhatItSays: 'Il contenuto non è quello che il nome dice: non viene mostrato.',
    tooLarge: 'È troppo grande per l’anteprima: scaricalo.',
    loading: 'Apertura in corso…',
    failed: 'Non si è potuto aprire: riprova, o scaricalo.',
    archiveHolds: 'Contenuto dell’archivio',
    files: (count: number) => (count === 1 ? '1 file' : `${count} file`),
  },
}
