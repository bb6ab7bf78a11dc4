// What the server wrote into the page before it sent it: the provider's name, and whether this is the sandbox.

const meta = (name: string): string | undefined => {
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content
  // Vite's own server leaves the places empty.
  return content === undefined || content.startsWith('%') ? undefined : content
}

export const PROVIDER = meta('provider') ?? 'Gestore'
export const SANDBOX = meta('sandbox') === 'yes'
