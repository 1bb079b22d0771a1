import { setFlagsFromString } from 'node:v8'
import { main } from './main.js'

// Results of queries die young, and V8 would make them old from the start, with all that they hold (ADR 26).
setFlagsFromString('--no-allocation-site-pretenuring')

await main(Number(process.env.CLAVIGER_STARTED_AT ?? Date.now()))
