/** The web pages: static files under a strict content security policy. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { GatewayError } from '../http/gateway-error.ts'

/** Each page's path, and its file. */
const pages: Readonly<Record<string, string>> = { '/': 'index.html', '/verify': 'verify.html' }

/**
 * Scripts, styles and fonts from here alone, nothing inline. Connections may go further, because a reader may add
 * another issuer's keys by their address; they may be on this machine, while someone tries it out.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self' https: http://localhost:* http://127.0.0.1:*",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'content-security-policy': policy,
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

/** Where the built pages are: beside this package's own build, or in the repository. */
export function findPages(): string | undefined {
  const candidates = ['../dist/web', '../web', '../../dist/web', '../../../../apps/web/dist']
  return candidates
    .map(path => fileURLToPath(new URL(path, import.meta.url)))
    .find(path => existsSync(`${path}/index.html`))
}

/** Adds the pages in `folder`; without them their paths say so. */
export function addPages(app: FastifyInstance, folder: string | undefined): void {
  app.register((scope, _options, done) => {
    scope.addHook('onRoute', route => {
      route.config = { ...route.config, isPublic: true }
    })
    // A route for each file, and none for what is not there: no path is ever joined to a folder.
    if (folder !== undefined)
      scope.register(fastifyStatic, {
        root: folder,
        wildcard: false,
        index: false,
        cacheControl: false,
        setHeaders,
      })
    for (const [path, file] of Object.entries(pages)) {
      scope.get(path, (_request, reply) => sendPage(reply, folder, file))
    }
    done()
  })
}

function sendPage(reply: FastifyReply, folder: string | undefined, file: string): FastifyReply {
  if (folder !== undefined) return reply.sendFile(file)
  throw new GatewayError('Cannot find the pages: they are not built; run "npm run build"', {
    code: 'ROUTE_NOT_FOUND',
  })
}

function setHeaders(reply: FastifyReply, path: string): void {
  reply.headers(headers)
  // The build names assets by their content.
  const isAsset = /[\\/]assets[\\/]/.test(path)
  reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
}
