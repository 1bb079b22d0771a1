export type { Answer, Browser } from './browser.js'
export { type MovableClock, movableClock } from './movable-clock.js'
export { createTestDatabase, type TestDatabase } from './test-database.js'
export {
  goodPassword,
  startTestServer,
  type TestEnvironment,
  type TestServer,
  testServer,
} from './test-server.js'
