// What is shown of a stranger's message: style, links, text, attachments; tables of rules.
import { describe, expect, it } from 'vitest'
import {
  attachedKind,
  dangerInside,
  dangerOf,
  typeOfBytes,
  unsignedName,
} from '../../../../src/core/mail/shown/attached.ts'
import { keepsCondition, keepsDeclaration } from '../../../../src/core/mail/shown/css.ts'
import { deceitOf, drawnHost, looksLikeAnother } from '../../../../src/core/mail/shown/links.ts'
import { blocksOf, piecesOf } from '../../../../src/core/mail/shown/text.ts'

describe('style of strangers', () => {
  it.each([
    ['color', 'rgb(1, 2, 3)'],
    ['font-family', '"Titillium Web", Arial'],
    ['background', 'linear-gradient(red, blue)'],
    ['width', 'calc(100% - 10px)'],
    ['margin-left', '12px'],
    ['display', 'none'],
  ])('keeps %s: %s', (property, value) => expect(keepsDeclaration(property, value)).toBe(true))

  it.each([
    ['background', 'url("https://spy.example/a.png")'],
    ['background', 'image-set("https://spy.example/a.png" 1x)'],
    ['background-image', 'url(data:image/png;base64,AAAA)'],
    ['list-style', 'url(x) square'],
    ['width', 'expression(alert(1))'],
    ['color', 'var(--x)'],
    ['--x', 'url(a)'],
    ['behavior', 'url(#default#time2)'],
    ['-moz-binding', 'url(x)'],
    ['position', 'fixed'],
    ['position', 'absolute'],
    ['z-index', '999'],
    ['content', 'attr(value)'],
    ['animation', 'x 1s'],
    ['transform', 'scale(9)'],
    ['height', '100vh'],
    ['height', '50dvh'],
    ['width', '10cqw'],
    ['margin-top', '-500px'],
    ['margin', '0 -9999px'],
    ['cursor', 'none'],
    ['color', 'red; position: fixed'],
    ['color', '\\72 ed'],
    ['font-family', 'x'.repeat(500)],
  ])('drops %s: %s', (property, value) => expect(keepsDeclaration(property, value)).toBe(false))

  it('keeps rules for widths, not for what tells of the reader', () => {
    expect(keepsCondition('only screen and (max-width: 600px)')).toBe(true)
    expect(keepsCondition('(prefers-color-scheme: dark)')).toBe(false)
    expect(keepsCondition('screen {} @import "x"')).toBe(false)
  })
})

describe('links', () => {
  it.each([
    ['xn--bcher-kva.example', 'bücher.example', false],
    ['xn--pple-43d.com', 'аpple.com', true], // one Cyrillic letter
    ['xn--80ak6aa92e.com', 'аррӏе.com', true], // all Cyrillic, drawn as Latin
    ['xn--80akhbyknj4f.example', 'испытание.example', false],
    ['xn--.example', '.example', false],
    ['xn--zz--zz.example', drawnHost('xn--zz--zz.example'), looksLikeAnother('xn--zz--zz.example')],
    ['banca.example', 'banca.example', false],
  ])('%s is drawn %s', (host, drawn, deceives) => {
    expect(drawnHost(host)).toBe(drawn)
    expect(looksLikeAnother(host)).toBe(deceives)
  })

  it.each([
    ['evil.example', 'https://www.banca.it/accesso', 'otherHost'],
    ['evil.example', 'banca.it', 'otherHost'],
    ['www.banca.it', 'banca.it', undefined],
    ['area.banca.it', 'https://banca.it/', undefined],
    ['evil.example', 'Accedi qui', undefined],
    ['xn--pple-43d.com', 'Accedi qui', 'homograph'],
    ['xn--bcher-kva.de', 'bücher.de', undefined],
  ])('of %s under "%s": %s', (host, text, deceit) => expect(deceitOf(host, text)).toBe(deceit))
})

