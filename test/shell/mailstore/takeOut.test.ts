// Mail taken out: a ZIP that another program unpacks, with every message byte for byte.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appendJournal } from '../../../src/shell/journal/store.ts'
import { archiveOf } from '../../../src/shell/mailstore/archive.ts'
import { takeOut } from '../../../src/shell/mailstore/takeOut.ts'
import { type Bench, folderNamed, message, openBench, taken } from './support.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench?.close())

it('is unpacked by Python, folder by folder, byte for byte', async () => {
  const mailbox = await bench.mailbox('titolare@pec.example')
  const text = 'Subject: uno\r\n\r\nprova \xe8 \x00 fine\r\n'
  for (const name of ['INBOX', 'Sent']) {
    const folder = await folderNamed(bench, mailbox, name)
    taken(await bench.store.append(mailbox, folder.id, [message(bench, text)]))
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of await takeOut(bench, mailbox)) chunks.push(chunk)
  const folder = mkdtempSync(join(tmpdir(), 'takeout-'))
  try {
    writeFileSync(join(folder, 'posta.zip'), Buffer.concat(chunks))
    const code =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); z.extractall(sys.argv[2]); print("\\n".join(z.namelist()))'
    const { stdout } = spawnSync('python3', ['-c', code, join(folder, 'posta.zip'), folder], { encoding: 'utf8' })
    const names = stdout.trim().split('\n')
    expect(names).toEqual([
      'LEGGIMI.txt',
      expect.stringMatching(/^INBOX\/2026-11-23 .*\(1\)\.eml$/),
      expect.stringMatching(/^Sent\/2026-11-23 .*\(1\)\.eml$/),
    ])
    expect(readFileSync(join(folder, names[1]!), 'latin1')).toBe(text)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

const JUDGE = `
import csv, hashlib, json, mailbox, os, re, subprocess, sys, zipfile
z, d = zipfile.ZipFile(sys.argv[1]), sys.argv[2]
assert z.testzip() is None
z.extractall(d)
sums = subprocess.run(['sha256sum', '--quiet', '-c', 'SHA256SUMS'], cwd=d)
boxes = {}
for name in z.namelist():
    if name.endswith('.mbox'):
        box = mailbox.mbox(os.path.join(d, name))
        boxes[name] = [hashlib.sha256(re.sub(rb'(?m)^>(>*From )', rb'\\1', box.get_bytes(k))).hexdigest() for k in box.keys()]
        senders = [box.get_message(k).get_from() for k in box.keys()]
        boxes[name + ' senders'] = senders
with open(os.path.join(d, 'registro/registro.csv'), encoding='utf-8-sig', newline='') as f:
    rows = list(csv.DictReader(f, delimiter=';'))
with open(os.path.join(d, 'registro/registro.json'), encoding='utf-8') as f:
    journal = json.load(f)
print(json.dumps({'names': z.namelist(), 'sums': sums.returncode, 'boxes': boxes, 'csv': rows, 'json': journal}))
`

describe('the archive of everything', () => {
  const archive = async (mailbox: { id: number; address: string }, form: 'mbox' | 'eml') => {
    const chunks: Uint8Array[] = []
    const of = { db: bench.db, contents: bench.contents, provider: 'Gestore di Prova' }
    for await (const chunk of await archiveOf(of, { mailbox, form, at: bench.clock.now() + 1 })) chunks.push(chunk)
    const folder = mkdtempSync(join(tmpdir(), 'archive-'))
    try {
      writeFileSync(join(folder, 'copia.zip'), Buffer.concat(chunks))
      writeFileSync(join(folder, 'judge.py'), JUDGE)
      mkdirSync(join(folder, 'out'))
      const files = [join(folder, 'judge.py'), join(folder, 'copia.zip'), join(folder, 'out')]
      const { stdout, stderr } = spawnSync('python3', files, { encoding: 'utf8' })
      if (stdout === '') throw new Error(stderr)
      const found = JSON.parse(stdout) as {
        names: string[]
        sums: number
        boxes: Record<string, string[]>
        csv: Record<string, string>[]
        json: Record<string, string | number>[]
      }
      const file = (name: string) => readFileSync(join(folder, 'out', name), 'latin1')
      return { ...found, readme: file('LEGGIMI.txt'), file }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const sha = (text: string): string => createHash('sha256').update(Buffer.from(text, 'latin1')).digest('hex')
  const TEXTS = [
    'From: Anna <anna@pec.example>\r\nSubject: uno\r\n\r\nprova \xe8 \x00\r\n\r\nFrom qui\r\n>From l\xe0\r\n',
    'From: b@c.example\r\nSubject: due\r\n\r\nrighe\ncon LF\nFrom solo\n\n\r\n',
    'Subject: tre\r\n\r\n',
  ]
  let mailbox: { id: number; address: string }
  beforeAll(async () => {
    const address = 'tutto@pec.example'
    mailbox = { id: await bench.mailbox(address), address }
    for (const name of ['INBOX', 'Sent']) {
      const folder = await folderNamed(bench, mailbox.id, name)
      for (const text of TEXTS) taken(await bench.store.append(mailbox.id, folder.id, [message(bench, text)]))
    }
    const inbox = await folderNamed(bench, mailbox.id, 'INBOX')
    // Two receipts about one message, one about another.
    for (const [uid, kind, msgid, subject] of [
      [1, 'acceptance', 'opec1@x', 'ACCETTAZIONE: =cmd|calc'],
      [2, 'deliveryComplete', 'opec1@x', 'CONSEGNA: =cmd|calc'],
      [3, 'acceptance', 'opec2@x', 'ACCETTAZIONE: =cmd|calc'],
    ] as const)
      await bench.db.query(
        't-receipt',
        'update message set kind = $3, msgid = $4, subject = $5 where folder_id = $1 and uid = $2',
        [inbox.id, uid, kind, msgid, subject],
      )
    const entry = { at: bench.clock.now(), related: ['r1@x', 'r2@x'], provider: 'Gestore', clientMsgid: undefined }
    await bench.db.tx((tx) =>
      appendJournal(tx, [
        {
          ...entry,
          event: 'accepted',
          msgid: 'opec1@x',
          sender: address,
          recipients: ['b@c.example'],
          subject: '=1+1',
        },
        {
          ...entry,
          event: 'delivered',
          msgid: 'opec3@x',
          sender: 'b@c.example',
          recipients: [address],
          subject: 'a;"b',
        },
        { ...entry, event: 'delivered', msgid: 'opec4@x', sender: 'b@c.example', recipients: ['z@c.example'] },
      ]),
    )
  })

  it('is read by Python: every message of each folder byte for byte, sums right, the journal this box’s alone', async () => {
    const found = await archive(mailbox, 'mbox')
    expect(found.sums).toBe(0)
    const wanted = TEXTS.map(sha)
    expect(found.boxes['posta/INBOX.mbox']).toEqual(wanted)
    expect(found.boxes['posta/Sent.mbox']).toEqual(wanted)
    expect(found.boxes['posta/INBOX.mbox senders']!.map((one) => one.split(' ')[0])).toEqual([
      'anna@pec.example',
      'b@c.example',
      'MAILER-DAEMON',
    ])
    expect(found.names.filter((name) => name.startsWith('ricevute/'))).toEqual([
      'ricevute/2026-11-23 =cmd calc/01 accettazione.eml',
      'ricevute/2026-11-23 =cmd calc/02 avvenuta consegna.eml',
      'ricevute/2026-11-23 =cmd calc (2)/01 accettazione.eml',
      'ricevute/indice.csv',
    ])
    expect(found.json.map((row) => [row.evento, row.identificativo, row.oggetto])).toEqual([
      ['accepted', 'opec1@x', '=1+1'],
      ['delivered', 'opec3@x', 'a;"b'],
    ])
    expect(found.csv.map((row) => [row.evento, row.oggetto, row.messaggiGenerati])).toEqual([
      // what a spreadsheet would take for a formula is text
      ['accepted', "'=1+1", 'r1@x r2@x'],
      ['delivered', 'a;"b', 'r1@x r2@x'],
    ])
    expect(found.csv[0]!.impronta).toMatch(/^[0-9a-f]{64}$/)
  })
  it('has a file for each message, where that is wanted', async () => {
    const { names, sums } = await archive(mailbox, 'eml')
    expect(sums).toBe(0)
    expect(names.filter((name) => name.startsWith('posta/'))).toHaveLength(2 * TEXTS.length)
    expect(names.some((name) => name.endsWith('.mbox'))).toBe(false)
  })
  it('of an empty box is whole too', async () => {
    const address = 'vuota@pec.example'
    const { sums, json, csv } = await archive({ id: await bench.mailbox(address), address }, 'mbox')
    expect([sums, json, csv]).toEqual([0, [], []])
  })
  it('ends without its end where a content cannot be read', async () => {
    const of = {
      db: bench.db,
      provider: '',
      contents: {
        // biome-ignore lint/correctness/useYield: it fails before
        stream: async function* (): AsyncGenerator<Uint8Array> {
          throw new Error('away')
        },
      },
    }
    const read = async () => {
      for await (const _ of await archiveOf(of, { mailbox, form: 'mbox', at: bench.clock.now() }));
    }
    await expect(read()).rejects.toThrow('away')
  })
})
