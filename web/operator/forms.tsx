// What the forms of the office share: numbers as people write them, mistakes by field, the end of a form.
import type { FormEvent } from 'react'
import { useState } from 'react'
import type { Mistake } from '../ui/Alert.tsx'

/** A whole number; undefined of anything else. */
export const wholeOf = (text: string): number | undefined =>
  /^\d{1,9}$/.test(text.trim()) ? Number(text.trim()) : undefined

/** Cents of `18,50`, `18.5` or `18`; undefined of anything else. */
export const centsOf = (text: string): number | undefined => {
  const found = /^(\d{1,6})(?:[.,](\d{1,2}))?$/.exec(text.trim())
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : undefined
}

export const showCents = (cents: number): string => `${Math.floor(cents / 100)},${String(cents % 100).padStart(2, '0')}`

const GIGABYTE = 1024 ** 3

/** Bytes of so many gigabytes, `0,5` too. */
export const bytesOf = (text: string): number | undefined => {
  const found = /^\d{1,4}(?:[.,]\d{1,3})?$/.exec(text.trim())
  const bytes = found ? Math.round(Number(found[0].replace(',', '.')) * GIGABYTE) : 0
  return bytes >= 1_000_000 ? bytes : undefined
}

export const showGigabytes = (bytes: number): string =>
  String(Math.round((bytes / GIGABYTE) * 1000) / 1000).replace('.', ',')

export const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text)

/** `10/06, 29/06` as `06-10`, `06-29`; undefined where one is no day of the year. */
export const yearDaysOf = (text: string): string[] | undefined => {
  const parts = text
    .split(/[,;\s]+/)
    .map((one) => one.trim())
    .filter(Boolean)
  const days = parts.map((part) => {
    const found = /^(\d{1,2})[/.-](\d{1,2})$/.exec(part)
    if (!found) return undefined
    const [day, month] = [Number(found[1]), Number(found[2])]
    // 2024 has all days that there are.
    const date = new Date(Date.UTC(2024, month - 1, day))
    const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    return exists ? `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` : undefined
  })
  return days.every((day) => day !== undefined) ? (days as string[]) : undefined
}

export const showYearDays = (days: readonly string[]): string =>
  days.map((day) => `${day.slice(3)}/${day.slice(0, 2)}`).join(', ')

export type Form = {
  /** Mistakes that are shown: none before the first try. */
  readonly mistakes: readonly Mistake[]
  readonly turn: number
  readonly errorOf: (field: string) => string | undefined
  readonly submit: (event: FormEvent) => void
}

/** A form that checks itself when it is sent, and sends itself when nothing is wrong. */
export const useForm = (found: readonly (Mistake | false)[], send: () => void): Form => {
  const [turn, setTurn] = useState(0)
  const all = found.filter((one) => one !== false)
  const mistakes = turn > 0 ? all : []
  return {
    mistakes,
    turn,
    errorOf: (field) => mistakes.find((one) => one.field === field)?.message,
    submit: (event) => {
      event.preventDefault()
      setTurn(turn + 1)
      if (all.length === 0) send()
    },
  }
}
