// Distribution of the directory: signed files, and what the authority takes of what providers publish.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mergeDirectory, openLdif, type PublishedPart } from '../../../src/core/directory/distribution.ts'
import { profileProblems } from '../../../src/core/directory/profile.ts'
import {
  makeDirectory,
  type ProviderRecord,
  parseDirectory,
  printDirectory,
} from '../../../src/core/directory/providers.ts'
import { readCertificates } from '../../../src/core/smime/certificate.ts'
import { judge } from '../../../src/core/smime/verify.ts'
import { answer } from '../../../src/shell/adapters/verifier.ts'
import { CONTENT, type Made, make, NOW, signDer, trustOf } from '../smime/make.ts'
import { providerKey, providerRecord, root } from './make.ts'

const samples = new URL('../../../spec/samples/', import.meta.url)
const sample = (name: string) => readFileSync(new URL(name, samples))

describe('a signed LDIF', () => {
  it('opens, verifies and parses: the sample index', () => {
    const roots = readCertificates(sample('test_ca.pem'))
    if ('kind' in roots) throw new Error(roots.detail)
    const at = Date.UTC(2027, 0, 1)
    const options = { trust: { roots, intermediates: [], crls: [] }, at, requireCrl: false }
    const opened = openLdif(sample('igpec.ldif.p7m'), options)
    if (opened.kind === 'problem') throw new Error(opened.detail)
    expect(judge(opened.plan, opened.plan.checks.map(answer))).toMatchObject({ kind: 'valid', digest: 'sha256' })
    expect(opened.signer?.subject.organization).toBeDefined()
    expect(parseDirectory(opened.ldif)).toMatchObject({ kind: 'directory', records: [{}, {}] })
  })

  const key = providerKey('Gestore Alfa', 'pec.alfa.example')
  const ldif = printDirectory([providerRecord('Gestore Alfa', 'pec.alfa.example', [key])])
  const options = { trust: trustOf([root]), at: NOW, requireCrl: false }
  const verdict = (p7m: Uint8Array, trust = options.trust) => {
    const opened = openLdif(p7m, { ...options, trust })
    return opened.kind === 'problem' ? opened : judge(opened.plan, opened.plan.checks.map(answer))
  }

  it('of ours opens too', () => {
    expect(verdict(signDer(key, { content: ldif }))).toMatchObject({ kind: 'valid' })
  })

  it('is refused where it is tampered with, or signed by a stranger', () => {
    const p7m = Buffer.from(signDer(key, { content: ldif }))
    const at = p7m.indexOf('pec.alfa.example')
    p7m[at] = 0x71
    expect(verdict(p7m)).toMatchObject({ kind: 'invalid', reason: 'digestMismatch' })
    const stranger = make('Altri')
    expect(verdict(signDer(stranger, { content: ldif }))).toMatchObject({ kind: 'invalid', reason: 'unknownIssuer' })
  })

  it('is refused where the file is not inside', () => {
    expect(verdict(signDer(key))).toMatchObject({ kind: 'problem' })
    expect(verdict(CONTENT)).toMatchObject({ kind: 'problem' })
  })
})

describe('the profile of a certificate (RFC 6109 §5.5)', () => {
  it('is kept by the samples', () => {
    for (const [file, name] of [
      ['test_a.pem', 'Gestore A S.p.A.'],
      ['test_b.pem', 'Gestore B S.r.l.'],
    ] as const) {
      const read = readCertificates(sample(file))
      if ('kind' in read) throw new Error(read.detail)
      expect(profileProblems(read[0]!, name)).toEqual([])
      expect(profileProblems(read[0]!, 'Altro')).toEqual(['neither CN nor O is the name of the provider'])
    }
  })

  it('is not that of an authority', () => {
    expect(profileProblems(root.certificate, 'Autorità')).toEqual([
      'no e-mail address in subjectAltName',
      'basicConstraints is present',
      'keyUsage without digitalSignature',
      'extension 2.5.29.19 is critical',
    ])
  })
})

