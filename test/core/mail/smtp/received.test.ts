// The Received field.
import { describe, expect, it } from 'vitest'
import { receivedField } from '../../../../src/core/mail/smtp/received.ts'

const facts = {
  helo: 'pc.example',
  remoteAddress: '192.0.2.7',
  by: 'mx.alfa.example',
  login: true,
  tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
  id: 'ab12.3',
  forwardPaths: ['giulia.neri@pec.beta.example'],
  at: Date.UTC(2026, 1, 3, 9, 15, 30),
}

describe('receivedField', () => {
  it('says who, how and when', () =>
    expect(receivedField(facts)).toBe(
      'Received: from pc.example ([192.0.2.7])\r\n' +
        '\tby mx.alfa.example with ESMTPSA\r\n\t(TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n' +
        '\tid ab12.3\r\n\tfor <giulia.neri@pec.beta.example>;\r\n\tTue, 03 Feb 2026 10:15:30 +0100\r\n',
    ))
  it('names no recipient where there are several', () =>
    expect(receivedField({ ...facts, forwardPaths: ['a@b.it', 'c@d.it'] })).not.toContain('for <'))
  it.each([
    [false, false, 'ESMTP'],
    [true, false, 'ESMTPS'],
  ])('TLS %s, login %s: %s', (tls, login, name) =>
    expect(receivedField({ ...facts, tls: tls ? facts.tls : undefined, login })).toContain(`with ${name}\r\n`),
  )
  it('prints an IPv6 address as such', () =>
    expect(receivedField({ ...facts, remoteAddress: '2001:db8::1' })).toContain('([IPv6:2001:db8::1])'))
})
