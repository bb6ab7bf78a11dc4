// What the help says around its pages, in Italian.
export default {
  title: 'Aiuto',
  heading: 'Come possiamo aiutarti?',
  titleOf: (page: string) => `${page} – Aiuto`,
  toBox: 'Vai alla casella',
  path: 'Dove sei',
  all: 'Tutto l’aiuto',
  related: 'Vedi anche',
  onlyItalian: 'This page is in Italian only.',
  byOrder: (order: string) => `Questa pagina è di ${order}.`,
  search: {
    label: 'Cerca nell’aiuto',
    hint: 'Per esempio: password dimenticata, ricevuta di consegna, iPhone',
    found: (count: number) => (count === 1 ? '1 pagina trovata' : `${count} pagine trovate`),
    none: (query: string) => `Nessuna pagina per «${query}».`,
    noneHint: 'Prova con meno parole, o con altre. Qui sotto trovi chi può aiutarti.',
  },
  ask: {
    title: 'Non hai trovato la risposta?',
    desk: 'Assistenza sulla casella',
    write: 'Scrivi all’assistenza',
    secretariat: 'Segreteria dell’Ordine',
  },
}
