// A password: it may be shown and pasted, and each rule ticks while one types.
import tick from 'icon:check-circle'
import circle from 'icon:minus-circle'
import hidden from 'icon:password-invisible'
import shown from 'icon:password-visible'
import { useState } from 'react'
import { Field, type FieldProps } from './Field.tsx'
import { Icon } from './Icon.tsx'
import { useCommon } from './texts/common.ts'

export type ShownRule = { readonly label: string; readonly holds: boolean }

export const PasswordField = ({
  value,
  onChange,
  rules = [],
  autoComplete,
  ...field
}: FieldProps & {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly rules?: readonly ShownRule[]
  readonly autoComplete: 'new-password' | 'current-password'
}) => {
  const t = useCommon()
  const [visible, setVisible] = useState(false)
  return (
    <Field {...field}>
      {(wiring) => (
        <>
          <div className="cl-with-button">
            <input
              {...wiring}
              className="cl-input"
              type={visible ? 'text' : 'password'}
              value={value}
              autoComplete={autoComplete}
              autoCapitalize="off"
              autoCorrect="off"
              spellCheck={false}
              aria-describedby={[wiring['aria-describedby'], rules.length > 0 && `${wiring.id}-rules`]
                .filter(Boolean)
                .join(' ')}
              onChange={(event) => onChange(event.target.value)}
            />
            <button
              type="button"
              className="btn btn-outline-primary"
              aria-label={visible ? t.hidePassword : t.showPassword}
              onClick={() => setVisible(!visible)}
            >
              <Icon of={visible ? hidden : shown} />
            </button>
          </div>
          {rules.length > 0 && (
            <ul className="cl-rules" id={`${wiring.id}-rules`}>
              {rules.map(({ label, holds }) => {
                const met = holds && value !== ''
                return (
                  <li key={label} className={met ? 'cl-met' : undefined}>
                    <Icon of={met ? tick : circle} />
                    <span>
                      {label}
                      <span className="visually-hidden">: {met ? t.ruleMet : t.ruleNotMet}</span>
                    </span>
                  </li>
                )
              })}
            </ul>
          )}
        </>
      )}
    </Field>
  )
}
