// The page on which a message is written, and with what it begins.
import { useRef } from 'react'
import { useSearch } from 'wouter'
import { Alert } from '../../ui/Alert.tsx'
import { beginningOf } from '../addresses.ts'
import { maySend } from '../jmap/client.ts'
import { useWriteTexts } from '../texts/write.ts'
import { Composer } from './Composer.tsx'

const WritePage = () => {
  const t = useWriteTexts()
  const search = useSearch()
  // Once a draft has a name of its own the address tells it: that is the same desk, not another.
  const desk = useRef({ search, own: '', turn: 0 })
  if (search !== desk.current.search && search !== desk.current.own)
    desk.current = { search, own: '', turn: desk.current.turn + 1 }
  if (!maySend())
    return (
      <div className="cw-page">
        <Alert kind="info" title={t.noRight.title}>
          <p>{t.noRight.detail}</p>
        </Alert>
      </div>
    )
  const here = desk.current
  return (
    <Composer
      key={here.turn}
      beginning={beginningOf(here.search)}
      onName={(own) => {
        here.own = own
      }}
    />
  )
}
export default WritePage
