// The identity document: its data, and both of its sides from the camera or from a file.
import { addressOf, call } from '../../ui/api.ts'
import type { DocumentSummary, EnrolmentView } from '../../ui/contract.ts'
import { DateField } from '../../ui/DateField.tsx'
import { RadioGroup, TextField } from '../../ui/Field.tsx'
import { FileField, type KeptFile } from '../../ui/FileField.tsx'
import { showBytes } from '../../ui/format.ts'
import { asProblem } from '../../ui/hooks.ts'
import { useCommon } from '../../ui/texts/common.ts'
import { useWizard } from '../../ui/texts/wizard.ts'
import { type Upload, upload } from '../../ui/upload.ts'
import { adopt, flush, loadCase } from '../case.ts'
import { StepPage, useStep } from './step.tsx'

export const DOCUMENT_LIMIT_BYTES = 15 * 1024 * 1024
type Kind = 'front' | 'back' | 'module'
const TYPES = ['identityCard', 'passport', 'drivingLicence'] as const
type DocumentType = (typeof TYPES)[number]

const isType = (text: string): text is DocumentType => (TYPES as readonly string[]).includes(text)

/** Sends a file of the case; what was typed goes first, so that the answer knows it. */
export const sendDocument = (kind: Kind, blob: Blob, onProgress: (part: number) => void): Upload<EnrolmentView> => {
  let sent: Upload<EnrolmentView> | undefined
  let stopped = false
  const run = async (): Promise<EnrolmentView> => {
    await flush().catch(() => {})
    if (stopped) throw new DOMException('stopped', 'AbortError')
    sent = upload<EnrolmentView>('/enrolment/documents/:kind', { kind }, blob, onProgress)
    try {
      const view = await sent.done
      adopt(view)
      return view
    } catch (error) {
      if (!(error instanceof DOMException) && asProblem(error).status === 401) void loadCase()
      throw error
    }
  }
  return {
    done: run(),
    stop: () => {
      stopped = true
      sent?.stop()
    },
  }
}

/** What is kept of a kind, as a file field shows it. */
export const useKeptFile = (view: EnrolmentView): ((kind: Kind) => KeptFile | undefined) => {
  const t = useCommon()
  const { warnings } = useWizard().document
  return (kind) => {
    const found: DocumentSummary | undefined = view.documents.find((one) => one.kind === kind)
    if (!found) return undefined
    const words = found.warnings.map((one) => (one in warnings ? warnings[one as keyof typeof warnings] : one))
    return {
      // The instant makes another address of another upload.
      preview: addressOf('/enrolment/documents/:kind/pages/:page', { kind, page: 1 }, { at: found.uploadedAt }),
      description: `${t.file.pages(found.pages)}, ${showBytes(found.sizeBytes)}`,
      warnings: words,
    }
  }
}

export const removeDocument = (kind: Kind): void => {
  void call('DELETE /enrolment/documents/:kind', { params: { kind } }).then(adopt, () => loadCase())
}

export const DocumentStep = ({ view }: { readonly view: EnrolmentView }) => {
  const t = useWizard().document
  const form = useStep('document', view)
  const kept = useKeptFile(view)
  const { field } = form
  const type = field('documentType')
  const chosen = isType(type.value) ? type.value : undefined
  const sides: readonly Kind[] = chosen === 'passport' ? ['front'] : ['front', 'back']
  return (
    <StepPage step="document" title={t.title} lead={t.lead} form={form}>
      <RadioGroup
        id="documentType"
        name="documentType"
        legend={t.type}
        value={type.value}
        error={type.error && t.typeMissing}
        onChange={type.onChange}
        choices={TYPES.map((value) => ({ value, label: t.types[value] }))}
      />
      <TextField
        {...field('documentNumber')}
        label={t.number}
        hint={chosen && t.numberHints[chosen]}
        upper
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={30}
      />
      <TextField {...field('documentIssuer')} label={t.issuer} hint={t.issuerHint} autoComplete="off" maxLength={80} />
      <DateField {...field('documentExpiry')} label={t.expiry} hint={t.expiryHint} />
      <p>{t.tips}</p>
      {sides.map((kind) => (
        <FileField
          key={kind}
          id={kind}
          label={kind === 'back' ? t.back : chosen === 'passport' ? t.front.one : t.front.two}
          error={form.errorOf(kind)}
          limitBytes={DOCUMENT_LIMIT_BYTES}
          kept={kept(kind)}
          send={(blob, onProgress) => sendDocument(kind, blob, onProgress)}
          remove={() => removeDocument(kind)}
        />
      ))}
    </StepPage>
  )
}
