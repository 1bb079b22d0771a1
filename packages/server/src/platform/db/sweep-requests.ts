import type { Queries } from '#kernel/queries'
import { statement } from './statement.js'

/** Removes remembered answers and counted tries that have expired, in every environment. */
export async function sweepRequests(anywhere: Queries): Promise<void> {
  await anywhere.run(statement('select sweep_requests()', []))
}
