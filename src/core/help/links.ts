// Links of help pages: where one may lead. Everything else is no link at all.
import { isHelpSlug } from './page.ts'

export type HelpLink =
  | { readonly kind: 'page'; readonly slug: string; readonly anchor?: string }
  | { readonly kind: 'anchor'; readonly anchor: string }
  /** An address of the pages of this program. */
  | { readonly kind: 'place'; readonly path: string }
  | { readonly kind: 'elsewhere'; readonly url: string }

const ANCHOR = /^[a-z0-9-]{1,80}$/

const pageLink = (text: string): HelpLink | undefined => {
  const [slug = '', anchor, ...rest] = text.split('#')
  if (!isHelpSlug(slug) || rest.length > 0) return undefined
  if (anchor === undefined) return { kind: 'page', slug }
  return ANCHOR.test(anchor) ? { kind: 'page', slug, anchor } : undefined
}

/**
 * Where a link leads, as it is written: `slug`, `slug#anchor` and `/aiuto/slug` are pages, `#anchor` is on this page,
 * `/casella/…` an address of ours; else https, mailto and tel.
 */
export const parseHelpLink = (href: string): HelpLink | undefined => {
  if (href.length > 500) return undefined
  if (href.startsWith('#')) return ANCHOR.test(href.slice(1)) ? { kind: 'anchor', anchor: href.slice(1) } : undefined
  const ours = /^\/aiuto\/(.+)$/.exec(href)
  if (ours) {
    const page = pageLink(ours[1]!)
    if (page) return page
  }
  // No second slash: `//host` is another site.
  if (/^\/(?:[a-z0-9-]+(?:\/[a-z0-9-]+)*)?$/.test(href)) return { kind: 'place', path: href }
  if (/^https:\/\/[a-z0-9.-]+(?::\d{1,5})?(?:[/?#][!-~]*)?$/i.test(href)) return { kind: 'elsewhere', url: href }
  if (/^mailto:[^\s@<>"'%?&]+@[a-z0-9.-]+$/i.test(href)) return { kind: 'elsewhere', url: href }
  if (/^tel:\+?[0-9]{3,20}$/.test(href)) return { kind: 'elsewhere', url: href }
  return pageLink(href)
}

/** The address of a link. */
export const hrefOf = (link: HelpLink): string => {
  switch (link.kind) {
    case 'page':
      return `/aiuto/${link.slug}${link.anchor === undefined ? '' : `#${link.anchor}`}`
    case 'anchor':
      return `#${link.anchor}`
    case 'place':
      return link.path
    case 'elsewhere':
      return link.url
  }
}

/** Whether a drawing is one that comes with the pages. */
export const isHelpDrawing = (src: string): boolean => /^\/aiuto-[a-z0-9-]{1,40}\.svg$/.test(src)

/** Whether a text can be a number that people call. */
export const isPhone = (text: string): boolean => /^\+?[\d\s./()-]{3,40}$/.test(text) && /\d{3}/.test(text)

/** The number of a telephone as a link: digits, and a plus before them. */
export const telOf = (phone: string): string => `tel:${phone.replace(/[^\d+]/g, '').replace(/(?!^)\+/g, '')}`
