// Which application of the web pages has which addresses.

export const APPLICATIONS = ['portal', 'order', 'operator', 'account', 'mail', 'verifier', 'help'] as const
export type Application = (typeof APPLICATIONS)[number]

/** The paths of each. */
const ADDRESSES: Readonly<Record<Application, readonly RegExp[]>> = {
  portal: [
    /^\/$/,
    /^\/convenzioni\/[^/]+$/,
    /^\/(?:attivazione|pratica|riprendi|conferma|rinnovo)(?:\/[^/]+)?$/,
    /^\/aiuto\/richiesta$/,
    /^\/sandbox\/posta(?:\/[^/]+)?$/,
  ],
  order: [/^\/ordine(?:\/|$)/, /^\/(?:accesso|invito)(?:\/[^/]+)?$/],
  operator: [/^\/operatore(?:\/|$)/],
  account: [/^\/casella(?:\/|$)/, /^\/(?:nuova-password|riferimento|recupero|collaboratore|collega|verifica)$/],
  mail: [/^\/posta(?:\/|$)/],
  verifier: [/^\/verifica-messaggio$/],
  // a request to the help desk is an account's page
  help: [/^\/aiuto(?:\/(?!richieste?$)[^/]+)?$/],
}

/** The application that shows a path (without query); undefined where there is no such page. */
export const applicationOf = (path: string): Application | undefined =>
  APPLICATIONS.find((name) => ADDRESSES[name].some((pattern) => pattern.test(path)))
