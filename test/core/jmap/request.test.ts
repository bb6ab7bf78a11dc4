// Requests as bytes: what is I-JSON, what is a Request, and which limits they come under (RFC 8620 §3.3, §3.6.1).
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasDuplicates } from '../../../src/core/jmap/duplicates.ts'
import { parseRequest } from '../../../src/core/jmap/request.ts'
import { fromLatin1, fromUtf8 } from '../../../src/core/lib/bytes.ts'

const LIMITS = { maxSizeRequest: 2_000, maxCallsInRequest: 3 }
const read = (text: string) => parseRequest(fromUtf8(text), LIMITS, (name) => name === 'core')
const error = (text: string) => {
  const request = read(text)
  return 'requestError' in request ? request.requestError : 'none'
}

describe('members given twice', () => {
  it.each([
    ['{}', false],
    ['{"a":1,"b":1}', false],
    ['{"a":1,"a":1}', true],
    ['{"a":{"a":1},"b":{"a":1}}', false],
    ['[{"a":1},{"a":1}]', false],
    ['{"a":[{"b":1,"c":[]}],"a":2}', true],
    ['{"a":"a","b":"a"}', false],
    ['{"a" : 1 , "a" : 2}', true],
    ['{"\\u0061":1,"a":2}', true],
    ['{"a\\\\":1,"a":2}', false],
    ['{"a\\"":1,"a":2}', false],
    ['{"a\\"":1,"a\\"":2}', true],
    ['{"":1,"":2}', true],
    ['{"x":"{\\"a\\":1,\\"a\\":1}"}', false],
    ['{"x":"\\\\","x2":"\\\\"}', false],
    ['"a"', false],
    ['{"__proto__":1,"__proto__":2}', true],
  ])('%s', (text, is) => expect(hasDuplicates(text)).toBe(is))
  it('whatever JSON.stringify writes has none', () =>
    fc.assert(fc.property(fc.json(), (text) => !hasDuplicates(JSON.stringify(JSON.parse(text))))))
  it('an object with one of its members again has one', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (object) => {
        const [name] = Object.keys(object)
        const text = `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(name)}:0}`
        return hasDuplicates(text)
      }),
    ))
})

describe('a request', () => {
  it.each([
    ['', 'notJSON'],
    ['{', 'notJSON'],
    ['{"using":[],"methodCalls":[]} x', 'notJSON'],
    ['{"using":[],"methodCalls":[],"using":[]}', 'notJSON'],
    ['{"using":[],"methodCalls":[],"x":"\\udc00"}', 'notJSON'],
    ['{"using":[],"methodCalls":[],"\\udc00":1}', 'notJSON'],
    [`{"using":[],"methodCalls":[],"x":${'['.repeat(200)}${']'.repeat(200)}}`, 'notJSON'],
    ['null', 'notRequest'],
    ['[]', 'notRequest'],
    ['{"using":"core","methodCalls":[]}', 'notRequest'],
    ['{"using":[1],"methodCalls":[]}', 'notRequest'],
    ['{"using":[],"methodCalls":[["a",{},"b","c"]]}', 'notRequest'],
    ['{"using":[],"methodCalls":[["a",null,"b"]]}', 'notRequest'],
    ['{"using":[],"methodCalls":[["a",{},1]]}', 'notRequest'],
    ['{"using":[],"methodCalls":[],"createdIds":{"a b":"x"}}', 'notRequest'],
    ['{"using":[],"methodCalls":[],"createdIds":null}', 'notRequest'],
    ['{"using":["none"],"methodCalls":[]}', 'unknownCapability'],
    ['{"using":["core"],"methodCalls":[["a",{},"1"],["a",{},"2"],["a",{},"3"],["a",{},"4"]]}', 'limit'],
    [`{"using":[],"methodCalls":[],"x":"${'x'.repeat(2_000)}"}`, 'limit'],
    ['{"using":["core","core"],"methodCalls":[["a",{},""]],"createdIds":{}}', 'none'],
    [' {"methodCalls":[],"using":[]} ', 'none'],
  ])('%s', (text, type) => expect(error(text)).toBe(type))
  it('names the limit', () => {
    const calls = JSON.stringify(Array(4).fill(['a', {}, '']))
    expect(read(`{"using":[],"methodCalls":${calls}}`)).toMatchObject({ limit: 'maxCallsInRequest' })
    expect(read(`{"x":"${'x'.repeat(2_000)}"}`)).toMatchObject({ limit: 'maxSizeRequest' })
  })
  it('bytes that are no UTF-8 are no JSON', () =>
    expect(parseRequest(fromLatin1('{"x":"\xe9"}'), LIMITS, () => true)).toMatchObject({ requestError: 'notJSON' }))
})
