// The last problems that this tab has shown: code, reference, time. For the help desk, where the person lets them be sent.

export type PastProblem = { readonly at: string; readonly code: string; readonly reference?: string }

const KEY = 'ceralacca.problems'
const MOST = 5
/** What tells only that one must sign in first. */
const ORDINARY = /^(?:signInNeeded|accountSignInNeeded|caseNeeded|recoveryNeeded|proofNeeded|AbortError)$/

/** The last problems, latest first. */
export const pastProblems = (): readonly PastProblem[] => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as PastProblem[]
  } catch {
    return [] // storage is forbidden, or holds something else
  }
}

/** Keeps a problem: nothing of what was asked or answered beside its code. */
export const noteProblem = (code: string, reference: string | undefined): void => {
  if (ORDINARY.test(code)) return
  const one = { at: new Date().toISOString(), code: code.slice(0, 60), ...(reference ? { reference } : {}) }
  try {
    sessionStorage.setItem(KEY, JSON.stringify([one, ...pastProblems()].slice(0, MOST)))
  } catch {
    // it is not kept then
  }
}
