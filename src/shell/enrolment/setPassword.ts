// Sets the password that the box will have: kept as hash and SCRAM keys, which are bound to the address.
import type { Refusal } from '../../core/api/problems.ts'
import { mayChange } from '../../core/enrolment/draft.ts'
import { textOf } from '../../core/enrolment/fieldTexts.ts'
import { brokenRules, type PasswordOwner } from '../../core/identity/passwordPolicy.ts'
import { addressKey } from '../../core/mail/address.ts'
import type { ScramKeys } from '../../core/mail/sasl/scram.ts'
import { conventionById } from '../convention/store.ts'
import { timestamp } from '../db/pool.ts'
import { hashPassword, makeScramKeys, nameSecret } from '../identity/passwords.ts'
import type { Office } from '../office.ts'
import { memberById } from '../register/store.ts'
import { type Enrolment, findEnrolment } from './store.ts'

/** The address comes first: the keys of the password are made from it. */
const ADDRESS_FIRST: Refusal = {
  refusal: 'draftIncomplete',
  detail: {
    it: 'Scegli prima l’indirizzo della casella: la password è legata all’indirizzo.',
    en: 'Choose the address of the box first: the password is bound to it.',
  },
  fields: [{ field: 'address', code: 'addressMissing', ...textOf('addressMissing') }],
}

/** Keeps hash and keys, if the address is still the one that they were made for; whether they were kept. */
const keep = async (
  office: Office,
  { id, address }: Enrolment,
  passwordHash: string,
  keys: ScramKeys,
): Promise<boolean> => {
  const kept = await office.db.query(
    'enrolment-password',
    `update enrolment set password_hash = $3, scram_salt = $4, scram_iterations = $5, scram_stored_key = $6,
       scram_server_key = $7, version = version + 1, changed_at = $8
     where id = $1 and address_key = $2 and state in ('draft', 'awaitingDocument') returning 1`,
    [
      id,
      addressKey(address!),
      passwordHash,
      keys.salt,
      keys.iterations,
      keys.storedKey,
      keys.serverKey,
      timestamp(office.clock.now()),
    ],
  )
  return kept.length > 0
}

/** Sets the password of the box to be. */
export const setEnrolmentPassword = async (
  office: Office,
  enrolmentId: string,
  password: string,
): Promise<Refusal | undefined> => {
  const { db } = office
  const enrolment = await findEnrolment(db, enrolmentId)
  if (!enrolment) return { refusal: 'caseNeeded' }
  if (!mayChange(enrolment.state, 'address')) return { refusal: 'notInThisState' }
  if (enrolment.address === undefined) return ADDRESS_FIRST
  const { convention, order } = await conventionById(db, enrolment.conventionId)
  const member = await memberById(db, order.id, enrolment.memberId)
  const owner: PasswordOwner = {
    names: member ? [member.surname, member.givenName] : [],
    fiscalCode: member?.fiscalCode ?? '',
    addresses: [enrolment.address, ...(enrolment.referenceEmail ? [enrolment.referenceEmail] : [])],
  }
  const broken = brokenRules(convention.terms.passwordPolicy, password, owner)
  if (broken.length > 0)
    return {
      refusal: 'passwordWeak',
      fields: broken.map(({ rule, label }) => ({ field: 'password', code: rule.kind, ...label })),
    }
  const [passwordHash, keys] = await Promise.all([
    hashPassword(password),
    nameSecret(db).then((secret) => makeScramKeys(secret, enrolment.address!, password)),
  ])
  return (await keep(office, enrolment, passwordHash, keys)) ? undefined : { refusal: 'notInThisState' }
}
