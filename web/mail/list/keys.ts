// Single keys that do something: each part of the pages says what its own do; one can switch them all off (WCAG 2.2, 2.1.4).
import { useEffect, useEffectEvent } from 'react'
import { signal, useSignal } from '../store/signal.ts'

export type KeyName =
  | 'write'
  | 'search'
  | 'next'
  | 'previous'
  | 'open'
  | 'select'
  | 'archive'
  | 'trash'
  | 'move'
  | 'unread'
  | 'flag'
  | 'reply'
  | 'replyAll'
  | 'forward'
  | 'inbox'
  | 'sent'
  | 'drafts'
  | 'undo'
  | 'back'
  | 'help'

/** Keys as they are typed; two are typed one after the other. */
export const KEYS: Readonly<Record<KeyName, readonly string[]>> = {
  write: ['c'],
  search: ['/'],
  next: ['j'],
  previous: ['k'],
  open: ['o'],
  select: ['x'],
  archive: ['e'],
  trash: ['#'],
  move: ['v'],
  unread: ['u'],
  flag: ['s'],
  reply: ['r'],
  replyAll: ['a'],
  forward: ['f'],
  inbox: ['g', 'i'],
  sent: ['g', 's'],
  drafts: ['g', 'd'],
  undo: ['z'],
  back: ['b'],
  help: ['?'],
}

type Handlers = Partial<Record<KeyName, () => void>>
const layers: { readonly current: () => Handlers }[] = []

/** Says what keys do while the component is there; the last one that was drawn goes first. */
export const useKeys = (handlers: Handlers): void => {
  const current = useEffectEvent(() => handlers)
  useEffect(() => {
    const layer = { current }
    layers.push(layer)
    return () => void layers.splice(layers.indexOf(layer), 1)
  }, [])
}

const KEPT = 'ceralacca.scorciatoie'
const readKept = (): boolean => {
  try {
    return localStorage.getItem(KEPT) !== 'no'
  } catch {
    return true // storage is forbidden here
  }
}
const on = signal(readKept())
export const useKeysOn = (): boolean => useSignal(on)
export const setKeysOn = (wanted: boolean): void => {
  on.set(wanted)
  try {
    localStorage.setItem(KEPT, wanted ? 'yes' : 'no')
  } catch {
    // they are on again the next time
  }
}

/** Whether keys belong to what has the focus. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=button])'))

/** How long the second of two keys is waited for. */
const PAIR_MS = 1_500

/** The name of what was typed: alone, or after the key before. */
export const nameOfKeys = (before: string | undefined, key: string): KeyName | undefined => {
  const typed = before === undefined ? [key] : [before, key]
  return (Object.keys(KEYS) as KeyName[]).find((name) => KEYS[name].join(' ') === typed.join(' '))
}

const isFirst = (key: string): boolean => Object.values(KEYS).some((keys) => keys.length > 1 && keys[0] === key)

/** Listens until it is ended. */
export const listenToKeys = (): (() => void) => {
  let before: { readonly key: string; readonly at: number } | undefined
  const press = (event: KeyboardEvent): void => {
    if (!on.get() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing)
      return
    if (isTyping(event.target) || document.querySelector('dialog[open]')) return
    const { key } = event
    const first = before && event.timeStamp - before.at < PAIR_MS ? before.key : undefined
    const name = (first === undefined ? undefined : nameOfKeys(first, key)) ?? nameOfKeys(undefined, key)
    before = name === undefined && isFirst(key) ? { key, at: event.timeStamp } : undefined
    if (!name) return
    const handler = layers.findLast((layer) => layer.current()[name])?.current()[name]
    if (!handler) return
    event.preventDefault()
    handler()
  }
  document.addEventListener('keydown', press)
  return () => document.removeEventListener('keydown', press)
}
