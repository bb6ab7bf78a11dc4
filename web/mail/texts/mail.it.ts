// The frame of the webmail, in Italian.
export default {
  title: 'Posta certificata',
  skip: 'Vai ai messaggi',
  write: 'Scrivi',
  folders: 'Cartelle',
  openFolders: 'Apri le cartelle',
  closeFolders: 'Chiudi le cartelle',
  roles: {
    inbox: 'Posta in arrivo',
    drafts: 'Bozze',
    sent: 'Posta inviata',
    archive: 'Archivio',
    junk: 'Indesiderata',
    trash: 'Cestino',
  },
  unread: (count: number) => (count === 1 ? '1 da leggere' : `${count} da leggere`),
  removed: 'Eliminati di recente',
  scheduled: 'Programmati',
  settings: 'Impostazioni',
  account: 'La tua casella',
  help: 'Aiuto',
  leave: 'Esci',
  language: 'English',
  searchLabel: 'Cerca nella posta',
  chooseMessage: 'Scegli un messaggio dall’elenco per leggerlo.',
  offline: 'Senza connessione: quello che fai resta qui e parte appena la linea torna.',
  waiting: (count: number) =>
    count === 1 ? '1 operazione in attesa della linea' : `${count} operazioni in attesa della linea`,
  unsent: (count: number) =>
    count === 1
      ? 'Un messaggio o una bozza non è ancora arrivata al server: se esci ora va persa. Uscire lo stesso?'
      : `${count} messaggi o bozze non sono ancora arrivati al server: se esci ora vanno persi. Uscire lo stesso?`,
  undo: 'Annulla',
  undone: 'Annullato.',
  close: 'Chiudi',
  sandbox: 'Ambiente di prova: nulla ha valore legale',
  notFound: 'Questa cartella non esiste più.',
  failed: 'Non è riuscito, e nulla è cambiato: riprova.',
}
