// What is selected, and what can be done with it.
import mail from 'icon:mail'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { ask } from '../staff/ask.ts'
import { ActionButton } from '../staff/Guarded.tsx'
import { useMay } from '../staff/session.tsx'
import { ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { showNumber } from '../ui/format.ts'
import { useAction } from '../ui/hooks.ts'
import { type MemberRow, nameOf } from './contract.ts'
import type { queryOf } from './MembersPage.tsx'
import { MOST_SELECTED, useSelection } from './selection.ts'
import { useOrderTexts } from './texts/order.ts'

const LIMIT = 200

/** All members of the filters, page after page, up to what can be invited at once. */
const collect = async (order: string, query: ReturnType<typeof queryOf>): Promise<Map<number, string>> => {
  const found = new Map<number, string>()
  let cursor: string | undefined
  do {
    const page = await ask('GET /orders/:order/members', {
      params: { order },
      query: { ...query, cursor, limit: LIMIT },
    })
    for (const row of page.items) found.set(row.id, nameOf(row))
    cursor = page.next
  } while (cursor !== undefined && found.size < MOST_SELECTED)
  return found
}

export const SelectionBar = ({
  order,
  items,
  total,
  query,
}: {
  readonly order: string
  readonly items: readonly MemberRow[]
  readonly total: number | undefined
  readonly query: ReturnType<typeof queryOf>
}) => {
  const t = useOrderTexts()
  const [, navigate] = useLocation()
  const forbidden = useMay(order)('members.invite')
  const { selection, add, clear } = useSelection(order)
  const [cut, setCut] = useState(false)
  const all = useAction(async () => {
    const found = await collect(order, query)
    setCut(selection.size + found.size > MOST_SELECTED)
    add(found)
  })
  const why = forbidden ?? (selection.size === 0 ? t.members.noneSelected : undefined)
  return (
    <section className="cl-selection" aria-label={t.members.select}>
      <p role="status">
        <strong>{t.members.selected(selection.size)}</strong>{' '}
        {all.busy ? t.members.collecting : cut ? t.members.tooMany : selection.size > 0 ? t.members.selectionStays : ''}
      </p>
      <div className="cl-row">
        <Button look="outline-primary" small onClick={() => add(items.map((row) => [row.id, nameOf(row)]))}>
          {t.members.selectShown}
        </Button>
        {total !== undefined && total > items.length && (
          <Button look="outline-primary" small busy={all.busy} onClick={() => void all.run()}>
            {t.members.selectAll(showNumber(total))}
          </Button>
        )}
        {selection.size > 0 && (
          <Button
            look="link"
            small
            onClick={() => {
              setCut(false)
              clear()
            }}
          >
            {t.members.unselect}
          </Button>
        )}
        <ActionButton why={why} small icon={mail} onClick={() => navigate('/inviti')}>
          {t.members.invite}
        </ActionButton>
      </div>
      <ProblemAlert problem={all.problem} />
    </section>
  )
}
