// Whose help is read: of the Order or the convention that the address names; it goes along from page to page.
import { language } from '../ui/language.ts'

const named = (name: string): string | undefined => new URLSearchParams(location.search).get(name)?.trim() || undefined

/** What the API is told of who reads; its order is that of the answer that comes with the page. */
export const audience = () => ({ language: language(), order: named('ordine'), convention: named('convenzione') })

/** An address of the help that keeps whose help it is; others as they are. */
export const keepAudience = (href: string): string => {
  if (!/^\/aiuto(?:[/?#]|$)/.test(href)) return href
  const [path = '', anchor] = href.split('#')
  const search = new URLSearchParams()
  for (const name of ['ordine', 'convenzione']) {
    const value = named(name)
    if (value !== undefined) search.set(name, value)
  }
  return `${path}${search.size > 0 ? `?${search}` : ''}${anchor === undefined ? '' : `#${anchor}`}`
}
