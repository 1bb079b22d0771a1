#!/usr/bin/env node
// What npm links as `claviger`. It is not compiled, because npm links it before anything has been built.
const program = await import('../dist/main.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
  console.error('Build Claviger first: npm start or npm run build.')
  process.exit(1)
})
await program.main()
