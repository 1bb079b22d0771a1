import { main } from './main.js'

await main(Number(process.env.CLAVIGER_STARTED_AT ?? Date.now()))