describe('plain text', () => {
  it('sets quoted lines and the signature apart', () => {
    const text = 'Va bene.\n\nIl giorno 3 marzo Anna Bianchi <a@b.it> ha scritto:\n> Le va?\n>\n> Saluti\n\n-- \nMario'
    expect(blocksOf(text).map(({ kind, text }) => [kind, text])).toEqual([
      ['own', 'Va bene.\n'],
      ['quoted', 'Il giorno 3 marzo Anna Bianchi <a@b.it> ha scritto:\n> Le va?\n>\n> Saluti'],
      ['signature', '\n-- \nMario'.slice(1)],
    ])
  })

  it('joins the lines that a program broke (RFC 3676)', () => {
    const text = 'Una riga \nche continua.\n> citata \n> insieme\n-- \nfirma'
    expect(blocksOf(text, { deletesSpace: false }).map(({ text }) => text)).toEqual([
      'Una riga che continua.',
      '> citata insieme',
      '-- \nfirma',
    ])
    expect(blocksOf('par \nola', { deletesSpace: true })[0]?.text).toBe('parola')
  })

  it.each([
    ['Vedi https://a.example/b?c=d.', ['https://a.example/b?c=d']],
    [
      '(https://a.example/x_(y)) e www.b.example, poi mario@pec.example!',
      ['https://a.example/x_(y)', 'www.b.example', 'mario@pec.example'],
    ],
    ['<https://a.example/>', ['https://a.example/']],
    ['javascript:alert(1) data:text/html,x file:///etc', []],
    ['http://a.example/"onclick=x', ['http://a.example/']],
  ])('finds the addresses of %s', (text, links) => {
    const pieces = piecesOf(text)
    expect(pieces.map((one) => one.text).join('')).toBe(text)
    expect(pieces.flatMap((one) => (one.link ? [one.text] : []))).toEqual(links)
  })
})

describe('attachments', () => {
  it.each([
    ['fattura.exe', 'application/octet-stream', 'program'],
    ['fattura.pdf.exe', 'application/pdf', 'disguised'],
    ['fattura\u202efdp.exe', 'application/pdf', 'disguised'],
    ['fattura.exe. ', '', 'program'],
    ['fattura.js', 'text/javascript', 'program'],
    ['listino.docm', '', 'macros'],
    ['pagina.html', 'text/html', 'page'],
    ['logo.svg', 'image/svg+xml', 'page'],
    ['x', 'image/svg+xml', 'page'],
    ['avvia.lnk', '', 'program'],
    ['disco.iso', '', 'disk'],
    ['setup.exe.p7m', 'application/pkcs7-mime', 'program'],
    ['atto\u200b.pdf', '', 'disguised'],
    ['atto.pdf.p7m', 'application/pkcs7-mime', undefined],
    ['relazione.docx', '', undefined],
    ['IT01234567890_00001.xml', 'text/xml', undefined],
  ])('%s (%s) is %s', (name, type, danger) => expect(dangerOf(name, type)).toBe(danger))

  it('tells of what an archive holds', () => {
    const entry = (name: string, encrypted = false) => ({ name, encrypted })
    expect(dangerInside([entry('a/atto.pdf'), entry('b/avvia.js')])).toBe('program')
    expect(dangerInside([entry('atto.pdf', true)])).toBe('locked')
    expect(dangerInside([entry('atto.pdf')])).toBeUndefined()
  })

  it.each([
    ['atto.pdf.p7m', 'application/octet-stream', 'signed'],
    ['IT01234567890_FPA01.xml', 'application/octet-stream', 'invoice'],
    ['altro.xml', 'text/xml', 'xml'],
    ['inoltrato.eml', '', 'message'],
    ['foto.JPG', '', 'image'],
    ['foto.svg', 'image/svg+xml', 'other'],
    ['nota.txt', '', 'text'],
  ])('%s (%s) is shown as %s', (name, type, kind) => expect(attachedKind(name, type)).toBe(kind))

  it('takes a name without its signatures, and bytes for what they are', () => {
    expect(unsignedName('atto.pdf.p7m.P7M')).toBe('atto.pdf')
    expect(typeOfBytes(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]))).toBe('image/png')
    expect(typeOfBytes(new TextEncoder().encode('<svg onload=alert(1)>'))).toBeUndefined()
  })
})
