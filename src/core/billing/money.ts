// Amounts: whole euro cents, rounded half up as the exchange system checks them, and their decimal form.

/** A fraction of an amount in whole cents, half a cent up (away from zero). `perTenThousand` 2200 is 22 per cent. */
export const share = (cents: number, perTenThousand: number): number => {
  const product = Math.abs(cents) * perTenThousand
  const rounded = Math.floor((product + 5_000) / 10_000)
  return cents < 0 && rounded !== 0 ? -rounded : rounded
}

/** Cents as the schema writes an amount: `1234.50`. */
export const decimal = (cents: number): string => {
  const whole = Math.floor(Math.abs(cents) / 100)
  const rest = Math.abs(cents) % 100
  return `${cents < 0 ? '-' : ''}${whole}.${rest < 10 ? '0' : ''}${rest}`
}

/** Cents as Italians read them: `1.234,50 €`, with a space that does not break. */
export const euro = (cents: number): string => {
  const [whole = '', rest = ''] = decimal(Math.abs(cents)).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, '.')
  return `${cents < 0 ? '-' : ''}${grouped},${rest}\u00a0€`
}
