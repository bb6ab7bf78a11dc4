// What the public verifier judges by: authorities and a snapshot of the directory, made once for each copy of it.
import type { ProviderDirectory } from '../../core/directory/providers.ts'
import { type DirectorySnapshot, snapshotOf } from '../../core/directory/snapshot.ts'
import { toBase64 } from '../../core/lib/bytes.ts'
import type { EvidenceSource } from './bundle.ts'

const made = new WeakMap<ProviderDirectory, DirectorySnapshot['providers']>()

const providersOf = (directory: ProviderDirectory): DirectorySnapshot['providers'] => {
  const known = made.get(directory) ?? snapshotOf(directory.records, undefined).providers
  made.set(directory, known)
  return known
}

/** What anybody may judge by; without a source (a node that keeps no mail) nothing. */
export const verifierSnapshot = (source: Pick<EvidenceSource, 'trust' | 'directory'> | undefined) => {
  const index = source?.directory()
  return {
    authorities: source?.trust().roots.map((root) => toBase64(root.der)) ?? [],
    directory: index && { at: index.at, providers: providersOf(index.directory) },
  }
}
