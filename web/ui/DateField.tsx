// A date as people write it here: 27/03/1964, with any separator or none. No calendar to leaf through for a birthday.
import { useState } from 'react'
import { type FieldProps, TextField } from './Field.tsx'
import { useCommon } from './texts/common.ts'

const pad = (text: string): string => text.padStart(2, '0')

/** `YYYY-MM-DD` of what was typed; undefined where there is no such day. */
export const readDate = (text: string): string | undefined => {
  const trimmed = text.trim()
  const found =
    /^(\d{1,2})\s*[./\- ]\s*(\d{1,2})\s*[./\- ]\s*(\d{4})$/.exec(trimmed) ?? /^(\d{2})(\d{2})(\d{4})$/.exec(trimmed)
  if (!found) return undefined
  const [, day = '', month = '', year = ''] = found
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const iso = `${year}-${pad(month)}-${pad(day)}`
  return date.toISOString().startsWith(iso) ? iso : undefined
}

/** The same the other way round; what is no date stays as it was typed. */
export const showDate = (iso: string): string => {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso)
  return found ? `${found[3]}/${found[2]}/${found[1]}` : iso
}

/** `value` is `YYYY-MM-DD`, or what was typed so far: nothing is lost for being half a date. */
export const DateField = ({
  value,
  onChange,
  autoComplete,
  ...field
}: FieldProps & {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly autoComplete?: string
}) => {
  const t = useCommon()
  const [text, setText] = useState(showDate(value))
  const [left, setLeft] = useState(false)
  // Derived and not set by an effect: one that runs late would put back what was there a key before.
  const shown = (readDate(text) ?? text) === value ? text : showDate(value)
  const wrong = left && shown.trim() !== '' && readDate(shown) === undefined
  return (
    <TextField
      {...field}
      hint={field.hint ?? t.dateHint}
      error={field.error ?? (wrong ? t.dateWrong : undefined)}
      value={shown}
      short
      inputMode="numeric"
      autoComplete={autoComplete ?? 'off'}
      maxLength={10}
      onBlur={() => {
        setLeft(true)
        setText((old) => showDate(readDate(old) ?? old))
      }}
      onChange={(typed) => {
        setText(typed)
        onChange(readDate(typed) ?? typed)
      }}
    />
  )
}
