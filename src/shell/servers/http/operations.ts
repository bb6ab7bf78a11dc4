// What watches the server: is it alive, can it work, what are its figures.
import type { FastifyInstance } from 'fastify'

/** By name, each thing without which the provider does not work: whether it holds. */
export type Checks = Readonly<Record<string, boolean>>

export type Operations = {
  readonly readiness: () => Promise<Checks>
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>
}

/** A readiness that takes longer than this is a no. */
const READINESS_LIMIT_MS = 5_000

const inTime = async (readiness: () => Promise<Checks>): Promise<Checks> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Checks>((resolve) => {
    timer = setTimeout(() => resolve({ answersInTime: false }), READINESS_LIMIT_MS)
  })
  try {
    return await Promise.race([readiness(), late])
  } catch {
    return { readiness: false }
  } finally {
    clearTimeout(timer)
  }
}

/** Adds /healthz (the process answers), /readyz (its checks, 503 where one fails) and /metrics. */
export const operationRoutes = (app: FastifyInstance, { readiness, metrics }: Operations): void => {
  app.get('/healthz', { exposeHeadRoute: true }, async () => ({ alive: true }))
  app.get('/readyz', { exposeHeadRoute: true }, async (_, reply) => {
    const checks = await inTime(readiness)
    const ready = Object.values(checks).every((holds) => holds)
    return reply.code(ready ? 200 : 503).send({ ready, checks })
  })
  app.get('/metrics', async (_, reply) => {
    const { contentType, text } = await metrics()
    return reply.header('content-type', contentType).send(text)
  })
}
