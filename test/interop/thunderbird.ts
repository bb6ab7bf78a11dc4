// Thunderbird without a screen, driven from outside by Marionette: its own account assistant in a profile of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { judgePath } from '../support/judges.ts'
import { reservePort } from '../support/ports.ts'

export type Thunderbird = {
  /** Runs the body of an async function in its main window's world; `args` are what it is given, in order. */
  readonly run: <T>(body: string, ...args: readonly unknown[]) => Promise<T>
  /** What it asked over HTTP of the domain, as `GET https…`. */
  readonly asked: readonly string[]
  readonly stop: () => Promise<void>
}

/**
 * The names of the domain lead to our port: in the sandbox nobody's DNS has them. There is nothing behind HTTPS, so that
 * programs fall back to HTTP as they do by themselves.
 */
const namesOf = (domain: string, port: number, asked: string[]): Server => {
  const proxy = createServer((incoming, reply) => {
    const url = new URL(incoming.url ?? '')
    if (url.hostname !== domain && !url.hostname.endsWith(`.${domain}`)) {
      reply.writeHead(404).end()
      return
    }
    asked.push(`${incoming.method} ${url.href}`)
    const { method, headers } = incoming
    const onward = request({ host: '127.0.0.1', port, path: url.pathname + url.search, method, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(reply)
    })
    onward.once('error', () => reply.writeHead(502).end())
    incoming.pipe(onward)
  })
  proxy.on('connect', (_, socket: Socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
  return proxy
}

type Answer = readonly [1, number, { readonly error: string; readonly message: string } | null, { value: unknown }]

/** Marionette's wire: the length in digits, a colon, JSON; an answer names the number of its question. */
const openMarionette = (port: number): Promise<(name: string, given?: object) => Promise<unknown>> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const waiting = new Map<number, (answer: Answer) => void>()
    let [held, number] = [Buffer.alloc(0), 0]
    const send = (name: string, given: object = {}): Promise<unknown> =>
      new Promise((done, failed) => {
        waiting.set(++number, ([, , error, result]) =>
          error ? failed(new Error(`${name}: ${error.error}: ${error.message}`)) : done(result?.value),
        )
        const text = JSON.stringify([0, number, name, given])
        socket.write(`${Buffer.byteLength(text)}:${text}`)
      })
    socket.once('error', reject)
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk])
      for (let colon = held.indexOf(':'); colon > 0; colon = held.indexOf(':')) {
        const end = colon + 1 + Number(held.subarray(0, colon))
        if (held.length < end) return
        const message = JSON.parse(held.subarray(colon + 1, end).toString()) as Answer | object
        held = held.subarray(end)
        if (Array.isArray(message)) waiting.get(message[1])?.(message as unknown as Answer)
        else resolve(send) // its greeting
      }
    })
  })

/** Nothing is asked, told to anybody or fetched from elsewhere; the names of the domain are asked of the proxy. */
const preferences = (marionette: number, proxy: number): Readonly<Record<string, string | number | boolean>> => ({
  'marionette.port': marionette,
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': proxy,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': proxy,
  'app.update.enabled': false,
  'toolkit.telemetry.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'mail.provider.suppress_dialog_on_startup': true,
  'mail.shell.checkDefaultClient': false,
  'mailnews.start_page.enabled': false,
})

const LIMIT_MS = 60_000

