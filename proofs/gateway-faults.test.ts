import { describe, expect, test } from 'vitest'
import { runTypeScript } from '../tools/run-typescript.mjs'
