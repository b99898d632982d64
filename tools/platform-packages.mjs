/**
 * Binaries come as one optional package a platform. A registry that does not serve some of them makes npm leave them out
 * of the lock file, and then `npm ci` refuses the lock file everywhere: so they are named here from what depends on them.
 */

/**
 * @typedef {{
 *   version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   resolved?: string, integrity?: string, link?: boolean, inBundle?: boolean, hasInstallScript?: boolean,
 *   optionalDependencies?: Record<string, string>
 * }} Locked
 * @typedef {Record<string, Locked>} LockedPackages By path from the root.
 */

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const processors = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'x64',
  'wasm32',
]
const libraries = new Map([
  ['gnu', 'glibc'],
  ['gnueabihf', 'glibc'],
  ['musl', 'musl'],
  ['musleabihf', 'musl'],
])

/**
 * The entries of optional platform packages that something in the lock file depends on and the lock file does not hold.
 * @param {LockedPackages} packages
 * @returns {LockedPackages}
 */
export const missingPlatformPackages = packages =>
  Object.fromEntries(
    Object.values(packages).flatMap(({ dev, optionalDependencies = {} }) =>
      Object.entries(optionalDependencies)
        .filter(([name]) => !isHeld(packages, name))
        .map(([name, version]) => [`node_modules/${name}`, platformEntry(name, version, dev)]),
    ),
  )

/** @param {LockedPackages} packages @param {string} name */
const isHeld = (packages, name) =>
  Object.keys(packages).some(
    path => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`),
  )

/**
 * @param {string} name @param {string} version @param {boolean | undefined} dev
 * @returns {Locked}
 */
function platformEntry(name, version, dev) {
  const words = name.split(/[-/]/)
  const os = words.filter(word => systems.includes(word))
  const cpu = words.filter(word => processors.includes(word))
  const libc = words.flatMap(word => libraries.get(word) ?? [])
  if (os.length === 0 || cpu.length === 0)
    throw new RangeError(`Cannot tell the platform of "${name}" by its name`)
  return {
    version,
    cpu,
    ...(dev && { dev }),
    ...(os.includes('linux') && libc.length > 0 && { libc }),
    optional: true,
    os,
  }
}
