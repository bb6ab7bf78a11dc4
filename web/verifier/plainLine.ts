// Lines of a terminal on a page.

/** A line of a terminal without its mark, and without the options of the command. */
export const plainLine = (line: string): string => line.slice(2).replace(/ \(--[a-z]+\)/g, '')
