// What the server wrote into the page before it sent it: the provider's name and number, and whether this is the sandbox.

const meta = (name: string): string | undefined => {
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content
  // Vite's own server leaves the places empty.
  return content === undefined || content.startsWith('%') ? undefined : content
}

export const PROVIDER = meta('provider') ?? 'Gestore'
/** The provider's own number for help, and when it answers. */
export const PHONE = meta('phone') || undefined
export const HOURS = meta('hours') || undefined
export const SANDBOX = meta('sandbox') === 'yes'
