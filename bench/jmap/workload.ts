// The workload `jmap`: a box of 50,000 messages, filled by IMAP and asked by JMAP.
import type { Context, Report, Workload } from '../report.ts'
import { awaitFacts, fill, measure, PAGE } from './steps.ts'

const jmap = async (context: Context): Promise<readonly Report[]> => {
  const ours = await context.arena.ours('rsa')
  const user = 0
  context.say(`filling a box with ${context.box} messages …`)
  const startedAt = performance.now()
  await fill(ours, user, context.box)
  const fillSeconds = Math.round((performance.now() - startedAt) / 100) / 10
  const behind = await awaitFacts(ours)
  context.say(`filled in ${fillSeconds} s; of ${behind.missing} the facts were made in ${behind.seconds} s more`)
  await ours.restart()
  const { figures, checks } = await measure(context, ours, user, context.box)
  return [
    {
      name: 'jmap',
      workload: `JMAP on a box of ${context.box} messages of 1 to 6 KB; Email/query (threads, total) + Email/get of ${PAGE}`,
      checks,
      figures: { fillSeconds, factsBehind: behind.missing, factsSecondsMore: behind.seconds, ...figures },
    },
  ]
}

export const JMAP_WORKLOADS: readonly Workload[] = [{ name: 'jmap', run: jmap }]
