// Counts of a test run, and how they come out of vitest's JSON report.

export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number }

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 }
export const one = (passed: boolean): Tally => ({ ...nothing, [passed ? 'passed' : 'failed']: 1 })

export const sum = (tallies: readonly Tally[]): Tally =>
  tallies.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    nothing,
  )

type FileResult = { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }
type Report = { readonly testResults: readonly FileResult[] }

/**
 * The counts of a vitest JSON report. A file that fails without a failed test (it did not load, a hook threw) is one
 * failure; so is a run that ends with an error that no test shows, or that left no report.
 */
export const tallyOf = (report: Report | undefined, exitCode: number): Tally => {
  let passed = 0
  let failed = 0
  let skipped = 0
  for (const file of report?.testResults ?? []) {
    let failedHere = 0
    for (const { status } of file.assertionResults) {
      if (status === 'passed') passed += 1
      else if (status === 'failed') failedHere += 1
      else skipped += 1
    }
    failed += file.status === 'failed' && failedHere === 0 ? 1 : failedHere
  }
  if (failed === 0 && (exitCode !== 0 || report === undefined)) failed = 1
  return { passed, failed, skipped }
}

/** The last line of a run. Where nothing may be skipped, what was skipped counts as failed. */
export const verdict = (tally: Tally, strict: boolean): { readonly line: string; readonly ok: boolean } => {
  const failed = tally.failed + (strict ? tally.skipped : 0)
  const skipped = !strict && tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''
  return { line: `${tally.passed} passed, ${failed} failed${skipped}`, ok: failed === 0 && tally.passed > 0 }
}
