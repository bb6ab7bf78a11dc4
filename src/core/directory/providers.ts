// The providers' directory, whole: records with their lookups, and the LDIF that carries them.
export type { DirectoryProblems, ProviderDirectory, ProviderRecord } from './records.ts'
export { isDomain, isServiceAddress, makeDirectory, providerKey, recordTitle, serviceDomains } from './records.ts'
export { parseDirectory, printDirectory } from './schema.ts'