describe('merging', () => {
  const alfaKey = providerKey('Gestore Alfa', 'pec.alfa.example')
  const betaKey = providerKey('Gestore Beta', 'pec.beta.example')
  const alfa = providerRecord('Gestore Alfa', 'pec.alfa.example', [alfaKey])
  const beta = providerRecord('Gestore Beta', 'pec.beta.example', [betaKey])
  const admitted = [alfa, beta].map(({ name, certificateHashes }) => ({ name, certificateHashes }))
  const part = (provider: string, signer: Made, ...records: ProviderRecord[]): PublishedPart => {
    const directory = makeDirectory(records)
    if (directory.kind === 'problems') throw new Error(directory.problems.join('; '))
    return { provider, signer: signer.certificate, directory }
  }
  const merge = (parts: PublishedPart[], previous: readonly ProviderRecord[] = [alfa, beta]) =>
    mergeDirectory({ admitted, previous, parts })
  const refusal = (merged: ReturnType<typeof merge>) => merged.refusals.map((one) => one.reason).join('; ')

  it('takes what each publishes of itself', () => {
    const parts = [part('Gestore Beta', betaKey, beta), part('gestore alfa', alfaKey, alfa)]
    expect(merge(parts, [])).toEqual({ records: [alfa, beta], refusals: [] })
  })

  it('keeps what was known of who publishes nothing', () => {
    const more = { ...alfa, managedDomains: [...alfa.managedDomains, 'pec.ordine.example'] }
    expect(merge([part('Gestore Alfa', alfaKey, more)])).toEqual({ records: [more, beta], refusals: [] })
  })

  it('lets a new certificate enter under the signature of the old, and the old one leave under the new', () => {
    const next = providerKey('Gestore Alfa', 'pec.alfa.example')
    const overlap = providerRecord('Gestore Alfa', 'pec.alfa.example', [alfaKey, next])
    const renewed = providerRecord('Gestore Alfa', 'pec.alfa.example', [next])
    expect(refusal(merge([part('Gestore Alfa', next, overlap)]))).toContain('not known as its own')
    const first = merge([part('Gestore Alfa', alfaKey, overlap)])
    expect(first).toEqual({ records: [overlap, beta], refusals: [] })
    expect(merge([part('Gestore Alfa', next, renewed)], first.records)).toEqual({
      records: [renewed, beta],
      refusals: [],
    })
  })

  it('refuses a part signed with the key of another provider', () => {
    const merged = merge([part('Gestore Alfa', betaKey, { ...alfa, serviceMailbox: 'ladro@pec.beta.example' })])
    expect(merged.records).toEqual([alfa, beta])
    expect(refusal(merged)).toContain('not known as its own')
  })

  it('refuses records of another provider, or without the main environment', () => {
    expect(refusal(merge([part('Gestore Alfa', alfaKey, alfa, beta)]))).toContain('a record of Gestore Beta')
    const empty = { kind: 'directory', records: [] } as unknown as PublishedPart['directory']
    const nothing = { provider: 'Gestore Alfa', signer: alfaKey.certificate, directory: empty }
    expect(refusal(merge([nothing]))).toContain('main environment')
  })

  it('refuses who is not admitted', () => {
    const gamma = providerKey('Gamma', 'pec.gamma.example')
    const merged = merge([part('Gamma', gamma, providerRecord('Gamma', 'pec.gamma.example', [gamma]))])
    expect(merged.records).toEqual([alfa, beta])
    expect(refusal(merged)).toContain('not admitted')
  })

  it('refuses a domain, or a certificate, that is of another', () => {
    const thief = { ...alfa, managedDomains: [...alfa.managedDomains, 'pec.beta.example'] }
    for (const parts of [
      [part('Gestore Alfa', alfaKey, thief)],
      [part('Gestore Alfa', alfaKey, thief), part('Gestore Beta', betaKey, beta)],
    ]) {
      const merged = merge(parts)
      expect(merged.records).toEqual([alfa, beta])
      expect(refusal(merged)).toBe('domain pec.beta.example is of Gestore Beta')
    }
  })

  it('lets a domain pass from one to the other, when its holder publishes it no longer', () => {
    const before = { ...beta, managedDomains: ['pec.beta.example', 'pec.ordine.example'] }
    const after = { ...alfa, managedDomains: ['pec.alfa.example', 'pec.ordine.example'] }
    const takes = part('Gestore Alfa', alfaKey, after)
    expect(merge([takes], [alfa, before]).records).toEqual([alfa, before])
    expect(merge([takes, part('Gestore Beta', betaKey, beta)], [alfa, before]).records).toEqual([after, beta])
  })

  it('gives a new domain claimed by two to the first admitted', () => {
    const claim = (record: ProviderRecord) => ({
      ...record,
      managedDomains: [...record.managedDomains, 'pec.nuovo.example'],
    })
    const merged = merge([part('Gestore Alfa', alfaKey, claim(alfa)), part('Gestore Beta', betaKey, claim(beta))])
    expect(merged.records).toEqual([claim(alfa), beta])
    expect(merged.refusals).toHaveLength(1)
  })

  it('refuses certificates that are not after the profile', () => {
    const wrong = make('Altro Nome', { issuer: root })
    const record = providerRecord('Gestore Alfa', 'pec.alfa.example', [alfaKey, wrong])
    expect(refusal(merge([part('Gestore Alfa', alfaKey, record)]))).toContain('neither CN nor O')
  })

  it('ends even where what was known contradicts itself', () => {
    const double = { ...beta, managedDomains: alfa.managedDomains }
    expect(merge([], [alfa, double]).records).toEqual([alfa])
  })

  it('gives a directory without contradictions', () => {
    const merged = merge([part('Gestore Alfa', alfaKey, alfa), part('Gestore Beta', betaKey, beta)])
    expect(makeDirectory(merged.records).kind).toBe('directory')
  })
})
