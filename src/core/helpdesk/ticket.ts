// A ticket of the help desk: its life, its clock, what it may hold.
import { HOUR, type Instant } from '../lib/instant.ts'
import { type Machine, machine } from '../lib/machine.ts'
import { addWorkingTime, workingTimeBetween } from './workingTime.ts'

export const TICKET_STATES = ['unconfirmed', 'open', 'waitingForYou', 'waitingForUs', 'solved', 'closed'] as const
export type TicketState = (typeof TICKET_STATES)[number]
export type TicketEvent = 'confirm' | 'reply' | 'ask' | 'inform' | 'solve' | 'reopen' | 'close' | 'lapse'

/**
 * `unconfirmed`: written by somebody who is not signed in, whose e-mail is still to be confirmed; no operator sees it.
 * `ask` and `inform` are answers: after the first the person is awaited, after the second the desk is still at work.
 * `lapse`: nobody has said anything for too long.
 */
export const ticketMachine: Machine<TicketState, TicketEvent> = machine<TicketState, TicketEvent>('open', {
  unconfirmed: { confirm: 'open', lapse: 'closed' },
  open: { reply: 'open', ask: 'waitingForYou', inform: 'waitingForUs', solve: 'solved', close: 'closed' },
  waitingForUs: {
    reply: 'waitingForUs',
    ask: 'waitingForYou',
    inform: 'waitingForUs',
    solve: 'solved',
    close: 'closed',
  },
  waitingForYou: {
    reply: 'waitingForUs',
    ask: 'waitingForYou',
    inform: 'waitingForUs',
    solve: 'solved',
    reopen: 'waitingForUs',
    close: 'closed',
    lapse: 'solved',
  },
  solved: {
    reply: 'waitingForUs',
    ask: 'waitingForYou',
    inform: 'waitingForUs',
    reopen: 'waitingForUs',
    close: 'closed',
    lapse: 'closed',
  },
  closed: {},
})

/** What an operator may do by an answer, and without one. */
export const ANSWERS = ['ask', 'inform', 'solve'] as const
export const MOVES = ['solve', 'reopen', 'close'] as const
export type AnswerKind = (typeof ANSWERS)[number]
export type MoveKind = (typeof MOVES)[number]

/** Days without a word after which each state is over. */
export const LAPSE_DAYS = { unconfirmed: 7, waitingForYou: 14, solved: 14 } as const
/** Days for which a closed one is kept. */
export const KEPT_DAYS = 730

export const TICKET_CATEGORIES = ['access', 'activation', 'mail', 'programs', 'term', 'data', 'other'] as const
export type TicketCategory = (typeof TICKET_CATEGORIES)[number]

/** Working hours to the first answer, and to the solution. Who cannot get in, or gets no mail, comes first. */
const PROMISES: Readonly<Record<TicketCategory, { readonly answer: number; readonly solution: number }>> = {
  access: { answer: 4, solution: 18 },
  activation: { answer: 9, solution: 27 },
  mail: { answer: 4, solution: 18 },
  programs: { answer: 9, solution: 27 },
  term: { answer: 9, solution: 45 },
  data: { answer: 9, solution: 45 },
  other: { answer: 9, solution: 45 },
}

/** When the desk owes something. The solution's time stands still while the person is awaited: `solutionLeftMs`. */
export type TicketClock = {
  readonly answerDueAt: Instant | null
  readonly solutionDueAt: Instant | null
  readonly solutionLeftMs: number | null
}

const solutionMs = (category: TicketCategory): number => PROMISES[category].solution * HOUR

/** The clock of a ticket that reaches the desk. */
export const startClock = (category: TicketCategory, now: Instant): TicketClock => ({
  answerDueAt: addWorkingTime(now, PROMISES[category].answer * HOUR),
  solutionDueAt: addWorkingTime(now, solutionMs(category)),
  solutionLeftMs: null,
})

const STOPPED: TicketClock = { answerDueAt: null, solutionDueAt: null, solutionLeftMs: null }

/** The clock after an event that has led to a state. */
export const nextClock = (
  clock: TicketClock,
  {
    event,
    state,
    category,
  }: { readonly event: TicketEvent; readonly state: TicketState; readonly category: TicketCategory },
  now: Instant,
): TicketClock => {
  switch (state) {
    case 'open':
      return event === 'confirm' ? startClock(category, now) : clock
    case 'waitingForYou': {
      const left = clock.solutionDueAt === null ? clock.solutionLeftMs : workingTimeBetween(now, clock.solutionDueAt)
      return { answerDueAt: null, solutionDueAt: null, solutionLeftMs: left ?? solutionMs(category) }
    }
    case 'waitingForUs': {
      const solutionDueAt = clock.solutionDueAt ?? addWorkingTime(now, clock.solutionLeftMs ?? solutionMs(category))
      const asked = event === 'reply' || event === 'reopen'
      // A second word before the first was answered makes nobody wait longer.
      const answerDueAt = asked ? (clock.answerDueAt ?? addWorkingTime(now, PROMISES[category].answer * HOUR)) : null
      return { answerDueAt, solutionDueAt, solutionLeftMs: null }
    }
    default:
      return STOPPED
  }
}

/** By when the desk must do the next thing; null where nothing is owed. */
export const dueOf = ({ answerDueAt, solutionDueAt }: TicketClock): Instant | null =>
  answerDueAt === null ? solutionDueAt : Math.min(answerDueAt, solutionDueAt ?? answerDueAt)

export const TICKET_LIMITS = {
  subject: 150,
  text: 10_000,
  attachmentBytes: 10 * 1024 * 1024,
  attachments: 10,
  ticketBytes: 40 * 1024 * 1024,
  /** Of one person, before an operator has answered. */
  messagesAnHour: 20,
  /** Opened by one person in a day; by an e-mail that nobody has confirmed, fewer. */
  openedADay: 10,
  unconfirmedADay: 3,
} as const

/** What may be the name of a file that somebody attaches: no folder, no controls, not too long. */
export const cleanFileName = (name: string): string => {
  const bare = name
    .toWellFormed()
    .replace(/^.*[\\/]/s, '')
    .replace(/[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim()
  return bare === '' || /^\.+$/.test(bare) ? 'allegato' : bare.slice(-120)
}
