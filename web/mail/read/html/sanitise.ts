// First of the two sieves for HTML of strangers: DOMPurify, told to leave little. The second is rebuild.ts; behind both stands
// the frame, in which nothing can run and from which nothing can be asked.
import createPurifier, { type WindowLike } from 'dompurify'
import { ATTRIBUTES, TAGS } from './rebuild.ts'

/** What would load something, so that it can be counted; the second sieve takes it away. */
const COUNTED = ['background', 'srcset', 'poster']

/** A page of mail as nodes without scripts, forms, frames and drawings. It is read in the frame's window, where nothing runs. */
export const sanitise = (html: string, frame: Window): DocumentFragment =>
  createPurifier(frame as unknown as WindowLike).sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    WHOLE_DOCUMENT: true,
    ALLOWED_TAGS: ['html', 'head', 'body', 'style', ...TAGS],
    ALLOWED_ATTR: ['href', 'src', 'style', ...COUNTED, ...ATTRIBUTES],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|cid:|data:image\/(?:png|jpe?g|gif|webp|bmp|avif);base64,)/i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOW_UNKNOWN_PROTOCOLS: false,
    ALLOW_SELF_CLOSE_IN_ATTR: false,
    FORBID_TAGS: [
      'svg',
      'math',
      'form',
      'input',
      'button',
      'select',
      'textarea',
      'template',
      'noscript',
      'noembed',
      'noframes',
    ],
    SANITIZE_DOM: true,
  })
