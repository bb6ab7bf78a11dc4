// Password policies: rules as data, each with its label and a pure check, alike in the browser and on the server.
import type { PasswordPolicy } from '../convention/convention.ts'
import { saslPrep } from '../mail/sasl/saslprep.ts'
import { isCommon } from './commonPasswords.ts'

/** One rule, as people are told it. */
export type PasswordRule =
  | { readonly kind: 'length'; readonly min: number; readonly max: number }
  | { readonly kind: 'letter' }
  | { readonly kind: 'digit' }
  | { readonly kind: 'symbol' }
  /** Holds nothing of its owner's: names, fiscal code, address. */
  | { readonly kind: 'notPersonal' }
  | { readonly kind: 'notCommon' }
  /** No control characters or marks that cannot be typed again elsewhere; of every policy. */
  | { readonly kind: 'typeable' }

/** The rules of a policy, in the order in which they are shown. */
export const rulesOf = (policy: PasswordPolicy): readonly PasswordRule[] => [
  { kind: 'length', min: policy.minLength, max: policy.maxLength },
  ...(policy.letters ? ([{ kind: 'letter' }] as const) : []),
  ...(policy.digits ? ([{ kind: 'digit' }] as const) : []),
  ...(policy.symbols ? ([{ kind: 'symbol' }] as const) : []),
  ...(policy.notPersonal ? ([{ kind: 'notPersonal' }] as const) : []),
  ...(policy.notCommon ? ([{ kind: 'notCommon' }] as const) : []),
  { kind: 'typeable' },
]

/** Of those who work here. */
export const STAFF_PASSWORD_POLICY: PasswordPolicy = {
  minLength: 10,
  maxLength: 128,
  letters: true,
  digits: true,
  symbols: false,
  notPersonal: true,
  notCommon: true,
}

/** What must not be found in the password; what is not known yet is left out. */
export type PasswordOwner = {
  readonly names?: readonly string[]
  readonly fiscalCode?: string
  readonly addresses?: readonly string[]
}

export type Label = { readonly it: string; readonly en: string }

/** How a password stands to one rule. */
export type RuleVerdict = { readonly rule: PasswordRule; readonly label: Label; readonly holds: boolean }

/** Characters as people count them: one code point is one. */
const lengthOf = (password: string): number => [...password].length

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Words shorter than this are found everywhere by chance. */
const SHORTEST_WORD = 4
/** The first six letters of a fiscal code are the owner's names in short. */
const CODE_PART = 6

const wordsOf = ({ names = [], fiscalCode = '', addresses = [] }: PasswordOwner): readonly string[] => {
  const code = plain(fiscalCode).replace(/[^a-z0-9]/g, '')
  const locals = addresses.map((address) => address.split('@')[0] ?? '')
  const typed = [...names, ...locals].map(plain)
  const split = typed.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u))
  const whole = typed.map((text) => text.replace(/[^\p{L}\p{N}]+/gu, ''))
  const parts = [...split, ...whole].filter((word) => word.length >= SHORTEST_WORD)
  return code.length >= CODE_PART ? [...parts, code.slice(0, CODE_PART)] : parts
}

const isPersonal = (password: string, owner: PasswordOwner): boolean => {
  const text = plain(password)
  const joined = text.replace(/[^\p{L}\p{N}]+/gu, '')
  return wordsOf(owner).some((word) => text.includes(word) || joined.includes(word))
}

const CHECKS: {
  readonly [K in PasswordRule['kind']]: (password: string, rule: never, owner: PasswordOwner) => boolean
} = {
  length: (password, { min, max }: PasswordRule & { kind: 'length' }) => {
    const length = lengthOf(password)
    return length >= min && length <= max
  },
  letter: (password) => /\p{L}/u.test(password),
  digit: (password) => /\p{Nd}/u.test(password),
  symbol: (password) => /[^\p{L}\p{N}\s]/u.test(password),
  notPersonal: (password, _, owner) => !isPersonal(password, owner),
  notCommon: (password) => !isCommon(plain(password)),
  typeable: (password) => saslPrep(password) !== undefined,
}

/** The words of a rule, for the list that ticks while one types. */
export const ruleLabel = (rule: PasswordRule): Label => {
  switch (rule.kind) {
    case 'length':
      return {
        it: `da ${rule.min} a ${rule.max} caratteri`,
        en: `${rule.min} to ${rule.max} characters`,
      }
    case 'letter':
      return { it: 'almeno una lettera', en: 'at least one letter' }
    case 'digit':
      return { it: 'almeno una cifra', en: 'at least one digit' }
    case 'symbol':
      return { it: 'almeno un segno, per esempio ! o -', en: 'at least one symbol, such as ! or -' }
    case 'notPersonal':
      return {
        it: 'senza nome, cognome, codice fiscale o indirizzo',
        en: 'without your name, fiscal code or address',
      }
    case 'notCommon':
      return { it: 'non tra quelle che tutti provano', en: 'not one of those that everybody tries' }
    case 'typeable':
      return { it: 'senza caratteri invisibili', en: 'without invisible characters' }
  }
}

/** How a password stands to each rule of a policy, in the policy's order. */
export const judgePassword = (
  policy: PasswordPolicy,
  password: string,
  owner: PasswordOwner = {},
): readonly RuleVerdict[] => {
  // What nobody has typed yet keeps no rule, or the list would begin half ticked.
  const empty = password === ''
  return rulesOf(policy).map((rule) => ({
    rule,
    label: ruleLabel(rule),
    holds: !empty && CHECKS[rule.kind](password, rule as never, owner),
  }))
}

/** The rules that a password breaks; empty where it is good. */
export const brokenRules = (
  policy: PasswordPolicy,
  password: string,
  owner: PasswordOwner = {},
): readonly RuleVerdict[] => judgePassword(policy, password, owner).filter((verdict) => !verdict.holds)
