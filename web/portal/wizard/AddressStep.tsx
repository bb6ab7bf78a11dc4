// The address of the box: those that are free for this person, or another that is tried while one types.
import { useEffect, useState } from 'react'
import { type Mistake, ProblemAlert } from '../../ui/Alert.tsx'
import { call } from '../../ui/api.ts'
import type { EnrolmentView } from '../../ui/contract.ts'
import { RadioGroup, TextField } from '../../ui/Field.tsx'
import { asProblem, useResource } from '../../ui/hooks.ts'
import { Loading } from '../../ui/Parts.tsx'
import { useWizard } from '../../ui/texts/wizard.ts'
import { adopt } from '../case.ts'
import { useKept } from '../kept.ts'
import { StepPage, useStep } from './step.tsx'

const OTHER = ' other'
const PAUSE_MS = 400

const localOf = (address: string | undefined): string | undefined => address?.split('@')[0]

/** A text once nobody has typed for a moment. */
const useSettled = (text: string): string => {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

export const AddressStep = ({ view }: { readonly view: EnrolmentView }) => {
  const t = useWizard().address
  const kept = localOf(view.address)
  const [chosen, setChosen] = useState<string>()
  const [other, setOther] = useKept(`address ${view.caseNumber}`)
  const wanted = useSettled(other.trim().toLowerCase())
  const { data, problem, reload } = useResource('addresses', (signal) => call('GET /enrolment/addresses', { signal }))
  const tried = useResource(`address ${wanted}`, async (signal) =>
    wanted.length < 3 ? undefined : (await call('GET /enrolment/addresses', { query: { wanted }, signal })).wanted,
  )
  const choices = [...new Set([...(kept ? [kept] : []), ...(data?.proposals ?? [])])]
  const value = chosen ?? kept ?? (other ? OTHER : choices[0]) ?? OTHER
  const local = value === OTHER ? other.trim().toLowerCase() : value
  const domain = data?.domain ?? view.convention.domain

  const act = async (): Promise<readonly Mistake[] | undefined> => {
    const field = value === OTHER ? 'other' : 'address'
    if (local === '') return [{ field, message: t.missing }]
    if (local === kept) return undefined
    try {
      adopt(await call('PATCH /enrolment', { body: { address: local } }))
      return undefined
    } catch (error) {
      const refused = asProblem(error)
      if (refused.code !== 'addressTaken' && refused.code !== 'addressRefused') throw refused
      reload()
      return [{ field, message: `${refused.title}. ${refused.fields[0]?.message ?? refused.detail}` }]
    }
  }
  const form = useStep('address', view, { act })
  const mine = tried.data?.local === local ? tried.data : undefined
  return (
    <StepPage step="address" title={t.title} lead={t.lead} form={form}>
      {data ? (
        <>
          <RadioGroup
            id="address"
            name="address"
            legend={t.legend}
            value={value}
            error={form.errorOf('address')}
            onChange={setChosen}
            choices={[
              ...choices.map((one) => ({ value: one, label: `${one}@${domain}` })),
              { value: OTHER, label: t.other },
            ]}
          />
          {value === OTHER && (
            <TextField
              id="other"
              label={t.otherLabel}
              hint={t.otherHint(domain)}
              error={form.errorOf('other') ?? (mine && !mine.free ? (mine.problem ?? t.taken) : undefined)}
              good={mine?.free ? t.free(`${mine.local}@${domain}`) : undefined}
              value={other}
              onChange={setOther}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={64}
            />
          )}
          {view.passwordSet && <p className="cl-muted">{t.warn}</p>}
        </>
      ) : problem ? (
        <ProblemAlert problem={problem} onRetry={reload} />
      ) : (
        <Loading />
      )}
    </StepPage>
  )
}
