// Ordinary e-mail to those who work here: invitations, and word of what changed in their access.
import { type Instant, italianDay, legalTime } from '../lib/instant.ts'
import type { Role } from './permissions.ts'

export type MailText = { readonly subject: string; readonly text: string }

/** Roles as people call them. */
export const ROLE_NAMES: Readonly<Record<Role, { readonly it: string; readonly en: string }>> = {
  orderReader: { it: 'segreteria, sola lettura', en: 'secretariat, read only' },
  orderSecretary: { it: 'segreteria', en: 'secretariat' },
  orderAdmin: { it: 'amministrazione dell’Ordine', en: 'administrator of the Order' },
  operator: { it: 'operatore del gestore', en: 'operator of the provider' },
  operatorAdmin: { it: 'amministrazione del gestore', en: 'administrator of the provider' },
}

export type InvitationFacts = {
  readonly name: string
  readonly role: Role
  /** Name of the Order, or of the provider. */
  readonly at: string
  readonly by?: string | undefined
  readonly link: string
  readonly expiresAt: Instant
}

/** The e-mail that invites somebody to a console. */
export const invitationText = ({ name, role, at, by, link, expiresAt }: InvitationFacts): MailText => {
  const day = italianDay(legalTime(expiresAt))
  return {
    subject: `Invito al servizio PEC: ${at}`,
    text: `Gentile ${name},

${by ? `${by} ti invita` : 'sei invitata o invitato'} a lavorare nel servizio PEC per ${at}, con il ruolo: ${ROLE_NAMES[role].it}.

Apri questo link per scegliere la password. Vale una volta sola, fino al ${day}:

${link}

Al primo accesso ti verrà chiesto di collegare un'app di autenticazione sul telefono.
Se non aspettavi questo messaggio non serve fare nulla: senza il link nessuno entra.

---

Dear ${name},

${by ? `${by} invites you` : 'you are invited'} to work in the certified mail service for ${at}, as: ${ROLE_NAMES[role].en}.
Open the link above to choose a password. It is good once, until ${day}. At your first sign-in you will connect an
authenticator app of your phone. If you did not expect this message there is nothing to do.
`,
  }
}

/** The e-mail with the link to choose a new password, for who has asked. */
export const newPasswordText = (name: string, link: string): MailText => ({
  subject: 'Scegli una nuova password',
  text: `Gentile ${name},

è stata chiesta una nuova password per il tuo accesso al servizio PEC. Questo link vale una volta sola, per un giorno:

${link}

Il secondo fattore resta quello che hai. Se non l'hai chiesta tu non serve fare nulla: la password di prima resta.

---

Dear ${name},

a new password for your access to the certified mail service was asked for. The link above is good once, for a day. Your
second factor stays. If it was not you there is nothing to do: the present password stays.
`,
})

export type AccessChange = 'passwordChanged' | 'secondFactorSet' | 'recoveryCodeUsed'

const CHANGES: Readonly<Record<AccessChange, { readonly subject: string; readonly it: string; readonly en: string }>> =
  {
    passwordChanged: {
      subject: 'La password del tuo accesso è cambiata',
      it: 'la password del tuo accesso al servizio PEC è stata cambiata. Le altre sessioni aperte sono state chiuse.',
      en: 'the password of your access to the certified mail service was changed. Other open sessions were ended.',
    },
    secondFactorSet: {
      subject: 'Il secondo fattore del tuo accesso è attivo',
      it: 'al tuo accesso al servizio PEC è stata collegata un’app di autenticazione.',
      en: 'an authenticator app was connected to your access to the certified mail service.',
    },
    recoveryCodeUsed: {
      subject: 'È stato usato un codice di recupero',
      it: 'per accedere al servizio PEC è stato usato uno dei tuoi codici di recupero, al posto dell’app.',
      en: 'one of your recovery codes was used instead of the app to sign in to the certified mail service.',
    },
  }

/** The e-mail that tells somebody of a change in their access. */
export const accessChangeText = (change: AccessChange, name: string): MailText => {
  const { subject, it, en } = CHANGES[change]
  return {
    subject,
    text: `Gentile ${name},

${it}
Se non sei stata o stato tu, scegli subito un'altra password: nella pagina di accesso apri "Password dimenticata?". Le
sessioni aperte terminano. Poi avvisa chi amministra il servizio: può togliere l'accesso.

---

Dear ${name},

${en}
If it was not you, choose another password at once: on the sign-in page open "Forgotten the password?". Open sessions
end. Then tell an administrator: they can take the access away.
`,
  }
}
