// A day and an hour, Italian time, at which a message is to leave.
import { useState } from 'react'
import { dayAndHour, proposals, scheduleOf } from '../../../src/core/jmap/writing/schedule.ts'
import type { Instant } from '../../../src/core/lib/instant.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { showDay } from '../../ui/format.ts'
import { useWriteTexts, type WriteTexts } from '../texts/write.ts'
import { mostDelaySeconds } from './settings.ts'

/** `oggi alle 18:05`, `27 novembre 2026 alle 08:30`. */
export const whenText = (at: Instant, now: Instant, t: WriteTexts): string => {
  const { day, hour } = dayAndHour(at)
  return day === dayAndHour(now).day ? t.schedule.today(hour) : t.schedule.on(showDay(day), hour)
}

export const ScheduleFields = ({
  onChoose,
  onBack,
}: {
  readonly onChoose: (at: Instant) => void
  readonly onBack: () => void
}) => {
  const t = useWriteTexts()
  const [when, setWhen] = useState(() => dayAndHour(proposals(Date.now())[1]!.at))
  const [wrong, setWrong] = useState<string>()
  const names = { hour: t.schedule.hourLater, tomorrow: t.schedule.tomorrow, monday: t.schedule.monday }
  const choose = (): void => {
    const at = scheduleOf(when, Date.now(), mostDelaySeconds())
    if (typeof at === 'string') setWrong(t.schedule[at])
    else onChoose(at)
  }
  const change = (patch: Partial<typeof when>): void => {
    setWhen({ ...when, ...patch })
    setWrong(undefined)
  }
  return (
    <div className="cw-schedule">
      <div className="cw-proposed">
        {proposals(Date.now()).map(({ kind, at }) => (
          <button key={kind} type="button" className="btn btn-outline-primary btn-small" onClick={() => onChoose(at)}>
            {names[kind]}
            <span className="cw-at">{dayAndHour(at).hour}</span>
          </button>
        ))}
      </div>
      <div className="cw-when">
        <TextField
          label={t.schedule.day}
          type="date"
          value={when.day}
          min={dayAndHour(Date.now()).day}
          error={wrong}
          onChange={(day) => change({ day })}
        />
        <TextField label={t.schedule.hour} type="time" value={when.hour} onChange={(hour) => change({ hour })} />
      </div>
      <p className="cl-hint">{t.schedule.italian}</p>
      <div className="cl-actions">
        <Button onClick={choose}>{t.schedule.confirm}</Button>
        <Button look="link" onClick={onBack}>
          {t.look.back}
        </Button>
      </div>
    </div>
  )
}
