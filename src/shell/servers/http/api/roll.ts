// Rolls of an Order: uploaded, shown, mapped, applied; the rows that were left out, as a file.
import type { Static } from 'typebox'
import type { RollImport } from '../../../../core/api/orderDesk.ts'
import { isRefusal, type Refusal } from '../../../../core/api/problems.ts'
import { ROLL_ERROR_TEXT } from '../../../../core/register/rollText.ts'
import { applyRoll } from '../../../register/applyRoll.ts'
import { writeCsv } from '../../../register/exportMembers.ts'
import { mapRoll, type RollView, uploadRoll, viewRoll } from '../../../register/importRoll.ts'
import { rollErrorRows } from '../../../register/rollErrors.ts'
import { type Client, type Handlers, handler } from './handler.ts'
import { staffOf } from './register.ts'

const at = (instant: number): string => new Date(instant).toISOString()

const rollView = (roll: RollView, language: Client['language']): Static<typeof RollImport> => ({
  id: roll.id,
  fileName: roll.fileName,
  format: roll.format,
  state: roll.state,
  columns: [...roll.preview.columns],
  mapping: { ...roll.mapping } as Record<string, number>,
  sample: roll.preview.sample.map((cells) => [...cells]),
  counts: { ...roll.counts },
  errors: roll.errors.map(({ row, codes, cells }) => ({
    row,
    code: codes[0]!,
    message: codes.map((code) => ROLL_ERROR_TEXT[code][language]).join(' '),
    cells: [...cells],
  })),
  absent: [...(roll.outcome?.absent ?? roll.preview.absent)],
  createdAt: at(roll.createdAt),
  ...(roll.appliedAt === undefined ? {} : { appliedAt: at(roll.appliedAt) }),
})
const rollOr = (roll: RollView | Refusal, { language }: Client) => (isRefusal(roll) ? roll : rollView(roll, language))

export const rollHandlers = {
  uploadRoll: handler<'uploadRoll'>(async ({ office, caller, client, query, body }) =>
    rollOr(
      await uploadRoll(office, {
        orderId: caller.order.id,
        actor: staffOf(caller, client),
        fileName: query.fileName,
        body,
      }),
      client,
    ),
  ),
  getRoll: handler<'getRoll'>(async ({ office, caller, client, params }) =>
    rollOr(await viewRoll(office, caller.order.id, params.import), client),
  ),
  mapRoll: handler<'mapRoll'>(async ({ office, caller, client, params, body }) =>
    rollOr(await mapRoll(office, caller.order.id, params.import, body.mapping), client),
  ),
  applyRoll: handler<'applyRoll'>(async ({ office, caller, client, params }) =>
    rollOr(
      await applyRoll(office, { orderId: caller.order.id, id: params.import, actor: staffOf(caller, client) }),
      client,
    ),
  ),
  exportRollErrors: handler<'exportRollErrors'>(async ({ office, caller, client, params }) => {
    const rows = await rollErrorRows(office, caller.order.id, params.import, client.language)
    if (isRefusal(rows)) return rows
    return { type: 'text/csv; charset=utf-8', bytes: writeCsv(rows), fileName: 'righe-da-correggere.csv' }
  }),
} satisfies Partial<Handlers>
