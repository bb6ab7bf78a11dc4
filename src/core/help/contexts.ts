// Which help page goes with which page of the program.

const CONTEXTS: readonly (readonly [RegExp, string])[] = [
  [/^\/attivazione\/documento/, 'fotografare-il-documento'],
  [/^\/(?:attivazione|riprendi|conferma)(?:\/|$)/, 'attivare-la-casella'],
  [/^\/convenzioni\//, 'attivare-la-casella'],
  [/^\/pratica/, 'a-che-punto-e-la-pratica'],
  [/^\/rinnovo/, 'scadenza-e-rinnovo'],
  [/^\/nuova-password/, 'password-dimenticata'],
  [/^\/(?:recupero|riferimento)/, 'email-di-riferimento'],
  [/^\/collega/, 'telefono-e-programmi'],
  [/^\/verifica/, 'attestazione'],
  [/^\/collaboratore/, 'collaboratori'],
  [/^\/posta\/scrivi/, 'scrivere-un-messaggio'],
  [/^\/posta\/(?:cerca|eliminati)/, 'cercare-nella-posta'],
  [/^\/posta/, 'posta-dal-sito'],
  [/^\/casella\/accesso/, 'primo-accesso'],
  [/^\/casella\/password/, 'password'],
  [/^\/casella\/riferimento/, 'email-di-riferimento'],
  [/^\/casella\/avvisi/, 'avvisi'],
  [/^\/casella\/programmi/, 'telefono-e-programmi'],
  [/^\/casella\/sicurezza/, 'secondo-fattore'],
  [/^\/casella\/attestazione/, 'copia-di-tutta-la-posta'],
  [/^\/casella\/accessi/, 'accesso-sospetto'],
  [/^\/casella\/collaboratori/, 'collaboratori'],
  [/^\/casella\/chiusura/, 'chiudere-la-casella'],
]

/** The pages of the help that others lead to: each must be there. */
export const CONTEXT_SLUGS: readonly string[] = CONTEXTS.map(([, slug]) => slug)

/** The address of the help for a page; of a convention's page, with whose help it is. */
export const helpAddressFor = (path: string): string => {
  const slug = CONTEXTS.find(([pattern]) => pattern.test(path))?.[1]
  const convention = /^\/convenzioni\/([^/]+)$/.exec(path)?.[1]
  return `/aiuto${slug === undefined ? '' : `/${slug}`}${convention === undefined ? '' : `?convenzione=${convention}`}`
}
