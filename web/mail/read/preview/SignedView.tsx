// A signed document (.p7m): its signatures, layer by layer, then what is inside, shown as what it is.
import good from 'icon:check-circle'
import bad from 'icon:close-circle'
import note from 'icon:warning-circle'
import type { DocumentFinding } from '../../../../src/core/evidence/part.ts'
import { isSigned, MOST_LAYERS, signedContent } from '../../../../src/core/evidence/unwrap.ts'
import { documentOutcome, signerLine } from '../../../../src/core/evidence/words.ts'
import { attachedKind, dangerOf, typeOfBytes, unsignedName } from '../../../../src/core/mail/shown/attached.ts'
import { printable } from '../../../../src/core/pec/verdictText.ts'
import { call } from '../../../ui/api.ts'
import { Button } from '../../../ui/Button.tsx'
import { keepFile } from '../../../ui/file.ts'
import { useResource } from '../../../ui/hooks.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { useLanguage } from '../../../ui/language.ts'
import { Loading } from '../../../ui/Parts.tsx'
import { verify } from '../../../verifier/engine.ts'
import { plainLine } from '../../../verifier/plainLine.ts'
import { useReadTexts } from '../../texts/read.ts'
import { useReadMoreTexts } from '../../texts/readMore.ts'
import { BytesView } from './Preview.tsx'

type Opened = { readonly layers: readonly DocumentFinding[]; readonly content: Uint8Array<ArrayBuffer> | undefined }

/** Opens layer after layer; the signatures of each are checked here. */
const openSigned = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Opened> => {
  // chains are judged by what the provider knows; without a line by what the documents say
  const snapshot = await call('GET /verifier/snapshot').catch(() => undefined)
  const layers: DocumentFinding[] = []
  let inside: Uint8Array | undefined = bytes
  while (inside && layers.length < MOST_LAYERS && (layers.length === 0 || isSigned(inside))) {
    const outcome = await verify(layers.length === 0 ? name : 'documento.p7m', inside, snapshot)
    const finding = outcome.kind === 'part' ? outcome.part.finding : undefined
    if (finding?.kind !== 'document') break
    layers.push(finding)
    inside = signedContent(inside)
  }
  return { layers, content: layers.length > 0 && inside ? Uint8Array.from(inside) : undefined }
}

const Layer = ({ finding }: { readonly finding: DocumentFinding }) => {
  const t = useReadMoreTexts().signed
  const language = useLanguage()
  return (
    <>
      <p>{documentOutcome(finding)[language].replace(/^[^:]+: (.)/, (_, first: string) => first.toUpperCase())}</p>
      <ul className="cr-checks">
        {finding.signers.map((signer, at) => {
          const mark = signer.holds ? (signer.known ? 'holds' : 'weak') : 'fails'
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the signatures of a file never move
            <li key={at} className={`cr-check-${mark}`}>
              <Icon of={{ holds: good, weak: note, fails: bad }[mark]} />
              <span>
                <span className="visually-hidden">{t.marks[mark]}. </span>
                {plainLine(signerLine(signer, language))}
              </span>
            </li>
          )
        })}
      </ul>
    </>
  )
}

const SignedView = ({ bytes, name }: { readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string }) => {
  const t = useReadMoreTexts().signed
  const words = useReadTexts().attachments
  const { data, problem } = useResource(name, () => openSigned(name, bytes))
  if (!data) return problem ? <p>{words.failed}</p> : <Loading />
  const { layers, content } = data
  const inner = unsignedName(name)
  const danger = dangerOf(inner, '')
  const type = content && typeOfBytes(content)
  const kind = type === 'application/pdf' ? 'pdf' : type?.startsWith('image/') ? 'image' : attachedKind(inner, '')
  return (
    <div className="cr-signed">
      <h4>{t.title}</h4>
      {layers.length === 0 && <p>{words.cannotShow}</p>}
      {layers.map((finding, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: layers never move
        <section key={at}>
          {layers.length > 1 && <h5>{t.layer(at + 1, layers.length)}</h5>}
          <Layer finding={finding} />
        </section>
      ))}
      <p className="cr-muted">{t.note}</p>
      {content && (
        <>
          <h4>
            {t.inside}: {printable(inner)}
          </h4>
          {danger ? (
            <p className="cr-danger-word">
              {words.dangers[danger]} {words.beforeDownload}
            </p>
          ) : (
            <BytesView bytes={content} name={inner} kind={kind === 'signed' ? 'other' : kind} />
          )}
          <p>
            <Button look="outline-primary" small onClick={() => keepFile(new Blob([content]), inner || 'documento')}>
              {danger ? words.downloadAnyway : t.downloadInside}
            </Button>
          </p>
        </>
      )}
    </div>
  )
}
export default SignedView
