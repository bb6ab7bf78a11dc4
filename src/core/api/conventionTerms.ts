// The terms of a convention, as the operator's console writes them.
import Type from 'typebox'
import { Closed, PasswordPolicySchema, PayerRuleSchema, Text } from './shared.ts'

export const TermsSchema = Closed({
  termMonths: Type.Integer({ minimum: 1, maximum: 120 }),
  priceCents: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
  payer: PayerRuleSchema,
  passwordPolicy: PasswordPolicySchema,
  quotaBytes: Type.Integer({ minimum: 1_000_000 }),
  graceDays: Type.Integer({ minimum: 0, maximum: 365 }),
  receivesWhenExpired: Type.Boolean(),
  takeOutDays: Type.Integer({ minimum: 1, maximum: 3650 }),
  secondPairOfEyes: Type.Boolean(),
  orderSeesUnread: Type.Boolean(),
  helpDeskPhone: Text(40),
  helpDeskHours: Type.Optional(Text(200)),
})
