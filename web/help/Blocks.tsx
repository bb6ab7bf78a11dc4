// The blocks of a help page as elements: there is no markup to trust.
import { Fragment, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { HelpBlock, Runs } from '../../src/core/help/page.ts'

type Keep = (href: string) => string

/** A link of the help stays in the help's application; `plain`: everything is loaded anew, as in a preview. */
const anchorOf = (href: string, children: ReactNode, keep: Keep, plain: boolean): ReactNode =>
  !plain && /^\/aiuto(?:\/(?!richiesta)|$)/.test(href) ? (
    <Link href={keep(href)}>{children}</Link>
  ) : (
    <a href={keep(href)} {...(href.startsWith('https:') ? { rel: 'noreferrer' } : {})}>
      {children}
    </a>
  )

const Text = ({ runs, keep, plain }: { readonly runs: Runs; readonly keep: Keep; readonly plain: boolean }) =>
  runs.map(({ text, strong, em, code, href }, i) => {
    let node: ReactNode = text
    if (code) node = <code>{node}</code>
    if (em) node = <em>{node}</em>
    if (strong) node = <strong>{node}</strong>
    if (href !== undefined) node = anchorOf(href, node, keep, plain)
    // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change
    return <Fragment key={i}>{node}</Fragment>
  })

/** Draws a page's blocks. `id` goes before anchors where the page is shown inside another. */
export const Blocks = ({
  blocks,
  keep = (href) => href,
  plain = false,
  id = '',
}: {
  readonly blocks: readonly HelpBlock[]
  readonly keep?: Keep
  readonly plain?: boolean
  readonly id?: string
}) => {
  const all = (runs: Runs): ReactNode => <Text runs={runs} keep={keep} plain={plain} />
  const draw = (block: HelpBlock): ReactNode => {
    switch (block.kind) {
      case 'heading': {
        const Tag = block.level === 2 ? 'h2' : 'h3'
        return (
          <Tag id={id + block.id} tabIndex={-1}>
            {all(block.runs)}
          </Tag>
        )
      }
      case 'paragraph':
        return <p>{all(block.runs)}</p>
      case 'list': {
        const Tag = block.ordered ? 'ol' : 'ul'
        return (
          <Tag className={block.ordered ? 'cl-help-steps' : 'cl-list'}>
            {block.items.map((item, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change
              <li key={i}>
                {all(item.runs)}
                {item.more.map((runs, j) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change
                  <div key={j}>{all(runs)}</div>
                ))}
              </li>
            ))}
          </Tag>
        )
      }
      case 'table':
        return <HelpTable head={block.head} rows={block.rows} all={all} />
      case 'note':
        return (
          <div className="cl-help-note">
            {block.paragraphs.map((runs, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change
              <p key={i}>{all(runs)}</p>
            ))}
          </div>
        )
      case 'code':
        return (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it too
          <pre tabIndex={0}>{block.text}</pre>
        )
      case 'figure':
        return (
          <figure>
            <img src={block.src} alt="" />
            <figcaption>{block.caption}</figcaption>
          </figure>
        )
    }
  }
  return (
    <div className="cl-help-text">
      {blocks.map((block, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change
        <Fragment key={i}>{draw(block)}</Fragment>
      ))}
    </div>
  )
}

/** The first column names the row; on phones each row is a card. */
const HelpTable = ({
  head,
  rows,
  all,
}: {
  readonly head: readonly Runs[]
  readonly rows: readonly (readonly Runs[])[]
  readonly all: (runs: Runs) => ReactNode
}) => {
  const label = (i: number): string => (head[i] ?? []).map((run) => run.text).join('')
  return (
    <table className="cl-table">
      <thead>
        <tr>
          {head.map((cell, i) =>
            cell.length === 0 ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change
              <td key={i} />
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change
              <th key={i} scope="col">
                {all(cell)}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change
          <tr key={i}>
            {row.map((cell, j) =>
              j === 0 ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change
                <th key={j} scope="row" data-label={label(j) || undefined}>
                  {all(cell)}
                </th>
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change
                <td key={j} data-label={label(j) || undefined}>
                  {all(cell)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
