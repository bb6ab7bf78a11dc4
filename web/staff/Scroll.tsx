// A long list in a box that scrolls: reached by Tab, so that the keyboard scrolls it too.
import type { ReactNode } from 'react'

export const Scroll = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard, WCAG 2.1.1
  <section className="cl-scroll" aria-label={label} tabIndex={0}>
    {children}
  </section>
)
