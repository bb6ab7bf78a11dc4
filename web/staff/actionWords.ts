// Activities of the audit trail in plain words.
import { useWords } from './texts/words.ts'

export const useActionWords = (): ((action: string) => string) => {
  const { actions } = useWords()
  return (action) => actions[action] ?? action
}
