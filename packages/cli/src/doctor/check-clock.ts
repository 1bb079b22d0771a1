import { bad, type Finding, good } from './finding.js'

/** What services on this host allow when they verify sessions; the server itself goes by the database's clock. */
const aheadMsMax = 5_000
/** This was written later than that, so a clock that is before it was never set. */
const pastMs = Date.UTC(2026, 0)

/**
 * Whether the clock can be believed.
 *
 * @param databaseAheadMs How far the clock of the database's host is ahead; 0 where it is this host.
 */
export function checkClock(nowMs: number, databaseAheadMs: number): Finding {
  if (nowMs < pastMs) {
    return bad('clock', `It says ${new Date(nowMs).toISOString()}, which is long past. Turn on NTP.`)
  }
  if (Math.abs(databaseAheadMs) > aheadMsMax) {
    const seconds = Math.round(Math.abs(databaseAheadMs) / 1_000)
    const side = databaseAheadMs > 0 ? 'behind' : 'ahead of'
    return bad('clock', `It is ${seconds} s ${side} the clock of the database. Turn on NTP on both hosts.`)
  }
  return good('clock', `${new Date(nowMs).toISOString()}.`)
}
