// The original messages of the golden files: one for each form and charset that must travel well.
import { fromLatin1, fromUtf8 } from '../../src/core/lib/bytes.ts'

const lines = (...text: readonly string[]): string => `${text.join('\r\n')}\r\n`

const SENDER = 'mario.rossi@pec.alfa.example'
const HEAD = [
  'Received: from [192.0.2.10] by smtps.pec.alfa.example with ESMTPSA id 4A1;',
  '\tTue, 03 Feb 2026 10:15:29 +0100',
  `From: "Mario Rossi" <${SENDER}>`,
]
const TAIL = ['Date: Tue, 03 Feb 2026 10:15:28 +0100', 'Message-ID: <cli-0001@mua.example>', 'MIME-Version: 1.0']
const TO = ['To: "Neri, Giulia" <giulia.neri@pec.beta.example>,', ' ordinaria@posta.example']
const CC = ['Cc: paolo.gallo@pec.beta.example']

const PDF = [
  'Content-Type: application/pdf; name="lettera.pdf"',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename="lettera.pdf"',
  '',
  'JVBERi0xLjQKJXByb3ZhCiVwcm92YQolcHJvdmEKJXByb3ZhCiVwcm92YQolcHJvdmEKJXByb3Zh',
  'CiVwcm92YQolcHJvdmEKJSVFT0YK',
]

/** An original as the access point holds it, and who it is for. */
export type Original = {
  readonly name: string
  readonly bytes: Uint8Array
  readonly recipients: readonly string[]
  readonly subject: string | undefined
}

const usual = ['giulia.neri@pec.beta.example', 'ordinaria@posta.example', 'paolo.gallo@pec.beta.example']
const fifty = Array.from({ length: 50 }, (_, i) => `destinatario.${String(i + 1).padStart(2, '0')}@pec.beta.example`)

const accents: Original = {
  name: 'accents',
  recipients: usual,
  subject: 'Comunicazione n. 7 - però è una prova',
  bytes: fromLatin1(
    lines(
      ...HEAD,
      ...TO,
      ...CC,
      'Subject: =?utf-8?q?Comunicazione_n=2E_7_-_per=C3=B2_=C3=A8_una_prova?=',
      ...TAIL,
      'Content-Type: multipart/mixed; boundary="orig_b1"',
      '',
      '--orig_b1',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Perch=E9 no: in allegato la lettera.',
      '--orig_b1',
      ...PDF,
      '--orig_b1--',
    ),
  ),
}

const emoji: Original = {
  name: 'emoji',
  recipients: usual,
  subject: 'Auguri 🎉 e 你好 — “presto”',
  bytes: fromUtf8(
    lines(
      ...HEAD,
      ...TO,
      ...CC,
      'Reply-To: Segreteria <segreteria@pec.alfa.example>',
      'Subject: =?utf-8?b?QXVndXJpIPCfjokgZSDkvaDlpb0g4oCUIOKAnHByZXN0b+KAnQ==?=',
      ...TAIL,
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Auguri 🎉, però in 8 bit.',
    ),
  ),
}

const noSubject: Original = {
  name: 'no-subject',
  recipients: ['giulia.neri@pec.beta.example'],
  subject: undefined,
  bytes: fromLatin1(
    lines(
      `From: ${SENDER}`,
      'To: giulia.neri@pec.beta.example',
      'Date: Tue, 03 Feb 2026 10:15:28 +0100',
      '',
      'Senza oggetto, senza MIME, senza Message-ID.',
    ),
  ),
}

const LONG =
  'Trasmissione della relazione annuale sull’attività svolta dall’ufficio nell’anno 2025, con gli allegati richiesti ' +
  'dalla nota n. 1234/2025 e le osservazioni già inviate il 12 dicembre dagli interessati'

const longSubject: Original = {
  name: 'long-subject',
  recipients: usual,
  subject: LONG,
  bytes: fromLatin1(
    lines(
      ...HEAD,
      ...TO,
      ...CC,
      'Subject:',
      ...LONG.match(/.{1,20}/gu)!.map((part) => ` =?UTF-8?B?${Buffer.from(part).toString('base64')}?=`),
      ...TAIL,
      'Content-Type: text/plain; charset=us-ascii',
      '',
      'Oggetto lungo.',
    ),
  ),
}

const fiftyRecipients: Original = {
  name: 'fifty-recipients',
  recipients: fifty,
  subject: 'A cinquanta destinatari',
  bytes: fromLatin1(
    lines(
      ...HEAD,
      `To: ${fifty.join(',\r\n ')}`,
      'Subject: A cinquanta destinatari',
      'X-TipoRicevuta: sintetica',
      ...TAIL,
      'Content-Type: text/plain; charset=us-ascii',
      '',
      'Circolare.',
    ),
  ),
}

const smime: Original = {
  name: 'smime',
  recipients: usual,
  subject: 'Firmato da chi scrive',
  bytes: fromLatin1(
    lines(
      ...HEAD,
      ...TO,
      ...CC,
      'Subject: Firmato da chi scrive',
      'X-TipoRicevuta: breve',
      ...TAIL,
      'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="s1"',
      '',
      'This is an S/MIME signed message',
      '',
      '--s1',
      'Content-Type: multipart/mixed; boundary="m1"',
      '',
      '--m1',
      'Content-Type: text/plain',
      '',
      'Con firma.',
      '--m1',
      ...PDF,
      '--m1--',
      '',
      '--s1',
      'Content-Type: application/pkcs7-signature; name="smime.p7s"',
      'Content-Transfer-Encoding: base64',
      'Content-Disposition: attachment; filename="smime.p7s"',
      '',
      'MIIBAgMEBQYHCAkKCwwNDg8=',
      '--s1--',
    ),
  ),
}

const nested: Original = {
  name: 'nested',
  recipients: usual,
  subject: 'I: inoltro',
  bytes: fromLatin1(
    lines(
      ...HEAD,
      ...TO,
      ...CC,
      'Subject: I: inoltro',
      'X-TipoRicevuta: breve',
      ...TAIL,
      'Content-Type: multipart/mixed; boundary="n1"',
      '',
      '--n1',
      'Content-Type: text/plain',
      '',
      'Inoltro.',
      '--n1',
      'Content-Type: message/rfc822',
      '',
      'From: altro@posta.example',
      'To: mario.rossi@posta.example',
      'Subject: dentro',
      'Content-Type: multipart/mixed; boundary="n2"',
      '',
      '--n2',
      'Content-Type: application/xml; name="daticert.xml"',
      '',
      '<postacert/>',
      '--n2--',
      '--n1--',
    ),
  ),
}

export const ORIGINALS: readonly Original[] = [accents, emoji, noSubject, longSubject, fiftyRecipients, smime, nested]
