// Registering our service workers, as the security policy of our pages wants it.

type Policy = { readonly createScriptURL: (url: string) => string }
type Factory = {
  readonly createPolicy: (name: string, rules: { readonly createScriptURL: (url: string) => string }) => Policy
}

/** The workers, and the pages that each is for. */
export const WORKERS = { '/worker.js': '/casella', '/posta-worker.js': '/posta' } as const

let policy: Policy | undefined

/** Registers a worker of ours. Throws what the browser throws. */
export const registerWorker = (address: keyof typeof WORKERS): Promise<ServiceWorkerRegistration> => {
  const { trustedTypes } = window as unknown as { readonly trustedTypes?: Factory }
  policy ??= trustedTypes?.createPolicy('worker', {
    createScriptURL: (url) => (url in WORKERS ? url : ''),
  })
  return navigator.serviceWorker.register(policy?.createScriptURL(address) ?? address, { scope: WORKERS[address] })
}
