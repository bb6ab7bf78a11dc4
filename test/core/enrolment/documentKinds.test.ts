// Files are what their bytes say: a table of what is sent under the name of a photo.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROBLEMS } from '../../../src/core/api/problems.ts'
import {
  DOCUMENT_LIMITS,
  DOCUMENT_REFUSALS,
  FILE_TYPES,
  sniffDocument,
} from '../../../src/core/enrolment/documentKinds.ts'
import { fromLatin1 } from '../../../src/core/lib/bytes.ts'

const sniff = (text: string) => sniffDocument(fromLatin1(text))
const heic = (brand: string): string => `\0\0\0\x24ftyp${brand}\0\0\0\0mif1`
const zip = (name: string): string => `PK\x03\x04${'\0'.repeat(26)}${name}`

describe('a file', () => {
  it.each([
    ['jpeg', '\xff\xd8\xff\xe0\0\x10JFIF'],
    ['png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
    ['webp', 'RIFF\x10\0\0\0WEBPVP8 '],
    ['tiff', 'II*\0\x08\0\0\0'],
    ['tiff', 'MM\0*\0\0\0\x08'],
    ['pdf', '%PDF-1.7\n'],
    ['pdf', '\xef\xbb\xbf\r\n%PDF-1.4\n'],
  ])('is %s: %j', (type, head) => expect(sniff(head)).toBe(type))

  it.each([
    ['documentEmpty', ''],
    ['documentExecutable', 'MZ\x90\0\x03'],
    ['documentExecutable', '\x7fELF\x02\x01'],
    ['documentExecutable', '#!/bin/sh\nrm -rf ~'],
    ['documentExecutable', '\xcf\xfa\xed\xfe\x07'],
    ['documentWebPage', '<!DOCTYPE html><script>alert(1)</script>'],
    ['documentWebPage', '  \n<html>'],
    ['documentWebPage', '<?xml version="1.0"?><svg onload="alert(1)"/>'],
    ['documentWebPage', '\xef\xbb\xbf<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['documentArchive', zip('a.txt')],
    ['documentArchive', 'PK\x05\x06'],
    ['documentArchive', '7z\xbc\xaf\x27\x1c'],
    ['documentArchive', 'Rar!\x1a\x07\x01'],
    ['documentOffice', zip('[Content_Types].xml')],
    ['documentOffice', zip('mimetypeapplication/vnd.oasis.opendocument.text')],
    ['documentOffice', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
    ['documentOffice', '{\\rtf1'],
    ['documentHeic', heic('heic')],
    ['documentHeic', heic('mif1')],
    ['documentHeic', heic('hevx')],
    ['documentOtherImage', '\0\0\0\x1cftypavif\0\0\0\0mif1'],
    ['documentOtherImage', 'GIF89a'],
    ['documentOtherImage', 'BM\x36'],
    ['documentUnknownType', '\0\0\0\x18ftypmp42\0\0\0\0isom'],
    ['documentUnknownType', 'RIFF\x10\0\0\0WAVEfmt '],
    ['documentUnknownType', 'ciao'],
    ['documentUnknownType', '\x89PNG\n\x1a\n'], // spoilt by a transfer as text
    ['documentUnknownType', '\xff\xd8'],
  ])('is refused as %s: %j', (refusal, head) => expect(sniff(head)).toEqual({ refusal }))

  it('is refused beyond 15 MB, before anything looks at it', () => {
    const bytes = new Uint8Array(DOCUMENT_LIMITS.fileBytes + 1)
    expect(sniffDocument(bytes)).toEqual({ refusal: 'documentTooLarge' })
  })

  it('always has a type or a refusal with words', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const found = sniffDocument(bytes)
        if (typeof found === 'string') expect(FILE_TYPES).toHaveProperty(found)
        else expect(PROBLEMS).toHaveProperty(found.refusal)
      }),
    )
    for (const code of DOCUMENT_REFUSALS) expect(PROBLEMS[code].it.detail.length).toBeGreaterThan(20)
  })
})
