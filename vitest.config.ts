// How vitest runs the tests: the pure ones share threads, those that touch the world get a process each.
import { defineConfig } from 'vitest/config'

const pure = ['test/core/**/*.test.ts', 'test/architecture.test.ts']

export default defineConfig({
  test: {
    maxWorkers: 3, // much of what they do is waiting: for a browser, for other programs
    projects: [
      {
        extends: true,
        test: { name: 'core', include: pure, pool: 'threads', isolate: false, testTimeout: 20_000 },
      },
      {
        extends: true,
        test: { name: 'shell', include: ['test/**/*.test.ts'], exclude: pure, pool: 'forks', testTimeout: 60_000, hookTimeout: 120_000 },
      },
    ],
  },
})
