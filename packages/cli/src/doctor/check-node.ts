import { bad, type Finding, good } from './finding.js'

/** Whether this Node is one that the server runs on: 20.19 or newer. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isSupported = major > 20 || (major === 20 && minor >= 19)
  return isSupported
    ? good('node', `Node ${version}.`)
    : bad('node', `Claviger needs Node 20.19 or newer; this is ${version}. Install one from nodejs.org.`)
}
