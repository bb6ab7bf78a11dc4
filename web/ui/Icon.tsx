// An icon of bootstrap-italia: decoration beside words, never in place of them.

/** `of` is what `icon:name` gives; `size` adds a class of bootstrap-italia. */
export const Icon = ({ of, size }: { readonly of: string; readonly size?: 'sm' | 'lg' }) => (
  <svg
    className={`icon${size ? ` icon-${size}` : ''}`}
    viewBox="0 0 24 24"
    aria-hidden="true"
    focusable="false"
    role="presentation"
  >
    <path d={of} />
  </svg>
)
