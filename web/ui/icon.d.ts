// Icons of bootstrap-italia by name, as vite.config.ts makes them: the shape of one path.
declare module 'icon:*' {
  const path: string
  export default path
}