/** Starts it, with our authority among those that it trusts. */
export const startThunderbird = async (where: {
  readonly folder: string
  readonly domain: string
  readonly httpPort: number
  readonly caFile: string
}): Promise<Thunderbird> => {
  const asked: string[] = []
  const proxy = namesOf(where.domain, where.httpPort, asked)
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const port = await reservePort()
  const profile = join(where.folder, 'thunderbird')
  mkdirSync(profile)
  const wanted = Object.entries(preferences(port, (proxy.address() as AddressInfo).port))
  const lines = wanted.map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`)
  writeFileSync(join(profile, 'user.js'), lines.join('\n'))
  const child: ChildProcess = spawn(
    judgePath('thunderbird'),
    ['--headless', '--marionette', '--remote-allow-system-access', '--no-remote', '--profile', profile],
    { env: { ...process.env, HOME: profile }, stdio: 'ignore', detached: true },
  )
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    proxy.close()
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // gone already
    }
    await ended
  }
  try {
    let send: Awaited<ReturnType<typeof openMarionette>> | undefined
    for (let tries = 0; !send; tries++) {
      send = await openMarionette(port).catch(() => undefined)
      if (!send && (tries > LIMIT_MS / 250 || child.exitCode !== null)) throw new Error('Thunderbird does not start')
      if (!send) await pause(250)
    }
    await send('WebDriver:NewSession')
    await send('Marionette:SetContext', { value: 'chrome' })
    await send('WebDriver:SetTimeouts', { script: LIMIT_MS })
    const run = async <T>(body: string, ...args: readonly unknown[]): Promise<T> => {
      const script = `const done = arguments[arguments.length - 1]
        ;(async (...args) => { ${body} })(...arguments).then((value) => done([value ?? null]), (error) => done({ error: String(error) }))`
      const value = (await send('WebDriver:ExecuteAsyncScript', { script, args })) as [T] | { error: string }
      if (!Array.isArray(value)) throw new Error(value.error)
      return value[0]
    }
    const authority = readFileSync(where.caFile, 'utf8').replace(/-----[^-]+-----|\s/g, '')
    await run(
      `Cc['@mozilla.org/security/x509certdb;1'].getService(Ci.nsIX509CertDB).addCertFromBase64(args[0], 'C,C,C')`,
      authority,
    )
    return { run, asked, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What each script begins with: the window, the assistant's form, and waiting for what comes. */
const ASSISTANT = `
  const until = async (what, find) => {
    for (let tries = 0; tries < 250; tries++) {
      const found = find()
      if (found) return found
      await new Promise((resolve) => {
        const timer = Cc['@mozilla.org/timer;1'].createInstance(Ci.nsITimer)
        timer.initWithCallback(() => resolve(timer), 200, Ci.nsITimer.TYPE_ONE_SHOT)
      })
    }
    throw new Error('Thunderbird never came to ' + what)
  }
  const window = await until('its window', () => Services.wm.getMostRecentWindow('mail:3pane'))
  const form = () => window.document.querySelector('account-hub-container')?.modal?.querySelector('account-hub-email')
  const shown = (id) => form()?.querySelector('#' + id + ':not([hidden])')
  const type = (id, text) => {
    const field = form().querySelector('#' + id)
    field.value = text
    field.dispatchEvent(new window.Event('input', { bubbles: true }))
  }
  const goOn = async () => {
    const button = await until('its button', () => form().querySelector('#forward:not([disabled])'))
    button.click()
  }
`

export type SetUp = {
  /** What the assistant showed before it asked for the password. */
  readonly found: string
  /** Type, host, port and kind of security of the account that it made; 3 is TLS from the first byte. */
  readonly incoming: readonly [string, string, number, number]
  readonly outgoing: readonly [string, number]
  readonly subjects: readonly string[]
}

/** Sets an account up as its person does: name and address, then the password; nothing else is typed. */
export const setUpAccount = (program: Thunderbird, address: string, password: string): Promise<SetUp> =>
  program.run(
    `${ASSISTANT}
    await until('its assistant', () => typeof window.openAccountHub === 'function')
    await window.openAccountHub('MAIL')
    await until('the address', () => form()?.querySelector('#realName'))
    type('realName', 'Una Persona')
    type('email', args[0])
    await goOn()
    const settings = await until('the settings', () => shown('emailConfigFoundSubview'))
    const found = settings.textContent.replace(/\\s+/g, ' ')
    await goOn()
    await until('the password', () => shown('emailPasswordSubview'))
    type('password', args[1])
    await goOn()
    await until('the end', () => shown('emailAddedSuccessSubview'))
    const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs')
    const server = MailServices.accounts.accounts[0].incomingServer
    const [outgoing] = MailServices.outgoingServer.servers
    const inbox = await until('the inbox', () => server.rootFolder.subFolders.find((one) => one.flags & 0x1000))
    inbox.getNewMessages(window.msgWindow, null)
    await until('the mail', () => inbox.getTotalMessages(false) > 0)
    const subjects = [...inbox.messages].map((one) => one.mime2DecodedSubject)
    return {
      found,
      incoming: [server.type, server.hostname ?? server.hostName, server.port, server.socketType],
      outgoing: [outgoing.serverURI.spec, outgoing.socketType],
      subjects,
    }`,
    address,
    password,
  )
