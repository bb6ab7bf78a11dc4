// Framework conventions that national federations sign, and to which Orders adhere.
import type { Static } from 'typebox'
import type { FrameworkBody } from '../../core/api/operator.ts'
import type { Refusal } from '../../core/api/problems.ts'
import { normalConventionCode } from '../../core/convention/convention.ts'
import { isCivilDate } from '../../core/lib/calendar.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import type { Office } from '../office.ts'

export type FrameworkRow = Static<typeof FrameworkBody>

type Row = { code: string; federation: string; title: string; signed_on: string; ends_on: string | null }

/** Adds a framework or changes it. */
export const putFramework = async (
  office: Office,
  actor: Actor,
  typed: string,
  framework: FrameworkRow,
): Promise<FrameworkRow | Refusal> => {
  const code = normalConventionCode(framework.code)
  if (code === '' || normalConventionCode(typed) !== code) return { refusal: 'codeMismatch' }
  const { signedOn, endsOn } = framework
  const isWell = isCivilDate(signedOn) && (endsOn === undefined || (isCivilDate(endsOn) && endsOn >= signedOn))
  if (!isWell) return { refusal: 'datesWrong' }
  const federation = framework.federation.trim()
  const title = framework.title.trim()
  const now = office.clock.now()
  await office.db.tx(async (tx) => {
    const [row] = await tx.query<{ added: boolean }>(
      'framework-put',
      `insert into framework (code, federation, title, signed_on, ends_on) values ($1, $2, $3, $4, $5)
       on conflict (code) do update set federation = excluded.federation, title = excluded.title,
         signed_on = excluded.signed_on, ends_on = excluded.ends_on
       returning xmax = 0 as added`,
      [code, federation, title, signedOn, endsOn],
    )
    const action = row!.added ? 'framework.added' : 'framework.changed'
    writeAudit(tx, [{ at: now, actor, action, subjectKind: 'framework', subjectId: code }])
  })
  return { ...framework, code, federation, title }
}

/** All frameworks, by code. */
export const listFrameworks = async (office: Office): Promise<readonly FrameworkRow[]> => {
  const rows = await office.db.query<Row>(
    'framework-list',
    'select code, federation, title, signed_on, ends_on from framework order by code',
  )
  return rows.map(({ code, federation, title, signed_on, ends_on }) => ({
    code,
    federation,
    title,
    signedOn: signed_on,
    ...(ends_on === null ? {} : { endsOn: ends_on }),
  }))
}
