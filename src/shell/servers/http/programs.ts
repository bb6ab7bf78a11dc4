// Where mail programs look for their settings by themselves: autoconfig (Thunderbird and others), autodiscover (Outlook).
import type { FastifyInstance, FastifyReply } from 'fastify'
import { autoconfigXml } from '../../../core/mailbox/programs/autoconfig.ts'
import {
  askedAddress,
  autodiscoverError,
  autodiscoverJson,
  autodiscoverXml,
} from '../../../core/mailbox/programs/autodiscover.ts'
import type { Office } from '../../office.ts'

const BODY_LIMIT_BYTES = 16 * 1024
const XML = 'text/xml; charset=utf-8'

/** The domain of an address, or of the host that autoconfig asks at; undefined where it is none of ours. */
const domainOf = (office: Office, address: string | undefined, host: string | undefined): string | undefined => {
  const asked = address?.includes('@')
    ? address.slice(address.lastIndexOf('@') + 1)
    : host?.replace(/:\d+$/, '').replace(/^auto(?:config|discover)\./i, '')
  const domain = asked?.toLowerCase()
  return domain !== undefined && office.domains.has(domain) ? domain : undefined
}

/** A query's value, where it is there once. */
const once = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= 254 ? value : undefined

/**
 * Adds the routes. They answer for every address of our domains alike: who asks learns of no box whether it is there.
 * The documents carry no secret and may be read from anywhere.
 */
export const programRoutes = (app: FastifyInstance, office: Office): void => {
  const servers = office.mailServers
  if (!servers) return
  const xml = (reply: FastifyReply, text: string): FastifyReply =>
    reply.header('content-type', XML).header('cache-control', 'public, max-age=3600').send(text)
  const autoconfig = (domain: string): string =>
    autoconfigXml({
      ...servers,
      domain,
      provider: office.provider.name,
      help: `${office.publicUrl}/casella/programmi`,
    })
  for (const url of ['/.well-known/autoconfig/mail/config-v1.1.xml', '/mail/config-v1.1.xml']) {
    app.get<{ Querystring: { emailaddress?: unknown } }>(url, (request, reply) => {
      const domain = domainOf(office, once(request.query.emailaddress), request.headers.host)
      if (domain === undefined) return reply.callNotFound()
      return xml(reply, autoconfig(domain))
    })
  }
  app.register(async (pox) => {
    pox.removeAllContentTypeParsers()
    pox.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES }, (_, body, done) =>
      done(null, body),
    )
    // Outlook asks by either name.
    for (const url of ['/autodiscover/autodiscover.xml', '/Autodiscover/Autodiscover.xml']) {
      pox.post(url, async (request, reply) => {
        const address = askedAddress(typeof request.body === 'string' ? request.body : '')
        const known = address !== undefined && domainOf(office, address, undefined) !== undefined
        reply.header('content-type', XML).header('cache-control', 'no-store')
        return known ? autodiscoverXml(address, servers) : autodiscoverError(new Date(office.clock.now()).toISOString())
      })
    }
  })
  const json = (reply: FastifyReply, address: string | undefined, protocol: string | undefined): FastifyReply => {
    if (domainOf(office, address, undefined) === undefined || protocol?.toLowerCase() !== 'autodiscoverv1')
      return reply.callNotFound() as never
    return reply.send(autodiscoverJson(office.publicUrl))
  }
  app.get<{ Querystring: { Email?: unknown; Protocol?: unknown } }>(
    '/autodiscover/autodiscover.json',
    (request, reply) => json(reply, once(request.query.Email), once(request.query.Protocol)),
  )
  app.get<{ Params: { address: string }; Querystring: { Protocol?: unknown } }>(
    '/autodiscover/autodiscover.json/v1.0/:address',
    (request, reply) => json(reply, request.params.address, once(request.query.Protocol)),
  )
}
