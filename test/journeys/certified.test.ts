// A certified message from submission to delivery receipt, between two providers on the wire.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toLatin1 } from '../../src/core/lib/bytes.ts'
import { writeEvidence } from '../../src/evidence.ts'
import { verifyCommand } from '../../src/shell/cli/verify.ts'
import { makeEvidence } from '../../src/shell/evidence/bundle.ts'
import { boxStates } from '../../src/shell/mailstore/box.ts'
import { findMailboxes } from '../../src/shell/mailstore/mailboxes.ts'
import { needs } from '../support/judges.ts'
import { run } from '../support/programs.ts'
import { kinds, message, send } from './support/mail.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
beforeAll(async () => {
  pair = await startPair({ office: true })
})
afterAll(async () => {
  await pair?.stop()
})

describe('a certified message', () => {
  it('within one provider goes the whole way: acceptance, take-in-charge, envelope, delivery', async () => {
    const { alfa } = pair
    const reply = await send(
      alfa,
      'mario.rossi',
      ['anna.bianchi@pec.alfa.example'],
      message({ to: 'anna.bianchi@pec.alfa.example' }),
    )
    expect(reply.code).toBe(250)
    await pair.settle()
    expect(kinds(await alfa.inbox('mario.rossi@pec.alfa.example'))).toEqual(['acceptance', 'deliveryComplete'])
    expect(kinds(await alfa.inbox('anna.bianchi@pec.alfa.example'))).toEqual(['transportEnvelope'])
    expect(kinds(await alfa.inbox('ricevute@pec.alfa.example'))).toEqual(['takeInCharge'])
  })

  it('crosses to another provider and its receipts come back', async () => {
    const { alfa, beta } = pair
    await alfa.mailbox('anna@pec.alfa.example')
    const reply = await send(
      alfa,
      'anna',
      ['giulia.neri@pec.beta.example'],
      message({ to: 'giulia.neri@pec.beta.example' }),
    )
    expect(reply.code).toBe(250)
    await pair.settle()
    expect(kinds(await beta.inbox('giulia.neri@pec.beta.example'))).toEqual(['transportEnvelope'])
    const receipts = await alfa.inbox('anna@pec.alfa.example')
    expect(kinds(receipts)).toEqual(['acceptance', 'deliveryComplete'])
    const delivery = toLatin1(await alfa.bytes(receipts[1]!))
    expect(delivery).toContain('X-Ricevuta: avvenuta-consegna')
    // The take-in-charge lies in no folder of Anna's; who looks at her box hears of it all the same.
    const { id } = (await findMailboxes(alfa.world.db, ['anna@pec.alfa.example'])).get('anna@pec.alfa.example')!
    await expect.poll(async () => (await boxStates(alfa.world.db, id)).submissions).toBeGreaterThan(0)
  })
})

/** The bundle of a message of a box, unpacked: its folder, and its bytes. */
const bundleOf = async (provider: TestProvider, address: string, identifier: string) => {
  const mailbox = (await findMailboxes(provider.world.db, [address])).get(address)!
  const made = await makeEvidence(provider.office!.evidence!, { id: mailbox.id, address }, identifier)
  const chunks: Uint8Array[] = []
  for await (const chunk of made!.bytes) chunks.push(chunk)
  const zip = Buffer.concat(chunks)
  const file = join(pair.directory, `${provider.domain}-${made!.fileName}`)
  const folder = file.replace(/\.zip$/, '')
  writeFileSync(file, zip)
  mkdirSync(folder, { recursive: true })
  execFileSync('python3', ['-m', 'zipfile', '-e', file, folder])
  const readme = readFileSync(join(folder, 'LEGGIMI.txt'), 'utf8')
  const commands = [...readme.matchAll(/^ {4}((?:openssl|sha256sum|tail) .*)$/gm)].map((found) => found[1]!)
  const names = execFileSync('python3', ['-m', 'zipfile', '-l', file], { encoding: 'utf8' })
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split(/\s/)[0]!)
  return { zip, file, folder, commands, names }
}

/** Codes of the README's commands, each run in the folder as a clerk would. */
const follow = async (folder: string, commands: readonly string[]): Promise<readonly string[]> => {
  const failed: string[] = []
  for (const command of commands) {
    const { code, output } = await run('bash', ['-o', 'pipefail', '-c', `cd '${folder}' && ${command}`])
    if (code !== 0) failed.push(`${command}: ${output}`)
  }
  return failed
}

const verify = async (...args: string[]): Promise<{ readonly status: number; readonly out: string }> => {
  let out = ''
  const io = { write: (text: string) => (out += text) }
  const status = await verifyCommand(args, { stdout: io, stderr: io, now: pair.clock.now() })
  return { status, out }
}

