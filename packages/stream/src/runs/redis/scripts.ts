/** What must happen in one step at the server. Redis's own clock judges leases, so that nodes need not agree on the time. */
import { createHash } from 'node:crypto'
import type { RedisConnection } from './connection.ts'

/** A Lua script. */
export interface Script {
  text: string
  sha: string
}

const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`

/** Keys: run, log, running, ended, here. */
const end = `
local function finish(id, last, parts, state, endedAt, ending, owner, expireAt)
  if parts ~= '' then
    redis.call('XADD', KEYS[2], last .. '-0', 'p', parts)
    redis.call('HSET', KEYS[1], 'last', last)
  end
  redis.call('HSET', KEYS[1], 'state', state, 'end', ending, 'owner', owner)
  redis.call('ZREM', KEYS[3], id)
  redis.call('ZADD', KEYS[4], endedAt, id)
  redis.call('PEXPIREAT', KEYS[1], expireAt)
  redis.call('PEXPIREAT', KEYS[2], expireAt)
  redis.call('DEL', KEYS[5])
end`

/** All scripts. A number that is answered to a write is the cursor that the log ended with before; -1 says that the run is not the caller's. */
export const scripts: Record<
  | 'create'
  | 'append'
  | 'finish'
  | 'endLost'
  | 'requestCancel'
  | 'renew'
  | 'attend'
  | 'unattend'
  | 'lost'
  | 'remove',
  Script
> = {
  create: script(`${now}
    if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
    local lease = now + ARGV[4]
    redis.call('HSET', KEYS[1], 'run', ARGV[2], 'owner', ARGV[3], 'state', 'running', 'last', 0, 'lease', lease)
    redis.call('ZADD', KEYS[2], lease, ARGV[1])
    return 1`),
  append: script(`
    local run = redis.call('HMGET', KEYS[1], 'owner', 'state', 'last')
    if run[1] ~= ARGV[1] or run[2] ~= 'running' then return -1 end
    local last = tonumber(run[3])
    if last ~= tonumber(ARGV[2]) - 1 then return last end
    redis.call('XADD', KEYS[2], ARGV[3] .. '-0', 'p', ARGV[4])
    redis.call('HSET', KEYS[1], 'last', ARGV[3])
    return last`),
  finish: script(`${end}
    local run = redis.call('HMGET', KEYS[1], 'owner', 'state', 'last')
    if run[1] ~= ARGV[2] then return -1 end
    local last = tonumber(run[3])
    if run[2] ~= 'running' then return last end
    if ARGV[5] ~= '' and last ~= tonumber(ARGV[3]) - 1 then return last end
    finish(ARGV[1], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[2], ARGV[9])
    return last`),
  endLost: script(`${now}${end}
    local run = redis.call('HMGET', KEYS[1], 'lease', 'state', 'last')
    if run[2] ~= 'running' or tonumber(run[1]) > now or run[3] ~= ARGV[2] then return 0 end
    finish(ARGV[1], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], '', ARGV[8])
    return 1`),
  requestCancel: script(`
    if redis.call('HGET', KEYS[1], 'state') ~= 'running' then return 0 end
    redis.call('HSET', KEYS[1], 'cancel', 1)
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', 1000, '*', 'id', ARGV[1])
    return 1`),
  renew: script(`${now}
    local lease = now + ARGV[2]
    local answers = {}
    for index = 3, #ARGV do
      local at = (index - 3) * 2 + 2
      local run = redis.call('HMGET', KEYS[at], 'owner', 'state', 'cancel')
      if run[1] == ARGV[1] and run[2] == 'running' then
        redis.call('HSET', KEYS[at], 'lease', lease)
        redis.call('ZADD', KEYS[1], lease, ARGV[index])
        local read = redis.call('ZCOUNT', KEYS[at + 1], '(' .. now, '+inf')
        answers[index - 2] = { 0, run[3] and 1 or 0, read }
      else
        answers[index - 2] = { 1, 0, 0 }
      end
    end
    return answers`),
  attend: script(`${now}
    redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
    return redis.call('PEXPIRE', KEYS[1], ARGV[2] + 60000)`),
  unattend: script(`${now}
    redis.call('ZREM', KEYS[1], ARGV[1])
    return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')`),
  lost: script(`${now}
    return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])`),
  remove: script(`
    local was = redis.call('DEL', KEYS[1])
    redis.call('DEL', KEYS[2], KEYS[5])
    redis.call('ZREM', KEYS[3], ARGV[1])
    redis.call('ZREM', KEYS[4], ARGV[1])
    return was`),
}

/** Runs a script; Redis forgets them when it starts anew. */
export async function runScript(
  connection: RedisConnection,
  { text, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...args.map(String)]
  try {
    return await connection.call(['EVALSHA', sha, ...rest])
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
    return connection.call(['EVAL', text, ...rest])
  }
}

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}
