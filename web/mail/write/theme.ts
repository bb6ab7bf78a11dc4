// Light or dark: as the system has it, or as the person wants it. public/theme.js shows it before the first drawing.

export type Theme = 'system' | 'light' | 'dark'
const KEY = 'ceralacca.theme'

/** The theme that this device remembers. */
export const keptTheme = (): Theme => {
  try {
    const value = localStorage.getItem(KEY)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system' // storage is forbidden here
  }
}

/** Shows a theme and remembers it. */
export const showTheme = (theme: Theme): void => {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // asked for again the next time
  }
}
