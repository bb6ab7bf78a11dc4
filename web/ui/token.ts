// The secret of the link by which one came: it travels in the fragment, which no server sees.
import { useEffect, useState } from 'react'

/** Where the link to the content leads: no secret. */
const CONTENT = '#main'

const inAddress = (): string => (location.hash === CONTENT ? '' : location.hash.replace(/^#/, '').trim())

/** What this tab keeps, so that a reload finds it again. */
const kept = (key: string | undefined): string => {
  try {
    return (key && sessionStorage.getItem(key)) || ''
  } catch {
    return ''
  }
}
const keep = (key: string | undefined, token: string): void => {
  try {
    if (key) sessionStorage.setItem(key, token)
  } catch {
    // storage is forbidden: a reload asks for the link again
  }
}

/** The secret, taken out of the address so that it stays in no history. `key`: the tab keeps it under this name. */
export const useToken = (key?: string): string => {
  const [token, setToken] = useState(() => inAddress() || kept(key))
  useEffect(() => {
    // Another link opened in the same window changes only the end of the address.
    const look = (): void => {
      if (inAddress()) setToken(inAddress())
    }
    window.addEventListener('hashchange', look)
    return () => window.removeEventListener('hashchange', look)
  }, [])
  useEffect(() => {
    if (!token) return
    keep(key, token)
    history.replaceState(history.state, '', location.pathname + location.search)
  }, [key, token])
  return token
}
