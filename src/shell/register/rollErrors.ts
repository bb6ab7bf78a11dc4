// The rows of a roll that were left out, as rows of a file: each with what to mend.
import type { Refusal } from '../../core/api/problems.ts'
import { ROLL_ERROR_TEXT } from '../../core/register/rollText.ts'
import type { Office } from '../office.ts'
import { loadRoll, rowErrors } from './rollStore.ts'

const MOST = 250_000

/** All wrong rows of a roll: number, why, and the cells as they were. */
export const rollErrorRows = async (
  office: Office,
  orderId: number,
  id: string,
  language: 'it' | 'en',
): Promise<AsyncIterable<readonly (readonly string[])[]> | Refusal> => {
  const roll = await loadRoll(office.db, orderId, id)
  if (!roll) return { refusal: 'notFound' }
  const errors = await rowErrors(office.db, id, MOST)
  return (async function* () {
    yield [[language === 'it' ? 'Riga' : 'Row', language === 'it' ? 'Motivo' : 'Reason', ...roll.preview.columns]]
    yield errors.map(({ row, codes, cells }) => [
      String(row),
      codes.map((code) => ROLL_ERROR_TEXT[code][language]).join(' '),
      ...cells,
    ])
  })()
}
