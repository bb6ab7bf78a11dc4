// How vitest runs the tests: the pure ones share threads, those that touch the world get a process each.
import { defineConfig } from 'vitest/config'

const pure = ['test/core/**/*.test.ts', 'test/architecture.test.ts']
const pages = ['test/browser/**/*.test.ts']
/** What each run tries in a browser; CERALACCA_ALL_PAGES=1 (npm run test:pages) tries the consoles' journeys too. */
const tried = process.env.CERALACCA_ALL_PAGES ? pages : ['test/browser/{account,enrolment,journey,portal,screens,webmail*}.test.ts']

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { name: 'core', include: pure, pool: 'threads', isolate: false, testTimeout: 20_000 },
      },
      {
        extends: true,
        test: { name: 'shell', include: ['test/**/*.test.ts'], exclude: [...pure, ...pages], pool: 'forks', isolate: false, testTimeout: 60_000, hookTimeout: 120_000 },
      },
      {
        // After all others. They wait more than they work, for mail between two providers: three share two processors.
        extends: true,
        test: { name: 'browser', include: tried, pool: 'forks', maxWorkers: 3, testTimeout: 60_000, hookTimeout: 120_000, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
