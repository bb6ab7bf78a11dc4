// Which declarations of a stranger's style a message may keep: those that draw text and boxes where they stand. A list of
// what is allowed; what loads, covers, moves or writes is not on it. Values come as a browser serialises them, so that escapes
// and comments are gone.

const ALLOWED =
  /^(?:color|background|background-color|border(?:-[a-z-]+)?|border-radius|margin(?:-[a-z-]+)?|padding(?:-[a-z-]+)?|font(?:-(?:family|size|style|weight|variant|variant-caps|stretch))?|line-height|letter-spacing|word-spacing|word-break|word-wrap|overflow-wrap|white-space|white-space-collapse|text-(?:align|align-last|decoration|decoration-(?:line|color|style|thickness)|indent|transform|wrap|wrap-mode)|direction|vertical-align|list-style|list-style-(?:type|position)|width|min-width|max-width|height|min-height|max-height|box-sizing|display|float|clear|visibility|opacity|table-layout|border-collapse|border-spacing|caption-side|empty-cells|object-fit|gap|row-gap|column-gap|flex(?:-[a-z]+)?|order|align-(?:items|self|content)|justify-(?:items|self|content)|quotes|tab-size|hyphens)$/

/** Functions that load, that read the page, or that are computed elsewhere; lengths of the window, which grow as the frame does. */
const REFUSED =
  /url|image|cross-fade|element\s*\(|expression|attr\s*\(|var\s*\(|env\s*\(|paint\s*\(|src\s*\(|behaviou?r|binding|script|@|\\|[<>{};]|\d(?:[dls]?v(?:w|h|i|b|min|max)|cq(?:w|h|i|b|min|max))\b/i

const LONGEST_VALUE = 400

/** Whether a declaration may stay. */
export const keepsDeclaration = (property: string, value: string): boolean => {
  const name = property.toLowerCase()
  if (!ALLOWED.test(name) || value.length > LONGEST_VALUE || REFUSED.test(value)) return false
  // negative margins draw over what stands before
  return !(name.startsWith('margin') && /(?:^|[\s(])-\d/.test(value))
}

/** Whether rules for a kind of window may stay: widths and kinds of medium; the paper of messages is always light. */
export const keepsCondition = (condition: string): boolean =>
  condition.length <= 200 && !/prefers|[^\w\s():.,<>=-]/i.test(condition)
