// What is announced, and when: nothing about passwords where they may not be sent, everything once signed in.
import { describe, expect, it } from 'vitest'
import { type CapabilityState, capabilities } from '../../../../src/core/mail/imap/capabilities.ts'

const CLEAR: CapabilityState = {
  authenticated: false,
  encrypted: false,
  startTls: true,
  loginAllowed: false,
  mechanisms: [],
  compressed: false,
  appendLimit: 1000,
}
const ENCRYPTED: CapabilityState = {
  ...CLEAR,
  encrypted: true,
  loginAllowed: true,
  mechanisms: ['PLAIN', 'SCRAM-SHA-256'],
}

describe('capabilities', () => {
  it('in clear: STARTTLS, and no login', () => {
    const names = capabilities(CLEAR)
    expect(names).toEqual(expect.arrayContaining(['IMAP4rev2', 'IMAP4rev1', 'STARTTLS', 'LOGINDISABLED']))
    expect(names.some((name) => name.startsWith('AUTH='))).toBe(false)
  })

  it('encrypted: how to sign in', () => {
    const names = capabilities(ENCRYPTED)
    expect(names).toEqual(expect.arrayContaining(['AUTH=PLAIN', 'AUTH=SCRAM-SHA-256', 'SASL-IR']))
    expect(names).not.toContain('STARTTLS')
    expect(names).not.toContain('LOGINDISABLED')
  })

  it('signed in: everything else', () => {
    const names = capabilities({ ...ENCRYPTED, authenticated: true })
    expect(names.join(' ')).toBe(
      'IMAP4rev2 IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE NAMESPACE CHILDREN UIDPLUS UNSELECT MOVE MULTIAPPEND BINARY ' +
        'ESEARCH SEARCHRES WITHIN SORT SORT=DISPLAY THREAD=ORDEREDSUBJECT THREAD=REFERENCES LIST-EXTENDED LIST-STATUS ' +
        'SPECIAL-USE CREATE-SPECIAL-USE STATUS=SIZE CONDSTORE QRESYNC QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE OBJECTID ' +
        'PREVIEW SAVEDATE UTF8=ACCEPT APPENDLIMIT=1000 COMPRESS=DEFLATE',
    )
    // RFC 7888 §5
    expect(names).not.toContain('LITERAL-')
  })

  it('compressed: not offered again (RFC 4978 §3)', () => {
    expect(capabilities({ ...ENCRYPTED, authenticated: true, compressed: true })).not.toContain('COMPRESS=DEFLATE')
  })
})
