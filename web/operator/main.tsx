// Starts the operator application.
import { Frame } from '../ui/Frame.tsx'
import { start } from '../ui/start.tsx'

await start(
  <Frame home="/">
    <h1>Pagina in preparazione</h1>
  </Frame>,
)
