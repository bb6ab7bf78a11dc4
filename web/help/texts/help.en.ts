// What the help says around its pages, in English.
import type italian from './help.it.ts'

export default {
  title: 'Help',
  heading: 'How can we help you?',
  titleOf: (page: string) => `${page} – Help`,
  toBox: 'Go to the box',
  path: 'Where you are',
  all: 'All help',
  related: 'See also',
  onlyItalian: 'This page is in Italian only.',
  byOrder: (order: string) => `This page is by ${order}.`,
  search: {
    label: 'Search the help',
    hint: 'For instance: forgotten password, delivery receipt, iPhone',
    found: (count: number) => (count === 1 ? '1 page found' : `${count} pages found`),
    none: (query: string) => `No page for “${query}”.`,
    noneHint: 'Try fewer words, or others. Below you find who can help you.',
  },
  ask: {
    title: 'Did you not find the answer?',
    desk: 'Help with the box',
    write: 'Write to the help desk',
    secretariat: 'Secretariat of the Order',
  },
} satisfies typeof italian
