// What was typed before there is a case: kept in this tab, so that Back and reload lose nothing.
import { useCallback, useState } from 'react'

const read = (key: string): string => {
  try {
    return sessionStorage.getItem(key) ?? ''
  } catch {
    return ''
  }
}

/** A text kept for as long as the tab lives. */
export const useKept = (name: string, initial = ''): readonly [string, (text: string) => void] => {
  const key = `ceralacca.${name}`
  const [text, setText] = useState(() => read(key) || initial)
  const keep = useCallback(
    (next: string) => {
      setText(next)
      try {
        sessionStorage.setItem(key, next)
      } catch {
        // it lives as long as the page
      }
    },
    [key],
  )
  return [text, keep]
}

/** Forgets them: the case has them now. */
export const forgetKept = (...names: readonly string[]): void => {
  try {
    for (const name of names) sessionStorage.removeItem(`ceralacca.${name}`)
  } catch {
    // nothing was kept
  }
}
