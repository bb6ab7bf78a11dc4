// The table of methods. See method.ts for how one is added.
import { CORE } from '../../../core/jmap/capabilities.ts'
import { blobMethods } from './blobMethods.ts'
import { emailChangesMethods } from './emailChanges.ts'
import { emailSetMethods } from './emailCreate.ts'
import { emailGetMethods } from './emailGet.ts'
import { emailImportMethods } from './emailImport.ts'
import { emailQueryMethods } from './emailQuery.ts'
import { identityMethods } from './identity.ts'
import { mailboxMethods } from './mailbox.ts'
import { mailboxSetMethods } from './mailboxSet.ts'
import { mdnMethods } from './mdn.ts'
import { ANY_ARGS, type Method } from './method.ts'
import { pecAddressMethods } from './pecAddress.ts'
import { pecMessageMethods } from './pecMessage.ts'
import { pecSettingsMethods } from './pecSettings.ts'
import { pecSubmissionMethods } from './pecSubmission.ts'
import { pecThreadMethods } from './pecThread.ts'
import { pushSubscriptionMethods } from './pushSubscription.ts'
import { quotaMethods } from './quota.ts'
import { removedEmailMethods } from './removedEmail.ts'
import { snippetMethods } from './snippet.ts'
import { submissionMethods } from './submission.ts'
import { threadMethods } from './thread.ts'

/** RFC 8620 §4: gives back what it is given. */
const echo: Method = { name: 'Core/echo', capability: CORE, shape: ANY_ARGS, run: async (_, args) => args }

const ALL: readonly Method[] = [
  echo,
  ...pushSubscriptionMethods,
  ...mailboxMethods,
  ...threadMethods,
  ...emailGetMethods,
  ...emailChangesMethods,
  ...emailQueryMethods,
  ...mailboxSetMethods,
  ...emailSetMethods,
  ...emailImportMethods,
  ...identityMethods,
  ...submissionMethods,
  ...snippetMethods,
  ...quotaMethods,
  ...blobMethods,
  ...mdnMethods,
  ...pecThreadMethods,
  ...pecMessageMethods,
  ...pecSettingsMethods,
  ...removedEmailMethods,
  ...pecAddressMethods,
  ...pecSubmissionMethods,
]

export const METHODS: ReadonlyMap<string, Method> = new Map(ALL.map((one) => [one.name, one]))
