// The page on which a message is written.
import { useSearch } from 'wouter'
import { beginningOf } from '../addresses.ts'

export const WritePage = () => {
  const beginning = beginningOf(useSearch())
  return <p>{beginning.kind}</p>
}
