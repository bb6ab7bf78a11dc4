// The module of a case as a PDF to sign: made anew each time, the same for the same data.

import type { Refusal } from '../../core/api/problems.ts'
import { payerOf } from '../../core/convention/convention.ts'
import { missingForModule } from '../../core/enrolment/requirements.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { tidyName } from '../../core/register/personName.ts'
import { type ModuleData, makeModule } from '../documents/module.ts'
import type { Office } from '../office.ts'
import { type Case, caseFacts, loadCase } from './case.ts'
import { incomplete } from './incomplete.ts'
import { findEnrolment } from './store.ts'

type Papers = NonNullable<ModuleData['document']>

const documentOf = ({ enrolment: { draft } }: Case): Papers | undefined => {
  const { documentType: type, documentNumber: number, documentIssuer: issuer, documentExpiry: expiry } = draft
  return type && number && issuer && expiry ? { type: type as Papers['type'], number, issuer, expiry } : undefined
}

/** Where the signed module may be sent, a line for each way. */
const waysFor = (office: Office): readonly string[] => [
  `dalla pagina della pratica: ${office.publicUrl}/pratica`,
  ...(office.papersAddress ? [`per e-mail o da un servizio di fax a ${office.papersAddress}, come PDF o TIFF`] : []),
  'oppure a mano alla segreteria dell’Ordine, che lo carica per te',
]

const moduleOf = (office: Office, one: Case): ModuleData => {
  const { enrolment, member, order, convention } = one
  const { draft } = enrolment
  return {
    caseNumber: enrolment.caseNumber,
    createdAt: enrolment.changedAt,
    providerName: office.provider.name,
    orderName: order.name,
    conventionCode: convention.code,
    address: enrolment.address ?? '',
    referenceEmail: enrolment.referenceEmail ?? '',
    person: {
      surname: tidyName(member.surname),
      givenName: tidyName(member.givenName),
      fiscalCode: member.fiscalCode,
      birthDate: draft.birthDate ?? '',
      birthPlace: draft.birthPlace ?? '',
      street: draft.street ?? '',
      postcode: draft.postcode ?? '',
      town: draft.town ?? '',
      province: draft.province ?? '',
      phone: draft.phone,
    },
    document: documentOf(one),
    term: {
      months: convention.terms.termMonths,
      payer: payerOf(convention.terms.payer, 1),
      priceCents: convention.terms.priceCents,
    },
    sendTo: waysFor(office),
  }
}

/** The PDF of the module; refused while something that it states is missing. */
export const printModule = async (
  office: Office,
  enrolmentId: string,
): Promise<{ readonly bytes: Uint8Array; readonly fileName: string } | Refusal> => {
  const enrolment = await findEnrolment(office.db, enrolmentId)
  if (!enrolment) return { refusal: 'caseNeeded' }
  const one = await loadCase(office.db, enrolment)
  const lacking = missingForModule(caseFacts(one), civilDateOf(office.clock.now()))
  if (lacking.length > 0) return incomplete(lacking)
  return { bytes: await makeModule(moduleOf(office, one)), fileName: `modulo-${enrolment.caseNumber}.pdf` }
}
