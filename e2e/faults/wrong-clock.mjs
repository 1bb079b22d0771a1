// Loaded into a server before anything else: its system clock is off by as many milliseconds as a file says, and
// steps when the file is written again.
import { readFileSync } from 'node:fs'

const system = Date.now
const file = process.env.WRONG_CLOCK_FILE
let offBy = 0
const read = () => {
  offBy = Number(readFileSync(file, 'utf8')) || 0
}
read()
setInterval(read, 20).unref()
Date.now = () => system() + offBy
globalThis.Date = new Proxy(Date, {
  construct: (target, words) => (words.length === 0 ? new target(Date.now()) : new target(...words)),
})
