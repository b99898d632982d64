/**
 * Packs every package as it would be published and checks the packages: publint (strict), attw (ESM only), and a
 * stranger's project that installs the packed files beside our dependencies, imports every public name and runs the
 * command. Reads `dist`, so build first.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { entries, manifest, packages, root } from './packages.mjs'
