// Strings of ENVELOPE and BODYSTRUCTURE on the wire: raw bytes of headers, one code unit a byte.
import { printBytes } from './print.ts'

/** A string. NUL, which no string of IMAP may hold (RFC 9051 §4.3.1), is dropped; 8-bit goes in a literal. */
export const wireString = (raw: string): string => printBytes(raw.includes('\0') ? raw.replaceAll('\0', '') : raw)

/** A string, or NIL where there is none. */
export const wireNString = (raw: string | undefined): string => (raw === undefined ? 'NIL' : wireString(raw))
