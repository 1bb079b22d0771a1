import { createServer } from 'node:http'

const { BENCH_PORT, RESPONSE_BYTES } = process.env
const body = Buffer.alloc(Number(RESPONSE_BYTES), 'x')

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
})
server.listen(Number(BENCH_PORT), '127.0.0.1')
