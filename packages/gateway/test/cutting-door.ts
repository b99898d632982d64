/** A door in front of a gateway: it can be told to cut connections after so many bytes, as a bad network does. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The door. */
export interface CuttingDoor {
  /** `host:port`. */
  readonly host: string
  /** After how many bytes of an answer the next connections are cut; those after that pass whole. */
  readonly cuts: number[]
  /** How many connections were cut. */
  readonly wasCut: number
  close(): Promise<void>
}

/** Opens one in front of the gateway at `url`. */
export async function openCuttingDoor(url: string): Promise<CuttingDoor> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  const cuts: number[] = []
  let wasCut = 0
  const server = createServer(client => {
    const gateway = connect(Number(port), hostname)
    for (const socket of [client, gateway]) {
      sockets.add(socket)
      // A connection that breaks is what the door is for.
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    }
    let left = cuts.shift() ?? Number.POSITIVE_INFINITY
    client.pipe(gateway)
    gateway.on('data', (bytes: Buffer) => {
      if (bytes.length < left) {
        client.write(bytes)
        left -= bytes.length
        return
      }
      if (!gateway.destroyed) wasCut++
      client.end(bytes.subarray(0, left), () => client.destroy())
      gateway.destroy()
    })
    gateway.on('close', () => client.end())
    client.on('close', () => gateway.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts,
    get wasCut() {
      return wasCut
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
