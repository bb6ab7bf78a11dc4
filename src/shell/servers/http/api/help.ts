// Endpoints of the help pages: for everybody, and for those who change them.
import type { HelpLanguage, HelpText } from '../../../../core/help/page.ts'
import { fillPlaceholders } from '../../../../core/help/placeholders.ts'
import { type Audience, helpAudience, placeholderValues } from '../../../help/audience.ts'
import {
  type EditedHelp,
  type Editor,
  editHelp,
  listEditable,
  previewHelp,
  problemWords,
  revertHelp,
  saveHelp,
} from '../../../help/edit.ts'
import { findHelp, listHelp, readHelp } from '../../../help/read.ts'
import type { HelpOwner } from '../../../help/store.ts'
import type { Office } from '../../../office.ts'
import { applicationOf } from '../addresses.ts'
import { type Call, type Client, type Cookies, type Handlers, handler } from './handler.ts'

type Query = { readonly language?: HelpLanguage; readonly order?: string; readonly convention?: string }
type Asking = { readonly office: Office; readonly client: Client; readonly cookies: Cookies; readonly query: Query }

const audienceOf = ({ office, cookies, query }: Asking): Promise<Audience> =>
  helpAudience(office, {
    order: query.order,
    convention: query.convention,
    account: cookies.given('account'),
    case: cookies.given('case'),
  })

const languageOf = ({ client, query }: Asking): HelpLanguage => query.language ?? client.language

const contactsOf = ({ helpDesk, order }: Audience) => {
  const secretariat = order?.secretariat
  return {
    ...(helpDesk && { helpDesk: { phone: helpDesk.phone, ...(helpDesk.hours && { hours: helpDesk.hours }) } }),
    ...(order && { order: { code: order.code, name: order.name } }),
    ...(secretariat && {
      secretariat: {
        phone: secretariat.phone,
        email: secretariat.email,
        ...(secretariat.hours && { hours: secretariat.hours }),
      },
    }),
  }
}

const at = (instant: number): string => new Date(instant).toISOString()
/** A copy whose lists are the caller's own, as schemas want them. */
const textOf = ({ related, ...page }: HelpText) => ({ ...page, related: [...related] })

const list = async (office: Office, owner: HelpOwner) => ({
  items: (await listEditable(office, owner)).map(({ changedAt, by, ...row }) => ({
    ...row,
    ...(changedAt === undefined ? {} : { changedAt: at(changedAt) }),
    ...(by === undefined ? {} : { by }),
  })),
})

const editing = (edited: EditedHelp) => ({
  slug: edited.slug,
  language: edited.language,
  ...(edited.beneath && { beneath: textOf(edited.beneath) }),
  ...(edited.current && { current: textOf(edited.current) }),
  outdated: edited.outdated,
  beneathChanges: edited.beneathChanges.map((one) => ({ ...one })),
  version: edited.version,
  history: edited.history.map((one) => ({
    version: one.version,
    at: at(one.at),
    by: one.by,
    ...(one.page && { page: textOf(one.page) }),
  })),
  placeholders: Object.entries(edited.placeholders).map(([name, value]) => ({ name, value })),
})

const isPlace = (path: string): boolean => path === '/aiuto/richiesta' || applicationOf(path) !== undefined

const editorOf = (caller: { readonly staffId: number }, { remoteAddress }: Client): Editor => ({
  kind: 'staff',
  staffId: caller.staffId,
  remoteAddress,
})

const get = async (office: Office, owner: HelpOwner, params: Call<'getProviderHelp'>['params']) => {
  const edited = await editHelp(office, { owner, slug: params.slug, language: params.language })
  return 'refusal' in edited ? edited : editing(edited)
}

const save = async (
  office: Office,
  owner: HelpOwner,
  editor: Editor,
  call: Pick<Call<'saveProviderHelp'>, 'params' | 'body'>,
) => {
  const place = { owner, slug: call.params.slug, language: call.params.language }
  const { version: seen, page } = call.body
  const edited = await saveHelp(office, editor, { place, seen, page }, isPlace)
  return 'refusal' in edited ? edited : editing(edited)
}

const revert = async (
  office: Office,
  owner: HelpOwner,
  editor: Editor,
  params: Call<'revertProviderHelp'>['params'],
) => {
  const place = { owner, slug: params.slug, language: params.language }
  const edited = await revertHelp(office, editor, place, params.version)
  return 'refusal' in edited ? edited : editing(edited)
}

const preview = (office: Office, client: Client, text: string) => {
  const { blocks, problems } = previewHelp(text)
  const values = placeholderValues(office, { helpDesk: office.helpDesk }, client.language)
  return {
    blocks: fillPlaceholders(blocks, values) as never,
    problems: problems.map((one) => ({ kind: one.kind, what: problemWords(one)[client.language] })),
  }
}

export const helpHandlers = {
  getHelp: handler<'getHelp'>(async (call) => {
    const audience = await audienceOf(call)
    return { pages: await listHelp(call.office, audience, languageOf(call)), contacts: contactsOf(audience) }
  }),
  getHelpContacts: handler<'getHelpContacts'>(async (call) => contactsOf(await audienceOf(call))),
  searchHelp: handler<'searchHelp'>(async (call) => ({
    hits: await findHelp(call.office, await audienceOf(call), languageOf(call), call.query.q),
  })),
  getHelpPage: handler<'getHelpPage'>(async (call) => {
    const audience = await audienceOf(call)
    const page = await readHelp(call.office, audience, languageOf(call), call.params.slug)
    if ('refusal' in page) return page
    const { nextTo, blocks, ...rest } = page
    return { ...rest, blocks: blocks as never, related: [...nextTo], contacts: contactsOf(audience) }
  }),
  listProviderHelp: handler<'listProviderHelp'>(({ office }) => list(office, undefined)),
  getProviderHelp: handler<'getProviderHelp'>(({ office, params }) => get(office, undefined, params)),
  saveProviderHelp: handler<'saveProviderHelp'>(({ office, caller, client, params, body }) =>
    save(office, undefined, editorOf(caller, client), { params, body }),
  ),
  revertProviderHelp: handler<'revertProviderHelp'>(({ office, caller, client, params }) =>
    revert(office, undefined, editorOf(caller, client), params),
  ),
  previewProviderHelp: handler<'previewProviderHelp'>(async ({ office, client, body }) =>
    preview(office, client, body.text),
  ),
  listOrderHelp: handler<'listOrderHelp'>(({ office, caller }) => list(office, caller.order.id)),
  getOrderHelp: handler<'getOrderHelp'>(({ office, caller, params }) => get(office, caller.order.id, params)),
  saveOrderHelp: handler<'saveOrderHelp'>(({ office, caller, client, params, body }) =>
    save(office, caller.order.id, editorOf(caller, client), { params, body }),
  ),
  revertOrderHelp: handler<'revertOrderHelp'>(({ office, caller, client, params }) =>
    revert(office, caller.order.id, editorOf(caller, client), params),
  ),
  previewOrderHelp: handler<'previewOrderHelp'>(async ({ office, client, body }) => preview(office, client, body.text)),
} satisfies Partial<Handlers>
