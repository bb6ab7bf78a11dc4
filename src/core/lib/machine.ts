// A state machine as one table: it types the code, guards the command and can be drawn.

export type Table<S extends string, E extends string> = { readonly [state in S]: { readonly [event in E]?: S } }

export type Machine<S extends string, E extends string> = {
  readonly initial: S
  readonly table: Table<S, E>
  /** The state after `event`, or undefined where the table has no arrow. */
  readonly next: (state: S, event: E) => S | undefined
  /** Whether no event leaves the state. */
  readonly isFinal: (state: S) => boolean
}

/** Makes a machine from its initial state and its table, state → event → state. */
export const machine = <S extends string, E extends string>(initial: S, table: Table<S, E>): Machine<S, E> => ({
  initial,
  table,
  next: (state, event) => table[state][event],
  isFinal: (state) => Object.keys(table[state]).length === 0,
})
