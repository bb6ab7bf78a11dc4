// Header fields of JMAP in their forms (RFC 8621 §4.1.2), the odd ones above all; raw values have one code unit a byte.
import { describe, expect, it } from 'vitest'
import {
  addressesForm,
  dateForm,
  groupedForm,
  messageIdsForm,
  parseHeaderProperty,
  rawForm,
  textForm,
  urlsForm,
} from '../../../src/core/jmap/header.ts'
import { fromUtf8, toLatin1 } from '../../../src/core/lib/bytes.ts'

const raw = (text: string): string => toLatin1(fromUtf8(text))
const one = (email: string, name: string | null = null) => ({ name, email })

describe('addresses', () => {
  it('the example of §4.1.2.3 and §4.1.2.4', () => {
    const value =
      ' "  James Smythe" <james@example.com>, Friends:\r\n jane@example.com, =?UTF-8?Q?John_Sm=C3=AEth?=\r\n <john@example.com>;'
    const james = one('james@example.com', 'James Smythe')
    const friends = [one('jane@example.com'), one('john@example.com', 'John Smîth')]
    expect(addressesForm(value)).toEqual([james, ...friends])
    expect(groupedForm(value)).toEqual([
      { name: null, addresses: [james] },
      { name: 'Friends', addresses: friends },
    ])
  })
  it.each<readonly [string, readonly object[]]>([
    ['', []],
    [' ', []],
    [' a@b.example', [one('a@b.example')]],
    [' <a@b.example>', [one('a@b.example')]],
    [' "Foo \\"S\\"" <a@b.example>', [one('a@b.example', 'Foo "S"')]],
    [' "" <a@b.example>', [one('a@b.example')]],
    [' Foo Bar <a@b.example> (a remark)', [one('a@b.example', 'Foo Bar')]],
    [' a@b.example, , c@d.example,', [one('a@b.example'), one('c@d.example')]],
    [' undisclosed-recipients:;', []],
    [' "a b"@c.example', [one('"a b"@c.example')]],
    [' "Per conto di: x@y.example" <pec@z.example>', [one('pec@z.example', 'Per conto di: x@y.example')]],
    [' perch\u00c3\u00a9@b.example', [one('perché@b.example')]],
  ])('%j', (value, addresses) => expect(addressesForm(value)).toEqual(addresses))
  it('a group of nobody is a group', () =>
    expect(groupedForm(' undisclosed-recipients:;')).toEqual([{ name: 'undisclosed-recipients', addresses: [] }]))
})

describe('texts', () => {
  it.each([
    ['', ''],
    [' plain', 'plain'],
    ['  two  blanks', 'two  blanks'],
    [' a\r\n b', 'a b'],
    [' a\r\n\tb', 'a b'],
    [' =?utf-8?q?citt=C3=A0?=', 'città'],
    [' =?utf-8?q?a?= =?utf-8?q?b?=', 'ab'],
    [' =?utf-8?q?a?= b =?utf-8?q?c?=', 'a b c'],
    [' =?utf-8?b?w6A=?=\r\n =?utf-8?b?w6g=?=', 'àè'],
    [' =?x-none?q?a?=', '=?x-none?q?a?='],
    [' =?utf-8?q?broken', '=?utf-8?q?broken'],
    [' A\u030a', 'Å'],
  ])('%j', (value, text) => expect(textForm(raw(value))).toBe(text))
})

describe('ids, dates, addresses of the web', () => {
  it.each<readonly [string, readonly string[] | null]>([
    [' <a@b>', ['a@b']],
    [' <a@b> <c@d>', ['a@b', 'c@d']],
    [' <a@b>(x)<c@d>\r\n <e@f>', ['a@b', 'c@d', 'e@f']],
    [' your letter of Tuesday', null],
    [' <>', null],
    ['', null],
  ])('%j', (value, ids) => expect(messageIdsForm(value)).toEqual(ids))
  it.each([
    [' Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T09:55:06-06:00'],
    [' Fri, 21 Nov 1997 09:55:06 +0000', '1997-11-21T09:55:06Z'],
    [' Fri, 21 Nov 1997 09:55:06 -0000', '1997-11-21T09:55:06Z'],
    [' Fri, 21 Nov 1997 09:55:06 GMT', '1997-11-21T09:55:06Z'],
    [' 21 Nov 97 09:55 EST', '1997-11-21T14:55:00Z'],
    [
      ' Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)',
      '1969-02-13T23:32:00-03:30',
    ],
    [' tomorrow', null],
    [' 32 Nov 1997 09:55:06 +0000', null],
    ['', null],
  ])('%j', (value, date) => expect(dateForm(value)).toBe(date))
  it.each<readonly [string, readonly string[] | null]>([
    [' <https://a.example/x?y=z>', ['https://a.example/x?y=z']],
    [' <https://a.example>, (remark) <mailto:b@c>', ['https://a.example', 'mailto:b@c']],
    [' <https://a.exa\r\n mple>', ['https://a.example']],
    [' NO', null],
  ])('%j', (value, urls) => expect(urlsForm(value)).toEqual(urls))
})

describe('raw', () => {
  it('is UTF-8 as far as it is, without NUL', () => {
    expect(rawForm(' a\r\n b')).toBe(' a\r\n b')
    expect(rawForm(raw(' città'))).toBe(' città')
    expect(rawForm(' \xe9')).toBe(' \ufffd')
    expect(rawForm(' a\0b')).toBe(' ab')
  })
})

describe('the names of properties', () => {
  it.each([
    ['header:Subject', 'Raw', false],
    ['header:subject:asText', 'Text', false],
    ['header:X-Any:asAddresses:all', 'Addresses', true],
    ['header:X-Any:all', 'Raw', true],
    ['header:Resent-To:asGroupedAddresses', 'GroupedAddresses', false],
    ['header:List-Post:asURLs', 'URLs', false],
  ])('%s', (property, form, all) => expect(parseHeaderProperty(property)).toMatchObject({ property, form, all }))
  it.each([
    'header',
    'header:',
    'header::asText',
    'header:a b',
    'header:é',
    'header:X:asText:asDate',
    'header:X:all:asText',
    'header:X:all:all',
    'header:X:astext',
    'header:From:asText',
    'header:Subject:asAddresses',
    'header:Date:asText',
    'header:Received:asDate',
    'header:List-Post:asText',
    'Header:Subject',
  ])('%s is none', (property) => expect(parseHeaderProperty(property)).toBeUndefined())
})
