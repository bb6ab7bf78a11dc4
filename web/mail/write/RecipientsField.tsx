// A field of recipients: chips, each with what its address is worth; people that the box knows are proposed while one types
// (the combobox pattern of WAI-ARIA); whole lists may be pasted.
import close from 'icon:close'
import error from 'icon:error'
import { type ClipboardEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { EmailAddress } from '../../../src/core/jmap/header.ts'
import type { PecAddress } from '../../../src/core/jmap/pec.ts'
import { addRecipients, readRecipients } from '../../../src/core/jmap/writing/recipients.ts'
import { addressKey } from '../../../src/core/mail/address.ts'
import { Icon } from '../../ui/Icon.tsx'
import { useWriteTexts } from '../texts/write.ts'
import { lookUp, proposePeople, useKnown } from './people.ts'

type Props = {
  readonly id: string
  readonly label: string
  readonly hint: string
  /** Whether the hint stays once somebody is there. */
  readonly staysHint?: boolean
  readonly people: readonly EmailAddress[]
  readonly wrong: readonly string[]
  readonly onChange: (people: readonly EmailAddress[], wrong: readonly string[]) => void
}

const TYPING_MS = 250
const LEAST_LETTERS = 2

/** What is known of addresses is asked once one stops typing. */
const useProposals = (text: string): readonly PecAddress[] => {
  const [list, setList] = useState<readonly PecAddress[]>([])
  useEffect(() => {
    const letters = text.trim()
    if (letters.length < LEAST_LETTERS) {
      setList([])
      return undefined
    }
    const controller = new AbortController()
    const timer = setTimeout(() => {
      const { people } = readRecipients(letters)
      if (people.length > 0) lookUp(people.map(({ email }) => email))
      void proposePeople(letters, controller.signal).then((found) => !controller.signal.aborted && setList(found))
    }, TYPING_MS)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [text])
  return list
}

/** What an address is worth, in words; nothing until the directory has answered. */
const Worth = ({ email }: { readonly email: string }) => {
  const t = useWriteTexts()
  const one = useKnown().get(addressKey(email))
  if (!one) return null
  return (
    <span className={one.certified ? 'cw-certified' : 'cw-ordinary'}>
      {one.certified ? t.certified(one.provider) : t.ordinary}
    </span>
  )
}

export const RecipientsField = ({ id, label, hint, staysHint, people, wrong, onChange }: Props) => {
  const t = useWriteTexts()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(-1)
  const [isOpen, setOpen] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const listId = useId()
  const found = useProposals(text)
  const there = new Set(people.map(({ email }) => addressKey(email)))
  const proposals = found.filter(({ email }) => !there.has(addressKey(email)))
  const shown = isOpen && proposals.length > 0
  const key = people.map(({ email }) => email).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when they are others
  useEffect(() => lookUp(people.map(({ email }) => email)), [key])
  const typed = readRecipients(text)

  const take = (written: string): void => {
    const read = readRecipients(written)
    setText('')
    setOpen(false)
    setChosen(-1)
    if (read.people.length + read.wrong.length === 0) return
    onChange(addRecipients(people, read.people), [...new Set([...wrong, ...read.wrong.map((one) => one.text)])])
  }
  const choose = (at: number): void => {
    const one = proposals[at]
    if (!one) return
    setText('')
    setOpen(false)
    setChosen(-1)
    onChange(addRecipients(people, [{ name: one.name, email: one.email }]), wrong)
    input.current?.focus()
  }
  const drop = (email: string): void => {
    onChange(
      people.filter((one) => one.email !== email),
      wrong,
    )
    input.current?.focus()
  }
  /** What stands in a chip comes back into the field. */
  const mend = (written: string, rest: { people?: readonly EmailAddress[]; wrong?: readonly string[] }): void => {
    setText(written)
    onChange(rest.people ?? people, rest.wrong ?? wrong)
    input.current?.focus()
  }
  const back = (): void => {
    const last = people.at(-1)
    if (wrong.length > 0) mend(wrong.at(-1)!, { wrong: wrong.slice(0, -1) })
    else if (last) mend(last.email, { people: people.slice(0, -1) })
  }
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    const { key: pressed } = event
    if (pressed === 'ArrowDown' || pressed === 'ArrowUp') {
      if (proposals.length === 0) return
      event.preventDefault()
      setOpen(true)
      const step = pressed === 'ArrowDown' ? 1 : -1
      setChosen((chosen + step + proposals.length + (chosen < 0 && step < 0 ? 1 : 0)) % proposals.length)
    } else if (pressed === 'Escape' && shown) {
      event.preventDefault()
      setOpen(false)
      setChosen(-1)
    } else if (pressed === 'Enter') {
      event.preventDefault()
      if (shown && chosen >= 0) choose(chosen)
      else take(text)
    } else if (pressed === 'Tab' && shown && chosen >= 0) {
      event.preventDefault()
      choose(chosen)
    } else if ((pressed === ',' || pressed === ';') && typed.people.length > 0) {
      event.preventDefault()
      take(text)
    } else if (pressed === 'Backspace' && text === '') {
      event.preventDefault()
      back()
    }
  }
  const onPaste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const given = event.clipboardData.getData('text/plain')
    const read = readRecipients(given)
    if (text.trim() !== '' || read.people.length === 0) return
    event.preventDefault()
    take(given)
  }
  return (
    <div className="cw-recipients">
      <label htmlFor={id}>{label}</label>
      <div className="cw-recipients-room">
        {(people.length > 0 || wrong.length > 0) && (
          <ul className="cw-chips" aria-label={label}>
            {people.map(({ name, email }) => (
              <li key={email} className="cw-chip">
                <span className="cw-chip-text">
                  <span className="cw-chip-name">{name ?? email}</span>
                  {name && <span className="cw-chip-email">{email}</span>}
                  <Worth email={email} />
                </span>
                <button type="button" className="cm-icon" onClick={() => drop(email)}>
                  <Icon of={close} />
                  <span className="visually-hidden">{t.remove(name ?? email)}</span>
                </button>
              </li>
            ))}
            {wrong.map((one) => (
              <li key={one} className="cw-chip cw-chip-wrong">
                <span className="cw-chip-text">
                  <span className="cw-chip-name">
                    <Icon of={error} /> {one}
                  </span>
                  <span>{t.wrong[readRecipients(one).wrong[0]?.why ?? 'other']}</span>
                </span>
                <button
                  type="button"
                  className="btn btn-link"
                  onClick={() => mend(one, { wrong: wrong.filter((other) => other !== one) })}
                >
                  {t.mend}
                  <span className="visually-hidden"> {one}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <input
          id={id}
          ref={input}
          type="text"
          inputMode="email"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          role="combobox"
          aria-expanded={shown}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={shown && chosen >= 0 ? `${listId}-${chosen}` : undefined}
          aria-describedby={`${id}-hint`}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setOpen(true)
            setChosen(-1)
          }}
          onKeyDown={onKey}
          onPaste={onPaste}
          onBlur={() => take(text)}
        />
        <p
          id={`${id}-hint`}
          className={!staysHint && (people.length > 0 || text !== '') ? 'visually-hidden' : 'cw-hint'}
        >
          {hint}
        </p>
        <div role="status" className="cw-typed">
          {typed.people.length === 1 && <Worth email={typed.people[0]!.email} />}
          {shown && <span className="visually-hidden">{t.proposals(proposals.length)}</span>}
        </div>
        <div id={listId} role="listbox" aria-label={t.proposalsLabel} className="cw-proposals" hidden={!shown}>
          {shown &&
            proposals.map((one, at) => (
              <div
                key={one.email}
                id={`${listId}-${at}`}
                role="option"
                tabIndex={-1}
                aria-selected={at === chosen}
                // before the field loses the focus
                onPointerDown={(event) => {
                  event.preventDefault()
                  choose(at)
                }}
              >
                <span>{one.name ? `${one.name} <${one.email}>` : one.email}</span>
                <Worth email={one.email} />
              </div>
            ))}
        </div>
      </div>
    </div>
  )
}
