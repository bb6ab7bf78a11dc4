// In the pages, what the core takes from Node is `createHash.ts` (vite.config.ts).
declare module 'node:crypto' {
  export const createHash: typeof import('./createHash.ts').createHash
}
