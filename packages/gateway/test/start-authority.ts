/** A time-stamping authority (RFC 3161) on this machine, which is OpenSSL behind a socket: nothing of ours made its tokens. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A running authority. */
export interface Authority {
  readonly url: string
  /** PEM file of its root. */
  readonly rootPath: string
  close(): Promise<void>
}

/** Whether there is an OpenSSL to be one. */
export const hasOpenssl: boolean = spawnSync('openssl', ['version']).status === 0

const leafExtensions = `basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`
const settings = `[authority]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
`
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** Makes its certificates and starts it. */
export async function startAuthority(): Promise<Authority> {
  const folder = mkdtempSync(join(tmpdir(), 'streamseal-authority-'))
  const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  writeFileSync(join(folder, 'leaf.cnf'), leafExtensions)
  writeFileSync(join(folder, 'ts.cnf'), settings)
  writeFileSync(join(folder, 'serial'), '01\n')
  const root = ['-keyout', 'root.key', '-out', 'root.pem', '-days', '2', '-subj', '/O=Test/CN=Root of time']
  openssl('req', '-x509', ...newKey, ...root, '-addext', 'keyUsage = critical, keyCertSign')
  openssl('req', ...newKey, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/O=Test/CN=Time')
  const issuer = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-extfile', 'leaf.cnf']
  openssl('x509', '-req', '-in', 'leaf.csr', ...issuer, '-out', 'leaf.pem', '-days', '2')
  const answer = (query: Uint8Array): Buffer => {
    writeFileSync(join(folder, 'query'), query)
    const signer = ['-signer', 'leaf.pem', '-inkey', 'leaf.key', '-queryfile', 'query', '-out', 'reply']
    openssl('ts', '-reply', '-config', 'ts.cnf', '-section', 'authority', ...signer)
    return readFileSync(join(folder, 'reply'))
  }
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' })
    response.end(answer(Buffer.concat(chunks)))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    rootPath: join(folder, 'root.pem'),
    close: () =>
      new Promise(resolve => {
        rmSync(folder, { recursive: true, force: true })
        server.close(() => resolve())
      }),
  }
}
