// Words of each check and of each reason, in Italian and in English: a new one without words does not compile.
import type { Language } from './verdictText.ts'
import type { CheckName, CheckReason } from './verificationChecks.ts'

type CheckWords = { readonly title: string; readonly holds: string }

const words = (
  itTitle: string,
  itHolds: string,
  enTitle: string,
  enHolds: string,
): Readonly<Record<Language, CheckWords>> => ({
  it: { title: itTitle, holds: itHolds },
  en: { title: enTitle, holds: enHolds },
})

export const CHECK_WORDS: Readonly<Record<CheckName, Readonly<Record<Language, CheckWords>>>> = {
  signature: words('Firma', 'copre esattamente questi byte', 'Signature', 'it covers exactly these bytes'),
  strength: words('Algoritmi', 'adeguati', 'Algorithms', 'adequate'),
  chain: words('Catena', "risale all'autorità indicata", 'Chain', 'it leads to the given authority'),
  validity: words('Periodo di validità', 'il certificato era valido', 'Validity period', 'the certificate was valid'),
  revocation: words('Revoca', 'il certificato non era revocato', 'Revocation', 'the certificate was not revoked'),
  directory: words(
    'Indice dei gestori',
    'il certificato vi è registrato',
    'Providers directory',
    'the certificate stands in it',
  ),
  address: words(
    'Indirizzo del gestore',
    'il mittente è quello del certificato',
    "Provider's address",
    'From is the one of the certificate',
  ),
  domain: words('Dominio', 'è gestito da chi ha firmato', 'Domain', 'it is managed by whoever signed'),
  form: words('Forma', 'conforme alle regole tecniche', 'Form', 'as the technical rules want it'),
  certificationData: words(
    'Dati di certificazione',
    'daticert.xml è valido e di questo messaggio',
    'Certification data',
    'daticert.xml is valid and of this message',
  ),
  header: words(
    'Intestazione',
    'oggetto e data sono quelli certificati',
    'Header',
    'subject and date are the certified ones',
  ),
  original: words(
    'Messaggio originale',
    'è quello a cui si riferisce la certificazione',
    'Original message',
    'it is the one that is certified',
  ),
}

const both = (it: string, en: string): Readonly<Record<Language, string>> => ({ it, en })

export const REASON_WORDS: Readonly<Record<CheckReason, Readonly<Record<Language, string>>>> = {
  malformed: both('non è formata secondo le regole', 'it is malformed'),
  noSigner: both('manca il certificato di chi ha firmato', 'the certificate of the signer is missing'),
  unsupportedAlgorithm: both('algoritmo sconosciuto', 'unknown algorithm'),
  digestMismatch: both('il contenuto è stato modificato dopo la firma', 'the content was changed after it was signed'),
  badSignature: both('non è di questo contenuto o di questa chiave', 'it is not of this content, or not by this key'),
  wrongCertificate: both(
    'il certificato non è quello indicato da chi ha firmato',
    'the certificate is not the one that the signer means',
  ),
  wrongUsage: both('il certificato non è per firmare posta', 'the certificate is not for signing mail'),
  weakDigest: both('firma con SHA-1, oggi non più accettata', 'signed with SHA-1, no longer accepted'),
  weakKey: both('chiave troppo corta, oggi non più accettata', 'key too short, no longer accepted'),
  unknownIssuer: both(
    "l'emittente non è fra le autorità indicate (--ca)",
    'the issuer is not among the given authorities (--ca)',
  ),
  badChain: both('non regge', 'it does not hold'),
  expired: both('il certificato era scaduto', 'the certificate had expired'),
  notYetValid: both('il certificato non era ancora valido', 'the certificate was not valid yet'),
  revoked: both('il certificato era revocato', 'the certificate was revoked'),
  crlUnavailable: both('manca una lista di revoca aggiornata', 'a current revocation list is missing'),
  noSignature: both('il messaggio non è firmato', 'the message is not signed'),
  unreadable: both('non è leggibile', 'it cannot be read'),
  severalSigners: both('più firmatari, dove le regole ne vogliono uno', 'several signers where the rules want one'),
  sha1: both(
    "firma con SHA-1, che i gestori hanno usato a lungo (ancora nel 2024): valida nell'archivio, oggi non più accettata",
    'signed with SHA-1, which providers used for long (still in 2024): valid in an archive, no longer accepted today',
  ),
  shortKey: both(
    "chiave RSA corta (bit): valida nell'archivio, oggi non più accettata",
    'short RSA key (bits): valid in an archive, no longer accepted today',
  ),
  sha1Chain: both(
    "un certificato della catena è firmato con SHA-1 o con una chiave corta: valido nell'archivio, oggi non più accettato",
    'a certificate of the chain is signed with SHA-1 or a short key: valid in an archive, no longer accepted today',
  ),
  noAuthority: both('non controllata: nessuna autorità indicata (--ca)', 'not checked: no authority given (--ca)'),
  noList: both(
    'non controllata: nessuna lista di revoca indicata (--crl)',
    'not checked: no revocation list given (--crl)',
  ),
  noDirectory: both(
    'non controllato: nessun indice indicato (--directory)',
    'not checked: no directory given (--directory)',
  ),
  notListed: both(
    "il certificato non vi è registrato; per un messaggio d'archivio serve l'indice di allora",
    'the certificate does not stand in it; an archived message wants the directory of its time',
  ),
  fromDiffers: both('il mittente non è quello del certificato', 'From is not the one of the certificate'),
  noAddress: both('il certificato non nomina un indirizzo', 'the certificate names no address'),
  notManaged: both('chi ha firmato non può certificarlo', 'whoever signed cannot certify it'),
  badForm: both('non conforme alle regole tecniche', 'not as the technical rules want it'),
  noData: both('daticert.xml manca o non è valido', 'daticert.xml is missing or not valid'),
  kindDiffers: both("il tipo non è quello dell'intestazione", 'their kind is not that of the header'),
  identifierDiffers: both("l'identificativo è di un altro messaggio", 'the identifier is of another message'),
  providerDiffers: both(
    "il gestore emittente ha un nome diverso da quello dell'indice",
    'the issuing provider has another name than in the directory',
  ),
  subjectDiffers: both(
    "l'oggetto visibile non è quello certificato: fa fede quello certificato",
    'the visible subject is not the certified one, which is to be believed',
  ),
  dateDiffers: both(
    'la data visibile non è quella certificata: fa fede quella certificata',
    'the visible date is not the certified one, which is to be believed',
  ),
  senderDiffers: both(
    'il mittente del messaggio originale non è quello certificato',
    'From of the original message is not the certified sender',
  ),
  encoded: both('non controllato: è in una codifica che lo nasconde', 'not checked: its encoding hides it'),
}