describe.skipIf(needs('openssl', 'python3'))('the evidence of a message', () => {
  const sender = 'carlo@pec.alfa.example'
  let identifier = ''
  beforeAll(async () => {
    await pair.alfa.mailbox(sender)
    const recipients = ['paolo.gallo@pec.beta.example', 'nessuno@pec.beta.example', 'anna.bianchi@pec.alfa.example']
    const content = message({ to: recipients.join(', '), subject: 'Disdetta', messageId: '<disdetta@client.example>' })
    expect((await send(pair.alfa, 'carlo', recipients, content)).code).toBe(250)
    await pair.settle()
    identifier = (await pair.alfa.inbox(sender))[0]!.msgid
  })

  it('is checked by openssl with the very commands of its instructions, and verify agrees', async () => {
    const { alfa } = pair
    const bundle = await bundleOf(alfa, sender, identifier)
    expect(bundle.names).toEqual([
      'LEGGIMI.txt',
      'rapporto.pdf',
      'rapporto.json',
      '01-originale.eml',
      ...[
        '02-busta-di-trasporto',
        '03-accettazione',
        expect.stringMatching(/^0\d-consegna-anna.bianchi-at-pec.alfa.example$/),
        expect.stringMatching(/^0\d-(?:consegna|mancata)/),
        expect.stringMatching(/^0\d-(?:consegna|mancata)/),
      ].flatMap((name) =>
        typeof name === 'string'
          ? [`${name}.eml`, `${name}.daticert.xml`]
          : [expect.stringMatching(/\.eml$/), expect.stringMatching(/\.daticert\.xml$/)],
      ),
      'registro.jsonl',
      'certificati/autorita.pem',
      'certificati/firmatario-1-gestore-alfa.pem',
      'certificati/firmatario-2-gestore-beta.pem',
      'certificati/revoche-1.pem',
      'impronte.sha256',
    ])
    expect(bundle.commands.length).toBe(1 + 5 + 1 + 1 + 2 + 1)
    expect(await follow(bundle.folder, bundle.commands)).toEqual([])
    const told = await verify(bundle.file, '--ca', pair.caFile, '--no-data', '--json')
    expect(told.status).toBe(0)
    const json = JSON.parse(told.out)
    const fates = Object.fromEntries(
      json.messages[0].recipients.map((one: { address: string; fate: string }) => [one.address, one.fate]),
    )
    expect(fates).toEqual({
      'paolo.gallo@pec.beta.example': 'delivered',
      'nessuno@pec.beta.example': 'notDelivered',
      'anna.bianchi@pec.alfa.example': 'delivered',
    })
    const report = JSON.parse(readFileSync(join(bundle.folder, 'rapporto.json'), 'utf8'))
    expect(report).toMatchObject({ identifier, verdict: 'holds', complete: true, mailbox: sender })
    expect(report.messages[0].recipients.map((one: { fate: string }) => one.fate)).toEqual(Object.values(fates))
    expect(readFileSync(join(bundle.folder, 'rapporto.pdf')).subarray(0, 5).toString()).toBe('%PDF-')
    expect((await bundleOf(alfa, sender, identifier)).zip.equals(bundle.zip)).toBe(true)
    // the operator's command makes the very same one, out of what the provider holds
    const byCommand = await writeEvidence(alfa.config, sender, identifier, join(pair.directory, 'command.zip'))
    expect(readFileSync(byCommand!).equals(bundle.zip)).toBe(true)
  })

  it('of who received it has envelope, original and the journal of the delivery', async () => {
    const bundle = await bundleOf(pair.beta, 'paolo.gallo@pec.beta.example', identifier)
    expect(bundle.names.slice(3, 6)).toEqual([
      '01-originale.eml',
      '02-busta-di-trasporto.eml',
      '02-busta-di-trasporto.daticert.xml',
    ])
    expect(await follow(bundle.folder, bundle.commands)).toEqual([])
    expect((await verify(bundle.file, '--ca', pair.caFile, '--no-data')).status).toBe(0)
    const journal = readFileSync(join(bundle.folder, 'registro.jsonl'), 'utf8')
    expect(journal).toContain('"delivered"')
    expect(journal).not.toContain('"undeliverable"')
  })

  it('once tampered with fails, by openssl and by verify', async () => {
    const { folder, commands } = await bundleOf(pair.alfa, sender, identifier)
    for (const [name, from, to] of [
      ['01-originale.eml', 'Buongiorno', 'Buonasera!'],
      ['02-busta-di-trasporto.eml', 'Buongiorno', 'Buonasera!'],
      ['03-accettazione.eml', 'Disdetta', 'Conferma'],
    ] as const) {
      const path = join(folder, name)
      const whole = readFileSync(path, 'latin1')
      expect(whole).toContain(from)
      writeFileSync(path, whole.replaceAll(from, to), 'latin1')
      expect((await follow(folder, commands.slice(1))).length).toBeGreaterThan(0)
      const file = join(pair.directory, `tampered-${name}.zip`)
      execFileSync('bash', ['-c', `cd '${folder}' && python3 -m zipfile -c '${file}' *`])
      expect((await verify(file, '--ca', pair.caFile, '--no-data')).status).toBe(1)
      writeFileSync(path, whole, 'latin1')
    }
  })

  it('is nobody else’s', async () => {
    const address = 'mario.rossi@pec.alfa.example'
    const mailbox = (await findMailboxes(pair.alfa.world.db, [address])).get(address)!
    const evidence = pair.alfa.office!.evidence!
    expect(await makeEvidence(evidence, { id: mailbox.id, address }, identifier)).toBeUndefined()
    expect(await makeEvidence(evidence, { id: mailbox.id, address }, 'x@y')).toBeUndefined()
  })
})
