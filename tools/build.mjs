// `npm run build`: compiles every package into its dist folder.
import { build, install } from './bootstrap.mjs'

await install()
await build()
