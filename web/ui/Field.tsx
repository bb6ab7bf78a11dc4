// Fields of forms: the label above, the hint before the field, the error beside it in words, all wired for screen readers.

import successIcon from 'icon:check-circle'
import errorIcon from 'icon:error'
import warningIcon from 'icon:warning-circle'
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react'
import { useFieldIds } from './hooks.ts'
import { Icon } from './Icon.tsx'
import { useCommon } from './texts/common.ts'

export type FieldProps = {
  readonly label: ReactNode
  /** How to fill it in, before one does. */
  readonly hint?: ReactNode
  /** What is wrong, what it means, what to do. */
  readonly error?: string | undefined
  /** What is not wrong but worth a second look. */
  readonly note?: string | undefined
  /** That it is right, where this can be told while one types. */
  readonly good?: string | undefined
  readonly optional?: boolean
  /** The id of the control, so that an error summary leads to it. */
  readonly id?: string
}

/** What the control gets. */
export type Wiring = {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean | undefined
}

/** Label, hint, control and error in their order; the control is the caller's. */
export const Field = ({
  label,
  hint,
  error,
  note,
  good,
  optional,
  id: given,
  children,
}: FieldProps & { readonly children: (wiring: Wiring) => ReactNode }) => {
  const t = useCommon()
  const ids = useFieldIds(given)
  const told = error ?? note ?? good
  const described = [hint && ids.hint, told && ids.error].filter(Boolean).join(' ')
  return (
    <div className="cl-field">
      <label htmlFor={ids.id}>
        {label} {optional && <span className="cl-optional">{t.optional}</span>}
      </label>
      {hint && (
        <p className="cl-hint" id={ids.hint}>
          {hint}
        </p>
      )}
      {children({ id: ids.id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {/* Always there, so that what appears in it is read out. */}
      <div id={ids.error} aria-live="polite">
        {error ? (
          <p className="cl-error">
            <Icon of={errorIcon} />
            <span>
              <span className="visually-hidden">{t.errorMark} </span>
              {error}
            </span>
          </p>
        ) : note ? (
          <p className="cl-note">
            <Icon of={warningIcon} />
            <span>{note}</span>
          </p>
        ) : good ? (
          <p className="cl-good">
            <Icon of={successIcon} />
            <span>{good}</span>
          </p>
        ) : null}
      </div>
    </div>
  )
}

type Text = FieldProps &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'id' | 'value'> & {
    readonly value: string
    readonly onChange: (value: string) => void
    /** Shown in capitals, as it will be kept. */
    readonly upper?: boolean
    readonly short?: boolean
  }

const split = <P extends FieldProps>({ label, hint, error, note, good, optional, id, ...rest }: P) => ({
  field: { label, hint, error, note, good, optional, id } as FieldProps,
  rest: rest as Omit<P, keyof FieldProps>,
})

export const TextField = (props: Text) => {
  const { field, rest } = split(props)
  const { upper, short, onChange, ...input } = rest
  return (
    <Field {...field}>
      {(wiring) => (
        <input
          type="text"
          {...input}
          {...wiring}
          className={`cl-input${upper ? ' cl-upper' : ''}${short ? ' cl-short' : ''}`}
          aria-required={field.optional || input.type === 'search' ? undefined : true}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

type Area = FieldProps &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange' | 'id' | 'value'> & {
    readonly value: string
    readonly onChange: (value: string) => void
  }

export const TextArea = (props: Area) => {
  const { field, rest } = split(props)
  const { onChange, ...input } = rest
  return (
    <Field {...field}>
      {(wiring) => (
        <textarea {...input} {...wiring} className="cl-input" onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  )
}

type Select = FieldProps &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'id' | 'value'> & {
    readonly value: string
    readonly onChange: (value: string) => void
    readonly choices: readonly { readonly value: string; readonly label: string }[]
    /** Shown first while nothing is chosen. */
    readonly placeholder?: string
  }

export const SelectField = (props: Select) => {
  const { field, rest } = split(props)
  const { onChange, choices, placeholder, ...select } = rest
  return (
    <Field {...field}>
      {(wiring) => (
        <select {...select} {...wiring} className="cl-input" onChange={(event) => onChange(event.target.value)}>
          {placeholder !== undefined && <option value="">{placeholder}</option>}
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

type Choice = { readonly value: string; readonly label: ReactNode; readonly disabled?: boolean }

/** A few choices, all of them seen. */
export const RadioGroup = ({
  legend,
  hint,
  error,
  name,
  value,
  choices,
  onChange,
  id: given,
}: {
  readonly legend: ReactNode
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly name: string
  readonly value: string
  readonly choices: readonly Choice[]
  readonly onChange: (value: string) => void
  readonly id?: string
}) => {
  const t = useCommon()
  const ids = useFieldIds(given)
  return (
    <fieldset className="cl-group" aria-describedby={error ? ids.error : hint ? ids.hint : undefined}>
      <legend>{legend}</legend>
      {hint && (
        <p className="cl-hint" id={ids.hint}>
          {hint}
        </p>
      )}
      {choices.map((choice, index) => (
        <label className="cl-choice" key={choice.value}>
          <input
            type="radio"
            id={index === 0 ? ids.id : undefined}
            name={name}
            value={choice.value}
            checked={value === choice.value}
            disabled={choice.disabled}
            onChange={() => onChange(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
      <div id={ids.error} aria-live="polite">
        {error && (
          <p className="cl-error">
            <Icon of={errorIcon} />
            <span>
              <span className="visually-hidden">{t.errorMark} </span>
              {error}
            </span>
          </p>
        )}
      </div>
    </fieldset>
  )
}

/** One thing to say yes to. */
export const CheckField = ({
  label,
  error,
  checked,
  onChange,
  id: given,
}: {
  readonly label: ReactNode
  readonly error?: string | undefined
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly id?: string
}) => {
  const ids = useFieldIds(given)
  return (
    <div className="mb-3">
      <label className="cl-choice cl-choice-bare">
        <input
          type="checkbox"
          id={ids.id}
          checked={checked}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? ids.error : undefined}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>{label}</span>
      </label>
      <div id={ids.error} aria-live="polite">
        {error && (
          <p className="cl-error">
            <Icon of={errorIcon} />
            <span>{error}</span>
          </p>
        )}
      </div>
    </div>
  )
}
