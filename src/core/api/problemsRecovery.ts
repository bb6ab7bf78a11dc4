// Problems of getting back into a box: the reference e-mail and its changes.
import { type ProblemRow, row } from './problemRow.ts'

export const RECOVERY_PROBLEMS = {
  referenceSame: row(
    409,
    'È già la tua e-mail di riferimento',
    'Non serve cambiarla. Se vuoi usarne un’altra, scrivi quella.',
    'It is your reference e-mail already',
    'There is nothing to change. To use another one, type that.',
  ),
  referenceCooling: row(
    409,
    'L’e-mail di riferimento è appena cambiata',
    'Per sicurezza si può cambiare di nuovo solo quando è finito il tempo per annullare l’ultima modifica. Se la modifica è sbagliata, annullala.',
    'The reference e-mail has just been changed',
    'For safety it can be changed again only when the time to undo the last change is over. If the change is wrong, undo it.',
  ),
} as const satisfies Record<string, ProblemRow>
