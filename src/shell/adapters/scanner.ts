// The choice of a scanner: clamd in production, the one that knows EICAR only in the sandbox.
import type { Scanner } from '../../core/ports.ts'
import { type ClamdAddress, clamdScanner } from './clamd.ts'
import { eicarScanner } from './eicar.ts'

export type ScannerChoice =
  | { readonly kind: 'clamd'; readonly address: ClamdAddress }
  /** Refused in production by the reader of the configuration. */
  | { readonly kind: 'eicarOnly' }

/** A scanner with a question for /readyz: it resolves to what the engine says of itself, or throws Fault('scanner'). */
export type CheckedScanner = Scanner & { readonly version: () => Promise<string> }

/** Makes the scanner that was chosen. */
export const makeScanner = (choice: ScannerChoice): CheckedScanner => {
  if (choice.kind === 'clamd') return clamdScanner({ address: choice.address })
  const scanner = eicarScanner()
  return { ...scanner, version: async () => scanner.name }
}
