// Problems as documents: both languages, sober, whole; and what does not fit a schema, told field by field.
import fc from 'fast-check'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { problemDocument } from '../../../src/core/api/problemDocument.ts'
import { PROBLEMS, type RefusalCode } from '../../../src/core/api/problems.ts'
import { fieldRefusals, type SchemaError, unfitTexts } from '../../../src/core/api/violations.ts'

describe('every problem', () => {
  it.each(Object.keys(PROBLEMS) as RefusalCode[])('%s says what happened and what to do, in both languages', (code) => {
    const { status, it: italian, en } = PROBLEMS[code]
    expect(status).toBeGreaterThanOrEqual(400)
    for (const text of [italian.title, italian.detail, en.title, en.detail]) {
      expect(text.length).toBeGreaterThan(5)
      expect(text).not.toContain('!')
    }
    for (const { title, detail } of [italian, en]) {
      expect(title).not.toMatch(/\.$/)
      expect(detail).toMatch(/\.$/)
    }
  })
})

describe('a refusal as a document', () => {
  it('takes the words of the verb where it gives some, and its fields', () => {
    const detail = { it: 'Perché sì.', en: 'Because.' }
    const fields = [{ field: 'name', code: 'x', it: 'Uno.', en: 'One.' }]
    expect(problemDocument({ refusal: 'lastAdmin', detail, fields }, 'en')).toEqual({
      type: 'urn:ceralacca:problem:lastAdmin',
      title: 'This is the last administrator',
      status: 409,
      code: 'lastAdmin',
      detail: 'Because.',
      errors: [{ field: 'name', code: 'x', detail: 'One.' }],
    })
    expect(problemDocument({ refusal: 'internal' }, 'it', 'abc').reference).toBe('abc')
  })
})

describe('what does not fit a schema', () => {
  const schema = Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 5 }),
      age: Type.Optional(Type.Integer({ minimum: 18, maximum: 120 })),
      kind: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: ['a', 'b'] })),
      id: Type.Optional(Type.String({ format: 'uuid' })),
      list: Type.Optional(Type.Array(Type.Object({ 'a/b': Type.Boolean() }), { minItems: 1, maxItems: 2 })),
      only: Type.Optional(Type.Literal('x')),
    },
    { additionalProperties: false },
  )
  const validator = Compile(schema)
  const told = (value: unknown) =>
    fieldRefusals(validator.Errors(value) as SchemaError[]).map(({ field, code, en }) => `${field} ${code}: ${en}`)
  it.each([
    [{}, ['name required: This is required.']],
    [{ name: '' }, ['name minLength: It cannot be empty.']],
    [{ name: 'abcdef' }, ['name maxLength: At most 5 characters.']],
    [{ name: 'a', age: 17 }, ['age minimum: It must be at least 18.']],
    [{ name: 'a', age: 121 }, ['age maximum: It must be at most 120.']],
    [{ name: 'a', age: 'x' }, ['age type: It must be a whole number.']],
    [{ name: 'a', kind: 'c' }, ['kind enum: It must be one of: a, b.']],
    [{ name: 'a', id: 'x' }, ['id format: It must be a UUID.']],
    [{ name: 'a', list: [] }, ['list minItems: At least 1 items are needed.']],
    [{ name: 'a', list: [{ 'a/b': 1 }] }, ['list.0.a/b type: It must be true or false.']],
    [{ name: 'a', only: 'y' }, ['only const: It must be x.']],
    [{ name: 'a', toString: 1 }, ['toString additionalProperties: This is not expected here.']],
  ])('%j: %j', (value, texts) => expect(told(value)).toEqual(texts))
  it('is told whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const fits = validator.Check(value)
        expect(fieldRefusals(validator.Errors(value) as SchemaError[]).length > 0).toBe(!fits)
      }),
    )
  })
})

describe('texts that no database keeps', () => {
  it.each([
    ['a\0', ['']],
    [{ a: { b: ['x', '\ud800'] } }, ['a.b.1']],
    [{ 'k\0': 1 }, ['']],
    [{ a: '😀', b: 'è', c: null, d: 1 }, []],
  ])('%j: %j', (value, fields) => expect(unfitTexts(value).map((one) => one.field)).toEqual(fields))
  it('are found at any depth', () => {
    let value: unknown = '\0'
    for (let i = 0; i < 200_000; i++) value = [value]
    expect(unfitTexts(value)).toHaveLength(1)
  })
})
