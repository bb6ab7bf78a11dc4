// What an attachment is by its name and its first bytes: how it is shown, and whether it can do harm when it is opened.

export type AttachedKind =
  | 'image'
  | 'pdf'
  | 'text'
  | 'signed'
  | 'invoice'
  | 'xml'
  | 'message'
  | 'archive'
  | 'office'
  | 'media'
  | 'other'

/** Why it is dangerous to open: it runs, it holds programs (macros), it runs in a browser, or it hides what it is. */
export type Danger = 'program' | 'macros' | 'page' | 'disk' | 'disguised' | 'locked'

const ends = (...names: readonly string[]): RegExp => new RegExp(`\\.(?:${names.join('|')})$`, 'i')

const PROGRAM = ends(
  ...[
    'exe',
    'com',
    'scr',
    'pif',
    'bat',
    'cmd',
    'msi',
    'msp',
    'msix',
    'appx',
    'cpl',
    'dll',
    'sys',
    'ocx',
    'drv',
    'gadget',
  ],
  ...[
    'js',
    'jse',
    'mjs',
    'vbs',
    'vbe',
    'vb',
    'ws',
    'wsf',
    'wsc',
    'wsh',
    'hta',
    'ps1',
    'ps2',
    'psm1',
    'psd1',
    'ps1xml',
    'sct',
  ],
  ...[
    'jar',
    'jnlp',
    'class',
    'apk',
    'ipa',
    'app',
    'dmg',
    'pkg',
    'deb',
    'rpm',
    'run',
    'sh',
    'bash',
    'csh',
    'command',
    'py',
    'pl',
  ],
  ...[
    'reg',
    'inf',
    'lnk',
    'url',
    'website',
    'desktop',
    'scf',
    'library-ms',
    'search-ms',
    'settingcontent-ms',
    'msc',
    'chm',
    'hlp',
  ],
  ...[
    'application',
    'appref-ms',
    'diagcab',
    'xll',
    'xla',
    'xlam',
    'ade',
    'adp',
    'mde',
    'mdb',
    'accde',
    'iqy',
    'slk',
    'one',
    'theme',
  ],
)
const MACROS = ends('docm', 'dotm', 'xlsm', 'xltm', 'xlsb', 'pptm', 'potm', 'ppsm', 'ppam', 'sldm')
const PAGE = ends('html?', 'xhtml?', 'shtml?', 'mhtml?', 'mht', 'svgz?', 'xht', 'xsl', 'xslt', 'swf')
const DISK = ends('iso', 'img', 'vhdx?', 'vmdk', 'udf', 'wim', 'daa')
const ARCHIVE = ends('zip', '7z', 'rar', 'tar', 'gz', 'tgz', 'bz2', 'xz', 'cab', 'ace', 'arj', 'z', 'lzh')
const OFFICE = ends('docx?', 'dotx?', 'xlsx?', 'xltx?', 'pptx?', 'ppsx?', 'odt', 'ods', 'odp', 'rtf', 'csv')
const IMAGE = ends('png', 'jpe?g', 'gif', 'webp', 'bmp', 'avif')
const MEDIA = ends('mp3', 'm4a', 'wav', 'ogg', 'opus', 'mp4', 'mov', 'avi', 'mkv', 'webm')
const TEXT = ends('txt', 'log', 'md', 'ics', 'vcf', 'json')

/** Marks that turn the direction of writing, or are not seen: `fattura_fdp.exe` is drawn as `fattura_exe.pdf`. */
const HIDING = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/

const plainName = (name: string): string =>
  name
    .replace(new RegExp(HIDING, 'g'), '')
    .trim()
    .replace(/[. ]+$/, '')

/** A name without its layers of signature: `atto.pdf.p7m` is about `atto.pdf`. */
export const unsignedName = (name: string): string => plainName(name).replace(/(?:\.(?:p7m|p7s|p7c|tsd|m7m))+$/i, '')

/** The harm that a name tells of. */
export const dangerOf = (name: string, type: string): Danger | undefined => {
  const shown = unsignedName(name)
  if (PROGRAM.test(shown) || /x-ms-?dos|x-msdownload|x-javascript|text\/javascript|x-sh\b|java-archive/i.test(type))
    return HIDING.test(name) || /\.(?:pdf|docx?|xlsx?|jpe?g|png|txt|p7m)\s*\.[a-z\d]+$/i.test(shown)
      ? 'disguised'
      : 'program'
  if (MACROS.test(shown) || /macroenabled/i.test(type)) return 'macros'
  if (PAGE.test(shown) || /^(?:text\/html|application\/xhtml|image\/svg)/i.test(type)) return 'page'
  if (DISK.test(shown)) return 'disk'
  return HIDING.test(name) ? 'disguised' : undefined
}

/** The worst harm of what an archive holds, by the names in it; `locked`: a password hides it from every scanner. */
export const dangerInside = (
  entries: readonly { readonly name: string; readonly encrypted: boolean }[],
): Danger | undefined => {
  for (const { name } of entries) {
    const found = dangerOf(name.split('/').at(-1)!, '')
    if (found) return found
  }
  return entries.some(({ encrypted }) => encrypted) ? 'locked' : undefined
}

/** How an attachment is shown, by name and declared type. */
export const attachedKind = (name: string, type: string): AttachedKind => {
  const lower = type.toLowerCase()
  if (/\.(?:p7m|m7m)$/i.test(name) || lower === 'application/pkcs7-mime' || lower === 'application/x-pkcs7-mime')
    return 'signed'
  if (lower === 'message/rfc822' || /\.eml$/i.test(name)) return 'message'
  // Specifiche tecniche FatturaPA §2.2: country, identifier, underscore, progressive
  if (/^[A-Z]{2}[A-Za-z0-9]{2,28}_[A-Za-z0-9]{1,5}\.xml$/i.test(name)) return 'invoice'
  if (/\.xml$/i.test(name) || lower === 'application/xml' || lower === 'text/xml') return 'xml'
  if (/\.pdf$/i.test(name) || lower === 'application/pdf') return 'pdf'
  if (IMAGE.test(name) || /^image\/(?:png|jpe?g|gif|webp|bmp|avif)$/.test(lower)) return 'image'
  if (ARCHIVE.test(name) || /zip|x-7z|x-rar|x-tar|gzip/.test(lower)) return 'archive'
  if (OFFICE.test(name)) return 'office'
  if (MEDIA.test(name) || /^(?:audio|video)\//.test(lower)) return 'media'
  return TEXT.test(name) || lower === 'text/plain' ? 'text' : 'other'
}

const SIGNATURES: readonly (readonly [type: string, at: number, bytes: readonly number[]])[] = [
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/gif', 0, [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', 8, [0x57, 0x45, 0x42, 0x50]],
  ['image/avif', 4, [0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66]],
  ['image/bmp', 0, [0x42, 0x4d]],
  ['application/pdf', 0, [0x25, 0x50, 0x44, 0x46, 0x2d]],
]

/** The type of bytes that may be shown, by how they begin: what a sender says of them is not believed. */
export const typeOfBytes = (bytes: Uint8Array): string | undefined =>
  SIGNATURES.find(([, at, mark]) => mark.every((byte, i) => bytes[at + i] === byte))?.[0]
