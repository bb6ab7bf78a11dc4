// A plain text: addresses are links that say where they lead, what is quoted is folded, long ones are shown bit by bit.
import { useState } from 'react'
import { drawnHost, looksLikeAnother } from '../../../src/core/mail/shown/links.ts'
import { blocksOf, piecesOf, type TextBlock, type TextPiece } from '../../../src/core/mail/shown/text.ts'
import { Button } from '../../ui/Button.tsx'
import { showNumber } from '../../ui/format.ts'
import { writeAddress } from '../addresses.ts'
import { useReadTexts } from '../texts/read.ts'

const MOST_CHARACTERS = 40_000

const Piece = ({ piece }: { readonly piece: TextPiece }) => {
  const t = useReadTexts()
  if (piece.link === 'mail') return <a href={`/posta${writeAddress({ kind: 'new', to: piece.text })}`}>{piece.text}</a>
  if (piece.link !== 'web') return piece.text
  const href = /^https?:/i.test(piece.text) ? piece.text : `https://${piece.text}`
  if (!URL.canParse(href)) return piece.text
  const { hostname } = new URL(href)
  const foreign = hostname.includes('xn--') || !piece.text.toLowerCase().includes(hostname)
  return (
    <>
      <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
        {piece.text}
      </a>
      {foreign && (
        <strong className={looksLikeAnother(hostname) ? 'cr-deceit' : undefined}>
          {' '}
          [{looksLikeAnother(hostname) ? `⚠ ${t.text.homograph(hostname)}` : `${hostname}, ${drawnHost(hostname)}`}]
        </strong>
      )}
    </>
  )
}

const Pieces = ({ text }: { readonly text: string }) =>
  // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never move
  piecesOf(text).map((piece, at) => <Piece key={at} piece={piece} />)

const Block = ({ block }: { readonly block: TextBlock }) => {
  const t = useReadTexts()
  const [open, setOpen] = useState(false)
  if (block.kind !== 'quoted')
    return (
      <div className={block.kind === 'signature' ? 'cr-text cr-muted' : 'cr-text'}>
        <Pieces text={block.text} />
      </div>
    )
  return (
    <details className="cr-quoted" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.text.quoted(block.lines)}</summary>
      {open && (
        <div className="cr-text">
          <Pieces text={block.text} />
        </div>
      )}
    </details>
  )
}

export const TextBody = ({
  text,
  flowed,
}: {
  readonly text: string
  readonly flowed?: { readonly deletesSpace: boolean } | undefined
}) => {
  const t = useReadTexts()
  const [all, setAll] = useState(false)
  const shown = all || text.length <= MOST_CHARACTERS * 1.2 ? text : text.slice(0, MOST_CHARACTERS)
  const left = text.length - shown.length
  return (
    <>
      {blocksOf(shown, flowed).map((block, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of a text never move
        <Block key={at} block={block} />
      ))}
      {left > 0 && (
        <Button look="outline-primary" small onClick={() => setAll(true)}>
          {t.text.all(showNumber(left))}
        </Button>
      )}
    </>
  )
}
