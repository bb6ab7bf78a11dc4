// The contract of the Vault port, kept by the vault whose master keys are in a file.
import { describe } from 'vitest'
import { newMasterKeyLine, openVault, parseMasterKeys } from '../../src/shell/adapters/vault.ts'
import { vaultContract } from './vault.ts'

const vaultOf = (text: string) => {
  const keys = parseMasterKeys(text)
  if ('problem' in keys) throw new Error(keys.problem)
  return openVault(keys)
}

describe('the vault with master keys from a file', () => {
  const first = newMasterKeyLine('2026')
  const second = newMasterKeyLine('2027')
  vaultContract(
    () => vaultOf(first),
    () => vaultOf(first + second),
    () => vaultOf(newMasterKeyLine('2026')),
  )
})
