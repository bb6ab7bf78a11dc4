// docs/configuration.md is written from the schema: `npx vitest run test/docs -u` writes it again.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { SETTINGS } from '../../src/config.ts'

const rows = Object.entries(SETTINGS).map(
  ([name, { required, about }]) => `| \`${name}\` | ${required ? 'yes' : ''} | ${about.replaceAll('|', '\\|')} |`,
)
const page = `# Configuration

A provider (\`ceralacca serve\`) is configured by the environment only. What is required and missing is named, and the program does not start. This page is written from \`src/config.ts\`.

| setting | required | what it is |
|---|---|---|
${rows.join('\n')}
`

it('docs/configuration.md says what config.ts reads', async () => {
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, '..', '..', 'docs', 'configuration.md'))
})
