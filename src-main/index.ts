import { haltSignals } from './app/halt/early-signals'
import { main } from './app/main'

// The import above has taken the signals over before anything else could run: without a handler the first would open Node's inspector.
main(haltSignals)
