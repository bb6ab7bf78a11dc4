// A row of the table of problems: status, title and detail in both languages.

export type ProblemText = { readonly title: string; readonly detail: string }
export type ProblemRow = { readonly status: number; readonly it: ProblemText; readonly en: ProblemText }

/** Writes a row. */
export const row = (
  status: number,
  itTitle: string,
  itDetail: string,
  enTitle: string,
  enDetail: string,
): ProblemRow => ({
  status,
  it: { title: itTitle, detail: itDetail },
  en: { title: enTitle, detail: enDetail },
})
