import { test } from 'vitest'
import { storeSuite } from '../testing.ts'
import { createMemoryRunStore } from './index.ts'

storeSuite('memory', retention => createMemoryRunStore(retention), { test, isShared: false })
