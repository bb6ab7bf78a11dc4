// Seals drafts: digest, signature, assembly. The only step that touches the key.
import type { Rope } from '../../core/lib/rope.ts'
import { assemble } from '../../core/pec/assemble.ts'
import type { Draft } from '../../core/pec/model.ts'
import type { Signer } from '../../core/ports.ts'
import { signingTemplate } from '../../core/smime/sign.ts'
import type { ContentRow } from '../content/store.ts'
import type { World } from './world.ts'

/** A signed message and its row in the content store. */
export type Sealed = { readonly draft: Draft; readonly row: ContentRow }

const templates = new WeakMap<Signer, ReturnType<typeof signingTemplate>>()

const templateOf = (signer: Signer): ReturnType<typeof signingTemplate> => {
  let template = templates.get(signer)
  if (!template) {
    template = signingTemplate(signer)
    templates.set(signer, template)
  }
  return template
}

/** Bytes in place that go into the database as they are; more than these (hundreds of recipients) go to a blob. */
const IN_PLACE_BYTES = 24 * 1024

const rowOf = async (world: World, rope: Rope): Promise<ContentRow> => {
  const inPlace = rope.reduce((sum, piece) => sum + (piece.kind === 'bytes' ? piece.bytes.length : 0), 0)
  return inPlace > IN_PLACE_BYTES ? world.contents.rowOf(rope) : world.contents.row(world.contents.newId(), rope)
}

/** Signs all the drafts at once; what is large is digested in one pass. RFC 6109 §2.1, §5.3 */
export const seal = async (world: World, drafts: readonly Draft[]): Promise<readonly Sealed[]> => {
  const stop = world.telemetry.stage('seal')
  const template = templateOf(world.signer)
  const digests = await world.contents.digests(
    drafts.map((draft) => draft.entity),
    'sha256',
  )
  const sealed = await Promise.all(
    drafts.map(async (draft, i) => {
      const attributes = template.attributes(digests[i]!, draft.at)
      const signature = await world.signer.sign(attributes)
      const rope = assemble(draft, template.signedData(attributes, signature))
      return { draft, row: await rowOf(world, rope) }
    }),
  )
  for (const { draft, row } of sealed) {
    // Readable in this process before the commit: what follows in memory need not ask the database.
    world.contents.remember(row)
    world.telemetry.made(draft.kind)
  }
  stop()
  return sealed
}
