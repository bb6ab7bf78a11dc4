// The OpenAPI document that the server gives: valid by a foreign judge, and whole.
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint } from '../../../../../src/core/api/endpoint.ts'
import { endpoints } from '../../../../../src/core/api/endpoints.ts'
import { openApiDocument, templateOf } from '../../../../../src/core/api/openapi.ts'
import { startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'

type Operation = {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly responses: Readonly<Record<string, unknown>>
}
type Document = {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

let office: TestOffice
let api: TestApi
let document: Document
beforeAll(async () => {
  office = await testOffice()
  api = await startApi(office)
  const response = await fetch(`${api.url}/api/v1/openapi.json`)
  expect(response.headers.get('content-type')).toContain('application/json')
  document = (await response.json()) as Document
})
afterAll(async () => {
  await api.close()
  await office.stop()
})

const table = Object.entries(endpoints) as [string, Endpoint][]

describe('the OpenAPI document', () => {
  it('is valid', async () => {
    const verdict = await new Validator().validate(structuredClone(document))
    expect(verdict.errors ?? []).toEqual([])
    expect([verdict.valid, document.openapi]).toEqual([true, '3.1.0'])
  })
  it('has every endpoint, and those of the mailbox', () => {
    for (const [id, endpoint] of table) {
      const operation = document.paths[templateOf(endpoint.path)]?.[endpoint.method.toLowerCase()]
      expect(operation?.operationId, id).toBe(endpoint.access.kind === 'sandbox' ? undefined : id)
    }
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/messages', '/messages/{uid}', '/status', '/restore']),
    )
  })
  it('names each operation once, and each parameter of its path', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, operation })),
    )
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      const told = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name)
      expect(told.sort(), path).toEqual(named.sort())
    }
  })
  it('tells the sandbox’s endpoints in the sandbox', () => {
    const facts = { title: 'x', version: '1', url: 'http://x', hostCookies: false, sandbox: true }
    const { paths } = openApiDocument(endpoints, facts) as unknown as Document
    expect(Object.keys(paths)).toContain('/sandbox/notices')
  })
  it('tells the problems of each, by status', () => {
    const { responses } = document.paths['/session']!.post!
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '413', '429', '500', '503'])
  })
})
